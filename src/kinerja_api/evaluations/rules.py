"""States of an evaluation and of an objection, deadlines, what a decision needs. Pure.

Sources: PP 30/2019 art. 59 (objection to the superior of the assessor within 14 days, whose
decision is final); PermenPANRB 6/2022 art. 29 and its annex.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.evaluations.errors import OutcomeContradicted
from kinerja_api.results.rules import Rating


class EvaluationStatus(StrEnum):
    """opened at close → decided by the superior → final, at once or after an objection.

    A new version makes the former one corrected; an undecided one is superseded by a new close.
    """

    OPENED = "opened"
    DECIDED = "decided"
    OBJECTED = "objected"
    FINAL = "final"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"


class EvaluationEvent(StrEnum):
    """What happens to an evaluation; the first five are actions of people on it.

    ``withdraw`` and ``decide_objection`` are done to its objection.
    """

    ASSIGN = "assign"
    DECIDE = "decide"
    ACKNOWLEDGE = "acknowledge"
    OBJECT = "object"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    DECIDE_OBJECTION = "decide_objection"
    LAPSE = "lapse"
    SUPERSEDE = "supersede"


class DecidedAs(StrEnum):
    """In which capacity the decision that stands was made."""

    ASSESSOR = "assessor"
    SUPERIOR_OF_ASSESSOR = "superior_of_assessor"
    OBJECTION_OFFICIAL = "objection_official"


class FinalBy(StrEnum):
    """What made an evaluation final."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DEADLINE = "deadline"
    OBJECTION = "objection"
    WITHDRAWAL = "withdrawal"


class ObjectionStatus(StrEnum):
    """Objection (keberatan): filed → answered by the assessor → decided; or withdrawn."""

    FILED = "filed"
    ANSWERED = "answered"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


class ObjectionEvent(StrEnum):
    """What people do to an objection; the decision needs no answer of the assessor."""

    ANSWER = "answer"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


class ObjectionOutcome(StrEnum):
    KEPT = "kept"
    CHANGED = "changed"


_ES, _EE = EvaluationStatus, EvaluationEvent
_OS, _OE = ObjectionStatus, ObjectionEvent

DECISIONS = (_ES.DECIDED, _ES.OBJECTED, _ES.FINAL)
"""Standing evaluations that hold a decision; it outlasts a new close."""

SHOWN_STATUSES = (*DECISIONS, _ES.CORRECTED)
"""The employee sees his own evaluation from the decision on, and the suggestion with it."""

REPLACED = (_ES.CORRECTED, _ES.SUPERSEDED)
"""No longer the one that stands for its employee and period."""

OPEN_OBJECTIONS = (_OS.FILED, _OS.ANSWERED)

# Decided once: what the employee saw does not change under his eyes. A slip is corrected as a new
# version with a reason, before or after it is final.
EVALUATION_TRANSITIONS: Mapping[tuple[EvaluationStatus, EvaluationEvent], EvaluationStatus] = (
    MappingProxyType(
        {
            (_ES.OPENED, _EE.ASSIGN): _ES.OPENED,
            (_ES.OPENED, _EE.DECIDE): _ES.DECIDED,
            (_ES.OPENED, _EE.SUPERSEDE): _ES.SUPERSEDED,
            (_ES.DECIDED, _EE.ACKNOWLEDGE): _ES.FINAL,
            (_ES.DECIDED, _EE.OBJECT): _ES.OBJECTED,
            (_ES.DECIDED, _EE.LAPSE): _ES.FINAL,
            (_ES.DECIDED, _EE.CORRECT): _ES.CORRECTED,
            (_ES.OBJECTED, _EE.WITHDRAW): _ES.FINAL,
            (_ES.OBJECTED, _EE.DECIDE_OBJECTION): _ES.FINAL,
            (_ES.FINAL, _EE.CORRECT): _ES.CORRECTED,
        }
    )
)

OBJECTION_TRANSITIONS: Mapping[tuple[ObjectionStatus, ObjectionEvent], ObjectionStatus] = (
    MappingProxyType(
        {
            (_OS.FILED, _OE.ANSWER): _OS.ANSWERED,
            (_OS.FILED, _OE.DECIDE): _OS.DECIDED,
            (_OS.FILED, _OE.WITHDRAW): _OS.WITHDRAWN,
            (_OS.ANSWERED, _OE.DECIDE): _OS.DECIDED,
            (_OS.ANSWERED, _OE.WITHDRAW): _OS.WITHDRAWN,
        }
    )
)


def next_status(status: EvaluationStatus, event: EvaluationEvent) -> EvaluationStatus:
    """Return the state after the event; raises TransitionRefused where the table has no cell."""
    after = EVALUATION_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def next_objection_status(status: ObjectionStatus, event: ObjectionEvent) -> ObjectionStatus:
    """Return the state after the event; raises TransitionRefused where the table has no cell."""
    after = OBJECTION_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def last_day(since: dt.date, days: int) -> dt.date:
    """Return the last day of a term of calendar days that begins the day after ``since``.

    PP 30/2019 art. 59 counts from the day the employee received the result; sources differ
    between days and working days, calendar days are the strict reading.
    """
    return since + dt.timedelta(days=days)


def needs_reason(decided: tuple[Rating, Rating], suggested: tuple[str | None, str | None]) -> bool:
    """Return whether a decision must say why: it differs, or nothing was suggested.

    Both pairs are the rating of the work result, then of the behaviour.
    """
    return decided != suggested


def ruled_ratings(
    outcome: ObjectionOutcome,
    ruled: tuple[Rating | None, Rating | None],
    old: tuple[Rating, Rating],
) -> tuple[Rating, Rating]:
    """Return the ratings after the decision on an objection.

    Raises OutcomeContradicted unless ``kept`` names no other ratings and ``changed`` at least one.
    """
    work, behaviour = ruled[0] or old[0], ruled[1] or old[1]
    if (outcome is ObjectionOutcome.CHANGED) != ((work, behaviour) != old):
        raise OutcomeContradicted.at("/outcome")
    return work, behaviour
