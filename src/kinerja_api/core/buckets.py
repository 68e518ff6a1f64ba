"""So many a minute for each key, counted in the memory of this process.

Good enough where a count that is lost at a restart, or held once a process, does no harm: reads.
"""

import math
import time
from collections import OrderedDict

_MOST_KEYS = 50_000
_SECONDS = 60


class Buckets:
    """A bucket for each key: it holds a minute's worth and fills up all the time."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, key: bytes, cost: int = 1) -> int:
        """Take so much and return 0; or take nothing and return the seconds to wait."""
        now = time.monotonic()
        left, since = self._left.pop(key, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / _SECONDS)
        wait = 0.0
        if left >= cost:
            left -= cost
        else:
            wait = (cost - left) * _SECONDS / self._most
        self._left[key] = (left, now)
        if len(self._left) > _MOST_KEYS:
            self._left.popitem(last=False)
        return math.ceil(wait)
