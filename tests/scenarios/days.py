"""The clock of the service, which a story turns forward; between two turns it runs on."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from kinerja_api.core import clock

_REAL = clock.now


class Days:
    """The days of a story."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ahead = dt.timedelta()
        monkeypatch.setattr(clock, "now", lambda: _REAL() + self._ahead)

    def turn(self, day: dt.date, hour: int = 9) -> None:
        """Go to an hour of a later day."""
        then = dt.datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Jakarta"))
        assert then > clock.now(), f"{then} is over"
        self._ahead = then - _REAL()
