"""Who may do what with a campaign he sees."""

from kinerja_api.surveys.rules import open_events


def allowed_actions(status: str, *, keeper: bool) -> list[str]:
    """Return what the caller may do with a campaign of this status."""
    return [str(event) for event in open_events(status)] if keeper else []
