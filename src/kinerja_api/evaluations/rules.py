"""States of an evaluation, and what a decision needs. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.results.rules import Rating


class EvaluationStatus(StrEnum):
    """opened at close → decided by the superior → acknowledged, which makes it final."""

    OPENED = "opened"
    DECIDED = "decided"
    FINAL = "final"
    SUPERSEDED = "superseded"


class EvaluationEvent(StrEnum):
    """What happens to an evaluation; the first two are actions of people."""

    DECIDE = "decide"
    ACKNOWLEDGE = "acknowledge"
    SUPERSEDE = "supersede"


# The employee sees his own evaluation from the decision on, and the suggestion with it.
SHOWN_STATUSES = (EvaluationStatus.DECIDED, EvaluationStatus.FINAL)

EVALUATION_TRANSITIONS: Mapping[tuple[EvaluationStatus, EvaluationEvent], EvaluationStatus] = (
    MappingProxyType(
        {
            (EvaluationStatus.OPENED, EvaluationEvent.DECIDE): EvaluationStatus.DECIDED,
            (EvaluationStatus.OPENED, EvaluationEvent.SUPERSEDE): EvaluationStatus.SUPERSEDED,
            (EvaluationStatus.DECIDED, EvaluationEvent.ACKNOWLEDGE): EvaluationStatus.FINAL,
        }
    )
)


def next_status(status: EvaluationStatus, event: EvaluationEvent) -> EvaluationStatus:
    """Return the state after the event; raises TransitionRefused where the table has no cell."""
    after = EVALUATION_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def needs_reason(decided: tuple[Rating, Rating], suggested: tuple[str | None, str | None]) -> bool:
    """Return whether a decision must say why: it differs, or nothing was suggested.

    Both pairs are the rating of the work result, then of the behaviour.
    """
    return decided != suggested
