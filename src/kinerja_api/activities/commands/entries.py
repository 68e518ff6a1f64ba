"""Entering many logs: batches, files, shifts past midnight, and what the hot path refuses.

Everything is decided in memory, in the order given, under the locks of all periods and days
concerned; then one insert and one update write what was accepted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.activities.commands.ledgers import (
    DayKey,
    day_keys,
    key_lists,
    keys_of,
    lock_days,
    read_days,
    read_limits,
    rebuild_days,
)
from kinerja_api.activities.errors import NoPlacement
from kinerja_api.activities.rules import DayBook, DayLimit, LogStatus, Part, Span
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import holds_on
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.errors import PeriodClosed
from kinerja_api.planning.rules import PeriodStatus, PlanStatus
from kinerja_api.planning.tables import indicators, periods, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLog:
    """A log to enter; its target and indicator must be of the employee's approved plan."""

    id: UUID
    employee_id: UUID
    work_date: dt.date
    span: Span
    description: str
    target_id: UUID | None = None
    indicator_id: UUID | None = None
    volume: Decimal | None = None
    volume_unit: str | None = None
    status: str
    submitted_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None

    @property
    def parts(self) -> list[Part]:
        return self.span.parts(self.work_date)


@dataclass(frozen=True, slots=True)
class _Placed:
    employee_id: UUID
    work_date: dt.date
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class _Link:
    target_id: UUID
    indicator_id: UUID | None
    employee_id: UUID
    year: int


@dataclass(frozen=True, slots=True)
class _Held:
    starts_on: dt.date
    ends_on: dt.date
    status: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What the decisions rest on."""

    closed: Sequence[_Held]
    units: Mapping[DayKey, UUID]
    links: set[tuple[UUID, UUID | None, UUID, int]]
    limits: Mapping[dt.date, DayLimit]
    book: DayBook


async def enter_logs(
    writing: Writing, news: Sequence[NewLog], *, now: dt.datetime
) -> list[Problem | None]:
    """Enter the logs that may be; return for each why not, or None."""
    if not news:
        return []
    known = await _known(writing, news)
    outcomes = [_decide(new, known) for new in news]
    accepted = [new for new, problem in zip(news, outcomes, strict=True) if problem is None]
    if accepted:
        await writing.execute(_insert_logs(), **_columns(accepted, known.units), now=now)
        await rebuild_days(writing, _keys(accepted))
    return outcomes


async def hold_periods(writing: Writing, days: Iterable[dt.date]) -> Sequence["_Held"]:
    """Hold all periods around the days to the end of the transaction; return the closed ones."""
    known = list(days)
    held = await writing.rows(_hold_periods(), _Held, first_day=min(known), last_day=max(known))
    return [period for period in held if period.status == PeriodStatus.CLOSED]


def is_closed(closed: Sequence["_Held"], day: dt.date) -> bool:
    """Return whether one of the closed periods contains the day."""
    return any(period.starts_on <= day <= period.ends_on for period in closed)


async def find_units(writing: Writing, days: Iterable[DayKey]) -> Mapping[DayKey, UUID]:
    """Return in which unit each employee was placed on each day; absent: nowhere."""
    rows = await writing.rows(_placed(), _Placed, **key_lists(days))
    return {(row.employee_id, row.work_date): row.unit_id for row in rows}


async def check_links(
    writing: Writing, key: DayKey, target_id: UUID | None, indicator_id: UUID | None
) -> None:
    """Raise UnknownReference unless both are of the employee's approved plan of that year."""
    if target_id is None:
        return
    links = await _find_links(writing, [target_id])
    problem = _unlinked(links, key, target_id, indicator_id)
    if problem is not None:
        raise problem


async def _known(writing: Writing, news: Sequence[NewLog]) -> _Known:
    closed = await hold_periods(writing, [new.work_date for new in news])
    units = await find_units(writing, [(new.employee_id, new.work_date) for new in news])
    wanted = {new.target_id for new in news if new.target_id is not None}
    links = await _find_links(writing, sorted(wanted)) if wanted else set[_LinkKey]()
    limits = await read_limits(writing, [part.day for new in news for part in new.parts])
    keys = _keys(new for new in news if (new.employee_id, new.work_date) in units)
    await lock_days(writing, keys)
    return _Known(closed, units, links, limits, await read_days(writing, keys))


def _decide(new: NewLog, known: _Known) -> Problem | None:
    if is_closed(known.closed, new.work_date):
        return PeriodClosed()
    if (new.employee_id, new.work_date) not in known.units:
        return NoPlacement.at("/work_date")
    if new.target_id is not None:
        key = (new.employee_id, new.work_date)
        problem = _unlinked(known.links, key, new.target_id, new.indicator_id)
        if problem is not None:
            return problem
    parts = new.parts
    problem = known.book.refusal(new.employee_id, parts, known.limits)
    if problem is None:
        known.book.take(new.employee_id, parts)
    return problem


_LinkKey = tuple[UUID, UUID | None, UUID, int]


async def _find_links(writing: Writing, target_ids: Sequence[UUID]) -> set[_LinkKey]:
    rows = await writing.rows(_links(), _Link, target_ids=target_ids)
    with_indicator = {(row.target_id, row.indicator_id, row.employee_id, row.year) for row in rows}
    return with_indicator | {(row.target_id, None, row.employee_id, row.year) for row in rows}


def _unlinked(
    links: set[_LinkKey], key: DayKey, target_id: UUID, indicator_id: UUID | None
) -> Problem | None:
    employee_id, work_date = key
    if (target_id, None, employee_id, work_date.year) not in links:
        return UnknownReference.at("/target_id")
    if (target_id, indicator_id, employee_id, work_date.year) not in links:
        return UnknownReference.at("/indicator_id")
    return None


def _keys(news: Iterable[NewLog]) -> list[DayKey]:
    return [key for new in news for key in keys_of(new.employee_id, new.parts)]


_LISTS: Mapping[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "work_date": Date(),
    "employee_id": Uuid(),
    "unit_id": Uuid(),
    "starts_minute": SmallInteger(),
    "ends_minute": SmallInteger(),
    "description": Text(),
    "target_id": Uuid(),
    "indicator_id": Uuid(),
    "volume": Numeric(14, 2),
    "volume_unit": Text(),
    "status": Text(),
    "submitted_at": DateTime(timezone=True),
    "decided_at": DateTime(timezone=True),
}


def _columns(news: Sequence[NewLog], units: Mapping[DayKey, UUID]) -> dict[str, object]:
    plain = [name for name in _LISTS if name not in ("unit_id", "starts_minute", "ends_minute")]
    return {
        **{f"log_{name}": [getattr(new, name) for new in news] for name in plain},
        "log_unit_id": [units[new.employee_id, new.work_date] for new in news],
        "log_starts_minute": [new.span.starts for new in news],
        "log_ends_minute": [new.span.ends for new in news],
    }


@statement
def _insert_logs() -> Executable:
    lists = [bindparam(f"log_{name}", type_=ARRAY(kind)) for name, kind in _LISTS.items()]
    rows = (
        func.unnest(*lists)
        .table_valued(*[column(name, kind) for name, kind in _LISTS.items()])
        .render_derived(name="new_logs")
    )
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(activity_logs).from_select(
        ["tenant_id", *_LISTS, "created_at", "updated_at"],
        select(_TENANT, *[rows.c[name] for name in _LISTS], now, now),
    )


@statement
def _hold_periods() -> Executable:
    return (
        select(periods.c.starts_on, periods.c.ends_on, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT,
            periods.c.starts_on <= bindparam("last_day", type_=Date),
            periods.c.ends_on >= bindparam("first_day", type_=Date),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def _placed() -> Executable:
    days = day_keys()
    found = (
        select(placements.c.unit_id)
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.employee_id == days.c.employee_id,
            holds_on(placements, days.c.work_date),
        )
        .order_by(
            placements.c.kind != PlacementKind.DEFINITIVE, placements.c.starts_on, placements.c.id
        )
        .limit(1)
        .lateral("placed")
    )
    return select(days.c.employee_id, days.c.work_date, found.c.unit_id).select_from(
        days.join(found, true())
    )


@statement
def _links() -> Executable:
    return (
        select(
            targets.c.id.label("target_id"),
            indicators.c.id.label("indicator_id"),
            plans.c.employee_id,
            plans.c.year,
        )
        .join_from(
            targets,
            plans,
            and_(plans.c.tenant_id == targets.c.tenant_id, plans.c.id == targets.c.plan_id),
        )
        .outerjoin(
            indicators,
            and_(
                indicators.c.tenant_id == targets.c.tenant_id,
                indicators.c.target_id == targets.c.id,
            ),
        )
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.id == func.any(bindparam("target_ids", type_=ARRAY(Uuid))),
            plans.c.status == PlanStatus.APPROVED,
        )
    )


def submitted(status: str, now: dt.datetime) -> dt.datetime | None:
    """Return when a log that begins with this status was submitted."""
    return None if status == LogStatus.DRAFT else now
