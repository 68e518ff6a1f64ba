"""Working weeks of units: six days, or shifts."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.commands.schedules import change_schedule, create_schedule
from kinerja_api.organisation.errors import EndsBeforeStart, ScheduleOverlaps
from kinerja_api.organisation.queries.schedules import get_schedule, list_schedules
from kinerja_api.organisation.schemas.schedules import (
    UnitScheduleIn,
    UnitScheduleListParams,
    UnitScheduleOut,
    UnitSchedulePatch,
)

router = Router(tag="Organisation")


@router.list(
    "/unit-schedules",
    permission=Permission.ORGANISATION_READ,
    name="unit_schedules_list",
    item=UnitScheduleOut,
)
async def get_unit_schedules(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[UnitScheduleListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[UnitScheduleOut]:
    """List the working weeks of units; every member of the government sees them."""
    del actor
    return await list_schedules(reading, params, cursors)


@router.post(
    "/unit-schedules",
    permission=Permission.ORGANISATION_MANAGE,
    name="unit_schedules_create",
    model=UnitScheduleOut,
    location="/v1/unit-schedules/{id}",
    problems=[ScheduleOverlaps, EndsBeforeStart, UnknownReference],
)
async def post_unit_schedule(
    actor: CurrentActor, writing: WritingUnit, schedule: UnitScheduleIn
) -> UnitScheduleOut:
    """Give a unit its own working week.

    It holds for everything below the unit too, up to a unit with a schedule of its own. End the
    former one first.
    """
    return await create_schedule(writing, actor, schedule)


@router.get(
    "/unit-schedules/{schedule_id}",
    permission=Permission.ORGANISATION_READ,
    name="unit_schedules_get",
    model=UnitScheduleOut,
    problems=[ResourceNotFound],
)
async def get_one_unit_schedule(
    actor: CurrentActor, reading: ReadingUnit, schedule_id: Id
) -> UnitScheduleOut:
    """Read a unit's working week."""
    del actor
    return await get_schedule(reading, schedule_id)


@router.patch(
    "/unit-schedules/{schedule_id}",
    permission=Permission.ORGANISATION_MANAGE,
    name="unit_schedules_change",
    model=UnitScheduleOut,
    problems=[ResourceNotFound, ScheduleOverlaps, EndsBeforeStart],
)
async def patch_unit_schedule(
    actor: CurrentActor,
    writing: WritingUnit,
    schedule_id: Id,
    patch: UnitSchedulePatch,
    version: RequiredVersion,
) -> UnitScheduleOut:
    """Change or end a unit's working week; it stays with its unit."""
    return await change_schedule(writing, actor, schedule_id, patch, expected=version)
