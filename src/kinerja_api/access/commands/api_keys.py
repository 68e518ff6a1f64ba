"""API keys of machines: made, used, revoked. Only their digests are stored."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, DateTime, LargeBinary, Text, Uuid, bindparam, insert, or_, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.principals import bump_principals
from kinerja_api.access.errors import KeyLifetimeRefused, NotAMachine
from kinerja_api.access.one_time import digest, new_api_key
from kinerja_api.access.queries.accounts import get_account_for_update
from kinerja_api.access.queries.api_keys import get_api_key, get_api_key_for_update
from kinerja_api.access.rules import AccountKind, AccountStatus
from kinerja_api.access.schemas.api_keys import ApiKeyCreatedOut, ApiKeyIn, ApiKeyOut
from kinerja_api.access.tables import api_keys
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import TransitionRefused
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement

MOST_DAYS = 366

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def create_api_key(
    writing: Writing, actor: Actor, account_id: UUID, given: ApiKeyIn
) -> ApiKeyCreatedOut:
    """Create a key of an active machine.

    Raises NotAMachine, KeyLifetimeRefused, TransitionRefused.
    """
    account = await get_account_for_update(writing, actor, account_id)
    if account["kind"] != AccountKind.MACHINE:
        raise NotAMachine
    if account["status"] != AccountStatus.ACTIVE:
        raise TransitionRefused(status=account["status"], event="create_api_key")
    now = clock.now()
    if not now.date() <= given.expires_on <= now.date() + dt.timedelta(days=MOST_DAYS):
        raise KeyLifetimeRefused.at("/expires_on", days=MOST_DAYS)
    key_id, key = new_id(), new_api_key(writing.tenant_id)
    values = {**given.model_dump(), "account_id": account_id, "hint": key[-4:]}
    await writing.execute(_insert_key(), id=key_id, digest=digest(key), now=now, **values)
    writing.record("api_key.created", ("api_key", key_id), after=values)
    writing.emit("api_key.created", ("api_key", key_id), account_id=account_id)
    return {**await get_api_key(writing, key_id), "key": key}


async def revoke_api_key(writing: Writing, key_id: UUID, *, expected: int | None) -> ApiKeyOut:
    """Revoke a key: writes by it are refused at once; TransitionRefused, VersionStale."""
    key = await get_api_key_for_update(writing, key_id)
    check_version(key["version"], expected)
    if key["revoked_at"] is not None:
        raise TransitionRefused(status="revoked", event="revoke")
    await writing.execute(_revoke(), id=key_id, now=clock.now())
    await bump_principals(writing, [key["account_id"]])
    writing.record("api_key.revoked", ("api_key", key_id))
    writing.emit("api_key.revoked", ("api_key", key_id), version=key["version"] + 1)
    return await get_api_key(writing, key_id)


async def note_use(writing: Writing, key: str) -> None:
    """Note the day of a key's latest use; no change of the key, so its version stays."""
    await writing.execute(_note_use(), digest=digest(key), today=clock.now().date())


@statement
def _insert_key() -> Executable:
    return insert(api_keys).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        account_id=bindparam("account_id", type_=Uuid),
        name=bindparam("name", type_=Text),
        digest=bindparam("digest", type_=LargeBinary),
        hint=bindparam("hint", type_=Text),
        expires_on=bindparam("expires_on", type_=Date),
        created_at=_NOW,
        updated_at=_NOW,
    )


@statement
def _revoke() -> Executable:
    return (
        update(api_keys)
        .where(api_keys.c.tenant_id == _TENANT, api_keys.c.id == bindparam("id", type_=Uuid))
        .values(revoked_at=_NOW, updated_at=_NOW, version=api_keys.c.version + 1)
    )


@statement
def _note_use() -> Executable:
    today = bindparam("today", type_=Date)
    return (
        update(api_keys)
        .where(
            api_keys.c.tenant_id == _TENANT,
            api_keys.c.digest == bindparam("digest", type_=LargeBinary),
            or_(api_keys.c.last_used_on.is_(None), api_keys.c.last_used_on < today),
        )
        .values(last_used_on=today)
    )
