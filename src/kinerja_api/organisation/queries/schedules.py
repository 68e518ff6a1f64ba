"""Reads of unit schedules, and on which days the people of a unit work.

The schedule of the nearest unit upwards that has one on the day goes before the government's
week; where it does not observe holidays, the calendar counts for nothing.
"""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    extract,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.dated import holds_between, holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.queries.calendar import (
    calendar_says,
    working_calendar,
    works_by_calendar,
)
from kinerja_api.organisation.rules import Schedule, WorkingCalendar
from kinerja_api.organisation.schemas.schedules import (
    UnitScheduleListParams,
    UnitScheduleOut,
    UnitScheduleSort,
)
from kinerja_api.organisation.tables import unit_closure, unit_schedules

_TENANT = bindparam("tenant_id", type_=Uuid)
_SORTS = both_ways(
    UnitScheduleSort, ("starts_on", unit_schedules.c.starts_on), ("id", unit_schedules.c.id)
)


@dataclass(frozen=True, slots=True)
class _Row:
    unit_id: UUID
    starts_on: dt.date
    ends_on: dt.date | None
    working_week: list[int]
    observes_holidays: bool


async def calendar_of(
    reading: Reading, unit_id: UUID | None, first: dt.date, last: dt.date
) -> WorkingCalendar:
    """Return the calendar of a unit's people for the days from first to last.

    Without a unit: the government's.
    """
    if unit_id is None:
        return await working_calendar(reading, first, last)
    return (await calendars_of(reading, [unit_id], first, last))[unit_id]


async def calendars_of(
    reading: Reading, unit_ids: Sequence[UUID], first: dt.date, last: dt.date
) -> dict[UUID, WorkingCalendar]:
    """Return the calendar of each unit's people for the days from first to last."""
    calendar = await working_calendar(reading, first, last)
    rows = await reading.rows(
        _over_units(), _Row, unit_ids=list(unit_ids), starts_on=first, ends_on=last
    )
    schedules: dict[UUID, list[Schedule]] = {unit_id: [] for unit_id in unit_ids}
    for row in rows:
        valid = DateRange(row.starts_on, row.ends_on)
        schedules[row.unit_id].append(Schedule(valid, row.working_week, row.observes_holidays))
    return {
        unit_id: dataclasses.replace(calendar, schedules=own) for unit_id, own in schedules.items()
    }


def works_on(unit_id: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the people of a unit work on the day.

    A scalar sub-select for each unit: ask it once a unit, not once a person.
    """
    own, over = unit_schedules.alias("own_schedule"), unit_closure.alias("schedule_over")
    is_in_week = cast(extract("isodow", day), Integer) == func.any(own.c.working_week)
    by_schedule = (
        select(
            case(
                (own.c.observes_holidays, func.coalesce(calendar_says(day), is_in_week)),
                else_=is_in_week,
            )
        )
        .join_from(over, own, _is_over(over, own))
        .where(over.c.tenant_id == _TENANT, over.c.descendant_id == unit_id, holds_on(own, day))
        .order_by(over.c.depth)
        .limit(1)
        .correlate_except(own, over)
        .scalar_subquery()
    )
    return func.coalesce(by_schedule, works_by_calendar(day))


@statement
def _over_units() -> Executable:
    """Schedules of the units and the units above them on some of the days, nearest first."""
    over = unit_closure
    return (
        select(
            over.c.descendant_id.label("unit_id"),
            unit_schedules.c.starts_on,
            unit_schedules.c.ends_on,
            unit_schedules.c.working_week,
            unit_schedules.c.observes_holidays,
        )
        .join_from(over, unit_schedules, _is_over(over, unit_schedules))
        .where(
            over.c.tenant_id == _TENANT,
            over.c.descendant_id == func.any(bindparam("unit_ids", type_=ARRAY(Uuid))),
            holds_between(unit_schedules),
        )
        .order_by(over.c.depth)
    )


def _is_over(over: FromClause, schedule: FromClause) -> ColumnElement[bool]:
    return and_(schedule.c.tenant_id == over.c.tenant_id, schedule.c.unit_id == over.c.ancestor_id)


_SCHEDULES = Collection(
    unit_schedules,
    UnitScheduleOut,
    {
        "unit_id": unit_schedules.c.unit_id == bindparam("unit_id", type_=Uuid),
        "on": holds_on(unit_schedules, bindparam("on", type_=Date)),
    },
)


async def get_schedule(reading: Reading, schedule_id: UUID) -> UnitScheduleOut:
    """Return the schedule; ResourceNotFound."""
    return await _SCHEDULES.get(reading, schedule_id)


async def list_schedules(
    reading: Reading, params: UnitScheduleListParams, cursors: Cursors
) -> Page[UnitScheduleOut]:
    """Return one page of schedules."""
    return await _SCHEDULES.page(reading, params, cursors, sort=_SORTS[params.sort])
