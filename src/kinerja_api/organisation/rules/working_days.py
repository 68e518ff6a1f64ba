"""Working days: the working week, the calendar days that differ from it, and unit schedules."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules.kinds import DayKind
from kinerja_api.organisation.rules.norms import Norms

_ONE_DAY = dt.timedelta(days=1)
_USUAL_WEEK = Norms().working_week


@dataclass(frozen=True, slots=True)
class Schedule:
    """A unit's own working week on some days.

    week: ISO weekdays of work (1 is Monday); observes_holidays: false for shift units, where the
    days of the calendar count for nothing.
    """

    valid: DateRange
    week: Sequence[int]
    observes_holidays: bool = True


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The calendar of a government, or of one of its units.

    days: those that differ from the week; weeks: the ISO weekdays of work (1 is Monday) on the
    dates for which the government set them, elsewhere the usual week; schedules: those of the
    unit and the units above it, nearest first.
    """

    days: Mapping[dt.date, str] = field(default_factory=dict[dt.date, str])
    weeks: Sequence[tuple[DateRange, Sequence[int]]] = ()
    schedules: Sequence[Schedule] = ()

    def week_on(self, day: dt.date) -> Sequence[int]:
        """Return the ISO weekdays of work that hold on the day, without schedules."""
        return next((week for dates, week in self.weeks if day in dates), _USUAL_WEEK)

    def schedule_on(self, day: dt.date) -> Schedule | None:
        """Return the schedule that holds on the day: the nearest one."""
        return next((schedule for schedule in self.schedules if day in schedule.valid), None)


def is_working_day(day: dt.date, calendar: WorkingCalendar) -> bool:
    """Return whether work is done on the day; a day of the calendar goes before the week.

    Where holidays are not observed, the week of the schedule alone counts.
    """
    schedule = calendar.schedule_on(day)
    kind = calendar.days.get(day)
    if kind is not None and (schedule is None or schedule.observes_holidays):
        return kind == DayKind.WORKING_DAY
    return day.isoweekday() in (schedule.week if schedule else calendar.week_on(day))


def add_working_days(day: dt.date, count: int, calendar: WorkingCalendar) -> dt.date:
    """Return the working day that is ``count`` working days after the day (before, if negative).

    The day itself does not count, be it a working day or not; 0 returns it unchanged.
    """
    step, left = (_ONE_DAY, count) if count >= 0 else (-_ONE_DAY, -count)
    while left:
        day += step
        left -= is_working_day(day, calendar)
    return day


def working_days_between(first: dt.date, last: dt.date, calendar: WorkingCalendar) -> int:
    """Return how many working days lie from first to last, both inside; 0 if last is earlier."""
    days = (last - first).days + 1
    return sum(is_working_day(first + n * _ONE_DAY, calendar) for n in range(days))
