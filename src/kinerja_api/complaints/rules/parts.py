"""Whose work a report was, one after the other: the clocks of handlers and their units."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kinerja_api.complaints.rules.kinds import ENDED, ReportEvent, ReportStatus
from kinerja_api.complaints.rules.log import LogEntry, Waiting, day_in, within
from kinerja_api.organisation.rules import Clock, Pause

_E = ReportEvent
_ENDING = frozenset({_E.ASSIGN, _E.RETURN, _E.APPROVE_REPLY})


@dataclass(frozen=True, slots=True)
class HandlerClock:
    """The part of one handler, or of his unit; unit_id None: the office that took it over.

    begun_by: number of the event with which it began.
    """

    begun_by: int
    unit_id: UUID | None
    handler_id: UUID | None
    started: dt.date
    stopped: dt.date | None
    is_misrouted: bool
    pauses: Sequence[Pause]

    @property
    def clock(self) -> Clock:
        """Return the clock with which its days are counted."""
        return Clock(self.started, 0, self.pauses, self.stopped)


def handler_clocks(log: Sequence[LogEntry], zone: str) -> list[HandlerClock]:
    """Return whose work a report was, one after the other."""
    parts, day_of = _Parts(), day_in(zone)
    for entry in log:
        parts.take(entry, day_of(entry.at))
    return [part.clock(parts.waiting.pauses) for part in parts.every]


@dataclass(slots=True)
class _Part:
    begun_by: int
    unit_id: UUID | None
    handler_id: UUID | None
    started: dt.date
    stopped: dt.date | None = None
    is_misrouted: bool = False

    def clock(self, pauses: Sequence[Pause]) -> HandlerClock:
        return HandlerClock(
            self.begun_by,
            self.unit_id,
            self.handler_id,
            self.started,
            self.stopped,
            self.is_misrouted,
            within(pauses, self.started, self.stopped),
        )


class _Parts:
    def __init__(self) -> None:
        self.every: list[_Part] = []
        self.waiting = Waiting()
        self.is_theirs = True  # not taken over since it was assigned

    def take(self, entry: LogEntry, day: dt.date) -> None:
        event, data, number = entry.event, entry.data, entry.number
        self.waiting.follow(entry.status, day)
        last = self.every[-1] if self.every else None
        if event is _E.RETURN and last is not None:
            last.is_misrouted = True
        is_taken = event is _E.TAKE_OVER and entry.status is ReportStatus.VERIFIED
        self.is_theirs &= event is not _E.TAKE_OVER
        has_ended = (event in _ENDING or is_taken or entry.status in ENDED) and self._end(day)
        if event is _E.ASSIGN:
            self.is_theirs = True
            self.every.append(_Part(number, _id(data, "unit_id"), _id(data, "handler_id"), day))
        elif is_taken and has_ended:
            self.every.append(_Part(number, None, None, day))
        elif event is _E.ACCEPT and last is not None:
            last.handler_id = _id(data, "handler_id") or last.handler_id
        elif event is _E.REOPEN and last is not None:
            whose = (last.unit_id, last.handler_id) if self.is_theirs else (None, None)
            self.every.append(_Part(number, *whose, day))

    def _end(self, day: dt.date) -> bool:
        """End the part under way; return whether there was one."""
        if not self.every or self.every[-1].stopped is not None:
            return False
        self.every[-1].stopped = day
        return True


def _id(data: Mapping[str, Any], name: str) -> UUID | None:
    return UUID(data[name]) if data.get(name) else None
