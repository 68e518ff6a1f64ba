"""Who may do what to a transaction."""

import functools

from kinerja_api.services.errors import NotServiceStaff
from kinerja_api.services.rules import WAYS, TransactionEvent, TransactionStatus


@functools.cache
def transaction_actions(status: str, *, staff: bool) -> list[str]:
    """Return what the caller may do with a transaction of this status."""
    if not staff:
        return []
    return ["edit", *[event for event in TransactionEvent if _is_open(status, event)]]


def _is_open(status: str, event: TransactionEvent) -> bool:
    return (TransactionStatus(status), event) in WAYS


def require_staff(*, staff: bool) -> None:
    """Raise NotServiceStaff unless the caller keeps the unit's transactions."""
    if not staff:
        raise NotServiceStaff
