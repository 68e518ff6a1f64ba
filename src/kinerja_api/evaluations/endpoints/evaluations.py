"""Evaluations: suggestion and explanation, decision, acknowledgement, a unit's summary."""

from typing import Annotated

from fastapi import Query, Request

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.evaluations.commands.evaluations import acknowledge_evaluation, decide_evaluation
from kinerja_api.evaluations.errors import NotAssessor, NotOwnEvaluation, ReasonRequired
from kinerja_api.evaluations.queries.evaluations import get_evaluation, list_evaluations
from kinerja_api.evaluations.queries.explanations import explain_evaluation
from kinerja_api.evaluations.queries.summaries import summarise_unit
from kinerja_api.evaluations.schemas import (
    AcknowledgementIn,
    EvaluationDecisionIn,
    EvaluationExplanationOut,
    EvaluationListParams,
    EvaluationOut,
    EvaluationSummaryOut,
)

router = Router(tag="Evaluations")


@router.list(
    "/evaluations",
    permission=Permission.EVALUATIONS_READ,
    name="evaluations_list",
    item=EvaluationOut,
)
async def get_evaluations(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[EvaluationListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[EvaluationOut]:
    """List evaluations.

    One's own appear once they are decided.
    """
    return await list_evaluations(reading, actor, params, cursors)


@router.get(
    "/evaluations/{evaluation_id}",
    permission=Permission.EVALUATIONS_READ,
    name="evaluations_get",
    model=EvaluationOut,
    problems=[ResourceNotFound],
)
async def get_one_evaluation(
    actor: CurrentActor, reading: ReadingUnit, evaluation_id: Id
) -> EvaluationOut:
    """Read an evaluation: the suggestion and, beside it, the decision."""
    return await get_evaluation(reading, actor, evaluation_id)


@router.get(
    "/evaluations/{evaluation_id}/explanation",
    permission=Permission.EVALUATIONS_READ,
    name="evaluations_explanation",
    model=EvaluationExplanationOut,
    problems=[ResourceNotFound],
)
async def get_explanation(
    actor: CurrentActor, reading: ReadingUnit, evaluation_id: Id, request: Request
) -> EvaluationExplanationOut:
    """Explain how the suggestion came about, step by step, in the caller's language."""
    language = request.scope["state"]["language"]
    return await explain_evaluation(reading, actor, evaluation_id, language)


@router.post(
    "/evaluations/{evaluation_id}/decisions",
    permission=Permission.EVALUATIONS_DECIDE,
    name="evaluations_decide",
    model=EvaluationOut,
    problems=[ResourceNotFound, NotAssessor, ReasonRequired, TransitionRefused],
)
async def post_decision(
    actor: CurrentActor,
    writing: WritingUnit,
    evaluation_id: Id,
    decision: EvaluationDecisionIn,
    version: OptionalVersion,
) -> EvaluationOut:
    """Decide both ratings; the predicate follows by the matrix.

    Only the superior frozen at the close. Where a rating differs from the suggestion, or there
    is none, a reason is required.
    """
    return await decide_evaluation(writing, actor, evaluation_id, decision, expected=version)


@router.post(
    "/evaluations/{evaluation_id}/acknowledgements",
    permission=Permission.EVALUATIONS_ACKNOWLEDGE,
    name="evaluations_acknowledge",
    model=EvaluationOut,
    problems=[ResourceNotFound, NotOwnEvaluation, TransitionRefused],
)
async def post_acknowledgement(
    actor: CurrentActor,
    writing: WritingUnit,
    evaluation_id: Id,
    acknowledgement: AcknowledgementIn,
    version: OptionalVersion,
) -> EvaluationOut:
    """Acknowledge the decision about oneself; it is final from then on."""
    return await acknowledge_evaluation(
        writing, actor, evaluation_id, acknowledgement, expected=version
    )


@router.get(
    "/units/{unit_id}/evaluation-summary",
    permission=Permission.EVALUATIONS_READ,
    name="units_evaluation_summary",
    model=EvaluationSummaryOut,
    problems=[ResourceNotFound],
)
async def get_summary(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    period_id: Annotated[Id, Query(description="The period")],
) -> EvaluationSummaryOut:
    """Tell how the evaluations of a unit and everything below it stand."""
    return await summarise_unit(reading, actor, unit_id, period_id)
