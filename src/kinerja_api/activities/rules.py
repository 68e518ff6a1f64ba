"""States of logs and obstacles, and the arithmetic of a day. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from kinerja_api.activities.errors import (
    DailyLimitExceeded,
    LogInFuture,
    LogOverlaps,
    LogTooLong,
    LogWindowPassed,
)
from kinerja_api.core.problems import Problem, TransitionRefused


class LogStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class LogEvent(StrEnum):
    EDIT = "edit"
    DELETE = "delete"
    ATTACH = "attach"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"


OWN_EVENTS = (LogEvent.EDIT, LogEvent.DELETE, LogEvent.ATTACH, LogEvent.SUBMIT)
SUPERIOR_EVENTS = (LogEvent.APPROVE, LogEvent.RETURN)

LOG_TRANSITIONS: Mapping[tuple[LogStatus, LogEvent], LogStatus] = {
    (LogStatus.DRAFT, LogEvent.EDIT): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.DELETE): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.ATTACH): LogStatus.DRAFT,
    (LogStatus.DRAFT, LogEvent.SUBMIT): LogStatus.SUBMITTED,
    (LogStatus.SUBMITTED, LogEvent.ATTACH): LogStatus.SUBMITTED,
    (LogStatus.SUBMITTED, LogEvent.APPROVE): LogStatus.APPROVED,
    (LogStatus.SUBMITTED, LogEvent.RETURN): LogStatus.RETURNED,
    # An approval given by mistake can be taken back as long as the period is open.
    (LogStatus.APPROVED, LogEvent.RETURN): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.EDIT): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.ATTACH): LogStatus.RETURNED,
    (LogStatus.RETURNED, LogEvent.SUBMIT): LogStatus.SUBMITTED,
}


def next_log_status(status: LogStatus, event: LogEvent) -> LogStatus:
    """Return the status after the event; TransitionRefused."""
    after = LOG_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


class ObstacleStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class ObstacleEvent(StrEnum):
    ANSWER = "answer"
    RESOLVE = "resolve"


OBSTACLE_TRANSITIONS: Mapping[tuple[ObstacleStatus, ObstacleEvent], ObstacleStatus] = {
    (ObstacleStatus.OPEN, ObstacleEvent.ANSWER): ObstacleStatus.ANSWERED,
    (ObstacleStatus.OPEN, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
    (ObstacleStatus.ANSWERED, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
}


def next_obstacle_status(status: ObstacleStatus, event: ObstacleEvent) -> ObstacleStatus:
    """Return the status after the event; TransitionRefused."""
    after = OBSTACLE_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


class EvidenceSubject(StrEnum):
    LOG = "log"
    RESULT = "result"


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


def check_window(work_date: dt.date, *, today: dt.date, days_back: int) -> None:
    """Raise LogInFuture or LogWindowPassed unless a log may be entered today for the date."""
    if work_date > today:
        raise LogInFuture.at("/work_date", today=str(today))
    first = today - dt.timedelta(days=days_back)
    if work_date < first:
        raise LogWindowPassed.at("/work_date", first=str(first))


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


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log of the agency's files; times are minutes since midnight, ``ref`` its own key of it."""

    line: int
    ref: str
    person_ref: str
    work_date: dt.date
    starts_at: int
    ends_at: int
    description: str
    target_no: int | None
    indicator_no: int | None
    volume: Decimal | None
    unit: str | None
    status: str
