"""Working days: the week, the days that differ from it, and counting over them."""

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import (
    Schedule,
    WorkingCalendar,
    add_working_days,
    is_working_day,
    working_days_between,
)

# A week with a holiday on Wednesday the 17th, joint leave on Thursday, work on Saturday.
CALENDAR = WorkingCalendar(
    days={
        dt.date(2026, 6, 17): "holiday",
        dt.date(2026, 6, 18): "joint_leave",
        dt.date(2026, 6, 20): "working_day",
    }
)
MONDAY = dt.date(2026, 6, 15)
days = st.dates(dt.date(2026, 5, 15), dt.date(2026, 7, 15))
weeks = st.sets(st.integers(1, 7), min_size=1).map(sorted)
calendars = st.builds(
    WorkingCalendar,
    days=st.dictionaries(days, st.sampled_from(["holiday", "joint_leave", "working_day"])),
    weeks=st.lists(
        st.tuples(
            st.builds(DateRange, days, days),
            weeks,
        ),
        max_size=2,
    ),
    schedules=st.lists(
        st.builds(Schedule, st.builds(DateRange, days, st.none() | days), weeks, st.booleans()),
        max_size=3,
    ),
)


def works(day: dt.date, calendar: WorkingCalendar) -> bool:
    """Decide one day by the words of the rule, without the rule."""
    for schedule in calendar.schedules:
        last = schedule.valid.end or dt.date.max
        if schedule.valid.start <= day <= last:
            if not schedule.observes_holidays:
                return day.isoweekday() in schedule.week
            return _by_days(day, calendar, schedule.week)
    for dates, week in calendar.weeks:
        if dates.start <= day <= (dates.end or dt.date.max):
            return _by_days(day, calendar, week)
    return _by_days(day, calendar, [1, 2, 3, 4, 5])


def _by_days(day: dt.date, calendar: WorkingCalendar, week: Sequence[int]) -> bool:
    if day in calendar.days:
        return calendar.days[day] == "working_day"
    return day.isoweekday() in week


@pytest.mark.parametrize(
    ("day", "is_worked"), [(15, True), (16, True), (17, False), (18, False), (19, True),
                           (20, True), (21, False)]
)  # fmt: skip
def test_a_day_of_the_calendar_goes_before_the_week(day: int, is_worked: bool):
    assert is_working_day(dt.date(2026, 6, day), CALENDAR) is is_worked


@pytest.mark.parametrize(
    ("count", "day"), [(0, 15), (1, 16), (2, 19), (3, 20), (4, 22), (-1, 12), (-5, 8)]
)
def test_adds_working_days(count: int, day: int):
    assert add_working_days(MONDAY, count, CALENDAR) == dt.date(2026, 6, day)


def test_counts_both_ends():
    assert working_days_between(MONDAY, dt.date(2026, 6, 21), CALENDAR) == 4
    assert working_days_between(MONDAY, MONDAY, CALENDAR) == 1
    assert working_days_between(MONDAY, dt.date(2026, 6, 14), CALENDAR) == 0


def test_another_week_holds_on_its_dates_only():
    six = WorkingCalendar(weeks=[(DateRange(MONDAY, dt.date(2026, 6, 21)), [1, 2, 3, 4, 5, 6])])
    assert working_days_between(MONDAY, dt.date(2026, 6, 28), six) == 6 + 5


@given(days, st.integers(1, 30), calendars)
def test_adding_and_counting_agree(day: dt.date, count: int, calendar: WorkingCalendar):
    later = add_working_days(day, count, calendar)
    assert is_working_day(later, calendar)
    assert working_days_between(day + dt.timedelta(days=1), later, calendar) == count


@settings(deadline=None)
@given(days, st.integers(0, 60), calendars)
def test_counting_agrees_with_deciding_day_by_day(
    first: dt.date, span: int, calendar: WorkingCalendar
):
    dates = [first + n * dt.timedelta(days=1) for n in range(span + 1)]
    expected = sum(works(date, calendar) for date in dates)
    assert working_days_between(first, dates[-1], calendar) == expected


@settings(deadline=None)
@given(days, st.integers(-20, 20), calendars)
def test_adding_agrees_with_going_day_by_day(day: dt.date, count: int, calendar: WorkingCalendar):
    step = dt.timedelta(days=1 if count > 0 else -1)
    reached, left = day, abs(count)
    while left:
        reached += step
        left -= works(reached, calendar)
    assert add_working_days(day, count, calendar) == reached


def test_the_nearest_schedule_goes_before_the_week_and_shifts_know_no_holidays():
    shifts = Schedule(DateRange(MONDAY, dt.date(2026, 6, 18)), [3, 4], observes_holidays=False)
    six = Schedule(DateRange(MONDAY), [1, 2, 3, 4, 5, 6])
    unit = WorkingCalendar(days=CALENDAR.days, schedules=[shifts, six])
    week = [day for day in range(15, 22) if is_working_day(dt.date(2026, 6, day), unit)]
    assert week == [17, 18, 19, 20]
