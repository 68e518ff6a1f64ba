"""Clocks of public service (a report, a document), computed from their facts in working days.

A day is counted for a clock when it is a working day after the day of the start and the clock
is not paused at its end. So the day of receipt is day 0, a report received on a free day counts
from the next working day, and a question asked and answered on one day stops nothing. Nothing
is ever stored as "days used": a changed calendar or service level is a changed computation.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kinerja_api.organisation.rules.working_days import WorkingCalendar, is_working_day

_ONE_DAY = dt.timedelta(days=1)
_FURTHEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands: from ``start`` to the day before ``end``; None: still."""

    start: dt.date
    end: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """Return whether the clock stands at the end of the day."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Clock:
    """A stage: when it began, what it may take, where it stood still, how it ended.

    days: working days allowed; stopped: the day of its end, None while it runs.
    """

    started: dt.date
    days: int
    pauses: Sequence[Pause] = ()
    stopped: dt.date | None = None

    def counts(self, day: dt.date, calendar: WorkingCalendar) -> bool:
        """Return whether the day counts."""
        return (
            day > self.started
            and is_working_day(day, calendar)
            and not any(pause.covers(day) for pause in self.pauses)
        )

    def counted(self, until: dt.date, calendar: WorkingCalendar) -> int:
        """Return how many days have counted up to the end of ``until``, or of its last day."""
        last = until if self.stopped is None else min(until, self.stopped)
        length = (last - self.started).days
        return sum(
            self.counts(self.started + number * _ONE_DAY, calendar)
            for number in range(1, length + 1)
        )

    def due_on(self, calendar: WorkingCalendar) -> dt.date | None:
        """Return the last day on which it is in time; None while it stands still.

        A clock that may take no day at all is due on the day it starts.
        """
        day, left = self.started, self.days
        for _ in range(_FURTHEST_DAYS):
            if left == 0:
                return day
            day += _ONE_DAY
            left -= self.counts(day, calendar)
        return None

    def is_met(self, today: dt.date, calendar: WorkingCalendar) -> bool | None:
        """Return whether it ended in time; None while that is open."""
        due = self.due_on(calendar)
        if self.stopped is not None:
            return due is None or self.stopped <= due
        return False if due is not None and today > due else None

    def share_used(self, today: dt.date, calendar: WorkingCalendar) -> float:
        """Return the share of the allowed days that has gone, 1.0 on the due day."""
        return self.counted(today, calendar) / self.days if self.days else 1.0
