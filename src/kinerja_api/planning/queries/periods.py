"""Reads of periods, and the locks that keep a period open while something is written into it."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Date, Integer, Text, Uuid, and_, bindparam, extract, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.schemas.periods import PeriodListParams, PeriodOut, PeriodSort
from kinerja_api.planning.tables import periods, plans

_TENANT = bindparam("tenant_id", type_=Uuid)


class HeldPeriod(TypedDict):
    """A period of a plan's year, held as it is; is_served: the placement holds on a day of it."""

    id: UUID
    code: str
    kind: str
    status: str
    is_served: bool


_SORTS = both_ways(PeriodSort, ("starts_on", periods.c.starts_on), ("id", periods.c.id))
_year, _on = bindparam("year", type_=Integer), bindparam("on", type_=Date)
_PERIODS = Collection(
    periods,
    PeriodOut,
    {
        "kind": periods.c.kind == bindparam("kind", type_=Text),
        "status": periods.c.status == bindparam("status", type_=Text),
        "year": periods.c.starts_on.between(
            func.make_date(_year, 1, 1), func.make_date(_year, 12, 31)
        ),
        "on": and_(periods.c.starts_on <= _on, periods.c.ends_on >= _on),
    },
)


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
    """Hold the periods that begin in ``years``; their kind, first day and status."""
    return (
        select(periods.c.kind, periods.c.starts_on, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT,
            extract("year", periods.c.starts_on)
            == func.any(bindparam("years", type_=ARRAY(Integer))),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def _hold_year() -> Executable:
    own = and_(placements.c.tenant_id == plans.c.tenant_id, placements.c.id == plans.c.placement_id)
    of_year = and_(
        periods.c.tenant_id == plans.c.tenant_id,
        periods.c.starts_on >= func.make_date(plans.c.year, 1, 1),
        periods.c.starts_on <= func.make_date(plans.c.year, 12, 31),
    )
    is_served = and_(
        periods.c.ends_on >= placements.c.starts_on,
        or_(placements.c.ends_on.is_(None), periods.c.starts_on <= placements.c.ends_on),
    )
    return (
        select(
            periods.c.id,
            periods.c.code,
            periods.c.kind,
            periods.c.status,
            is_served.label("is_served"),
        )
        .join_from(plans, placements, own)
        .join(periods, of_year)
        .where(plans.c.tenant_id == _TENANT, plans.c.id == bindparam("id", type_=Uuid))
        .order_by(periods.c.id)
        .with_for_update(read=True, of=periods)
    )


async def hold_year_of(writing: Writing, plan_id: UUID) -> list[HeldPeriod]:
    """Keep the periods of the plan's year as they are until the commit, and return them.

    Before the plan itself is locked: a closing year holds its period when it comes to its plans.
    """
    return await writing.rows(_hold_year(), HeldPeriod, id=plan_id)


@statement
def _of_year() -> Executable:
    first, last = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)
    return _PERIODS.rows.where(periods.c.starts_on.between(first, last)).order_by(
        periods.c.starts_on, periods.c.ends_on.desc()
    )


async def list_periods_of_year(reading: Reading, year: int) -> list[PeriodOut]:
    """Return the periods that begin in the year, the year itself first."""
    return await reading.rows(
        _of_year(), PeriodOut, first_day=dt.date(year, 1, 1), last_day=dt.date(year, 12, 31)
    )


async def get_period(reading: Reading, period_id: UUID) -> PeriodOut:
    """Return the period; ResourceNotFound."""
    return await _PERIODS.get(reading, period_id)


async def get_period_for_update(writing: Writing, period_id: UUID) -> PeriodOut:
    """Return the period, locked to the end of the transaction; ResourceNotFound."""
    return await _PERIODS.lock(writing, period_id)


async def list_periods(
    reading: Reading, params: PeriodListParams, cursors: Cursors
) -> Page[PeriodOut]:
    """Return one page of periods; every member of the government sees them."""
    return await _PERIODS.page(reading, params, cursors, sort=_SORTS[params.sort])
