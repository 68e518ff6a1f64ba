"""What evidence proves, and what it is. Pure."""

from enum import StrEnum


class EvidenceSubject(StrEnum):
    LOG = "log"
    RESULT = "result"


class EvidenceKind(StrEnum):
    FILE = "file"
    LINK = "link"
