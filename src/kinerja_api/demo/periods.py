"""The periods of a year, and which of them are over."""

import random
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the year."""

    code: str
    kind: str
    starts_on: date
    ends_on: date


def seeded(*parts: object) -> random.Random:
    """Return a generator that depends on these parts only."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - invented data, no secret


def periods(year: int) -> list[Period]:
    """Return the year, its quarters and its months."""

    def span(code: str, kind: str, first: int, last: int) -> Period:
        after = date(year + last // 12, last % 12 + 1, 1)
        return Period(code, kind, date(year, first, 1), after - timedelta(days=1))

    return [
        span(f"{year}", "year", 1, 12),
        *(span(f"{year}-Q{n}", "quarter", 3 * n - 2, 3 * n) for n in range(1, 5)),
        *(span(f"{year}-{n:02}", "month", n, n) for n in range(1, 13)),
    ]


def last_month(today: date) -> Period:
    """Return the month before this one: the demonstration closes it."""
    last = today.replace(day=1) - timedelta(days=1)
    return next(each for each in periods(last.year) if each.code == f"{last:%Y-%m}")


def planned_days(today: date) -> list[date]:
    """Return today, and in January the last day of the year before: plans are made as of then."""
    last = last_month(today).ends_on
    return [today] if last.year == today.year else [last, today]


def past(today: date) -> list[Period]:
    """Return the months and quarters over in last month's year, in order of their end."""
    year = last_month(today).ends_on.year
    over = [p for p in periods(year) if p.kind != "year" and p.ends_on < today]
    return sorted(over, key=lambda period: (period.ends_on, period.code))
