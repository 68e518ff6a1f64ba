"""Counting attempts that failed, and requests of callers without login."""

import datetime as dt
import hashlib
import secrets

from sqlalchemy import (
    DateTime,
    Integer,
    LargeBinary,
    Uuid,
    bindparam,
    case,
    column,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.entrance import Entrance, Throttle
from kinerja_api.access.one_time import digest
from kinerja_api.access.queries.throttle import Failures
from kinerja_api.access.tables import sign_in_failures
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import RateLimited
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_HOUR = dt.timedelta(hours=1)
_SHARDS = 16


async def count_failure(writing: Writing, throttle: Throttle) -> None:
    """Count a failure of login and address; SignInThrottled where it is one too many.

    The caller raises a problem that commits.
    """
    now = clock.now()
    limits = dict(throttle.limits)
    rows = await writing.rows(
        _count(), Failures, subjects=throttle.subjects, now=now, since=now - throttle.window
    )
    for row in rows:
        if row.failures > limits[row.subject]:
            row.refuse(throttle, now)


async def take(writing: Writing, entrance: Entrance, action: str, *, limit: int) -> None:
    """Count a request of this hour from the caller's address range; RateLimited above the limit.

    A request that fails is not counted. Counted is under a hash of the day, and forgotten after it.
    """
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    subject = entrance.passer_by(action, now.date())
    rows = await writing.rows(_count(), Failures, subjects=[subject], now=hour, since=hour - _HOUR)
    if rows[0].failures > limit:
        raise _until_next(hour, now)


async def take_of_key(writing: Writing, key: str, action: str, *, limit: int) -> None:
    """Count a request of this hour by an API key; RateLimited above the limit.

    Requests by one key wait here for each other, to the end of the transaction.
    """
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    subject = hashlib.sha256(b"key\n" + action.encode() + digest(key)).digest()
    rows = await writing.rows(_count(), Failures, subjects=[subject], now=hour, since=hour - _HOUR)
    if rows[0].failures > limit:
        raise _until_next(hour, now)


async def take_of_tenant(writing: Writing, action: str, *, limit: int) -> None:
    """Count a request of this hour for the whole government; RateLimited above the limit.

    To be called last: its row stays locked to the end of the transaction, and a government has
    few of them. Writers spread over shards; requests under way at the same moment are not seen,
    so as many as those may pass the limit.
    """
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    shards = [
        hashlib.sha256(f"tenant\n{action}\n{number}".encode()).digest() for number in range(_SHARDS)
    ]
    await writing.rows(
        _count(), Failures, subjects=[secrets.choice(shards)], now=hour, since=hour - _HOUR
    )
    if await writing.value(_sum(), subjects=shards, since=hour - _HOUR) > limit:
        raise _until_next(hour, now)


async def clear_failures(writing: Writing, throttle: Throttle) -> None:
    """Forget the failures of the login after a success; the address keeps its own."""
    await writing.execute(_clear(), subject=throttle.account)


def _until_next(hour: dt.datetime, now: dt.datetime) -> RateLimited:
    return RateLimited(retry_after=max(1, int((hour + _HOUR - now).total_seconds()) + 1))


@statement
def _count() -> Executable:
    table = sign_in_failures
    now = bindparam("now", type_=DateTime(timezone=True))
    is_over = table.c.window_starts_at <= bindparam("since", type_=DateTime(timezone=True))
    rows = (
        func.unnest(bindparam("subjects", type_=ARRAY(LargeBinary)))
        .table_valued(column("subject", LargeBinary))
        .render_derived(name="subjects")
    )
    counted = insert(table).from_select(
        ["tenant_id", "subject", "window_starts_at", "failures"],
        select(_TENANT, rows.c.subject, now, literal_column("1", Integer)),
    )
    return counted.on_conflict_do_update(
        index_elements=["tenant_id", "subject"],
        set_={
            "failures": case((is_over, 1), else_=table.c.failures + 1),
            "window_starts_at": case((is_over, now), else_=table.c.window_starts_at),
        },
    ).returning(table.c.subject, table.c.failures, table.c.window_starts_at)


@statement
def _sum() -> Executable:
    table = sign_in_failures
    return select(func.sum(table.c.failures)).where(
        table.c.tenant_id == _TENANT,
        table.c.subject == func.any(bindparam("subjects", type_=ARRAY(LargeBinary))),
        table.c.window_starts_at > bindparam("since", type_=DateTime(timezone=True)),
    )


@statement
def _clear() -> Executable:
    return delete(sign_in_failures).where(
        sign_in_failures.c.tenant_id == _TENANT,
        sign_in_failures.c.subject == bindparam("subject", type_=LargeBinary),
    )
