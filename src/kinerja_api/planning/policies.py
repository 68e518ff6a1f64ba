"""Who may do what with a plan he sees."""

from kinerja_api.core.problems import Forbidden
from kinerja_api.planning.errors import NotOwnPlan, NotSuperior
from kinerja_api.planning.rules import (
    ActionEvent,
    PeriodStatus,
    PlanEvent,
    PlanStatus,
    open_events,
)

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


def may_act(plan_status: str) -> bool:
    """Return whether a plan of this status takes actions and their progress."""
    return plan_status != PlanStatus.CLOSED


def action_events(plan_status: str, period_status: str, *, own: bool) -> list[str]:
    """Return what the caller may do with an action of this plan and period."""
    is_open = may_act(plan_status) and period_status == PeriodStatus.OPEN
    return [str(ActionEvent.REPORT)] if own and is_open else []
