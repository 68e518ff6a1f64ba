"""Words of channels and of the questions of a category."""

from enum import StrEnum

from kinerja_api.complaints.rules import ReportStatus


class ChannelName(StrEnum):
    """The channels outside that reports are exchanged with."""

    NATIONAL = "national"


class Direction(StrEnum):
    """Which way a report went: from us to the channel, or from the channel to us."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class RunKind(StrEnum):
    """What was exchanged in one run."""

    EXPORT = "export"
    IMPORT = "import"


class Datatype(StrEnum):
    """What the answer to a question is (Open311 GeoReport v2, service definition)."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLEVALUELIST = "singlevaluelist"
    MULTIVALUELIST = "multivaluelist"


LISTS = frozenset({Datatype.SINGLEVALUELIST, Datatype.MULTIVALUELIST})
"""Datatypes that are answered with keys of given values."""


def shown_status(status: str) -> str:
    """Return where a report stands for outsiders: a reply to be approved is the office's own."""
    is_inner = status == ReportStatus.REPLY_PROPOSED
    return ReportStatus.IN_PROGRESS.value if is_inner else status
