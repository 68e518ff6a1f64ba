"""The arithmetic of a day: times of logs, and what they take of it. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.activities.errors import DailyLimitExceeded, LogOverlaps, LogTooLong
from kinerja_api.core.problems import Problem

MINUTES_A_DAY = 1440
LONGEST_MINUTES = 960

CLOCK = tuple(
    f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in range(2 * MINUTES_A_DAY + 1)
)
"""The time of day of each minute since midnight, on the next day too."""


@dataclass(frozen=True, slots=True)
class Span:
    """Times of a log, half open, in minutes since midnight; past 1440 is the next day."""

    starts: int
    ends: int

    @property
    def minutes(self) -> int:
        return self.ends - self.starts

    @property
    def is_overnight(self) -> bool:
        return self.ends > MINUTES_A_DAY

    def parts(self, day: dt.date) -> list["Part"]:
        """Return what it takes of each day, in date order."""
        parts = [Part(day, self.starts, min(self.ends, MINUTES_A_DAY))]
        if self.is_overnight:
            parts.append(Part(day + dt.timedelta(days=1), 0, self.ends - MINUTES_A_DAY))
        return parts


@dataclass(frozen=True, slots=True)
class Part:
    """Minutes taken of one day."""

    day: dt.date
    starts: int
    ends: int


def read_span(starts_at: str, ends_at: str) -> Span:
    """Return the times of a log given as ``HH:MM``; an end not after the start is the next day.

    Raises LogTooLong past 16 hours.
    """
    return span_of(minute_of(starts_at), minute_of(ends_at))


def span_of(starts: int, ends: int) -> Span:
    """Return the times of a log given as minutes of a day; LogTooLong past 16 hours."""
    span = Span(starts, ends if ends > starts else ends + MINUTES_A_DAY)
    if span.minutes > LONGEST_MINUTES:
        raise LogTooLong.at("/ends_at", longest=LONGEST_MINUTES)
    return span


def minute_of(clock: str) -> int:
    """Return the minute since midnight of ``HH:MM``."""
    return int(clock[:2]) * 60 + int(clock[3:])


@dataclass(frozen=True, slots=True)
class DayLimit:
    """The government's policy for the logs of one day."""

    minutes: int
    overlap_allowed: bool


class DayBook:
    """What is taken of the days of some people, while many logs are decided in order."""

    def __init__(self) -> None:
        self._taken: dict[tuple[UUID, dt.date], list[Part]] = {}

    def take(self, employee_id: UUID, parts: Iterable[Part]) -> None:
        """Count the parts as taken."""
        for part in parts:
            self._taken.setdefault((employee_id, part.day), []).append(part)

    def refusal(
        self, employee_id: UUID, parts: Iterable[Part], limits: Mapping[dt.date, DayLimit]
    ) -> Problem | None:
        """Return why the parts cannot be taken, or None."""
        for part in parts:
            problem = _refusal(self._taken.get((employee_id, part.day), ()), part, limits[part.day])
            if problem is not None:
                return problem
        return None


def _refusal(taken: Iterable[Part], part: Part, limit: DayLimit) -> Problem | None:
    minutes = 0
    for other in taken:
        minutes += other.ends - other.starts
        if not limit.overlap_allowed and other.starts < part.ends and part.starts < other.ends:
            return LogOverlaps(
                work_date=str(part.day),
                starts_at=CLOCK[other.starts],
                ends_at=CLOCK[other.ends],
            )
    if minutes + part.ends - part.starts > limit.minutes:
        left = max(limit.minutes - minutes, 0)
        return DailyLimitExceeded(
            work_date=str(part.day), minutes_left=left, limit_minutes=limit.minutes
        )
    return None
