"""Clocks of a report, folded from its event log: one a stage, and one a handler's part.

Verification belongs to the office that leads; work to whom it was assigned. The part of a unit
that gave the report back counts for nobody: every clock stands in it, and clocks that began with
it are void. A stage that has ended keeps the due date that was written into its last event.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kinerja_api.complaints.rules.kinds import ENDED, ReportClass, ReportEvent, ReportStatus
from kinerja_api.complaints.rules.levels import Level, Levels, Stage, StartEvent
from kinerja_api.complaints.rules.log import LogEntry, Waiting, day_in, within
from kinerja_api.complaints.rules.stages import OFFICIAL_STAGES, Frozen, StageClock
from kinerja_api.organisation.rules import Clock, Pause

_E, _S = ReportEvent, ReportStatus
_ONE_DAY = dt.timedelta(days=1)
_ANSWERING = (Stage.RESOLUTION, Stage.AFTER_REOPEN)
_ANSWERS_TO_QUESTIONS = frozenset({_E.INFORM, _E.LAPSE_INFORMATION, _E.TAKE_OVER})
_FROM_DISPOSITION = (Stage.FIRST_REPLY, Stage.RESOLUTION)
_MILESTONES = (StartEvent.RECEIVED, StartEvent.VERIFIED, StartEvent.ASSIGNED)


@dataclass(slots=True)
class _Stage:
    stage: Stage
    started_on: dt.date
    report_class: ReportClass
    begun_by: int
    extended_days: int = 0
    stopped: dt.date | None = None
    ended_by: ReportEvent | None = None
    ended_at: int | None = None
    frozen: Frozen | None = None
    reopened_on: dt.date | None = None
    is_upheld: bool = False
    is_early: bool | None = None


class _Fold:
    def __init__(self, levels: Levels, zone: str, report_class: ReportClass) -> None:
        self.levels, self.day_of, self.report_class = levels, day_in(zone), report_class
        self.stages: list[_Stage] = []
        self.waiting = Waiting()
        self.away: list[Pause] = []  # with a unit that gave it back, until assigned again
        self.at_work: list[Pause] = []  # for verification: with a unit that gave it back
        self.milestones: dict[StartEvent, dt.date] = {}
        self.round: list[_Stage] = []  # stages since the report was received, or appealed
        self.assigned: tuple[int, dt.date] | None = None  # the disposition under way
        self.disposed_by = 0  # number of the disposition that counts
        self.extended_days = 0

    def take(self, entry: LogEntry) -> None:
        day, event = self.day_of(entry.at), entry.event
        if "report_class" in entry.data:
            self._follow_class(entry)
        self.waiting.follow(entry.status, day)
        if event in {_E.RECEIVE, _E.APPEAL}:
            self._begin_round(entry, day)
        elif event is _E.ASSIGN:
            self._assign(entry, day)
        elif event is _E.RETURN:
            self._return(day)
        elif event is _E.EXTEND:
            self._extend(int(entry.data.get("extended_days", 0)))
        if entry.status is _S.VERIFIED:
            self.milestones.setdefault(StartEvent.VERIFIED, day)
        self._start_work(entry.number)
        self._follow_answers(entry, day)
        if entry.status in ENDED:
            self._end(entry, day, frozenset(Stage))

    def _follow_class(self, entry: LogEntry) -> None:
        named = entry.data.get("report_class")
        if named is not None and named != self.report_class:
            self.report_class = ReportClass(named)
            for stage in self._running():
                stage.report_class = self.report_class

    def _begin_round(self, entry: LogEntry, day: dt.date) -> None:
        self.round, self.assigned, self.extended_days = [], None, 0
        self.milestones = {StartEvent.RECEIVED: day}
        self._start(Stage.VERIFICATION, day, entry.number)

    def _assign(self, entry: LogEntry, day: dt.date) -> None:
        self._end(entry, day, frozenset({Stage.VERIFICATION}))
        if self.away and self.away[-1].end is None:
            self.away[-1] = Pause(self.away[-1].start, day + _ONE_DAY)
        self.assigned = (entry.number, day)
        if StartEvent.ASSIGNED not in self.milestones:
            self.milestones[StartEvent.ASSIGNED], self.disposed_by = day, entry.number

    def _return(self, day: dt.date) -> None:
        if self.assigned is None:
            return
        number, assigned_on = self.assigned
        void = [stage for stage in self.round if stage.begun_by == number]
        self.stages = [stage for stage in self.stages if stage not in void]
        self.round = [stage for stage in self.round if stage not in void]
        if self.disposed_by == number:
            self.milestones.pop(StartEvent.ASSIGNED, None)
        self.away.append(Pause(assigned_on + _ONE_DAY))
        self.assigned = None
        for stage in self.round:
            if stage.stage is Stage.VERIFICATION and stage.stopped is not None:
                self.at_work.append(Pause(stage.stopped + _ONE_DAY, day + _ONE_DAY))
                stage.stopped = stage.ended_by = stage.ended_at = stage.frozen = None

    def _extend(self, days: int) -> None:
        reopened = [stage for stage in self._running() if stage.stage is Stage.AFTER_REOPEN]
        if not reopened:
            self.extended_days = days
            reopened = [stage for stage in self._running() if stage.stage is Stage.RESOLUTION]
        for stage in reopened:
            stage.extended_days = days

    def _start_work(self, number: int) -> None:
        begun = [stage.stage for stage in self.round]
        for stage in _FROM_DISPOSITION:
            day = None if stage in begun else self._start_of(stage)
            if day is not None:
                self._start(stage, day, number)

    def _start_of(self, stage: Stage) -> dt.date | None:
        """Return the day of the milestone that begins the stage by the level of that day."""
        for milestone in _MILESTONES:
            day = self.milestones.get(milestone)
            if day is None:
                continue
            if self.levels.on(self.report_class, stage, day).start_event is milestone:
                return day
        return self.milestones.get(StartEvent.ASSIGNED)

    def _follow_answers(self, entry: LogEntry, day: dt.date) -> None:
        event = entry.event
        if event is _E.ASK:
            self._start(Stage.FILE_COMPLETION, day, entry.number)
        elif event in _ANSWERS_TO_QUESTIONS:
            self._end(entry, day, frozenset({Stage.FILE_COMPLETION}))
        if event is _E.ANSWER_FIRST:
            self._end(entry, day, frozenset({Stage.FIRST_REPLY}))
        elif event is _E.APPROVE_REPLY:
            self._uphold()
            self._end(entry, day, frozenset(OFFICIAL_STAGES))
            self._start(Stage.CITIZEN_WINDOW, day, entry.number)
        elif event is _E.REOPEN:
            self._end(entry, day, frozenset({Stage.CITIZEN_WINDOW}))
            self._reopen(entry, day)

    def _reopen(self, entry: LogEntry, day: dt.date) -> None:
        answered = [stage for stage in self.round if stage.ended_by is _E.APPROVE_REPLY]
        for stage in [stage for stage in answered if stage.stage in _ANSWERING][-1:]:
            stage.reopened_on = day
            stage.is_early = entry.data.get("frozen", {}).get("is_early")
        self._start(Stage.AFTER_REOPEN, day, entry.number)

    def _uphold(self) -> None:
        for stage in self.round:
            stage.is_upheld |= stage.reopened_on is not None

    def _start(self, stage: Stage, day: dt.date, number: int) -> None:
        extended = self.extended_days if stage is Stage.RESOLUTION else 0
        begun = _Stage(stage, day, self.report_class, number, extended)
        self.stages.append(begun)
        self.round.append(begun)

    def _end(self, entry: LogEntry, day: dt.date, which: frozenset[Stage]) -> None:
        for stage in self._running():
            if stage.stage in which:
                stage.stopped, stage.ended_by, stage.ended_at = day, entry.event, entry.number
                stage.frozen = _frozen(entry, stage.stage)

    def _running(self) -> list[_Stage]:
        return [stage for stage in self.stages if stage.ended_by is None]

    def clock_of(self, stage: _Stage) -> StageClock:
        kept = stage.frozen.level if stage.frozen else None
        level = kept or self.levels.on(stage.report_class, stage.stage, stage.started_on)
        pauses: list[Pause] = []
        if stage.stage is Stage.VERIFICATION:
            pauses = [*self.waiting.pauses, *self.at_work]
        elif stage.stage in OFFICIAL_STAGES:
            pauses = [*self.waiting.pauses, *self.away]
        mine = within(pauses, stage.started_on, stage.stopped)
        clock = Clock(stage.started_on, level.days + stage.extended_days, mine, stage.stopped)
        return StageClock(
            stage.stage,
            stage.started_on,
            level,
            stage.extended_days,
            clock,
            stage.ended_by,
            stage.ended_at,
            stage.frozen,
            stage.reopened_on if stage.is_upheld else None,
            stage.is_early,
        )


def _frozen(entry: LogEntry, stage: Stage) -> Frozen | None:
    kept = entry.data.get("frozen", {}).get(stage)
    if kept is None:
        return None
    due = kept["due_on"]
    level = Level(kept["days"], StartEvent(kept["start_event"]), kept["basis"])
    return Frozen(dt.date.fromisoformat(due) if due else None, kept["is_met"], level)


def first_class(log: Sequence[LogEntry], present: ReportClass) -> ReportClass:
    """Return the class at the receipt: as the log names it first, else the present one."""
    for entry in log:
        named = entry.data.get("report_class_before") or entry.data.get("report_class")
        if named is not None:
            return ReportClass(named)
    return present


def stage_clocks(
    log: Sequence[LogEntry],
    levels: Levels,
    zone: str,
    present: ReportClass = ReportClass.PENGADUAN_TIDAK_BERKADAR_PENGAWASAN,
) -> list[StageClock]:
    """Return the clock of each stage of a report, in the order in which they began.

    present: the report's class, for logs that do not name one.
    """
    fold = _Fold(levels, zone, first_class(log, present))
    for entry in log:
        if entry.event is not _E.ACCEPT:  # it names the handler and moves no stage
            fold.take(entry)
    return [fold.clock_of(stage) for stage in fold.stages]
