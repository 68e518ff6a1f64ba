"""Figures of handled reports (indikator penanganan pengaduan), fairly attributed.

A stage belongs to the unit and handler whose part was under way at its end; parts that were given
back are nobody's; verification is the leading office's. Discreet reports (confidential, or led
by the inspectorate) are counted in aggregates of five and more only.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.complaints.rules.clocks import stage_clocks
from kinerja_api.complaints.rules.kinds import ArchiveReason, ReportClass, ReportEvent, ReportStatus
from kinerja_api.complaints.rules.levels import Levels, Stage
from kinerja_api.complaints.rules.log import LogEntry, day_in
from kinerja_api.complaints.rules.parts import HandlerClock, handler_clocks
from kinerja_api.complaints.rules.reckoning import Reckoning
from kinerja_api.complaints.rules.stages import OFFICIAL_STAGES, StageClock
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import (
    MINIMUM_SAMPLE,
    Clock,
    Figure,
    median,
    ninetieth,
    share,
)

_E, _S = ReportEvent, ReportStatus
LEAST_DISCREET = 5
"""Reports below which those that are confidential are not counted."""
_ANSWERING = frozenset({Stage.RESOLUTION, Stage.AFTER_REOPEN})
_REPLIED = frozenset({_E.ANSWER_FIRST, _E.APPROVE_REPLY})
_NOT_VALID = frozenset({_S.OUT_OF_JURISDICTION, _S.MERGED, _S.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Handled:
    """A report as the figures need it."""

    id: UUID
    report_class: ReportClass
    status: ReportStatus
    archive_reason: str | None
    is_discreet: bool
    log: Sequence[LogEntry]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures, of which days; None for everybody's. units: with everything below them."""

    days: DateRange
    units: frozenset[UUID] | None = None
    handler_id: UUID | None = None

    @property
    def is_everybody(self) -> bool:
        """Return whether the leading office's part is asked for too."""
        return self.units is None and self.handler_id is None

    def is_his(self, part: HandlerClock | None) -> bool:
        """Return whether the part is of those whose figures are asked for."""
        if self.is_everybody:
            return True
        if part is None:
            return False
        is_of_unit = self.units is None or part.unit_id in self.units
        return is_of_unit and self.handler_id in {None, part.handler_id}


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """The figures of a unit, service or handler; times are in working days."""

    response_time_median: Figure
    response_time_p90: Figure
    on_time_share: Figure
    settlement_share: Figure
    reopen_rate: Figure


@dataclass(frozen=True, slots=True)
class Counted:
    """One item of a figure: of which report, and what it says."""

    report_id: UUID
    is_discreet: bool
    value: Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """The items of all figures of one report, or of many."""

    responses: list[Counted]
    stages: list[Counted]
    settled: list[Counted]
    reopened: list[Counted]
    parts: list[Counted]


@dataclass(frozen=True, slots=True)
class Ruler:
    """By what reports are measured: the government's rules, its calendar, and today."""

    levels: Levels
    zone: str
    reckoning: Reckoning
    today: dt.date


def measure(reports: Iterable[Handled], asked: Asked, ruler: Ruler) -> Measured:
    """Return the items that each report adds to the figures."""
    every = Measured([], [], [], [], [])
    for report in reports:
        if report.status is not _S.MERGED:  # counted once, with the report it was merged into
            _One(report, asked, ruler, every).measure()
    return every


def figures_of(measured: Measured) -> ComplaintFigures:
    """Return the figures of the items."""
    return ComplaintFigures(
        response_time_median=_figure(measured.responses, median),
        response_time_p90=_figure(measured.responses, ninetieth),
        on_time_share=_figure(measured.stages, _share),
        settlement_share=_figure(measured.settled, _share),
        reopen_rate=_figure(measured.reopened, _share),
    )


def misrouted_share(measured: Measured) -> Figure:
    """Return the share of dispositions of the days that were given back."""
    return _figure(measured.parts, _share)


class _One:
    """One report under measure."""

    def __init__(self, report: Handled, asked: Asked, ruler: Ruler, every: Measured) -> None:
        self.report, self.asked, self.ruler, self.every = report, asked, ruler, every
        self.clocks = stage_clocks(report.log, ruler.levels, ruler.zone, report.report_class)
        self.parts = handler_clocks(report.log, ruler.zone)
        self.mine = [part for part in self.parts if not part.is_misrouted]

    def measure(self) -> None:
        for part in self.parts:
            is_asked = part.unit_id is not None and self.asked.is_his(part)
            self._add(self.every.parts, part.started if is_asked else None, part.is_misrouted)
        for one in self.clocks:
            if self._is_his(one):
                self._add_stage(one)
                self._add_response(one)
        for decided_on, is_reopened, one in _decided(self.report.log, self.clocks, self.ruler):
            if self._is_his(one):
                self._add(self.every.reopened, decided_on, is_reopened)
        if _is_valid(self.report) and self.asked.is_his(self.mine[-1] if self.mine else None):
            received = day_in(self.ruler.zone)(self.report.log[0].at)
            self._add(self.every.settled, received, self.report.status is _S.CLOSED)

    def _is_his(self, one: StageClock) -> bool:
        if one.stage not in OFFICIAL_STAGES:
            return False
        if one.stage is Stage.VERIFICATION:
            return self.asked.is_everybody
        return self.asked.is_his(_part_at(self.mine, one))

    def _add_stage(self, one: StageClock) -> None:
        is_met = one.is_met(self.ruler.today, self.ruler.reckoning)
        if is_met is not None:
            self._add(self.every.stages, one.due_on(self.ruler.reckoning), is_met)

    def _add_response(self, one: StageClock) -> None:
        stopped = one.clock.stopped
        if one.stage is Stage.FIRST_REPLY and one.ended_by in _REPLIED and stopped is not None:
            clock = _from_disposition(one, self.mine)
            self._add(self.every.responses, stopped, self.ruler.reckoning.counted(clock, stopped))

    def _add(self, items: list[Counted], day: dt.date | None, value: int) -> None:
        if day is not None and day in self.asked.days:
            items.append(Counted(self.report.id, self.report.is_discreet, Decimal(value)))


def _part_at(mine: Sequence[HandlerClock], one: StageClock) -> HandlerClock | None:
    """Return the last part that had begun when the stage ended, or the one under way."""
    begun = [part for part in mine if one.ended_at is None or part.begun_by < one.ended_at]
    return begun[-1] if begun else None


def _from_disposition(one: StageClock, mine: Sequence[HandlerClock]) -> Clock:
    """Return the clock of a first reply from the disposition that counts."""
    since = [part.started for part in mine if part.started >= one.started_on]
    started = since[0] if since else one.started_on
    return Clock(started, 0, one.clock.pauses, one.clock.stopped)


def _decided(
    log: Sequence[LogEntry], clocks: Sequence[StageClock], ruler: Ruler
) -> Iterable[tuple[dt.date, bool, StageClock]]:
    """Yield each answer that was closed or reopened: when, and whether reopened and upheld."""
    day_of = day_in(ruler.zone)
    for one in clocks:
        if one.stage not in _ANSWERING or one.ended_by is not _E.APPROVE_REPLY:
            continue
        after = [
            entry
            for entry in log
            if entry.number > (one.ended_at or 0)
            and (entry.event is _E.REOPEN or entry.status is _S.CLOSED)
        ]
        if after:
            yield day_of(after[0].at), one.is_undone(ruler.reckoning), one


def _is_valid(report: Handled) -> bool:
    """Return whether the report asked something of this government, once."""
    is_spam = report.archive_reason == ArchiveReason.SPAM
    return report.status not in _NOT_VALID and not is_spam and bool(report.log)


def _figure(items: Sequence[Counted], value_of: Callable[[Sequence[Decimal]], Decimal]) -> Figure:
    if len({item.report_id for item in items}) < LEAST_DISCREET:
        items = [item for item in items if not item.is_discreet]
    is_enough = len(items) >= MINIMUM_SAMPLE
    value = value_of([item.value for item in items]) if is_enough else None
    return Figure(value, len(items), MINIMUM_SAMPLE, [item.report_id for item in items])


def _share(values: Sequence[Decimal]) -> Decimal:
    return share(int(sum(values)), len(values))
