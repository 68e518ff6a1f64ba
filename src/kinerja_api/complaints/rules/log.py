"""The event log of a report as its clocks read it, and the days on which they all stand."""

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from kinerja_api.complaints.rules.kinds import ReportEvent, ReportStatus
from kinerja_api.organisation.rules import Pause

_QUARTER = 900
_WAITING = frozenset({ReportStatus.AWAITING_INFORMATION, ReportStatus.AWAITING_OTHER_PARTY})


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One event of a report, as the clocks need it."""

    number: int
    event: ReportEvent
    status: ReportStatus
    at: dt.datetime
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@functools.cache
def day_in(zone: str) -> Callable[[dt.datetime], dt.date]:
    """Return the function from an instant to its day in the zone.

    Zones begin their days at quarters of an hour: a quarter is asked for once.
    """
    place = ZoneInfo(zone)

    @functools.lru_cache(maxsize=100_000)
    def day_of_quarter(quarter: int) -> dt.date:
        return dt.datetime.fromtimestamp(quarter * _QUARTER, place).date()

    return lambda instant: day_of_quarter(int(instant.timestamp() // _QUARTER))


class Waiting:
    """The days on which a report waits for the citizen or another party, one after the other."""

    def __init__(self) -> None:
        self.pauses: list[Pause] = []

    def follow(self, status: ReportStatus, day: dt.date) -> None:
        """Begin or end a pause as the status after an event demands."""
        stands = bool(self.pauses) and self.pauses[-1].end is None
        if status in _WAITING and not stands:
            self.pauses.append(Pause(day))
        elif stands and status not in _WAITING:
            self.pauses[-1] = Pause(self.pauses[-1].start, day)


def within(pauses: Sequence[Pause], started: dt.date, stopped: dt.date | None) -> tuple[Pause, ...]:
    """Return the pauses that can hold days between start and stop."""
    return tuple(
        pause
        for pause in pauses
        if (pause.end is None or pause.end > max(started, pause.start))
        and (stopped is None or pause.start <= stopped)
    )
