"""Alignment: from a goal down to its carriers, and what carries no goal."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.queries.alignment import get_goal_alignment
from kinerja_api.planning.queries.targets import list_targets
from kinerja_api.planning.queries.unit_alignment import get_unit_alignment
from kinerja_api.planning.schemas.alignment import (
    GoalAlignmentOut,
    ListedTargetOut,
    TargetListParams,
    UnitAlignmentOut,
)

router = Router(tag="Planning")


@router.get(
    "/goals/{goal_id}/alignment",
    permission=Permission.GOALS_READ,
    name="goals_alignment",
    model=GoalAlignmentOut,
    problems=[ResourceNotFound],
)
async def get_alignment_of_goal(
    actor: CurrentActor, reading: ReadingUnit, goal_id: Id
) -> GoalAlignmentOut:
    """Read who carries a goal, from the goal down.

    Goals that serve it, the targets that carry these, and subordinates' targets that support
    those, whatever the status of their plans. People outside your reach are counted where they
    come in, not named; what people within it support through them follows with `is_direct`
    false. At most 1,000 goals and targets and 20 levels: the lowest are left out first.
    """
    return await get_goal_alignment(reading, actor, goal_id)


@router.list(
    "/targets", permission=Permission.PLANS_READ, name="targets_list", item=ListedTargetOut
)
async def get_targets(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[TargetListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ListedTargetOut]:
    """List the targets of a year that you may see, plan by plan.

    `aligned=false` finds those that name neither a goal nor a target of the superior;
    `carries_goal=false` those that lead to no goal, not even through the targets they support.
    """
    return await list_targets(reading, actor, params, cursors)


@router.get(
    "/units/{unit_id}/alignment",
    permission=Permission.PLANS_READ,
    name="units_alignment",
    model=UnitAlignmentOut,
    problems=[ResourceNotFound],
)
async def get_alignment_of_unit(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    year: Annotated[int, Query(ge=2014, le=2200, description="The year")],
) -> UnitAlignmentOut:
    """Count how far the plans of a unit and everything below it are aligned.

    For the head of the unit or of one above, and for those with a grant. People are the civil
    servants with a definitive placement there today (the year's first or last day in another
    year).
    """
    return await get_unit_alignment(reading, actor, unit_id, year)
