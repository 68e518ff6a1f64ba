"""Who acts in the demonstration: its own commands, in the name of a person or of an office."""

from dataclasses import replace
from uuid import UUID

from kinerja_api.access.actor import Actor, Grant
from kinerja_api.access.queries.credentials import Credentials
from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.types import DateRange

_NOBODY = UUID(int=0)


def acting(
    tenant_id: UUID, zone: str, *, employee_id: UUID | None = None, role: Role | None = None
) -> Actor:
    """Return the actor, without an account; role: over the whole government."""
    grants = () if role is None else (Grant(role, None, DateRange(clock.today(zone))),)
    return Actor(
        tenant_id=tenant_id,
        tenant_code="",
        time_zone=zone,
        account_id=_NOBODY,
        employee_id=employee_id,
        access_version=0,
        session_id=None,
        grants=grants,
    )


def signed_in(account: Credentials, code: str, zone: str, *, role: Role | None = None) -> Actor:
    """Return the holder of an account; code: of the government. Replies tell two people apart."""
    found = acting(account.tenant_id, zone, employee_id=account.employee_id, role=role)
    return replace(found, tenant_code=code, account_id=account.id)
