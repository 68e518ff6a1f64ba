"""Clocks of public service: the worked examples, and a naive day-by-day count."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import Clock, Pause, WorkingCalendar

# National days and cuti bersama of 2026 that lie in the examples' weeks.
NATIONAL = [(3, 19), (3, 21), (3, 22), (4, 3), (4, 5), (5, 1), (5, 14), (5, 27), (5, 31), (6, 1),
            (6, 16), (12, 25)]  # fmt: skip
JOINT = [(3, 18), (3, 20), (3, 23), (3, 24), (5, 15), (5, 28), (12, 24)]


def _days(*lists: list[tuple[int, int]]) -> dict[dt.date, str]:
    return {dt.date(2026, month, day): "holiday" for each in lists for month, day in each}


ALWAYS = DateRange(dt.date(2020, 1, 1))
A = WorkingCalendar(days=_days(NATIONAL, JOINT))
B = WorkingCalendar(days=_days(NATIONAL))
C = WorkingCalendar(days=_days(NATIONAL, JOINT), weeks=[(ALWAYS, (1, 2, 3, 4, 5, 6))])


@pytest.mark.parametrize(
    ("start", "days", "calendar", "due"),
    [
        ((3, 17), 3, A, (3, 27)), ((3, 17), 3, B, (3, 23)), ((3, 17), 3, C, (3, 27)),
        ((3, 17), 5, A, (3, 31)), ((3, 17), 5, B, (3, 25)), ((3, 17), 5, C, (3, 30)),
        ((3, 17), 60, A, (6, 26)), ((3, 17), 60, B, (6, 18)), ((3, 17), 60, C, (6, 10)),
        ((11, 20), 10, A, (12, 4)), ((11, 20), 10, B, (12, 4)), ((11, 20), 10, C, (12, 2)),
    ],
)  # fmt: skip
def test_worked_examples(
    start: tuple[int, int], days: int, calendar: WorkingCalendar, due: tuple[int, int]
):
    assert Clock(dt.date(2026, *start), days).due_on(calendar) == dt.date(2026, *due)


days = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
calendars = st.builds(
    WorkingCalendar,
    days=st.dictionaries(days, st.sampled_from(["holiday", "joint_leave", "working_day"])),
)
pauses = st.lists(
    st.tuples(days, st.integers(0, 20) | st.none()).map(
        lambda pair: Pause(pair[0], None if pair[1] is None else pair[0] + dt.timedelta(pair[1]))
    ),
    max_size=3,
)


@settings(max_examples=300)
@given(days, st.integers(0, 60), pauses, calendars, st.integers(0, 120))
def test_a_clock_agrees_with_a_person_who_crosses_days_off(
    start: dt.date, allowed: int, stops: list[Pause], calendar: WorkingCalendar, later: int
):
    clock, today = Clock(start, allowed, stops), start + dt.timedelta(later)
    crossed, day = 0, start
    due = start if allowed == 0 else None
    for _ in range(400):
        day += dt.timedelta(1)
        kind = calendar.days.get(day)
        works = kind == "working_day" if kind else day.weekday() < 5
        stands = False
        for stop in stops:
            if day >= stop.start and (stop.end is None or day < stop.end):
                stands = True
        if works and not stands:
            crossed += day <= today
            allowed -= 1
            if allowed == 0:
                due = day
    if due is None:
        found = clock.due_on(calendar)
        assert found is None or found > start + dt.timedelta(400)
    else:
        assert clock.due_on(calendar) == due
    assert clock.counted(today, calendar) == crossed


def test_a_question_answered_the_same_day_costs_nothing_and_a_longer_one_gives_its_days_back():
    monday = dt.date(2026, 8, 3)
    free = WorkingCalendar()
    same_day = Clock(monday, 3, [Pause(monday, monday)])
    assert same_day.due_on(free) == dt.date(2026, 8, 6)
    two_days = Clock(monday, 3, [Pause(dt.date(2026, 8, 4), dt.date(2026, 8, 6))])
    assert two_days.due_on(free) == dt.date(2026, 8, 10)
    standing = Clock(monday, 3, [Pause(dt.date(2026, 8, 4))])
    assert standing.due_on(free) is None
    assert standing.is_met(dt.date(2026, 12, 1), free) is None
    assert standing.counted(dt.date(2026, 12, 1), free) == 0


def test_in_time_late_and_open():
    monday, free = dt.date(2026, 8, 3), WorkingCalendar()
    clock = Clock(monday, 3)
    assert clock.is_met(dt.date(2026, 8, 6), free) is None
    assert clock.is_met(dt.date(2026, 8, 7), free) is False
    assert Clock(monday, 3, stopped=dt.date(2026, 8, 6)).is_met(monday, free) is True
    assert Clock(monday, 3, stopped=dt.date(2026, 8, 7)).is_met(monday, free) is False
    assert Clock(monday, 0).due_on(free) == monday
