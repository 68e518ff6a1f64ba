"""Changes of periods, and holding them open for a write."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import FieldError, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.planning.errors import PeriodClosed, PeriodDatesWrong
from kinerja_api.planning.queries.periods import (
    get_period,
    list_periods_of_year,
    lock_periods_around,
    lock_periods_between,
    lock_years,
)
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.rules import (
    PeriodDates,
    PeriodKind,
    PeriodStatus,
    period_of,
    periods_of_year,
)
from kinerja_api.planning.schemas.periods import PeriodIn, PeriodOut, PeriodYearIn
from kinerja_api.planning.tables import periods


class _Held(TypedDict):
    id: UUID
    status: str


class _Begun(TypedDict):
    kind: str
    starts_on: dt.date
    status: str


class _Made(TypedDict):
    id: UUID
    code: str


async def hold_open(writing: Writing, first_day: dt.date, last_day: dt.date | None = None) -> None:
    """Keep every period with a day from ``first_day`` to ``last_day`` open until the commit.

    PeriodClosed if one of them is closed.
    """
    held = await writing.rows(
        lock_periods_between(), _Held, first_day=first_day, last_day=last_day or first_day
    )
    _refuse_closed(held)


async def hold_open_period(
    writing: Writing, period_id: UUID, *, pointer: str = "/period_id"
) -> None:
    """Keep the period, and those that contain it, open until the commit.

    pointer: where the id stands in the body. PeriodClosed, UnknownReference.
    """
    held = await writing.rows(lock_periods_around(), _Held, id=period_id)
    if not held:
        raise UnknownReference.at(pointer)
    _refuse_closed(held)


async def hold_year_open(writing: Writing, year: int) -> None:
    """Keep the year open, where it exists, until the commit; PeriodClosed."""
    if await hold_years(writing, [year]):
        raise PeriodClosed


async def hold_years(writing: Writing, years: Iterable[int]) -> set[int]:
    """Keep the years and the periods in them as they are; return the years that are closed."""
    held = await writing.rows(lock_years(), _Begun, years=list(years))
    return {
        period["starts_on"].year
        for period in held
        if period["kind"] == PeriodKind.YEAR and period["status"] == PeriodStatus.CLOSED
    }


def _refuse_closed(held: list[_Held]) -> None:
    if any(period["status"] == PeriodStatus.CLOSED for period in held):
        raise PeriodClosed


async def create_period(writing: Writing, period: PeriodIn) -> PeriodOut:
    """Create a period; PeriodDatesWrong, PeriodCodeTaken."""
    dates = period_of(period.code)
    if dates is None:
        raise PeriodDatesWrong.at("/code")
    wrong = [
        FieldError(PeriodDatesWrong.code, f"/{name}", params={"expected": str(expected)})
        for name, expected in (
            ("kind", dates.kind), ("starts_on", dates.starts_on), ("ends_on", dates.ends_on)
        )
        if getattr(period, name) != expected
    ]  # fmt: skip
    if wrong:
        raise PeriodDatesWrong(errors=wrong)
    [period_id] = await _create(writing, [dates], skip=False)
    return await get_period(writing, period_id)


async def create_year(writing: Writing, year: PeriodYearIn) -> list[PeriodOut]:
    """Create a year with its quarters, months or both; those that exist already stay as is."""
    await insert_new_periods(writing, periods_of_year(year.year, year.kinds))
    return await list_periods_of_year(writing, year.year)


async def insert_new_periods(writing: Writing, wanted: list[PeriodDates]) -> list[UUID]:
    """Create those of the periods whose code is not there; return their ids."""
    return await _create(writing, wanted, skip=True)


async def _create(writing: Writing, wanted: list[PeriodDates], *, skip: bool) -> list[UUID]:
    rows = [{**asdict(dates), "id": new_id(), "status": PeriodStatus.OPEN} for dates in wanted]
    made = await writing.rows(_insert_periods(skip=skip), _Made, periods=rows, now=clock.now())
    for period in made:
        code = period["code"]
        writing.record("period.created", ("period", period["id"]), after={"code": code})
        writing.emit("period.created", ("period", period["id"]), code=code)
    return [period["id"] for period in made]


async def close_period(writing: Writing, period_id: UUID) -> None:
    """Close a period that the caller has locked; trail and event are those of its closing."""
    await writing.execute(_set_status(), id=period_id, status=PeriodStatus.CLOSED, now=clock.now())


async def reopen_period(writing: Writing, period_id: UUID) -> None:
    """Open a period that the caller has locked; trail and event are those of its closing."""
    await writing.execute(_set_status(), id=period_id, status=PeriodStatus.OPEN, now=clock.now())


_COLUMNS = ("id", "code", "kind", "starts_on", "ends_on", "status")


@statement
def _insert_periods(*, skip: bool) -> Executable:
    """Insert periods and return them; skip: those whose code is there already stay as they are."""
    rows = rows_of("periods", {name: periods.c[name].type for name in _COLUMNS})
    now = bindparam("now", type_=DateTime(timezone=True))
    made = insert(periods).from_select(
        ["tenant_id", *_COLUMNS, "created_at", "updated_at"],
        select(bindparam("tenant_id", type_=Uuid), *[rows.c[name] for name in _COLUMNS], now, now),
    )
    if skip:
        made = made.on_conflict_do_nothing(constraint="periods_code_key")
    return made.returning(periods.c.id, periods.c.code)


@statement
def _set_status() -> Executable:
    return (
        update(periods)
        .where(
            periods.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            periods.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            status=bindparam("status", type_=Text),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=periods.c.version + 1,
        )
    )
