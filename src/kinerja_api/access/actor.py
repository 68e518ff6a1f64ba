"""The actor: who calls, with which grants. Ids and grants only; scopes are resolved in SQL."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.rules import ROLE_PERMISSIONS, WHOLE_TENANT, Permission, Role
from kinerja_api.core import clock
from kinerja_api.core.principal import Principal
from kinerja_api.core.types import DateRange


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on some days, for one unit with its subtree or (None) the whole tenant."""

    role: Role
    unit_id: UUID | None
    valid: DateRange


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of a request. ``employee_id`` is None for machines and operators."""

    tenant_id: UUID
    tenant_code: str
    time_zone: clock.Zone
    account_id: UUID
    employee_id: UUID | None
    access_version: int
    session_id: UUID | None
    grants: tuple[Grant, ...]

    @property
    def is_person(self) -> bool:
        """Return whether a person has signed in, and no machine calls with a key."""
        return self.session_id is not None

    @property
    def today(self) -> dt.date:
        """Return what day it is for this actor's government."""
        return clock.today(self.time_zone)

    def roles(self) -> tuple[Role, ...]:
        """Return the roles held today, the employee role first."""
        held = (Role.EMPLOYEE,) if self.employee_id is not None else ()
        return (*held, *dict.fromkeys(grant.role for grant in self._today()))

    def may(self, permission: Permission) -> bool:
        """Return whether any role held today has the permission; all may do what is their own."""
        if permission in WHOLE_TENANT:
            return self.has_tenant_reach(permission)
        return permission is Permission.ME or any(
            permission in ROLE_PERMISSIONS[role] for role in self.roles()
        )

    def has_tenant_reach(self, permission: Permission) -> bool:
        """Return whether a grant gives the permission over the whole tenant."""
        return any(
            grant.unit_id is None and permission in ROLE_PERMISSIONS[grant.role]
            for grant in self._today()
        )

    def granted_units(self, permission: Permission) -> list[UUID]:
        """Return the units whose subtrees a grant gives the permission for."""
        return [
            grant.unit_id
            for grant in self._today()
            if grant.unit_id is not None and permission in ROLE_PERMISSIONS[grant.role]
        ]

    @property
    def principal(self) -> Principal:
        """Return what core needs to know of the actor."""
        roles = ",".join(self.roles())
        return Principal(self.tenant_id, self.account_id, self.access_version, roles)

    def _today(self) -> Iterable[Grant]:
        today = self.today
        return (grant for grant in self.grants if today in grant.valid)
