"""Evaluations: suggestion and explanation, decision, acknowledgement, correction, assessor."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import (
    CallerLanguage,
    OptionalVersion,
    ReadingUnit,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.evaluations.commands.assessors import assign_assessor
from kinerja_api.evaluations.commands.evaluations import (
    acknowledge_evaluation,
    correct_evaluation,
    decide_evaluation,
)
from kinerja_api.evaluations.errors import (
    AssessorInPlace,
    AssessorUnsuitable,
    NotAssessor,
    NotDecisionAuthor,
    NotOwnEvaluation,
    ReasonRequired,
)
from kinerja_api.evaluations.queries.evaluations import get_evaluation, list_evaluations
from kinerja_api.evaluations.queries.explanations import explain_evaluation
from kinerja_api.evaluations.schemas.evaluations import (
    AcknowledgementIn,
    AssessorIn,
    EvaluationCorrectionIn,
    EvaluationDecisionIn,
    EvaluationExplanationOut,
    EvaluationListParams,
    EvaluationOut,
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

    One's own appear once they are decided. Without a person, superior or unit a superior gets his
    own and those he decides; with `below_id` the unit and everything below it. Who is recognised
    and who needs coaching is a filter: `predicate=sangat_baik`, `predicate=butuh_perbaikan`.
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
    """Read an evaluation: the suggestion and, beside it, the decision.

    `correction`: the suggestion was computed anew after the close; a decision made before stands.
    Who decides on an objection against it reads it too.
    """
    return await get_evaluation(reading, actor, evaluation_id)


@router.get(
    "/evaluations/{evaluation_id}/explanation",
    permission=Permission.EVALUATIONS_READ,
    name="evaluations_explanation",
    model=EvaluationExplanationOut,
    problems=[ResourceNotFound],
)
async def get_explanation(
    actor: CurrentActor, reading: ReadingUnit, evaluation_id: Id, language: CallerLanguage
) -> EvaluationExplanationOut:
    """Explain how the suggestion came about, step by step, in the caller's language.

    After a correction the steps are those of the corrected inputs.
    """
    return await explain_evaluation(reading, actor, evaluation_id, language)


@router.post(
    "/evaluations/{evaluation_id}/assessors",
    permission=Permission.EVALUATIONS_ASSIGN,
    name="evaluations_assign",
    model=EvaluationOut,
    problems=[ResourceNotFound, AssessorInPlace, AssessorUnsuitable, TransitionRefused],
)
async def post_assessor(
    actor: CurrentActor,
    writing: WritingUnit,
    evaluation_id: Id,
    assessor: AssessorIn,
    version: OptionalVersion,
) -> EvaluationOut:
    """Name who decides an evaluation that nobody can decide.

    Only while no superior was found at the close, or he has left since. Somebody in office, not
    the employee and not the caller: the agency names an assessor and decides no rating.
    """
    return await assign_assessor(writing, actor, evaluation_id, assessor, expected=version)


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

    Only the superior frozen at the close, or who was named in his place, and once: a slip is
    mended by a correction. Where a rating differs from the suggestion, or there is none, a reason
    is required. The employee sees the decision from now on and may object until
    `objection_until`; without a reaction it is final the day after.
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


@router.post(
    "/evaluations/{evaluation_id}/corrections",
    permission=Permission.EVALUATIONS_DECIDE,
    name="evaluations_correct",
    model=EvaluationOut,
    location="/v1/evaluations/{id}",
    problems=[ResourceNotFound, NotDecisionAuthor, TransitionRefused],
)
async def post_correction(
    actor: CurrentActor,
    writing: WritingUnit,
    evaluation_id: Id,
    correction: EvaluationCorrectionIn,
    version: OptionalVersion,
) -> EvaluationOut:
    """Correct a decision by a new version, with a reason; returns the new one.

    Only who made the decision that stands: the assessor, or after an objection who decided that.
    The employee may object to the new version anew; the former becomes `corrected` and stays
    readable (`versions=true` in the list).
    """
    return await correct_evaluation(writing, actor, evaluation_id, correction, expected=version)
