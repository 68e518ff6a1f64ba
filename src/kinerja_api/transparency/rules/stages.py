"""Where a published report stands, in the two words of everybody (Open311 GeoReport v2)."""

from enum import StrEnum

from kinerja_api.complaints.rules import ENDED, ReportStatus


class PublicStatus(StrEnum):
    """open until the report is closed, archived, referred, merged or withdrawn."""

    OPEN = "open"
    CLOSED = "closed"


def public_status(status: str) -> PublicStatus:
    """Return whether a report of this status is open or closed."""
    return PublicStatus.CLOSED if status in ENDED else PublicStatus.OPEN


def statuses_of(wanted: PublicStatus) -> list[str]:
    """Return the statuses that are open, or closed."""
    return [str(status) for status in ReportStatus if public_status(status) is wanted]
