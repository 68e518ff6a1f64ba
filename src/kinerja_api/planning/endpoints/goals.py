"""Goals of units (sasaran strategis, tujuan organisasi) and who carries them."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.commands.goals import (
    change_goal,
    create_goal,
    remove_goal,
    set_indicators,
)
from kinerja_api.planning.errors import (
    GoalCarried,
    GoalCodeTaken,
    GoalCycle,
    GoalParentUnsuitable,
    NotHeadOfUnit,
    PeriodClosed,
)
from kinerja_api.planning.queries.goals import get_goal, list_goals
from kinerja_api.planning.schemas.goals import (
    GoalIn,
    GoalIndicatorsIn,
    GoalListParams,
    GoalOut,
    GoalPatch,
)

router = Router(tag="Planning")

_KEPT = [ResourceNotFound, NotHeadOfUnit, PeriodClosed]


@router.list("/goals", permission=Permission.GOALS_READ, name="goals_list", item=GoalOut)
async def get_goals(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[GoalListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[GoalOut]:
    """List goals of units, by year and code.

    `carried=false` lists those that nobody carries: no target of a plan in force names them or
    a goal that serves them.
    """
    del actor
    return await list_goals(reading, params, cursors)


@router.post(
    "/goals",
    permission=Permission.GOALS_MANAGE,
    name="goals_create",
    model=GoalOut,
    location="/v1/goals/{id}",
    problems=[NotHeadOfUnit, PeriodClosed, GoalCodeTaken, GoalParentUnsuitable, UnknownReference],
)
async def post_goal(actor: CurrentActor, writing: WritingUnit, goal: GoalIn) -> GoalOut:
    """Set a goal for a unit and year, with its indicators.

    For the head of the unit or of one above today, and the personnel agency.
    """
    return await create_goal(writing, actor, goal)


@router.get(
    "/goals/{goal_id}",
    permission=Permission.GOALS_READ,
    name="goals_get",
    model=GoalOut,
    problems=[ResourceNotFound],
)
async def get_one_goal(actor: CurrentActor, reading: ReadingUnit, goal_id: Id) -> GoalOut:
    """Read a goal with its indicators."""
    del actor
    return await get_goal(reading, goal_id)


@router.patch(
    "/goals/{goal_id}",
    permission=Permission.GOALS_MANAGE,
    name="goals_change",
    model=GoalOut,
    problems=[*_KEPT, GoalCodeTaken, GoalParentUnsuitable, GoalCycle, UnknownReference],
)
async def patch_goal(
    actor: CurrentActor,
    writing: WritingUnit,
    goal_id: Id,
    patch: GoalPatch,
    version: RequiredVersion,
) -> GoalOut:
    """Change code, title, perspective or parent of a goal."""
    return await change_goal(writing, actor, goal_id, patch, expected=version)


@router.put(
    "/goals/{goal_id}/indicators",
    permission=Permission.GOALS_MANAGE,
    name="goals_set_indicators",
    model=GoalOut,
    problems=_KEPT,
)
async def put_goal_indicators(
    actor: CurrentActor,
    writing: WritingUnit,
    goal_id: Id,
    indicators: GoalIndicatorsIn,
    version: RequiredVersion,
) -> GoalOut:
    """Set all indicators of a goal, in their order."""
    return await set_indicators(writing, actor, goal_id, indicators, expected=version)


@router.delete(
    "/goals/{goal_id}",
    permission=Permission.GOALS_MANAGE,
    name="goals_remove",
    problems=[*_KEPT, GoalCarried],
)
async def delete_goal(
    actor: CurrentActor, writing: WritingUnit, goal_id: Id, version: OptionalVersion
) -> None:
    """Remove a goal that no target and no other goal refers to."""
    await remove_goal(writing, actor, goal_id, expected=version)
