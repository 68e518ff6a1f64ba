"""Windows of days back, with days of outages counted for nobody."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import Norms, days_back, windows_of

TODAY = dt.date(2026, 6, 15)
DAY = dt.timedelta(days=1)
outages = st.lists(
    st.builds(
        lambda start, length: DateRange(start, start + length * DAY),
        st.dates(TODAY - 60 * DAY, TODAY + 10 * DAY),
        st.integers(0, 15),
    ),
    max_size=6,
)


def walked_back(day: dt.date, count: int, spared: list[DateRange]) -> dt.date:
    """Go back one day at a time: to leave a day costs one, unless it is spared."""
    while True:
        count -= not any(day in outage for outage in spared)
        if count < 0:
            return day
        day -= DAY


@given(st.integers(0, 60), outages)
def test_going_back_at_once_and_day_by_day_agree(count: int, spared: list[DateRange]):
    assert days_back(TODAY, count, spared) == walked_back(TODAY, count, spared)


def test_an_outage_moves_every_window_that_reaches_it():
    norms = Norms(
        log_days_back=2, late_entry_days=3, log_days_ahead=4, approval_days=1, late_approval_days=30
    )
    outage = DateRange(TODAY - 2 * DAY, TODAY - DAY)
    found = windows_of(TODAY, norms, [outage])
    back = (
        found.first_entry_day, found.first_late_entry_day, found.first_approval_day,
        found.first_late_approval_day,
    )  # fmt: skip
    assert [(TODAY - day).days for day in back] == [4, 7, 3, 33]
    assert found.last_entry_day == TODAY + 4 * DAY


def test_a_day_just_before_an_outage_is_as_near_as_the_outage_itself():
    outage = [DateRange(TODAY - 2 * DAY, TODAY)]
    assert days_back(TODAY, 0, outage) == TODAY - 3 * DAY
    assert days_back(TODAY, 1, [DateRange(TODAY - 2 * DAY, TODAY - 2 * DAY)]) == TODAY - DAY
