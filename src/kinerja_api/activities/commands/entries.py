"""Entering many logs: batches, files, shifts past midnight, and what the hot path refuses.

Everything is decided in memory, in the order given, under the locks of all periods and days
concerned; then one insert, which counts them too, and one update write what was accepted.
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
    bindparam,
    column,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.activities.commands.facts import (
    HeldPeriod,
    LinkKey,
    find_links,
    find_units,
    hold_periods,
    is_closed,
    unlinked,
)
from kinerja_api.activities.commands.ledgers import (
    DayKey,
    keys_of,
    lock_days,
    read_days,
    read_limits,
    rebuild_days,
)
from kinerja_api.activities.commands.months import COUNTED, count_new
from kinerja_api.activities.errors import NoPlacement
from kinerja_api.activities.rules import DayBook, DayLimit, LogStatus, Part, Span
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem
from kinerja_api.core.sql import statement
from kinerja_api.planning.errors import PeriodClosed

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLog:
    """A log to enter; its target and indicator must be of the employee's plan in force."""

    id: UUID
    employee_id: UUID
    work_date: dt.date
    span: Span
    description: str
    target_id: UUID | None = None
    indicator_id: UUID | None = None
    volume: Decimal | None = None
    volume_unit: str | None = None
    progress_percent: Decimal | None = None
    late_reason: str | None = None
    status: str
    submitted_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None

    @property
    def parts(self) -> list[Part]:
        return self.span.parts(self.work_date)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the decisions rest on."""

    closed: Sequence[HeldPeriod]
    units: Mapping[DayKey, UUID]
    links: set[LinkKey]
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


async def _known(writing: Writing, news: Sequence[NewLog]) -> _Known:
    closed = await hold_periods(writing, [new.work_date for new in news])
    units = await find_units(writing, [(new.employee_id, new.work_date) for new in news])
    wanted = {new.target_id for new in news if new.target_id is not None}
    links = await find_links(writing, sorted(wanted)) if wanted else set[LinkKey]()
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
        problem = unlinked(known.links, key, new.target_id, new.indicator_id)
        if problem is not None:
            return problem
    parts = new.parts
    problem = known.book.refusal(new.employee_id, parts, known.limits)
    if problem is None:
        known.book.take(new.employee_id, parts)
    return problem


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
    "progress_percent": Numeric(5, 2),
    "late_reason": Text(),
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
    made = insert(activity_logs).from_select(
        ["tenant_id", *_LISTS, "created_at", "updated_at"],
        select(_TENANT, *[rows.c[name] for name in _LISTS], now, now),
    )
    return count_new(made.returning(*COUNTED).cte("made"))


def submitted(status: str, now: dt.datetime) -> dt.datetime | None:
    """Return when a log that begins with this status was submitted."""
    return None if status == LogStatus.DRAFT else now
