"""Action plans (rencana aksi) of periods, with progress."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.commands.actions import report_action, set_actions
from kinerja_api.planning.errors import NotOwnPlan, PeriodClosed
from kinerja_api.planning.queries.actions import get_action, get_plan_actions, list_actions
from kinerja_api.planning.schemas.actions import (
    ActionListParams,
    ActionOut,
    ActionPatch,
    PlanActionsIn,
    PlanActionsOut,
)

router = Router(tag="Planning")

_OWN = [ResourceNotFound, NotOwnPlan, TransitionRefused, PeriodClosed]


@router.list("/actions", permission=Permission.PLANS_READ, name="actions_list", item=ActionOut)
async def get_actions(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ActionListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ActionOut]:
    """List actions of the plans you may see, in the order in which they were set."""
    return await list_actions(reading, actor, params, cursors)


@router.get(
    "/actions/{action_id}",
    permission=Permission.PLANS_READ,
    name="actions_get",
    model=ActionOut,
    problems=[ResourceNotFound],
)
async def get_one_action(actor: CurrentActor, reading: ReadingUnit, action_id: Id) -> ActionOut:
    """Read an action with its progress."""
    return await get_action(reading, actor, action_id)


@router.patch(
    "/actions/{action_id}",
    permission=Permission.PLANS_WRITE,
    name="actions_report",
    model=ActionOut,
    problems=_OWN,
)
async def patch_action(
    actor: CurrentActor,
    writing: WritingUnit,
    action_id: Id,
    patch: ActionPatch,
    version: RequiredVersion,
) -> ActionOut:
    """Report the progress of your action; your superior is told when it reaches 100."""
    return await report_action(writing, actor, action_id, patch, expected=version)


@router.get(
    "/plans/{plan_id}/periods/{period_id}/actions",
    permission=Permission.PLANS_READ,
    name="plans_actions",
    model=PlanActionsOut,
    problems=[ResourceNotFound],
)
async def get_actions_of_plan(
    actor: CurrentActor, reading: ReadingUnit, plan_id: Id, period_id: Id
) -> PlanActionsOut:
    """Read the actions of a plan in a period of its year, in their order."""
    return await get_plan_actions(reading, actor, plan_id, period_id)


@router.put(
    "/plans/{plan_id}/periods/{period_id}/actions",
    permission=Permission.PLANS_WRITE,
    name="plans_set_actions",
    model=PlanActionsOut,
    problems=[*_OWN, UnknownReference],
)
async def put_actions(
    actor: CurrentActor,
    writing: WritingUnit,
    plan_id: Id,
    period_id: Id,
    actions: PlanActionsIn,
    version: OptionalVersion,
) -> PlanActionsOut:
    """Set all actions of your plan in an open period, in order; the plan gets a new version.

    An action named by its `id` keeps its progress; one not named is removed. An action goes with
    its target when a revision removes that.
    """
    return await set_actions(writing, actor, plan_id, period_id, actions, expected=version)
