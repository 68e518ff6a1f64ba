"""How many attempts failed lately."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import DateTime, LargeBinary, bindparam, func, select
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.entrance import Throttle
from kinerja_api.access.errors import SignInThrottled
from kinerja_api.access.tables import sign_in_failures
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of one subject in its running window."""

    subject: bytes
    failures: int
    window_starts_at: dt.datetime

    def refuse(self, throttle: Throttle, now: dt.datetime) -> None:
        """Raise SignInThrottled, with the seconds to wait."""
        left = self.window_starts_at + throttle.window - now
        raise SignInThrottled(retry_after=max(1, int(left.total_seconds()) + 1))


async def refuse_throttled(reading: Reading, throttle: Throttle, *, lock: bool = False) -> None:
    """Refuse an attempt of a subject that has used up its failures; SignInThrottled.

    lock: wait for parallel attempts to count, so that many at once get no more than the limit.
    """
    now = clock.now()
    limits = dict(throttle.limits)
    rows = await reading.rows(
        _failures(lock=lock), Failures, subjects=throttle.subjects, since=now - throttle.window
    )
    for row in rows:
        if row.failures >= limits[row.subject]:
            row.refuse(throttle, now)


@statement
def _failures(*, lock: bool) -> Executable:
    table = sign_in_failures
    query = (
        select(table.c.subject, table.c.failures, table.c.window_starts_at)
        .where(
            table.c.tenant_id == bindparam("tenant_id", type_=UuidType),
            table.c.subject == func.any(bindparam("subjects", type_=ARRAY(LargeBinary))),
            table.c.window_starts_at > bindparam("since", type_=DateTime(timezone=True)),
        )
        .order_by(table.c.subject)
    )
    return query.with_for_update() if lock else query
