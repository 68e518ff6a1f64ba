"""What a leader's note can be about. Pure."""

from enum import StrEnum


class NoteSubject(StrEnum):
    LOG = "log"
    TARGET = "target"
    RESULT = "result"
    PLAN = "plan"
    NONE = "none"


GENERAL_SUBJECT = "employee"
"""Subject of a note about nothing special: the person himself."""
