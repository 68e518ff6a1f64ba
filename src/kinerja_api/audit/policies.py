"""Who reads the trail."""

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.problems import PermissionDenied


def check_may_read_trail(actor: Actor) -> None:
    """Raise PermissionDenied without a grant over the whole government.

    An entry belongs to no unit, so a grant for one unit reaches none.
    """
    if not actor.has_tenant_reach(Permission.AUDIT_READ):
        raise PermissionDenied(permission=Permission.AUDIT_READ)
