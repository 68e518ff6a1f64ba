"""Processing times against the standard: in working days of the unit, or by the clock."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from kinerja_api.core.types import round_half_up
from kinerja_api.organisation.rules import Clock, Pause, WorkingCalendar
from kinerja_api.services.rules.facts import PauseFact
from kinerja_api.services.rules.states import ProcessingUnit

_LENGTHS = {
    ProcessingUnit.HOURS: dt.timedelta(hours=1),
    ProcessingUnit.MINUTES: dt.timedelta(minutes=1),
}
_END_OF_DAY = dt.time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Standard:
    """The time that a standard allows."""

    time: int
    unit: ProcessingUnit


@dataclass(frozen=True, slots=True)
class Processing:
    """A complete file on its way: when the clock began, where it stood, when it was done."""

    started_at: dt.datetime
    pauses: Sequence[PauseFact] = ()
    done_at: dt.datetime | None = None

    def took(
        self, unit: ProcessingUnit, now: dt.datetime, calendar: WorkingCalendar, zone: str
    ) -> Decimal:
        """Return how long it took, or has taken until now, without its pauses."""
        until = self.done_at or now
        if unit is ProcessingUnit.WORKING_DAYS:
            return Decimal(self.clock(0, zone).counted(day_in(zone)(until), calendar))
        length = _LENGTHS[unit]
        return round_half_up(Decimal(self._elapsed(until).total_seconds()) / length.seconds)

    def due_at(
        self, standard: Standard, calendar: WorkingCalendar, zone: str
    ) -> dt.datetime | None:
        """Return the last instant in time, in working days the end of the day; None: it stands."""
        if standard.unit is ProcessingUnit.WORKING_DAYS:
            day = self.clock(standard.time, zone).due_on(calendar)
            return None if day is None else dt.datetime.combine(day, _END_OF_DAY, ZoneInfo(zone))
        due = self.started_at + standard.time * _LENGTHS[standard.unit]
        for pause in self.pauses:
            if pause.starts_at > due:
                break
            if pause.ends_at is None:
                return None
            due += pause.ends_at - pause.starts_at
        return due

    def is_in_time(
        self, standard: Standard, now: dt.datetime, calendar: WorkingCalendar, zone: str
    ) -> bool | None:
        """Return whether it was done in time; None while that is open."""
        if standard.unit is ProcessingUnit.WORKING_DAYS:
            return self.clock(standard.time, zone).is_met(day_in(zone)(now), calendar)
        allowed = standard.time * _LENGTHS[standard.unit]
        if self.done_at is not None:
            return self._elapsed(self.done_at) <= allowed
        return False if self._elapsed(now) > allowed else None

    def clock(self, days: int, zone: str) -> Clock:
        """Return its clock in days of the government's zone."""
        day = day_in(zone)
        pauses = [
            Pause(day(pause.starts_at), day(pause.ends_at) if pause.ends_at else None)
            for pause in self.pauses
        ]
        return Clock(
            day(self.started_at), days, pauses, None if self.done_at is None else day(self.done_at)
        )

    def _elapsed(self, until: dt.datetime) -> dt.timedelta:
        stood = sum(
            (
                min(pause.ends_at or until, until) - min(pause.starts_at, until)
                for pause in self.pauses
            ),
            dt.timedelta(),
        )
        return until - self.started_at - stood


def day_in(zone: str) -> Callable[[dt.datetime], dt.date]:
    """Return the function from an instant to its day in the zone."""
    place = ZoneInfo(zone)
    return lambda instant: instant.astimezone(place).date()
