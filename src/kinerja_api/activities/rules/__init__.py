"""States, windows and arithmetic of logs; states of obstacles; kinds of evidence. Pure."""

from kinerja_api.activities.rules.days import (
    CLOCK,
    LONGEST_MINUTES,
    MINUTES_A_DAY,
    DayBook,
    DayLimit,
    Part,
    Span,
    minute_of,
    read_span,
    span_of,
)
from kinerja_api.activities.rules.evidence import (
    EvidenceKind,
    EvidenceSubject,
)
from kinerja_api.activities.rules.logs import (
    LOG_TRANSITIONS,
    OWN_EVENTS,
    SUPERIOR_EVENTS,
    LogEvent,
    LogStatus,
    next_log_status,
)
from kinerja_api.activities.rules.obstacles import (
    MESSAGE_KINDS,
    OBSTACLE_TRANSITIONS,
    ObstacleEvent,
    ObstacleStatus,
    next_obstacle_status,
)
from kinerja_api.activities.rules.rows import (
    LogRow,
)
from kinerja_api.activities.rules.windows import EntryPolicy, check_decision, check_entry

__all__ = [
    "CLOCK",
    "LOG_TRANSITIONS",
    "LONGEST_MINUTES",
    "MESSAGE_KINDS",
    "MINUTES_A_DAY",
    "OBSTACLE_TRANSITIONS",
    "OWN_EVENTS",
    "SUPERIOR_EVENTS",
    "DayBook",
    "DayLimit",
    "EntryPolicy",
    "EvidenceKind",
    "EvidenceSubject",
    "LogEvent",
    "LogRow",
    "LogStatus",
    "ObstacleEvent",
    "ObstacleStatus",
    "Part",
    "Span",
    "check_decision",
    "check_entry",
    "minute_of",
    "next_log_status",
    "next_obstacle_status",
    "read_span",
    "span_of",
]
