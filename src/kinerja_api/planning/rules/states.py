"""What may be done with a plan of which status."""

from collections.abc import Mapping

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.planning.rules.kinds import PlanEvent, PlanStatus

_PLAN_STATES: Mapping[tuple[str, str], PlanStatus] = {
    (PlanStatus.DRAFT, PlanEvent.WRITE): PlanStatus.DRAFT,
    (PlanStatus.DRAFT, PlanEvent.EXPECT): PlanStatus.DRAFT,
    (PlanStatus.DRAFT, PlanEvent.SUBMIT): PlanStatus.SUBMITTED,
    (PlanStatus.SUBMITTED, PlanEvent.EXPECT): PlanStatus.SUBMITTED,
    (PlanStatus.SUBMITTED, PlanEvent.APPROVE): PlanStatus.APPROVED,
    (PlanStatus.SUBMITTED, PlanEvent.RETURN): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.WRITE): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.EXPECT): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.SUBMIT): PlanStatus.SUBMITTED,
    (PlanStatus.APPROVED, PlanEvent.REVISE): PlanStatus.REVISION,
    (PlanStatus.REVISION, PlanEvent.WRITE): PlanStatus.REVISION,
    (PlanStatus.REVISION, PlanEvent.EXPECT): PlanStatus.REVISION,
    (PlanStatus.REVISION, PlanEvent.SUBMIT): PlanStatus.REVISION_SUBMITTED,
    (PlanStatus.REVISION, PlanEvent.WITHDRAW): PlanStatus.APPROVED,
    (PlanStatus.REVISION_SUBMITTED, PlanEvent.EXPECT): PlanStatus.REVISION_SUBMITTED,
    (PlanStatus.REVISION_SUBMITTED, PlanEvent.APPROVE): PlanStatus.APPROVED,
    (PlanStatus.REVISION_SUBMITTED, PlanEvent.RETURN): PlanStatus.REVISION,
}
"""Apart from these a year closes its plans in force, and opens them again as approved."""


def next_status(status: str, event: PlanEvent) -> PlanStatus:
    """Return the status of a plan after the event; TransitionRefused."""
    after = _PLAN_STATES.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def open_events(status: str) -> list[PlanEvent]:
    """Return what a plan of this status allows, whoever asks."""
    return [event for event in PlanEvent if (status, event) in _PLAN_STATES]
