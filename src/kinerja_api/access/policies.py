"""Who may do what with which account."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.access.errors import OwnAccountRefused, RoleNotGrantable
from kinerja_api.access.rules import (
    GRANTABLE_ROLES,
    AccountEvent,
    AccountKind,
    AccountStatus,
    Permission,
    Role,
    next_account_status,
)


def check_not_own(actor: Actor, account_id: UUID) -> None:
    """Refuse what nobody does to himself; OwnAccountRefused."""
    if actor.account_id == account_id:
        raise OwnAccountRefused


def check_grantable(role: Role) -> None:
    """Refuse roles that no grant of an administrator gives; RoleNotGrantable."""
    if role not in GRANTABLE_ROLES:
        raise RoleNotGrantable.at("/role")


def allowed_actions(
    actor: Actor, account_id: UUID, *, status: AccountStatus, kind: AccountKind
) -> list[str]:
    """Return what the actor may do with an account now, by the names of the actions."""
    if not actor.may(Permission.ACCOUNTS_MANAGE):
        return []
    actions = ["change"]
    if actor.account_id != account_id:
        actions += [
            event.value
            for event in (AccountEvent.DISABLE, AccountEvent.ENABLE)
            if next_account_status(status, event, was_activated=True) is not None
        ]
        actions.append("grant")
        if kind is AccountKind.PERSON and status is not AccountStatus.DISABLED:
            actions.append(AccountEvent.RESET_PASSWORD.value)
    if kind is AccountKind.MACHINE and status is AccountStatus.ACTIVE:
        actions.append("create_api_key")
    return actions
