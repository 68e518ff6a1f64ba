"""Periods that are told of: those that are over."""

import datetime as dt

from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.planning.rules import PeriodDates, period_of
from kinerja_api.transparency.errors import PeriodUnderWay


def ended_period(code: str, today: dt.date) -> PeriodDates:
    """Return the days of a period; PeriodUnderWay until the day after its last."""
    period = period_of(code)
    if period is None:
        raise ResourceNotFound
    if period.ends_on >= today:
        raise PeriodUnderWay(last_day=str(period.ends_on))
    return period
