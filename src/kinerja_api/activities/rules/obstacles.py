"""States of obstacles: open → answered → resolved, back to open by a reply. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from kinerja_api.core.problems import TransitionRefused


class ObstacleStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class ObstacleEvent(StrEnum):
    """The leader answers; the one who has it replies, if that did not help, or resolves it."""

    ANSWER = "answer"
    REPLY = "reply"
    RESOLVE = "resolve"


MESSAGE_KINDS = (ObstacleEvent.ANSWER, ObstacleEvent.REPLY)
"""Events that bring a text, which is kept."""


OBSTACLE_TRANSITIONS: Mapping[tuple[ObstacleStatus, ObstacleEvent], ObstacleStatus] = {
    (ObstacleStatus.OPEN, ObstacleEvent.ANSWER): ObstacleStatus.ANSWERED,
    (ObstacleStatus.OPEN, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
    (ObstacleStatus.ANSWERED, ObstacleEvent.REPLY): ObstacleStatus.OPEN,
    (ObstacleStatus.ANSWERED, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
}


def next_obstacle_status(status: ObstacleStatus, event: ObstacleEvent) -> ObstacleStatus:
    """Return the status after the event; TransitionRefused."""
    after = OBSTACLE_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after
