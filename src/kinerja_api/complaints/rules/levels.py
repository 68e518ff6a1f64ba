"""Stages of a report and the service levels (standar waktu) that hold without a government's own.

Sources: published practice of SP4N-LAPOR! (3, 5, 10 working days) and of the resolution classes
(5, 14, 60); the rest is a choice of policy. Each government sets its own rows, with its own basis.
"""

import datetime as dt
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kinerja_api.complaints.rules.kinds import ReportClass
from kinerja_api.core.types import DateRange


class Stage(StrEnum):
    """A part of the way with a clock of its own."""

    VERIFICATION = "verification"
    FIRST_REPLY = "first_reply"
    RESOLUTION = "resolution"
    CITIZEN_WINDOW = "citizen_window"
    FILE_COMPLETION = "file_completion"
    AFTER_REOPEN = "after_reopen"


class StartEvent(StrEnum):
    """What starts the clock of a stage: sources differ on the disposition and the whole file."""

    RECEIVED = "received"
    VERIFIED = "verified"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    ASKED = "asked"
    REOPENED = "reopened"


STARTS = {
    Stage.VERIFICATION: (StartEvent.RECEIVED,),
    Stage.FIRST_REPLY: (StartEvent.ASSIGNED, StartEvent.VERIFIED, StartEvent.RECEIVED),
    Stage.RESOLUTION: (StartEvent.ASSIGNED, StartEvent.VERIFIED, StartEvent.RECEIVED),
    Stage.CITIZEN_WINDOW: (StartEvent.ANSWERED,),
    Stage.FILE_COMPLETION: (StartEvent.ASKED,),
    Stage.AFTER_REOPEN: (StartEvent.REOPENED,),
}
"""What may start each stage; the first where a government says nothing."""


@dataclass(frozen=True, slots=True)
class Level:
    """How many working days a stage may take, from what, and by which basis."""

    days: int
    start_event: StartEvent
    basis: str


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """A level that the government itself has set for some days."""

    report_class: ReportClass
    stage: Stage
    valid: DateRange
    level: Level


class Levels:
    """The levels of a government on every day; where it has set none, the defaults."""

    def __init__(self, own: Iterable[OwnLevel] = ()) -> None:
        self._own: dict[tuple[ReportClass, Stage], list[OwnLevel]] = {}
        for row in own:
            self._own.setdefault((row.report_class, row.stage), []).append(row)

    @property
    def longest(self) -> int:
        """Return the working days of the longest level there is."""
        own = [row.level.days for rows in self._own.values() for row in rows]
        return max([*own, *[days for days, _ in _RESOLUTION.values()]])

    def on(self, report_class: ReportClass, stage: Stage, day: dt.date) -> Level:
        """Return the level of the class and stage that is valid on the day."""
        return self.marked(report_class, stage, day)[0]

    def marked(self, report_class: ReportClass, stage: Stage, day: dt.date) -> tuple[Level, bool]:
        """Return the level on the day, and whether it is the default."""
        for row in self._own.get((report_class, stage), ()) if self._own else ():
            if day in row.valid:
                return row.level, False
        return default_level(report_class, stage), True


_LAPOR = "Praktik SP4N-LAPOR! (PermenPANRB 5/2025), standar waktu yang dipublikasikan"
_POLICY = "Kebijakan bawaan, dapat diganti oleh pemerintah daerah"
_C = ReportClass
_RESOLUTION = {
    _C.ASPIRASI: (14, _POLICY),
    _C.PERMINTAAN_INFORMASI: (5, _LAPOR),
    _C.PENGADUAN_TIDAK_BERKADAR_PENGAWASAN: (14, _LAPOR),
    _C.PENGADUAN_BERKADAR_PENGAWASAN: (60, _LAPOR),
    _C.PELAPORAN_PELANGGARAN: (60, _LAPOR),
    _C.PEMBALASAN: (5, _POLICY),
}
_AFTER_REOPEN = {
    _C.ASPIRASI: 5,
    _C.PERMINTAAN_INFORMASI: 5,
    _C.PENGADUAN_TIDAK_BERKADAR_PENGAWASAN: 7,
    _C.PENGADUAN_BERKADAR_PENGAWASAN: 14,
    _C.PELAPORAN_PELANGGARAN: 14,
    _C.PEMBALASAN: 3,
}


@functools.cache
def default_level(report_class: ReportClass, stage: Stage) -> Level:
    """Return the level that holds where the government has set none on the day."""
    days, basis = _default_days(report_class, stage)
    return Level(days, STARTS[stage][0], basis)


def _default_days(report_class: ReportClass, stage: Stage) -> tuple[int, str]:
    is_fast = report_class is _C.PEMBALASAN
    if stage is Stage.RESOLUTION:
        return _RESOLUTION[report_class]
    if stage is Stage.AFTER_REOPEN:
        return _AFTER_REOPEN[report_class], _POLICY
    if stage is Stage.VERIFICATION:
        return (1, _POLICY) if is_fast else (3, _LAPOR)
    if stage is Stage.FIRST_REPLY:
        return (2, _POLICY) if is_fast else (5, _LAPOR)
    return 10, _LAPOR
