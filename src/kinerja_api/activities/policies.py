"""Who may do what to a log or an obstacle."""

import functools

from kinerja_api.activities.errors import NotLeader, NotOwnLog
from kinerja_api.activities.rules import (
    LOG_TRANSITIONS,
    OBSTACLE_TRANSITIONS,
    OWN_EVENTS,
    SUPERIOR_EVENTS,
    LogEvent,
    LogStatus,
    ObstacleEvent,
    ObstacleStatus,
)
from kinerja_api.planning.errors import NotSuperior


@functools.cache
def log_actions(status: LogStatus, *, own: bool, superior: bool) -> list[str]:
    """Return the events that the caller may cause."""
    events = (*(OWN_EVENTS if own else ()), *(SUPERIOR_EVENTS if superior else ()))
    return [event for event in events if (status, event) in LOG_TRANSITIONS]


def require_log_right(event: LogEvent, *, own: bool, superior: bool) -> None:
    """Raise NotOwnLog or NotSuperior unless the event is the caller's to cause."""
    if event in OWN_EVENTS and not own:
        raise NotOwnLog
    if event in SUPERIOR_EVENTS and not superior:
        raise NotSuperior


@functools.cache
def obstacle_actions(status: ObstacleStatus, *, own: bool, leader: bool) -> list[str]:
    """Return the events that the caller may cause."""
    held = {event: leader if event == ObstacleEvent.ANSWER else own for event in ObstacleEvent}
    return [event for event in held if held[event] and (status, event) in OBSTACLE_TRANSITIONS]


def require_obstacle_right(event: ObstacleEvent, *, own: bool, leader: bool) -> None:
    """Raise NotOwnLog or NotLeader unless the event is the caller's to cause."""
    if event == ObstacleEvent.ANSWER and not leader:
        raise NotLeader
    if event != ObstacleEvent.ANSWER and not own:
        raise NotOwnLog
