"""Answers that cost much and change little: made once for many readers, in one process.

The first who asks makes it, those who come meanwhile wait for him; each government makes one at
a time, however many ask for how many periods.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from uuid import UUID

from kinerja_api.core.db import Reading

T = TypeVar("T")

MAX_AGE = 900
"""Seconds."""
_MOST = 200


class Shared(Generic[T]):
    """The answers to one question, by government and period."""

    def __init__(self, make: Callable[[Reading, str], Awaitable[T]]) -> None:
        self._make = make
        self._made: OrderedDict[tuple[UUID, str], tuple[float, T]] = OrderedDict()
        self._making: dict[UUID, asyncio.Lock] = {}

    async def of(self, reading: Reading, period: str) -> T:
        """Return the answer for the government and period, at most ``MAX_AGE`` old."""
        known = self._known(reading.tenant_id, period)
        if known is not None:
            return known
        async with self._making.setdefault(reading.tenant_id, asyncio.Lock()):
            known = self._known(reading.tenant_id, period)
            if known is not None:
                return known
            made = await self._make(reading, period)
            self._keep((reading.tenant_id, period), made)
            return made

    def _known(self, tenant_id: UUID, period: str) -> T | None:
        until, made = self._made.get((tenant_id, period), (0.0, None))
        return made if time.monotonic() < until else None

    def _keep(self, name: tuple[UUID, str], made: T) -> None:
        self._made[name] = (time.monotonic() + MAX_AGE, made)
        self._made.move_to_end(name)
        if len(self._made) > _MOST:
            self._made.popitem(last=False)
