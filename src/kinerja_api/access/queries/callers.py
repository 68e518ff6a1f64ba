"""Reads of accounts, grants, sessions and keys."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Select,
    Uuid,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor, Grant
from kinerja_api.access.rules import AccountStatus, Role
from kinerja_api.access.tables import accounts, api_keys, grants, sessions, tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.principal import principals
from kinerja_api.core.sql import statement
from kinerja_api.core.types import DateRange


@dataclass(frozen=True, slots=True)
class _ActorRow:
    tenant_id: UUID
    tenant_code: str
    time_zone: str
    account_id: UUID
    employee_id: UUID | None
    access_version: int
    grants: list[dict[str, Any]]

    def actor(self, session_id: UUID | None) -> Actor:
        held = tuple(
            Grant(
                role=Role(grant["role"]),
                unit_id=UUID(grant["unit_id"]) if grant["unit_id"] else None,
                valid=DateRange(
                    dt.date.fromisoformat(grant["starts_on"]),
                    dt.date.fromisoformat(grant["ends_on"]) if grant["ends_on"] else None,
                ),
            )
            for grant in self.grants
        )
        return Actor(
            tenant_id=self.tenant_id,
            tenant_code=self.tenant_code,
            time_zone=self.time_zone,
            account_id=self.account_id,
            employee_id=self.employee_id,
            access_version=self.access_version,
            session_id=session_id,
            grants=held,
        )


def _active_account() -> Select[*tuple[Any, ...]]:
    """Select what an actor is made of, for active accounts of active tenants."""
    held = (
        select(
            func.coalesce(
                func.jsonb_agg(
                    func.jsonb_build_object(
                        "role", grants.c.role,
                        "unit_id", grants.c.unit_id,
                        "starts_on", grants.c.starts_on,
                        "ends_on", grants.c.ends_on,
                    )
                ),
                func.jsonb_build_array(),
            )
        )
        .where(grants.c.tenant_id == accounts.c.tenant_id, grants.c.account_id == accounts.c.id)
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(
            accounts.c.tenant_id,
            tenants.c.code.label("tenant_code"),
            tenants.c.time_zone,
            accounts.c.id.label("account_id"),
            accounts.c.employee_id,
            principals.c.access_version,
            held.label("grants"),
        )
        .join_from(accounts, tenants, tenants.c.id == accounts.c.tenant_id)
        .join(
            principals,
            and_(principals.c.tenant_id == accounts.c.tenant_id, principals.c.id == accounts.c.id),
        )
        .where(
            accounts.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            accounts.c.status == AccountStatus.ACTIVE,
            principals.c.is_active,
            tenants.c.is_active,
        )
    )


@statement
def _actor_of_session() -> Executable:
    return (
        _active_account()
        .join(
            sessions,
            and_(
                sessions.c.tenant_id == accounts.c.tenant_id,
                sessions.c.account_id == accounts.c.id,
            ),
        )
        .where(
            accounts.c.id == bindparam("account_id", type_=Uuid),
            accounts.c.epoch == bindparam("epoch", type_=Integer),
            sessions.c.id == bindparam("session_id", type_=Uuid),
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > bindparam("now", type_=DateTime(timezone=True)),
        )
    )


@statement
def _actor_of_key() -> Executable:
    return (
        _active_account()
        .join(
            api_keys,
            and_(
                api_keys.c.tenant_id == accounts.c.tenant_id,
                api_keys.c.account_id == accounts.c.id,
            ),
        )
        .where(
            api_keys.c.digest == bindparam("digest", type_=LargeBinary),
            api_keys.c.revoked_at.is_(None),
            api_keys.c.expires_on >= bindparam("today", type_=Date),
        )
    )


async def actor_of_session(
    reading: Reading, *, account_id: UUID, session_id: UUID, epoch: int
) -> Actor | None:
    """Return the actor of a live session of an active account, or None."""
    row = await reading.row(
        _actor_of_session(),
        _ActorRow,
        account_id=account_id,
        session_id=session_id,
        epoch=epoch,
        now=clock.now(),
    )
    return row.actor(session_id) if row else None


async def actor_of_key(reading: Reading, key_digest: bytes) -> Actor | None:
    """Return the actor of a live API key, or None."""
    row = await reading.row(_actor_of_key(), _ActorRow, digest=key_digest, today=clock.now().date())
    return row.actor(None) if row else None
