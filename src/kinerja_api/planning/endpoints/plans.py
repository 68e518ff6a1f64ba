"""Annual plans (SKP) and the way from draft to approval."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import (
    CallerLanguage,
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.commands.content import set_behaviours, set_content
from kinerja_api.planning.commands.deciding import Decision, decide_plan, submit_plan
from kinerja_api.planning.commands.plans import create_plan
from kinerja_api.planning.commands.revising import revise_plan, withdraw_revision
from kinerja_api.planning.errors import (
    ClosedPeriodChanged,
    NotOwnPlan,
    NotSuperior,
    PeriodClosed,
    PlacementUnsuitable,
    PlanExists,
    PlanIncomplete,
    TargetInUse,
)
from kinerja_api.planning.queries.cascade import get_cascade
from kinerja_api.planning.queries.plans import get_plan, list_plans
from kinerja_api.planning.queries.versions import list_plan_versions
from kinerja_api.planning.rules import PlanEvent
from kinerja_api.planning.schemas.cascade import CascadeOut
from kinerja_api.planning.schemas.content import ExpectationsIn, PlanContentIn
from kinerja_api.planning.schemas.plans import (
    PlanApprovalIn,
    PlanContentOut,
    PlanIn,
    PlanListParams,
    PlanOut,
    PlanReturnIn,
    PlanRevisionIn,
    PlanSubmittedOut,
    PlanVersionsOut,
)

router = Router(tag="Planning")

_OWN = [ResourceNotFound, NotOwnPlan, TransitionRefused, PeriodClosed]
_DECIDED = [ResourceNotFound, NotSuperior, TransitionRefused, PeriodClosed]


@router.list("/plans", permission=Permission.PLANS_READ, name="plans_list", item=PlanOut)
async def get_plans(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[PlanListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PlanOut]:
    """List the plans you may see, the newest first.

    Your own, those of the units you head with all below, those of people you are named
    superior of; the personnel agency sees all.
    """
    return await list_plans(reading, actor, params, cursors)


@router.post(
    "/plans",
    permission=Permission.PLANS_WRITE,
    name="plans_create",
    model=PlanContentOut,
    location="/v1/plans/{id}",
    problems=[NotOwnPlan, PlacementUnsuitable, PlanExists, PeriodClosed],
)
async def post_plan(
    actor: CurrentActor, writing: WritingUnit, language: CallerLanguage, plan: PlanIn
) -> PlanContentOut:
    """Draft your plan of a year for one of your placements.

    A placement has one plan a year; a transfer makes a new plan in the new placement.
    """
    return await create_plan(writing, actor, plan, language=language)


@router.get(
    "/plans/{plan_id}",
    permission=Permission.PLANS_READ,
    name="plans_get",
    model=PlanContentOut,
    problems=[ResourceNotFound],
)
async def get_one_plan(
    actor: CurrentActor, reading: ReadingUnit, language: CallerLanguage, plan_id: Id
) -> PlanContentOut:
    """Read a plan with its targets, indicators, period targets and expected behaviours.

    They are those in force, where the plan was approved. A content that is to take their place
    stands under `revision`; only the employee and the superior see it.
    """
    return await get_plan(reading, actor, plan_id, language=language)


@router.put(
    "/plans/{plan_id}/content",
    permission=Permission.PLANS_WRITE,
    name="plans_set_content",
    model=PlanContentOut,
    problems=[*_OWN, UnknownReference, TargetInUse, ClosedPeriodChanged],
)
async def put_content(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    content: PlanContentIn,
    version: RequiredVersion,
) -> PlanContentOut:
    """Set all targets of your draft or returned plan, or of your open revision.

    Their order is that of the lists. A target or indicator named by its `id` is kept and
    changed; one without is new; one not named is removed, unless logs, results, obstacles or
    subordinates' targets refer to it. A target carries one of the superior's plan in force or a
    goal of the unit or one above. What is set for a closed period stays as it is.
    """
    return await set_content(writing, actor, plan_id, content, expected=version, language=language)


@router.put(
    "/plans/{plan_id}/behaviours",
    permission=Permission.PLANS_DECIDE,
    name="plans_set_behaviours",
    model=PlanContentOut,
    problems=_DECIDED,
)
async def put_behaviours(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    behaviours: ExpectationsIn,
    version: RequiredVersion,
) -> PlanContentOut:
    """Set your special expectations under the seven values, as the superior."""
    return await set_behaviours(
        writing, actor, plan_id, behaviours, expected=version, language=language
    )


@router.post(
    "/plans/{plan_id}/submissions",
    permission=Permission.PLANS_WRITE,
    name="plans_submit",
    model=PlanSubmittedOut,
    problems=[*_OWN, PlanIncomplete],
)
async def post_submission(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    version: OptionalVersion,
) -> PlanSubmittedOut:
    """Submit your plan, or its revision, to your superior.

    A refusal names everything that is wrong at once. `warnings` stop nothing.
    """
    return await submit_plan(writing, actor, plan_id, expected=version, language=language)


@router.post(
    "/plans/{plan_id}/approvals",
    permission=Permission.PLANS_DECIDE,
    name="plans_approve",
    model=PlanContentOut,
    problems=[*_DECIDED, UnknownReference, TargetInUse, ClosedPeriodChanged],
)
async def post_approval(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    approval: PlanApprovalIn,
    version: OptionalVersion,
) -> PlanContentOut:
    """Approve a submitted plan or revision, as the superior of today.

    A revision takes the place of what is in force, which is kept as a version.
    """
    decision = Decision(PlanEvent.APPROVE, approval.note, version)
    return await decide_plan(writing, actor, plan_id, decision, language=language)


@router.post(
    "/plans/{plan_id}/returns",
    permission=Permission.PLANS_DECIDE,
    name="plans_return",
    model=PlanContentOut,
    problems=_DECIDED,
)
async def post_return(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    returned: PlanReturnIn,
    version: OptionalVersion,
) -> PlanContentOut:
    """Return a submitted plan or revision with what to change, as the superior of today."""
    decision = Decision(PlanEvent.RETURN, returned.note, version)
    return await decide_plan(writing, actor, plan_id, decision, language=language)


@router.post(
    "/plans/{plan_id}/revisions",
    permission=Permission.PLANS_WRITE,
    name="plans_revise",
    model=PlanContentOut,
    problems=_OWN,
)
async def post_revision(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    revision: PlanRevisionIn,
    version: OptionalVersion,
) -> PlanContentOut:
    """Open a revision of your approved plan.

    It begins as what is in force, and waits beside it until your superior approves it.
    """
    return await revise_plan(
        writing, actor, plan_id, revision.reason, expected=version, language=language
    )


@router.post(
    "/plans/{plan_id}/withdrawals",
    permission=Permission.PLANS_WRITE,
    name="plans_withdraw",
    model=PlanContentOut,
    problems=_OWN,
)
async def post_withdrawal(
    actor: CurrentActor,
    writing: WritingUnit,
    language: CallerLanguage,
    plan_id: Id,
    version: OptionalVersion,
) -> PlanContentOut:
    """Drop your revision, as long as it is not submitted; what is in force stays."""
    return await withdraw_revision(writing, actor, plan_id, expected=version, language=language)


@router.get(
    "/plans/{plan_id}/versions",
    permission=Permission.PLANS_READ,
    name="plans_versions",
    model=PlanVersionsOut,
    problems=[ResourceNotFound],
)
async def get_versions(actor: CurrentActor, reading: ReadingUnit, plan_id: Id) -> PlanVersionsOut:
    """List what the plan held before each approved revision, the latest first."""
    return PlanVersionsOut(items=await list_plan_versions(reading, actor, plan_id))


@router.get(
    "/plans/{plan_id}/cascade",
    permission=Permission.PLANS_READ,
    name="plans_cascade",
    model=CascadeOut,
    problems=[ResourceNotFound],
)
async def get_plan_cascade(actor: CurrentActor, reading: ReadingUnit, plan_id: Id) -> CascadeOut:
    """Read what a plan may support above, and which subordinates' targets support it."""
    return await get_cascade(reading, actor, plan_id)
