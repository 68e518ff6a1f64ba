"""Working days: the week, the days that differ from it, and counting over them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import (
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
days = st.dates(dt.date(2025, 1, 1), dt.date(2027, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    days=st.dictionaries(days, st.sampled_from(["holiday", "joint_leave", "working_day"])),
    weeks=st.lists(
        st.tuples(
            st.builds(DateRange, days, days),
            st.sets(st.integers(1, 7), min_size=1).map(sorted),
        ),
        max_size=2,
    ),
)


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
