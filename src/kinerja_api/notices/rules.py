"""What a superior's note can be about. Pure."""

from enum import StrEnum


class NoteSubject(StrEnum):
    LOG = "log"
    TARGET = "target"
    RESULT = "result"
    PLAN = "plan"
    NONE = "none"
