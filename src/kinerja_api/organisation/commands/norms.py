"""Changes of norms. A key has one value on a day: changes of one key wait for each other."""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_between
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import NormOverlaps
from kinerja_api.organisation.queries.norms import forget_norms, get_norm, get_norm_for_update
from kinerja_api.organisation.queries.scope import require_tenant
from kinerja_api.organisation.rules import read_norm
from kinerja_api.organisation.schemas.norms import NormIn, NormOut, NormPatch
from kinerja_api.organisation.tables import norms

_MANAGE = Permission.NORMS_MANAGE
_TENANT = bindparam("tenant_id", type_=Uuid)


async def create_norm(writing: Writing, actor: Actor, norm: NormIn) -> NormOut:
    """Set a norm; InvalidNorm, NormOverlaps, EndsBeforeStart."""
    require_tenant(actor, _MANAGE)
    read_norm(norm.key, norm.value)
    norm_id, values = new_id(), norm.model_dump()
    await _check_overlap(writing, norm_id, norm.key, (norm.starts_on, norm.ends_on))
    await writing.execute(_insert_norm(), id=norm_id, now=clock.now(), **values)
    subject = ("norm", norm_id)
    writing.record("norm.created", subject, after=values)
    writing.emit("norm.created", subject, key=norm.key)
    forget_norms(writing.tenant_id)
    return await get_norm(writing, norm_id)


async def change_norm(
    writing: Writing, actor: Actor, norm_id: UUID, patch: NormPatch, *, expected: int | None
) -> NormOut:
    """Change the last day of a norm; VersionStale, NormOverlaps, EndsBeforeStart."""
    require_tenant(actor, _MANAGE)
    norm = await get_norm_for_update(writing, norm_id)
    check_version(norm["version"], expected)
    changes = patch.changes(norm)
    if not changes:
        return norm
    await _check_overlap(writing, norm_id, norm["key"], (norm["starts_on"], patch.ends_on))
    await writing.execute(_update_norm(), id=norm_id, ends_on=patch.ends_on, now=clock.now())
    subject = ("norm", norm_id)
    before = {"ends_on": norm["ends_on"]}
    writing.record("norm.changed", subject, before=before, after=changes)
    writing.emit("norm.changed", subject, version=norm["version"] + 1, key=norm["key"])
    forget_norms(writing.tenant_id)
    return await get_norm(writing, norm_id)


async def _check_overlap(
    writing: Writing, norm_id: UUID, key: str, days: tuple[dt.date, dt.date | None]
) -> None:
    await writing.value(_lock_key(), key=key)
    starts_on, ends_on = days
    dates = {"starts_on": starts_on, "ends_on": ends_on}
    if await writing.value(_overlaps(), id=norm_id, key=key, **dates):
        raise NormOverlaps.at("/starts_on")


@statement
def _lock_key() -> Executable:
    """Lock the key, whose first norm has no row yet that could be locked."""
    name = func.concat("norm ", cast(_TENANT, Text), " ", bindparam("key", type_=Text))
    return select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0)))


@statement
def _overlaps() -> Executable:
    return select(
        exists().where(
            norms.c.tenant_id == _TENANT,
            norms.c.key == bindparam("key", type_=Text),
            norms.c.id != bindparam("id", type_=Uuid),
            holds_between(norms),
        )
    )


@statement
def _insert_norm() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = ("id", "key", "value", "basis", "starts_on", "ends_on")
    return insert(norms).values(
        tenant_id=_TENANT,
        **{name: bindparam(name) for name in given},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_norm() -> Executable:
    return (
        update(norms)
        .where(norms.c.tenant_id == _TENANT, norms.c.id == bindparam("id", type_=Uuid))
        .values(
            ends_on=bindparam("ends_on", type_=Date),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=norms.c.version + 1,
        )
    )
