"""Processing times in working days and by the clock, and the figures made of them."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.organisation.rules import WorkingCalendar, median, ninetieth, share
from kinerja_api.services.rules import (
    Measured,
    PauseFact,
    Processing,
    ProcessingUnit,
    Standard,
    common_unit,
    figures_of,
)

ZONE = "Asia/Jakarta"
FREE = WorkingCalendar()
DAYS, HOURS, MINUTES = ProcessingUnit
FRIDAY = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
NOW = FRIDAY + 30 * DAY


@pytest.mark.parametrize(
    ("done", "took", "in_time"),
    [(FRIDAY + HOUR, 0, True), (FRIDAY + 5 * DAY, 3, True), (FRIDAY + 6 * DAY, 4, False),
     (None, 20, False)],
)  # fmt: skip
def test_working_days_leave_out_the_week_end(done: dt.datetime | None, took: int, in_time: bool):
    processing = Processing(FRIDAY, done_at=done)
    assert processing.took(DAYS, NOW, FREE, ZONE) == took
    assert processing.is_in_time(Standard(3, DAYS), NOW, FREE, ZONE) is in_time
    due = processing.due_at(Standard(3, DAYS), FREE, ZONE)
    assert due is not None
    assert due.isoformat() == "2026-11-25T23:59:59+07:00"


def test_the_day_is_that_of_the_governments_zone():
    late = dt.datetime(2026, 11, 19, 17, 30, tzinfo=dt.UTC)  # Friday half past midnight in WIB
    processing = Processing(late, done_at=late + 4 * DAY)
    assert processing.took(DAYS, NOW, FREE, ZONE) == 2
    assert processing.took(DAYS, NOW, FREE, "UTC") == 2
    assert Processing(late, done_at=FRIDAY).took(DAYS, NOW, FREE, "UTC") == 1
    assert Processing(late, done_at=FRIDAY).took(DAYS, NOW, FREE, ZONE) == 0


def test_hours_and_minutes_run_by_the_clock_and_stand_in_pauses():
    pause = PauseFact("citizen_data", FRIDAY + HOUR, FRIDAY + 3 * HOUR)
    processing = Processing(FRIDAY, [pause], FRIDAY + 4 * HOUR)
    assert processing.took(HOURS, NOW, FREE, ZONE) == Decimal("2.00")
    assert processing.took(MINUTES, NOW, FREE, ZONE) == Decimal("120.00")
    assert processing.is_in_time(Standard(120, MINUTES), NOW, FREE, ZONE) is True
    assert processing.is_in_time(Standard(119, MINUTES), NOW, FREE, ZONE) is False
    assert processing.due_at(Standard(2, HOURS), FREE, ZONE) == FRIDAY + 4 * HOUR
    assert processing.due_at(Standard(30, MINUTES), FREE, ZONE) == FRIDAY + HOUR / 2
    stands = Processing(FRIDAY, [PauseFact("citizen_data", FRIDAY + HOUR)])
    assert stands.due_at(Standard(2, HOURS), FREE, ZONE) is None
    assert stands.took(HOURS, NOW, FREE, ZONE) == 1
    assert stands.is_in_time(Standard(2, HOURS), NOW, FREE, ZONE) is None


spans = st.lists(st.integers(0, 600), min_size=2, max_size=8).map(sorted)


@given(spans, st.integers(0, 1200), st.integers(0, 1200))
def test_minutes_agree_with_a_count_of_each_minute(marks: list[int], end: int, allowed: int):
    at = [FRIDAY + dt.timedelta(minutes=mark) for mark in marks]
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    pauses = [PauseFact("x", one, two) for one, two in zip(at[::2], at[1::2], strict=False)]
    end = max(end, marks[-1])
    processing = Processing(FRIDAY, pauses, FRIDAY + dt.timedelta(minutes=end))
    counted = sum(not any(a <= minute < b for a, b in pairs) for minute in range(end))
    assert processing.took(MINUTES, NOW, FREE, ZONE) == counted
    standard = Standard(allowed, MINUTES)
    in_time = processing.is_in_time(standard, NOW, FREE, ZONE)
    assert in_time is (counted <= allowed)
    due = processing.due_at(standard, FREE, ZONE)
    assert due is not None
    assert processing.done_at is not None
    assert in_time is (processing.done_at <= due) or counted == allowed


def test_median_percentile_and_share():
    values = [Decimal(value) for value in (9, 1, 3, 2)]
    assert (median(values), median(values[:3])) == (Decimal("2.50"), Decimal(3))
    assert ninetieth([Decimal(n) for n in range(1, 11)]) == 9
    assert ninetieth([Decimal(n) for n in range(1, 12)]) == 10
    assert ninetieth([Decimal(4)]) == 4
    assert share(2, 3) == Decimal("66.67")


def item(number: int, took: int, in_time: bool | None) -> Measured:
    return Measured(UUID(int=number), Decimal(took), 3, in_time)


def test_figures_say_nothing_below_ten_and_judge_only_what_has_a_standard():
    nine = [item(n, n, True) for n in range(9)]
    few = figures_of(DAYS, nine)
    assert (few.median.value, few.median.sample, few.median.minimum) == (None, 9, 10)
    some = figures_of(DAYS, [*nine, item(9, 30, None)])
    assert some.median.value == Decimal("4.50")
    assert some.ninetieth.value == 8
    assert (some.on_time_share.value, some.on_time_share.sample) == (None, 9)
    whole = figures_of(DAYS, [*nine, item(9, 30, None), item(10, 31, False)])
    assert whole.on_time_share.value == Decimal(90)
    assert UUID(int=9) not in whole.on_time_share.items
    assert UUID(int=9) in whole.median.items


def test_differing_units_of_time_are_measured_in_working_days():
    assert common_unit([HOURS, HOURS]) is HOURS
    assert common_unit([HOURS, DAYS]) is DAYS
    assert common_unit([]) is DAYS
