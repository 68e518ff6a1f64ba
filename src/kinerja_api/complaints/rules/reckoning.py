"""Counting many clocks in one calendar: equal spans are counted once, for there are many."""

import datetime as dt

from kinerja_api.organisation.rules import Clock, Pause, WorkingCalendar, working_days_between

_ONE_DAY = dt.timedelta(days=1)
_Key = tuple[dt.date, int, tuple[Pause, ...]]


class Reckoning:
    """A working calendar that remembers what it has counted."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self.calendar = calendar
        self._dues: dict[_Key, dt.date | None] = {}
        self._counts: dict[tuple[_Key, dt.date], int] = {}

    def due_on(self, clock: Clock) -> dt.date | None:
        """Return the last day on which the clock is in time; None while it stands still."""
        key = (clock.started, clock.days, tuple(clock.pauses))
        if key not in self._dues:
            self._dues[key] = None if self._stands(clock) else clock.due_on(self.calendar)
        return self._dues[key]

    def counted(self, clock: Clock, until: dt.date) -> int:
        """Return how many days have counted up to the end of ``until``, or of its last day."""
        last = until if clock.stopped is None else min(until, clock.stopped)
        key = ((clock.started, 0, tuple(clock.pauses)), last)
        if key not in self._counts:
            self._counts[key] = clock.counted(last, self.calendar)
        return self._counts[key]

    def is_within(self, day: dt.date, count: int, other: dt.date) -> bool:
        """Return whether the other day is at most so many working days after the day."""
        return working_days_between(day + _ONE_DAY, other, self.calendar) <= count

    def _stands(self, clock: Clock) -> bool:
        """Return whether a pause without an end comes before the due day."""
        begins = [pause.start for pause in clock.pauses if pause.end is None]
        if not begins:
            return False
        return clock.counted(min(begins) - _ONE_DAY, self.calendar) < clock.days
