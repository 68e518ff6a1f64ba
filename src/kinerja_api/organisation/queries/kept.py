"""What a process keeps of a government for some seconds, because nearly every request asks it."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.db import Reading

T = TypeVar("T")
_FRESH = dt.timedelta(seconds=5)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Known(Generic[T]):
    value: T
    until: dt.datetime


class Kept(Generic[T]):
    """The values of one question, by government and day, each at most five seconds old."""

    def __init__(self, ask: Callable[[Reading, dt.date], Awaitable[T]]) -> None:
        self._ask = ask
        self._known: OrderedDict[tuple[UUID, dt.date], _Known[T]] = OrderedDict()

    async def on(self, reading: Reading, day: dt.date) -> T:
        """Return the value as it holds on the day."""
        name, now = (reading.tenant_id, day), clock.now()
        known = self._known.get(name)
        if known is not None and now < known.until:
            return known.value
        value = await self._ask(reading, day)
        self._known[name] = _Known(value, now + _FRESH)
        self._known.move_to_end(name)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return value

    def forget(self, tenant_id: UUID) -> None:
        """Make this process ask again for the government."""
        for name in [name for name in self._known if name[0] == tenant_id]:
            del self._known[name]
