"""Ends of sessions. Refreshing ends at once, reading within seconds; see ``access.caller``."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.principals import bump_principals
from kinerja_api.access.tables import accounts, sessions
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def end_session(writing: Writing, actor: Actor, session_id: UUID | None) -> None:
    """End one live session of the actor; ResourceNotFound."""
    if session_id is None:
        raise ResourceNotFound
    ended = await writing.execute(
        _end_one(),
        id=session_id,
        account_id=actor.account_id,
        now=clock.now(),
        because="signed_out",
    )
    if not ended:
        raise ResourceNotFound
    await bump_principals(writing, [actor.account_id])
    writing.record("session.ended", ("session", session_id), reason="signed_out")


async def sign_out_everywhere(writing: Writing, actor: Actor) -> None:
    """End all sessions of the actor; every token given so far is refused."""
    account_id = actor.account_id
    await raise_epoch(writing, account_id)
    await end_sessions(writing, account_id, because="signed_out_everywhere")
    writing.record("account.signed_out", ("account", account_id))


async def raise_epoch(writing: Writing, account_id: UUID) -> None:
    """Refuse every access token given so far."""
    await writing.execute(_raise_epoch(), id=account_id, now=clock.now())
    await bump_principals(writing, [account_id])


async def end_sessions(
    writing: Writing, account_id: UUID, *, because: str, but: UUID | None = None
) -> None:
    """End the account's sessions, except the one named."""
    await writing.execute(
        _end_all(), account_id=account_id, but=but, now=clock.now(), because=because
    )


@statement
def _end_one() -> Executable:
    return (
        update(sessions)
        .where(
            sessions.c.tenant_id == _TENANT,
            sessions.c.id == bindparam("id", type_=Uuid),
            sessions.c.account_id == bindparam("account_id", type_=Uuid),
            sessions.c.revoked_at.is_(None),
        )
        .values(revoked_at=_NOW, revoked_because=bindparam("because", type_=Text))
    )


@statement
def _end_all() -> Executable:
    return (
        update(sessions)
        .where(
            sessions.c.tenant_id == _TENANT,
            sessions.c.account_id == bindparam("account_id", type_=Uuid),
            sessions.c.id.is_distinct_from(bindparam("but", type_=Uuid)),
            sessions.c.revoked_at.is_(None),
        )
        .values(revoked_at=_NOW, revoked_because=bindparam("because", type_=Text))
    )


@statement
def _raise_epoch() -> Executable:
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(
            epoch=accounts.c.epoch + 1,
            updated_at=_NOW,
            version=accounts.c.version + 1,
        )
    )
