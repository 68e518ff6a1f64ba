"""Who may do what to closings. Pure."""

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.problems import PermissionDenied
from kinerja_api.scoring.rules import CLOSING_TRANSITIONS, ClosingEvent, ClosingStatus


def require_tenant_reach(actor: Actor) -> None:
    """Refuse a grant for a part of the government: a period is closed for all of it."""
    if not actor.has_tenant_reach(Permission.CLOSINGS_MANAGE):
        raise PermissionDenied(permission=Permission.CLOSINGS_MANAGE)


def allowed_actions(actor: Actor, status: ClosingStatus) -> list[str]:
    """Return what the actor may do to a closing now."""
    if not actor.has_tenant_reach(Permission.CLOSINGS_MANAGE):
        return []
    return [ClosingEvent.REOPEN] if (status, ClosingEvent.REOPEN) in CLOSING_TRANSITIONS else []
