"""What proves who somebody is: password hash, second factor, status. Never leaves the service."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.rules import AccountKind, AccountStatus, Role
from kinerja_api.access.tables import accounts, grants, tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Reading
from kinerja_api.core.principal import Principal, principals
from kinerja_api.core.sql import statement

_NOWHERE = UUID(int=0)
"""Where failures are counted of callers who name no government that exists."""
_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class NamedTenant:
    """The government a caller named. One that is unknown or switched off has no accounts."""

    id: UUID
    name: str
    time_zone: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with what proves it. ``roles``: held today or later; ``roles_today``: now."""

    tenant_id: UUID
    id: UUID
    kind: str
    login: str
    name: str
    employee_id: UUID | None
    status: str
    password_hash: str | None
    epoch: int
    totp_secret: bytes | None
    totp_confirmed_at: dt.datetime | None
    version: int
    access_version: int
    roles: list[str]
    roles_today: list[str]

    @property
    def may_sign_in(self) -> bool:
        """Return whether a person may sign in to it with a password."""
        return self.status == AccountStatus.ACTIVE and self.kind == AccountKind.PERSON

    @property
    def was_activated(self) -> bool:
        """Return whether it needs no invitation any more."""
        return self.password_hash is not None or self.kind == AccountKind.MACHINE

    @property
    def held_roles(self) -> list[str]:
        """Return the roles of today, the employee role first."""
        return [*([Role.EMPLOYEE.value] if self.employee_id else []), *self.roles_today]

    @property
    def principal(self) -> Principal:
        """Return the account as the caller of a write."""
        return Principal(self.tenant_id, self.id, self.access_version, ",".join(self.held_roles))

    @property
    def names(self) -> list[str]:
        """Return what a password of this account must not hold."""
        return [self.login, *(part for part in self.name.split() if len(part) > 3)]  # noqa: PLR2004 - shorter parts are in too many words

    def needs_second_factor(self, roles: frozenset[str]) -> bool:
        """Return whether a code must come with the password; roles: those that always need it."""
        return self.totp_confirmed_at is not None or not roles.isdisjoint(self.roles)


async def named_tenant(database: Database, code: str) -> NamedTenant:
    """Return the government of that code; one that does not exist has no accounts either."""
    async with database.read(None) as reading:
        found = await reading.row(_tenant_by_code(), NamedTenant, code=code)
    return found or NamedTenant(_NOWHERE, "", "UTC", is_active=False)


async def credentials_by_login(
    reading: Reading, tenant: NamedTenant, login: str
) -> Credentials | None:
    """Return the account of that login in the named, active government."""
    if not tenant.is_active:
        return None
    today = clock.today(tenant.time_zone)
    return await reading.row(_credentials(by="login"), Credentials, login=login, today=today)


async def credentials_of(reading: Reading, account_id: UUID, *, today: dt.date) -> Credentials:
    """Return those of an account that is known to exist."""
    wanted = _credentials(by="id")
    found = await reading.row(wanted, Credentials, id=account_id, today=today)
    if found is None:
        raise LookupError("the account does not exist")
    return found


@statement
def _tenant_by_code() -> Executable:
    return select(tenants.c.id, tenants.c.name, tenants.c.time_zone, tenants.c.is_active).where(
        tenants.c.code == bindparam("code", type_=Text)
    )


def _roles(*conditions: ColumnElement[bool]) -> ColumnElement[Sequence[str]]:
    held = (
        select(grants.c.role.distinct())
        .where(
            grants.c.tenant_id == accounts.c.tenant_id,
            grants.c.account_id == accounts.c.id,
            *conditions,
        )
        .correlate(accounts)
    )
    return func.array(held.scalar_subquery(), type_=ARRAY(Text))


@statement
def _credentials(*, by: Literal["login", "id"]) -> Executable:
    today = bindparam("today", type_=Date)
    not_ended = or_(grants.c.ends_on.is_(None), grants.c.ends_on >= today)
    columns = accounts.c
    query = (
        select(
            columns.tenant_id,
            columns.id,
            columns.kind,
            columns.login,
            columns.name,
            columns.employee_id,
            columns.status,
            columns.password_hash,
            columns.epoch,
            columns.totp_secret,
            columns.totp_confirmed_at,
            columns.version,
            principals.c.access_version,
            _roles(not_ended).label("roles"),
            _roles(not_ended, grants.c.starts_on <= today).label("roles_today"),
        )
        .join_from(
            accounts,
            principals,
            and_(principals.c.tenant_id == columns.tenant_id, principals.c.id == columns.id),
        )
        .where(columns.tenant_id == _TENANT)
    )
    if by == "id":
        return query.where(columns.id == bindparam("id", type_=Uuid))
    return query.where(columns.login == bindparam("login", type_=Text))
