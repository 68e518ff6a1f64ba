"""Who may do what with a plan he sees."""

from kinerja_api.core.problems import Forbidden
from kinerja_api.planning.errors import NotOwnPlan, NotSuperior
from kinerja_api.planning.rules import PlanEvent, open_events

_OF_THE_SUPERIOR = frozenset({PlanEvent.EXPECT, PlanEvent.APPROVE, PlanEvent.RETURN})


def refusal(event: PlanEvent, *, own: bool, superior: bool) -> Forbidden | None:
    """Return why this caller may not, or None: the employee writes, his superior decides."""
    if event in _OF_THE_SUPERIOR:
        return None if superior else NotSuperior()
    return None if own else NotOwnPlan()


def allowed_actions(status: str, *, own: bool, superior: bool) -> list[str]:
    """Return what the caller may do with a plan of this status."""
    return [
        str(event)
        for event in open_events(status)
        if refusal(event, own=own, superior=superior) is None
    ]
