"""Day ledgers: what decides between two logs that want the same time.

The single new log takes its row in one statement (``commands/logs.py``). Whatever changes more
than that locks the rows of all its days in (employee, day) order, looks at the logs themselves,
changes them and writes the rows anew from them. Only holders of a row change logs of its day.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.activities.rules import MINUTES_A_DAY, DayBook, DayLimit, LogStatus, Part, Span
from kinerja_api.activities.tables import activity_logs, day_ledgers
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import NormKey, Norms, read_norm
from kinerja_api.organisation.tables import norms

DayKey = tuple[UUID, dt.date]

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class _Taken:
    id: UUID
    employee_id: UUID
    work_date: dt.date
    starts_minute: int
    ends_minute: int


@dataclass(frozen=True, slots=True)
class _NormRow:
    key: str
    value: object
    starts_on: dt.date
    ends_on: dt.date | None


async def lock_days(writing: Writing, keys: Iterable[DayKey]) -> None:
    """Lock the ledger rows of the days, made first where they are missing."""
    values = key_lists(keys)
    await writing.execute(_make_rows(), **values)
    await writing.value(_lock_rows(), **values)


async def read_days(
    writing: Writing, keys: Iterable[DayKey], *, without: UUID | None = None
) -> DayBook:
    """Return what the logs of the days take; ``without``: a log that is not counted."""
    book = DayBook()
    for log in await writing.rows(_logs_of_days(), _Taken, **key_lists(keys), without=without):
        book.take(log.employee_id, Span(log.starts_minute, log.ends_minute).parts(log.work_date))
    return book


async def rebuild_days(writing: Writing, keys: Iterable[DayKey]) -> None:
    """Write the ledger rows of the days, which are locked, anew from their logs."""
    await writing.execute(_rebuild_rows(), **key_lists(keys))


async def read_limits(writing: Writing, days: Iterable[dt.date]) -> Mapping[dt.date, DayLimit]:
    """Return the policy for the logs of each day, in one statement."""
    rows = await writing.rows(_limit_norms(), _NormRow)
    return {day: _limit_on(rows, day) for day in set(days)}


def keys_of(employee_id: UUID, parts: Iterable[Part]) -> list[DayKey]:
    """Return the ledger rows that the parts touch."""
    return [(employee_id, part.day) for part in parts]


def _limit_on(rows: Iterable[_NormRow], day: dt.date) -> DayLimit:
    found: dict[str, object] = {
        row.key: read_norm(NormKey(row.key), row.value)
        for row in rows
        if row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)
    }
    policy = Norms(**found)  # pyright: ignore[reportArgumentType] - read_norm gives each key its type
    return DayLimit(policy.daily_minutes_limit, policy.log_overlap_allowed)


def key_lists(keys: Iterable[DayKey]) -> dict[str, object]:
    """Return the values of ``day_keys``, each day once and in the order of locking."""
    ordered = sorted(set(keys))
    return {
        "key_employees": [employee_id for employee_id, _ in ordered],
        "key_days": [day for _, day in ordered],
    }


def day_keys() -> FromClause:
    """Return the days asked for, as a table of ``employee_id`` and ``work_date``."""
    return (
        func.unnest(
            bindparam("key_employees", type_=ARRAY(Uuid)), bindparam("key_days", type_=ARRAY(Date))
        )
        .table_valued(column("employee_id", Uuid), column("work_date", Date))
        .render_derived(name="days")
    )


@statement
def _make_rows() -> Executable:
    keys = day_keys()
    empty = cast(literal_column("'{}'", Text), INT4MULTIRANGE)
    missing = select(_TENANT, keys.c.employee_id, keys.c.work_date, literal(0), empty)
    return (
        insert(day_ledgers)
        .from_select(
            ["tenant_id", "employee_id", "work_date", "minutes", "slots"],
            missing.order_by(keys.c.employee_id, keys.c.work_date),
        )
        .on_conflict_do_nothing()
    )


@statement
def _lock_rows() -> Executable:
    keys = day_keys()
    ledgers = day_ledgers.c
    locked = (
        select(ledgers.work_date)
        .join_from(
            keys,
            day_ledgers,
            and_(ledgers.employee_id == keys.c.employee_id, ledgers.work_date == keys.c.work_date),
        )
        .where(ledgers.tenant_id == _TENANT)
        .order_by(ledgers.employee_id, ledgers.work_date)
        .with_for_update(of=day_ledgers)
        .cte("locked_days")
    )
    return select(func.count()).select_from(locked)


@statement
def _logs_of_days() -> Executable:
    """The logs that touch the days: of the day itself, or of the day before past midnight."""
    logs, keys = activity_logs.c, day_keys()
    without = bindparam("without", type_=Uuid)
    return (
        select(logs.id, logs.employee_id, logs.work_date, logs.starts_minute, logs.ends_minute)
        .distinct()
        .join_from(
            keys,
            activity_logs,
            and_(
                logs.employee_id == keys.c.employee_id,
                logs.work_date.between(keys.c.work_date - 1, keys.c.work_date),
            ),
        )
        .where(
            logs.tenant_id == _TENANT,
            logs.status != LogStatus.RETURNED,
            or_(logs.work_date == keys.c.work_date, logs.ends_minute > MINUTES_A_DAY),
            or_(without.is_(None), logs.id != without),
        )
    )


@statement
def _rebuild_rows() -> Executable:
    logs, ledgers, keys = activity_logs.c, day_ledgers.c, day_keys()
    today = logs.work_date == keys.c.work_date
    starts = func.greatest(
        logs.starts_minute - (keys.c.work_date - logs.work_date) * MINUTES_A_DAY, 0
    )
    ends = func.least(
        logs.ends_minute - (keys.c.work_date - logs.work_date) * MINUTES_A_DAY, MINUTES_A_DAY
    )
    # greatest and least pass over nulls, so a day without logs would seem full.
    present = logs.id.is_not(None)
    slot = func.int4range(cast(starts, Integer), cast(ends, Integer))
    parts = (
        select(
            keys.c.employee_id,
            keys.c.work_date,
            func.coalesce(func.sum(cast(ends - starts, Integer)).filter(present), 0).label(
                "minutes"
            ),
            func.coalesce(
                func.range_agg(slot).filter(present),
                cast(literal_column("'{}'", Text), INT4MULTIRANGE),
            ).label("slots"),
        )
        .select_from(
            keys.outerjoin(
                activity_logs,
                and_(
                    logs.tenant_id == _TENANT,
                    logs.employee_id == keys.c.employee_id,
                    logs.work_date.between(keys.c.work_date - 1, keys.c.work_date),
                    logs.status != LogStatus.RETURNED,
                    or_(today, logs.ends_minute > MINUTES_A_DAY),
                ),
            )
        )
        .group_by(keys.c.employee_id, keys.c.work_date)
        .subquery("parts")
    )
    return (
        update(day_ledgers)
        .where(
            ledgers.tenant_id == _TENANT,
            ledgers.employee_id == parts.c.employee_id,
            ledgers.work_date == parts.c.work_date,
        )
        .values(minutes=parts.c.minutes, slots=parts.c.slots)
    )


@statement
def _limit_norms() -> Executable:
    kept = (NormKey.DAILY_MINUTES_LIMIT, NormKey.LOG_OVERLAP_ALLOWED)
    return select(norms.c.key, norms.c.value, norms.c.starts_on, norms.c.ends_on).where(
        norms.c.tenant_id == _TENANT,
        norms.c.key.in_([str(key) for key in kept]),
    )
