"""States of a campaign and the events between them."""

from collections.abc import Mapping
from enum import StrEnum

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.surveys.rules.index import Band


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class CampaignEvent(StrEnum):
    CHANGE = "change"
    REMOVE = "remove"
    OPEN = "open"
    CLOSE = "close"
    PUBLISH = "publish"


_S, _E = CampaignStatus, CampaignEvent
_WAYS: Mapping[tuple[CampaignStatus, CampaignEvent], CampaignStatus] = {
    (_S.DRAFT, _E.CHANGE): _S.DRAFT,
    (_S.DRAFT, _E.REMOVE): _S.DRAFT,
    (_S.DRAFT, _E.OPEN): _S.OPEN,
    (_S.OPEN, _E.CLOSE): _S.CLOSED,
    (_S.CLOSED, _E.PUBLISH): _S.PUBLISHED,
}

COUNTED = (CampaignStatus.CLOSED, CampaignStatus.PUBLISHED)
"""Where no answer can come any more, and the result stands."""


def next_status(status: str, event: CampaignEvent) -> CampaignStatus:
    """Return the status after the event; TransitionRefused if there is no way."""
    following = _WAYS.get((CampaignStatus(status), event))
    if following is None:
        raise TransitionRefused(status=status, event=event)
    return following


def open_events(status: str) -> list[CampaignEvent]:
    """Return the events that a campaign of this status takes."""
    return [event for event in CampaignEvent if (CampaignStatus(status), event) in _WAYS]


def needs_follow_up(band: str | None) -> bool:
    """Return whether a result of this band is published with a follow-up plan only."""
    return band in (Band.C, Band.D)
