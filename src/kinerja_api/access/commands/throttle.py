"""Counting attempts that failed, and requests of callers without login."""

import datetime as dt

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
from kinerja_api.access.queries.throttle import Failures
from kinerja_api.access.tables import sign_in_failures
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import RateLimited
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_HOUR = dt.timedelta(hours=1)


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
        raise RateLimited(retry_after=max(1, int((hour + _HOUR - now).total_seconds()) + 1))


async def clear_failures(writing: Writing, throttle: Throttle) -> None:
    """Forget the failures of the login after a success; the address keeps its own."""
    await writing.execute(_clear(), subject=throttle.account)


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
def _clear() -> Executable:
    return delete(sign_in_failures).where(
        sign_in_failures.c.tenant_id == _TENANT,
        sign_in_failures.c.subject == bindparam("subject", type_=LargeBinary),
    )
