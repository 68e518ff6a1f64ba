"""The clock of one stage: what it may take, where it stood, whether it was in time."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from kinerja_api.complaints.rules.kinds import ReportEvent
from kinerja_api.complaints.rules.levels import Level, Stage
from kinerja_api.complaints.rules.reckoning import Reckoning
from kinerja_api.organisation.rules import Clock

_E = ReportEvent
OFFICIAL_STAGES = (Stage.VERIFICATION, Stage.FIRST_REPLY, Stage.RESOLUTION, Stage.AFTER_REOPEN)
"""Stages in which officials owe something; in the others the citizen has time."""
_COMPLETIONS: Mapping[Stage, frozenset[ReportEvent]] = {
    Stage.VERIFICATION: frozenset({_E.ASSIGN, _E.ARCHIVE, _E.REFER}),
    Stage.FIRST_REPLY: frozenset({_E.ANSWER_FIRST, _E.APPROVE_REPLY}),
    Stage.RESOLUTION: frozenset({_E.APPROVE_REPLY}),
    Stage.AFTER_REOPEN: frozenset({_E.APPROVE_REPLY}),
}
EARLY_DAYS = 10
"""Working days within which a reopening takes the first answer's being in time away."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was so when a stage ended; later changes of calendar or levels do not touch it."""

    due_on: dt.date | None
    is_met: bool | None
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class StageClock:
    """The clock of a stage; ended_at: number of the event that ended it.

    reopened_on: the day on which the answer was called insufficient, and answered again later.
    """

    stage: Stage
    started_on: dt.date
    level: Level
    extended_days: int
    clock: Clock
    ended_by: ReportEvent | None = None
    ended_at: int | None = None
    frozen: Frozen | None = None
    reopened_on: dt.date | None = None
    is_early: bool | None = None

    @property
    def is_running(self) -> bool:
        """Return whether the stage is under way, be it that its clock stands."""
        return self.ended_by is None

    @property
    def stands(self) -> bool:
        """Return whether its clock stands now."""
        return any(pause.end is None for pause in self.clock.pauses)

    def due_on(self, reckoning: Reckoning) -> dt.date | None:
        """Return the last day in time; None while the clock stands."""
        return self.frozen.due_on if self.frozen else reckoning.due_on(self.clock)

    def is_met(self, today: dt.date, reckoning: Reckoning) -> bool | None:
        """Return whether the stage was completed in time; None: open, or ended otherwise."""
        if self.is_undone(reckoning):
            return False
        return self.frozen.is_met if self.frozen else self.is_met_by_now(today, reckoning)

    def is_met_by_now(self, today: dt.date, reckoning: Reckoning) -> bool | None:
        """Return the same by the present calendar, without what was kept at the end."""
        due, stopped = reckoning.due_on(self.clock), self.clock.stopped
        if self.ended_by is _E.MERGE or self.stage not in OFFICIAL_STAGES:
            return None
        if due is not None and (stopped or today) > due:
            return False
        is_complete = self.ended_by in _COMPLETIONS.get(self.stage, frozenset())
        return True if is_complete else None

    def is_undone(self, reckoning: Reckoning) -> bool:
        """Return whether the citizen sent the answer back early, and was answered again."""
        if self.reopened_on is None or self.clock.stopped is None:
            return False
        if self.is_early is not None:
            return self.is_early
        return reckoning.is_within(self.clock.stopped, EARLY_DAYS, self.reopened_on)
