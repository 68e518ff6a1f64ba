"""Codes of periods and the days they stand for."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kinerja_api.planning.rules.kinds import PeriodKind


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """What a period's code says."""

    code: str
    kind: PeriodKind
    starts_on: dt.date
    ends_on: dt.date


_CODE = re.compile(r"(20[0-9]{2}|21[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_QUARTER_MONTHS = 3
_YEAR_MONTHS = 12


def period_of(code: str) -> PeriodDates | None:
    """Return kind and dates of ``2026``, ``2026-Q4`` or ``2026-11``; None for other codes."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter is not None:
        first = _QUARTER_MONTHS * (int(quarter) - 1) + 1
        return _dates(code, PeriodKind.QUARTER, year, first, _QUARTER_MONTHS)
    if month is not None:
        return _dates(code, PeriodKind.MONTH, year, int(month), 1)
    return _dates(code, PeriodKind.YEAR, year, 1, _YEAR_MONTHS)


def _dates(code: str, kind: PeriodKind, year: int, first: int, months: int) -> PeriodDates:
    last = first + months - 1
    after = dt.date(year + last // _YEAR_MONTHS, last % _YEAR_MONTHS + 1, 1)
    return PeriodDates(code, kind, dt.date(year, first, 1), after - dt.timedelta(days=1))


def periods_of_year(year: int, kinds: Iterable[PeriodKind]) -> list[PeriodDates]:
    """Return the year and, as asked, its quarters and months."""
    codes = [f"{year}"]
    if PeriodKind.QUARTER in kinds:
        codes += [f"{year}-Q{number}" for number in range(1, 5)]
    if PeriodKind.MONTH in kinds:
        codes += [f"{year}-{number:02}" for number in range(1, 13)]
    return [dates for code in codes if (dates := period_of(code)) is not None]
