"""Sessions begin and go on: access tokens and rotating refresh tokens."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, and_, bindparam, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.entrance import Entrance
from kinerja_api.access.errors import RefreshTokenInvalid, RefreshTokenReused
from kinerja_api.access.one_time import digest, new_refresh_token, tenant_of
from kinerja_api.access.queries.credentials import Credentials
from kinerja_api.access.rules import AccountStatus, RefreshOutcome, refresh_outcome
from kinerja_api.access.schemas.sessions import SessionStartedOut, TokensOut
from kinerja_api.access.tables import accounts, refresh_tokens, sessions, tenants
from kinerja_api.access.tokens import AccessClaims
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class _Session:
    """A live session of an active account."""

    id: UUID
    account_id: UUID
    epoch: int
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class _Token:
    issued_at: dt.datetime
    replaced_at: dt.datetime | None
    successor_is_unused: bool


async def start_session(
    writing: Writing, entrance: Entrance, account: Credentials
) -> SessionStartedOut:
    """Start a session of an account that has proved itself."""
    now = clock.now()
    expires_at = now + dt.timedelta(days=entrance.settings.session_days)
    session = _Session(new_id(), account.id, account.epoch, expires_at)
    await writing.execute(
        _insert_session(), id=session.id, account_id=account.id, expires_at=expires_at, now=now
    )
    refresh_token = new_refresh_token(writing.tenant_id)
    await writing.execute(
        _insert_token(), digest=digest(refresh_token), session_id=session.id, now=now
    )
    writing.record("session.started", ("session", session.id), after={"account_id": account.id})
    return {
        **_tokens(writing, entrance, session, refresh_token),
        "account": {
            "id": account.id,
            "login": account.login,
            "name": account.name,
            "employee_id": account.employee_id,
            "roles": account.held_roles,
        },
    }


async def refresh(writing: Writing, entrance: Entrance, refresh_token: str) -> TokensOut:
    """Exchange a refresh token for new tokens.

    Raises RefreshTokenInvalid, and RefreshTokenReused when its session was ended for safety.
    """
    tenant_id = tenant_of(refresh_token)
    if tenant_id is None:
        raise RefreshTokenInvalid
    writing.bind(tenant_id)
    now, given = clock.now(), digest(refresh_token)
    session = await writing.row(_lock_session(), _Session, digest=given, now=now)
    token = await writing.row(_token(), _Token, digest=given) if session else None
    if session is None or token is None:
        raise RefreshTokenInvalid
    outcome = refresh_outcome(
        now=now,
        idle_until=token.issued_at + dt.timedelta(days=entrance.settings.refresh_token_days),
        replaced_at=token.replaced_at,
        successor_is_unused=token.successor_is_unused,
    )
    if outcome is RefreshOutcome.REFUSE:
        raise RefreshTokenInvalid
    if outcome is RefreshOutcome.REVOKE:
        await writing.execute(_revoke(), id=session.id, now=now, because=RefreshTokenReused.code)
        writing.record("session.ended", ("session", session.id), reason=RefreshTokenReused.code)
        raise RefreshTokenReused
    successor = new_refresh_token(tenant_id)
    if token.replaced_at is None:
        await writing.execute(
            _replace(), session_id=session.id, successor=digest(successor), now=now
        )
    await writing.execute(_insert_token(), digest=digest(successor), session_id=session.id, now=now)
    await writing.execute(_use(), id=session.id, now=now)
    return _tokens(writing, entrance, session, successor)


def _tokens(
    writing: Writing, entrance: Entrance, session: _Session, refresh_token: str
) -> TokensOut:
    issued_at = clock.now().replace(microsecond=0)
    lifetime = dt.timedelta(minutes=entrance.settings.access_token_minutes)
    expires_at = min(issued_at + lifetime, session.expires_at.replace(microsecond=0))
    access_token = entrance.keys.issue(
        AccessClaims(
            issuer=entrance.keys.issuer,
            audience=entrance.keys.audience,
            subject=session.account_id,
            tenant_id=writing.tenant_id,
            session_id=session.id,
            epoch=session.epoch,
            issued_at=issued_at,
            expires_at=max(expires_at, issued_at + dt.timedelta(seconds=1)),
            token_id=new_id(),
        )
    )
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": int((expires_at - issued_at).total_seconds()),
        "refresh_token": refresh_token,
        "session_id": session.id,
    }


@statement
def _insert_session() -> Executable:
    return insert(sessions).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        account_id=bindparam("account_id", type_=Uuid),
        created_at=_NOW,
        last_used_at=_NOW,
        expires_at=bindparam("expires_at", type_=DateTime(timezone=True)),
    )


@statement
def _insert_token() -> Executable:
    return insert(refresh_tokens).values(
        tenant_id=_TENANT,
        digest=bindparam("digest", type_=LargeBinary),
        session_id=bindparam("session_id", type_=Uuid),
        issued_at=_NOW,
    )


@statement
def _lock_session() -> Executable:
    """Lock the session: refreshes of one family run one after the other."""
    family = (
        select(refresh_tokens.c.session_id)
        .where(
            refresh_tokens.c.tenant_id == _TENANT,
            refresh_tokens.c.digest == bindparam("digest", type_=LargeBinary),
        )
        .scalar_subquery()
    )
    return (
        select(sessions.c.id, sessions.c.account_id, accounts.c.epoch, sessions.c.expires_at)
        .join_from(
            sessions,
            accounts,
            and_(
                accounts.c.tenant_id == sessions.c.tenant_id,
                accounts.c.id == sessions.c.account_id,
            ),
        )
        .join(tenants, tenants.c.id == sessions.c.tenant_id)
        .where(
            sessions.c.tenant_id == _TENANT,
            sessions.c.id == family,
            sessions.c.revoked_at.is_(None),
            sessions.c.expires_at > _NOW,
            accounts.c.status == AccountStatus.ACTIVE,
            tenants.c.is_active,
        )
        .with_for_update(of=sessions)
    )


@statement
def _token() -> Executable:
    """Read after the lock, so that it sees what a parallel refresh has done."""
    successor = refresh_tokens.alias("successor")
    return (
        select(
            refresh_tokens.c.issued_at,
            refresh_tokens.c.replaced_at,
            and_(successor.c.digest.is_not(None), successor.c.replaced_at.is_(None)).label(
                "successor_is_unused"
            ),
        )
        .outerjoin_from(
            refresh_tokens,
            successor,
            and_(
                successor.c.tenant_id == refresh_tokens.c.tenant_id,
                successor.c.digest == refresh_tokens.c.successor,
            ),
        )
        .where(
            refresh_tokens.c.tenant_id == _TENANT,
            refresh_tokens.c.digest == bindparam("digest", type_=LargeBinary),
        )
    )


@statement
def _replace() -> Executable:
    """Replace the token and those issued beside it for a lost answer."""
    return (
        update(refresh_tokens)
        .where(
            refresh_tokens.c.tenant_id == _TENANT,
            refresh_tokens.c.session_id == bindparam("session_id", type_=Uuid),
            refresh_tokens.c.replaced_at.is_(None),
        )
        .values(replaced_at=_NOW, successor=bindparam("successor", type_=LargeBinary))
    )


@statement
def _use() -> Executable:
    return (
        update(sessions)
        .where(sessions.c.tenant_id == _TENANT, sessions.c.id == bindparam("id", type_=Uuid))
        .values(last_used_at=_NOW)
    )


@statement
def _revoke() -> Executable:
    return (
        update(sessions)
        .where(sessions.c.tenant_id == _TENANT, sessions.c.id == bindparam("id", type_=Uuid))
        .values(revoked_at=_NOW, revoked_because=bindparam("because", type_=Text))
    )
