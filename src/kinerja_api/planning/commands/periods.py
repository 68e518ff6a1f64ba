"""Changes of periods, and holding them open for a write."""

import datetime as dt
from uuid import UUID

from typing_extensions import TypedDict

from kinerja_api.core.db import Writing
from kinerja_api.core.problems import UnknownReference
from kinerja_api.planning.errors import PeriodClosed
from kinerja_api.planning.queries.periods import lock_periods_around, lock_periods_between
from kinerja_api.planning.rules import PeriodStatus


class _Held(TypedDict):
    id: UUID
    status: str


async def hold_open(
    writing: Writing, first_day: dt.date, last_day: dt.date | None = None
) -> None:
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


def _refuse_closed(held: list[_Held]) -> None:
    if any(period["status"] == PeriodStatus.CLOSED for period in held):
        raise PeriodClosed
