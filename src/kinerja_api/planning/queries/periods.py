"""Reads of periods, and the locks that keep a period open while something is written into it."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Date, Text, Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.planning.rules import PeriodKind
from kinerja_api.planning.schemas.periods import PeriodListParams, PeriodOut, PeriodSort
from kinerja_api.planning.tables import periods

_TENANT = bindparam("tenant_id", type_=Uuid)

_SORTS = {
    sort: Sort(
        (("starts_on", periods.c.starts_on), ("id", periods.c.id)),
        descending=sort.startswith("-"),
    )
    for sort in PeriodSort
}


def all_periods() -> Rows:
    """Select the periods of the government, as ``PeriodOut``; every member sees them."""
    return select(
        periods.c.id,
        periods.c.code,
        periods.c.kind,
        periods.c.starts_on,
        periods.c.ends_on,
        periods.c.status,
        periods.c.created_at,
        periods.c.updated_at,
        periods.c.version,
    ).where(periods.c.tenant_id == _TENANT)


def locked_periods(day: ColumnElement[Any], last_day: ColumnElement[Any] | None = None) -> CTE:
    """Return the periods that share a day with ``day`` to ``last_day``, held FOR SHARE.

    For statements that fold the check into their effect; columns ``id`` and ``status``. The
    rows are locked in id order, so writers and closings cannot deadlock; a close that
    committed meanwhile shows its new status.
    """
    return _shared(day, day if last_day is None else last_day).cte("locked_periods")


def _shared(first: ColumnElement[Any], last: ColumnElement[Any]) -> Rows:
    return (
        select(periods.c.id, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT, periods.c.starts_on <= last, periods.c.ends_on >= first
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def lock_periods_between() -> Executable:
    """Hold every period that shares a day with ``first_day`` to ``last_day``; their status."""
    return _shared(bindparam("first_day", type_=Date), bindparam("last_day", type_=Date))


@statement
def lock_periods_around() -> Executable:
    """Hold the period ``id`` and those that contain the whole of it; their status."""
    inner = periods.alias("inner_period")
    return (
        select(periods.c.id, periods.c.status)
        .join_from(
            inner,
            periods,
            and_(
                periods.c.tenant_id == inner.c.tenant_id,
                periods.c.starts_on <= inner.c.starts_on,
                periods.c.ends_on >= inner.c.ends_on,
            ),
        )
        .where(inner.c.tenant_id == _TENANT, inner.c.id == bindparam("id", type_=Uuid))
        .order_by(periods.c.id)
        .with_for_update(read=True, of=periods)
    )


@statement
def lock_years() -> Executable:
    """Hold the periods of the kind year that begin on ``first_days``; their day and status."""
    return (
        select(periods.c.starts_on, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT,
            periods.c.kind == PeriodKind.YEAR,
            periods.c.starts_on == func.any(bindparam("first_days", type_=ARRAY(Date))),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def _of_year() -> Executable:
    first, last = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)
    return (
        all_periods()
        .where(periods.c.starts_on.between(first, last))
        .order_by(periods.c.starts_on, periods.c.ends_on.desc())
    )


async def list_periods_of_year(reading: Reading, year: int) -> list[PeriodOut]:
    """Return the periods that begin in the year, the year itself first."""
    return await reading.rows(
        _of_year(), PeriodOut, first_day=dt.date(year, 1, 1), last_day=dt.date(year, 12, 31)
    )


@statement
def _period(*, lock: bool) -> Executable:
    query = all_periods().where(periods.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_period(reading: Reading, period_id: UUID) -> PeriodOut:
    """Return the period; ResourceNotFound."""
    return _found(await reading.row(_period(lock=False), PeriodOut, id=period_id))


async def get_period_for_update(writing: Writing, period_id: UUID) -> PeriodOut:
    """Return the period, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_period(lock=True), PeriodOut, id=period_id))


async def list_periods(
    reading: Reading, params: PeriodListParams, cursors: Cursors
) -> Page[PeriodOut]:
    """Return one page of periods."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        PeriodOut,
        name="periods",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = all_periods()
    if "kind" in shape:
        query = query.where(periods.c.kind == bindparam("kind", type_=Text))
    if "status" in shape:
        query = query.where(periods.c.status == bindparam("status", type_=Text))
    if "year" in shape:
        first = func.make_date(bindparam("year"), 1, 1)
        last = func.make_date(bindparam("year"), 12, 31)
        query = query.where(periods.c.starts_on.between(first, last))
    if "on" in shape:
        day = bindparam("on", type_=Date)
        query = query.where(periods.c.starts_on <= day, periods.c.ends_on >= day)
    return query


def _found(row: PeriodOut | None) -> PeriodOut:
    if row is None:
        raise ResourceNotFound
    return row
