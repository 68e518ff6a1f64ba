"""Objections: filing, the assessor's statement, decision, withdrawal."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.evaluations.commands.objections import (
    answer_objection,
    decide_objection,
    file_objection,
    withdraw_objection,
)
from kinerja_api.evaluations.errors import (
    NotAssessor,
    NotObjectionDecider,
    NotOwnEvaluation,
    ObjectionTooLate,
    OutcomeContradicted,
)
from kinerja_api.evaluations.queries.objections import get_objection, list_objections
from kinerja_api.evaluations.schemas.objections import (
    ObjectionDecisionIn,
    ObjectionIn,
    ObjectionListParams,
    ObjectionOut,
    StatementIn,
    WithdrawalIn,
)

router = Router(tag="Objections")


@router.post(
    "/evaluations/{evaluation_id}/objections",
    permission=Permission.OBJECTIONS_WRITE,
    name="objections_file",
    model=ObjectionOut,
    location="/v1/objections/{id}",
    problems=[ResourceNotFound, NotOwnEvaluation, ObjectionTooLate, TransitionRefused],
)
async def post_objection(
    actor: CurrentActor,
    writing: WritingUnit,
    evaluation_id: Id,
    objection: ObjectionIn,
    version: OptionalVersion,
) -> ObjectionOut:
    """Object to the decision about oneself, with reasons, until `objection_until`.

    Once for each version of an evaluation. The assessor and who decides are told
    (PP 30/2019 art. 59).
    """
    return await file_objection(writing, actor, evaluation_id, objection, expected=version)


@router.list(
    "/objections",
    permission=Permission.OBJECTIONS_READ,
    name="objections_list",
    item=ObjectionOut,
)
async def get_objections(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ObjectionListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ObjectionOut]:
    """List objections.

    Without a person or unit: one's own, those against one's decisions and those one decides;
    the agency gets all.
    """
    return await list_objections(reading, actor, params, cursors)


@router.get(
    "/objections/{objection_id}",
    permission=Permission.OBJECTIONS_READ,
    name="objections_get",
    model=ObjectionOut,
    problems=[ResourceNotFound],
)
async def get_one_objection(
    actor: CurrentActor, reading: ReadingUnit, objection_id: Id
) -> ObjectionOut:
    """Read an objection with both sides and, once decided, the old and the new ratings."""
    return await get_objection(reading, actor, objection_id)


@router.post(
    "/objections/{objection_id}/statements",
    permission=Permission.EVALUATIONS_DECIDE,
    name="objections_answer",
    model=ObjectionOut,
    problems=[ResourceNotFound, NotAssessor, TransitionRefused],
)
async def post_statement(
    actor: CurrentActor,
    writing: WritingUnit,
    objection_id: Id,
    statement: StatementIn,
    version: OptionalVersion,
) -> ObjectionOut:
    """Answer an objection as the assessor, once; the decision does not wait for it."""
    return await answer_objection(writing, actor, objection_id, statement, expected=version)


@router.post(
    "/objections/{objection_id}/decisions",
    permission=Permission.OBJECTIONS_DECIDE,
    name="objections_decide",
    model=ObjectionOut,
    problems=[ResourceNotFound, NotObjectionDecider, OutcomeContradicted, TransitionRefused],
)
async def post_decision(
    actor: CurrentActor,
    writing: WritingUnit,
    objection_id: Id,
    decision: ObjectionDecisionIn,
    version: OptionalVersion,
) -> ObjectionOut:
    """Decide an objection: keep the ratings, or change at least one; the decision is final.

    Only the superior of the assessor on the day of acting or, where there is none, or it is the
    employee himself, an objection official who is one of the government's people.
    """
    return await decide_objection(writing, actor, objection_id, decision, expected=version)


@router.post(
    "/objections/{objection_id}/withdrawals",
    permission=Permission.OBJECTIONS_WRITE,
    name="objections_withdraw",
    model=ObjectionOut,
    problems=[ResourceNotFound, NotOwnEvaluation, TransitionRefused],
)
async def post_withdrawal(
    actor: CurrentActor,
    writing: WritingUnit,
    objection_id: Id,
    withdrawal: WithdrawalIn,
    version: OptionalVersion,
) -> ObjectionOut:
    """Withdraw one's own objection; the evaluation is final as it was decided."""
    return await withdraw_objection(writing, actor, objection_id, withdrawal, expected=version)
