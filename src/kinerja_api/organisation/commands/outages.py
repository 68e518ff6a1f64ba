"""Changes of outages. What was entered or decided while a window was open stays."""

import datetime as dt
from typing import cast
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, delete, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import EndsBeforeStart, RangeTooLong
from kinerja_api.organisation.queries.outages import (
    forget_outages,
    get_outage,
    get_outage_for_update,
)
from kinerja_api.organisation.queries.scope import require_tenant
from kinerja_api.organisation.schemas.outages import OutageIn, OutageOut, OutagePatch
from kinerja_api.organisation.tables import outages

_MANAGE = Permission.NORMS_MANAGE
_KEPT = ("starts_on", "ends_on", "reason")
_MOST_DAYS = 366


async def create_outage(writing: Writing, actor: Actor, outage: OutageIn) -> OutageOut:
    """Excuse some days; EndsBeforeStart, RangeTooLong."""
    require_tenant(actor, _MANAGE)
    outage_id, values = new_id(), outage.model_dump()
    _check_days(outage.starts_on, outage.ends_on)
    await writing.execute(_insert_outage(), id=outage_id, now=clock.now(), **values)
    writing.record("outage.created", ("outage", outage_id), after=values)
    writing.emit("outage.created", ("outage", outage_id))
    forget_outages(writing.tenant_id)
    return await get_outage(writing, outage_id)


async def change_outage(
    writing: Writing, actor: Actor, outage_id: UUID, patch: OutagePatch, *, expected: int | None
) -> OutageOut:
    """Change days or reason; VersionStale, EndsBeforeStart, RangeTooLong."""
    require_tenant(actor, _MANAGE)
    outage = await get_outage_for_update(writing, outage_id)
    check_version(outage["version"], expected)
    changes = patch.changes(outage)
    if not changes:
        return outage
    new = cast("OutageOut", {**outage, **changes})
    _check_days(new["starts_on"], new["ends_on"])
    await writing.execute(_update_outage(), **{**new, "now": clock.now()})
    before = {name: value for name, value in outage.items() if name in changes}
    subject = ("outage", outage_id)
    writing.record("outage.changed", subject, before=before, after=changes)
    writing.emit("outage.changed", subject, version=outage["version"] + 1)
    forget_outages(writing.tenant_id)
    return await get_outage(writing, outage_id)


async def remove_outage(
    writing: Writing, actor: Actor, outage_id: UUID, *, expected: int | None
) -> None:
    """Let the days count again; VersionStale."""
    require_tenant(actor, _MANAGE)
    outage = await get_outage_for_update(writing, outage_id)
    check_version(outage["version"], expected)
    await writing.execute(_delete_outage(), id=outage_id)
    before = {name: value for name, value in outage.items() if name in _KEPT}
    subject = ("outage", outage_id)
    writing.record("outage.removed", subject, before=before)
    writing.emit("outage.removed", subject, version=outage["version"] + 1)
    forget_outages(writing.tenant_id)


def _check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    if ends_on < starts_on:
        raise EndsBeforeStart.at("/ends_on")
    if ends_on - starts_on >= dt.timedelta(days=_MOST_DAYS):
        raise RangeTooLong.at("/ends_on", most=_MOST_DAYS)


@statement
def _insert_outage() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(outages).values(
        tenant_id=bindparam("tenant_id"),
        id=bindparam("id"),
        **{name: bindparam(name) for name in _KEPT},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_outage() -> Executable:
    return (
        update(outages)
        .where(
            outages.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            outages.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            **{name: bindparam(name, type_=outages.c[name].type) for name in _KEPT},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=outages.c.version + 1,
        )
    )


@statement
def _delete_outage() -> Executable:
    return delete(outages).where(
        outages.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        outages.c.id == bindparam("id", type_=Uuid),
    )
