"""The working calendar: holidays, joint leave, and days worked all the same."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Day, Id, Page
from kinerja_api.organisation.commands.calendar import remove_day, seed_year, set_day
from kinerja_api.organisation.errors import RangeTooLong
from kinerja_api.organisation.queries.calendar import list_days
from kinerja_api.organisation.queries.schedules import calendar_of
from kinerja_api.organisation.queries.units import get_unit
from kinerja_api.organisation.rules import (
    WorkingCalendar,
    add_working_days,
    working_days_between,
)
from kinerja_api.organisation.schemas.calendar import (
    CalendarDayIn,
    CalendarDayOut,
    CalendarListParams,
    CalendarSeedingIn,
    CalendarSeedingOut,
    WorkingDayAfterOut,
    WorkingDaysOut,
)

router = Router(tag="Organisation")

UnitOrNone = Annotated[
    Id | None, Query(description="For this unit's people; left out: for the government")
]
_MOST_DAYS = 1100
_FIRST_DAY, _LAST_DAY = dt.date(1890, 1, 1), dt.date(2210, 1, 1)


@router.list(
    "/calendar/days",
    permission=Permission.ORGANISATION_READ,
    name="calendar_days_list",
    item=CalendarDayOut,
)
async def get_calendar_days(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[CalendarListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[CalendarDayOut]:
    """List the days that differ from the working week."""
    del actor
    return await list_days(reading, params, cursors)


@router.put(
    "/calendar/days/{day}",
    permission=Permission.ORGANISATION_MANAGE,
    name="calendar_days_set",
    model=CalendarDayOut,
)
async def put_calendar_day(
    actor: CurrentActor,
    writing: WritingUnit,
    day: Day,
    given: CalendarDayIn,
    version: OptionalVersion,
) -> CalendarDayOut:
    """Say what a day is: a holiday, joint leave, or a working day outside the week."""
    return await set_day(writing, actor, day, given, expected=version)


@router.delete(
    "/calendar/days/{day}",
    permission=Permission.ORGANISATION_MANAGE,
    name="calendar_days_remove",
    problems=[ResourceNotFound],
)
async def delete_calendar_day(
    actor: CurrentActor, writing: WritingUnit, day: Day, version: OptionalVersion
) -> None:
    """Let the working week hold on the day again."""
    await remove_day(writing, actor, day, expected=version)


@router.post(
    "/calendar/seedings",
    permission=Permission.ORGANISATION_MANAGE,
    name="calendar_seed",
    model=CalendarSeedingOut,
)
async def post_calendar_seeding(
    actor: CurrentActor, writing: WritingUnit, seeding: CalendarSeedingIn
) -> CalendarSeedingOut:
    """Fill a year with the national holidays and joint leave known of it.

    Days already in the calendar are kept. Check the year against the joint decree (SKB): dates
    of lunar holidays in coming years are estimates.
    """
    return await seed_year(writing, actor, seeding.year)


@router.get(
    "/calendar/working-days",
    permission=Permission.ORGANISATION_READ,
    name="calendar_working_days",
    model=WorkingDaysOut,
    problems=[RangeTooLong, ResourceNotFound],
)
async def get_working_days(
    actor: CurrentActor,
    reading: ReadingUnit,
    first: Annotated[Day, Query(alias="from", description="First day, inside")],
    last: Annotated[Day, Query(alias="to", description="Last day, inside")],
    unit_id: UnitOrNone = None,
) -> WorkingDaysOut:
    """Count the working days between two dates, at most three years apart."""
    del actor
    if last - first > dt.timedelta(days=_MOST_DAYS):
        raise RangeTooLong(most=_MOST_DAYS)
    calendar = await _calendar(reading, unit_id, first, last)
    return WorkingDaysOut(
        first_day=first,
        last_day=last,
        unit_id=unit_id,
        working_days=working_days_between(first, last, calendar),
    )


@router.get(
    "/calendar/working-days/after",
    permission=Permission.ORGANISATION_READ,
    name="calendar_working_day_after",
    model=WorkingDayAfterOut,
    problems=[ResourceNotFound],
)
async def get_working_day_after(
    actor: CurrentActor,
    reading: ReadingUnit,
    day: Annotated[Day, Query(alias="from", description="The day itself does not count")],
    count: Annotated[int, Query(ge=-366, le=366, description="Working days; before, if negative")],
    unit_id: UnitOrNone = None,
) -> WorkingDayAfterOut:
    """Tell which day is so many working days after a day."""
    del actor
    edge = _LAST_DAY if count > 0 else _FIRST_DAY
    calendar = await _calendar(reading, unit_id, min(day, edge), max(day, edge))
    later = add_working_days(day, count, calendar)
    return WorkingDayAfterOut(from_day=day, count=count, unit_id=unit_id, day=later)


async def _calendar(
    reading: Reading, unit_id: UUID | None, first: dt.date, last: dt.date
) -> WorkingCalendar:
    if unit_id is not None:
        await get_unit(reading, unit_id)
    return await calendar_of(reading, unit_id, first, last)
