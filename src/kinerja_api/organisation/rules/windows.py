"""Windows of days back from a day, in which logs are entered and decided; outages excuse."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules.norms import Norms

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Windows:
    """The days that may be entered (by work date) and decided (by submission).

    The late ones are as early or earlier: from there on with a reason.
    """

    first_entry_day: dt.date
    first_late_entry_day: dt.date
    last_entry_day: dt.date
    first_approval_day: dt.date
    first_late_approval_day: dt.date


def windows_of(day: dt.date, norms: Norms, outages: Iterable[DateRange]) -> Windows:
    """Return the windows as they stand on the day; outages must have a last day."""
    entry, approval = norms.log_days_back, norms.approval_days
    spared = list(outages)
    return Windows(
        first_entry_day=days_back(day, entry, spared),
        first_late_entry_day=days_back(day, entry + norms.late_entry_days, spared),
        last_entry_day=day + norms.log_days_ahead * _ONE_DAY,
        first_approval_day=days_back(day, approval, spared),
        first_late_approval_day=days_back(day, approval + norms.late_approval_days, spared),
    )


def days_back(day: dt.date, count: int, outages: Iterable[DateRange]) -> dt.date:
    """Return the earliest day from which no more than ``count`` days have passed since.

    Days of an outage pass for nobody, the day itself included; outages may overlap.
    """
    spans = [(outage.end, outage.start) for outage in outages if outage.end is not None]
    for end, start in sorted(spans, reverse=True):
        if start > day:
            continue
        passed = (day - min(end, day)).days
        if passed > count:
            break
        count -= passed
        day = start - _ONE_DAY
    return day - count * _ONE_DAY
