"""States of logs and obstacles, and the arithmetic of a day. Pure."""

from enum import StrEnum


class LogStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class ObstacleStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class EvidenceSubject(StrEnum):
    LOG = "log"
    RESULT = "result"
