"""Reads of the working calendar. ``working_calendar`` is what other domains ask."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, Text, Uuid, bindparam, cast, extract, func, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.dated import holds_between, holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import DayKind, NormKey, Norms, WorkingCalendar
from kinerja_api.organisation.schemas.calendar import (
    CalendarDayOut,
    CalendarListParams,
    CalendarSort,
)
from kinerja_api.organisation.tables import calendar_days, norms

_TENANT = bindparam("tenant_id", type_=Uuid)
_SORTS = {
    CalendarSort.DAY: Sort((("day", calendar_days.c.day),)),
    CalendarSort.DAY_DESC: Sort((("day", calendar_days.c.day),), descending=True),
}


@dataclass(frozen=True, slots=True)
class _Day:
    day: dt.date
    kind: str


@dataclass(frozen=True, slots=True)
class _Week:
    starts_on: dt.date
    ends_on: dt.date | None
    value: list[int]


def calendar_says(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the calendar calls the day a working day; null where it is silent."""
    return (
        select(calendar_days.c.kind == DayKind.WORKING_DAY)
        .where(calendar_days.c.tenant_id == _TENANT, calendar_days.c.day == day)
        .scalar_subquery()
    )


def works_by_calendar(day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the government works on the day, unit schedules aside."""
    weekday = cast(extract("isodow", day), Integer)
    week = (
        select(norms.c.value.contains(func.to_jsonb(weekday)))
        .where(
            norms.c.tenant_id == _TENANT,
            norms.c.key == NormKey.WORKING_WEEK,
            holds_on(norms, day),
        )
        .scalar_subquery()
    )
    return func.coalesce(calendar_says(day), week, weekday.in_(Norms().working_week))


async def working_calendar(reading: Reading, first: dt.date, last: dt.date) -> WorkingCalendar:
    """Return the government's calendar of the days from first to last."""
    days = await reading.rows(_days(), _Day, first=first, last=last)
    weeks = await reading.rows(_weeks(), _Week, starts_on=first, ends_on=last)
    return WorkingCalendar(
        days={row.day: row.kind for row in days},
        weeks=[(DateRange(week.starts_on, week.ends_on), week.value) for week in weeks],
    )


@statement
def _days() -> Executable:
    return select(calendar_days.c.day, calendar_days.c.kind).where(
        calendar_days.c.tenant_id == _TENANT,
        calendar_days.c.day >= bindparam("first", type_=Date),
        calendar_days.c.day <= bindparam("last", type_=Date),
    )


@statement
def _weeks() -> Executable:
    return select(norms.c.starts_on, norms.c.ends_on, norms.c.value).where(
        norms.c.tenant_id == _TENANT,
        norms.c.key == NormKey.WORKING_WEEK,
        holds_between(norms),
    )


def _all_days() -> Rows:
    return select(
        calendar_days.c.day,
        calendar_days.c.kind,
        calendar_days.c.name,
        calendar_days.c.created_at,
        calendar_days.c.updated_at,
        calendar_days.c.version,
    ).where(calendar_days.c.tenant_id == _TENANT)


@statement
def _day(*, lock: bool) -> Executable:
    query = _all_days().where(calendar_days.c.day == bindparam("day", type_=Date))
    return query.with_for_update() if lock else query


async def find_day_for_update(writing: Writing, day: dt.date) -> CalendarDayOut | None:
    """Return the day's row, locked to the end of the transaction, or None."""
    return await writing.row(_day(lock=True), CalendarDayOut, day=day)


async def get_day(reading: Reading, day: dt.date) -> CalendarDayOut:
    """Return the day's row; ResourceNotFound."""
    row = await reading.row(_day(lock=False), CalendarDayOut, day=day)
    if row is None:
        raise ResourceNotFound
    return row


async def list_days(
    reading: Reading, params: CalendarListParams, cursors: Cursors
) -> Page[CalendarDayOut]:
    """Return one page of the days that differ from the working week."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    values: dict[str, object] = {"kind": params.kind}
    if params.from_year is not None:
        values["first"] = dt.date(params.from_year, 1, 1)
    if params.to_year is not None:
        values["last"] = dt.date(params.to_year, 12, 31)
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        CalendarDayOut,
        name="calendar_days",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=values,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = _all_days()
    if "from_year" in shape:
        query = query.where(calendar_days.c.day >= bindparam("first", type_=Date))
    if "to_year" in shape:
        query = query.where(calendar_days.c.day <= bindparam("last", type_=Date))
    if "kind" in shape:
        query = query.where(calendar_days.c.kind == bindparam("kind", type_=Text))
    return query
