"""Behaviour ratings."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.errors import NotSuperior, PeriodClosed
from kinerja_api.results.commands.rating import rate_behaviours
from kinerja_api.results.queries.behaviours import get_behaviours, list_behaviour_progress
from kinerja_api.results.schemas import (
    BehaviourListParams,
    BehaviourProgressOut,
    BehavioursIn,
    BehavioursOut,
)

router = Router(tag="Results")


@router.list(
    "/behaviours",
    permission=Permission.BEHAVIOURS_READ,
    name="behaviours_list",
    item=BehaviourProgressOut,
)
async def get_behaviour_progress(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[BehaviourListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[BehaviourProgressOut]:
    """List your direct subordinates of today with the values you have yet to rate in a period."""
    return await list_behaviour_progress(reading, actor, params, cursors)


@router.get(
    "/employees/{employee_id}/behaviours/{period_id}",
    permission=Permission.BEHAVIOURS_READ,
    name="behaviours_get",
    model=BehavioursOut,
    problems=[ResourceNotFound],
)
async def get_ratings(
    actor: CurrentActor, reading: ReadingUnit, employee_id: Id, period_id: Id
) -> BehavioursOut:
    """Read the behaviour ratings of an employee in a period.

    For the superior, the heads above and the personnel agency. To the employee himself the list
    is empty and `is_shown` false: his ratings come with his evaluation once it is decided.
    """
    return await get_behaviours(reading, actor, employee_id, period_id)


@router.put(
    "/employees/{employee_id}/behaviours/{period_id}",
    permission=Permission.BEHAVIOURS_RATE,
    name="behaviours_rate",
    model=BehavioursOut,
    problems=[ResourceNotFound, NotSuperior, PeriodClosed],
)
async def put_ratings(
    actor: CurrentActor,
    writing: WritingUnit,
    employee_id: Id,
    period_id: Id,
    behaviours: BehavioursIn,
) -> BehavioursOut:
    """Rate some or all of the seven values, each with a note, as the superior of today.

    Values that are not named keep their rating; a repeat changes nothing.
    """
    return await rate_behaviours(writing, actor, employee_id, period_id, behaviours)
