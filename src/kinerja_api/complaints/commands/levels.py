"""Changes of service levels. A class and stage have one level on a day: their changes queue."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, exists, func, insert, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.errors import LevelOverlaps, StartEventRefused
from kinerja_api.complaints.queries.levels import get_level, lock_level
from kinerja_api.complaints.rules import STARTS, Stage, StartEvent
from kinerja_api.complaints.schemas.levels import (
    ServiceLevelIn,
    ServiceLevelOut,
    ServiceLevelPatch,
)
from kinerja_api.complaints.tables import service_levels
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_between
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import require_tenant

_MANAGE = Permission.COMPLAINT_SETTINGS_MANAGE
_TENANT = bindparam("tenant_id", type_=Uuid)
_CHANGING = ("days", "start_event", "basis", "starts_on", "ends_on")
_FIELDS = ("report_class", "stage", *_CHANGING)


async def create_level(writing: Writing, actor: Actor, level: ServiceLevelIn) -> ServiceLevelOut:
    """Set a level; LevelOverlaps, StartEventRefused, EndsBeforeStart."""
    require_tenant(actor, _MANAGE)
    level_id, values = new_id(), level.model_dump()
    await _check(writing, {"id": level_id, **values})
    await writing.execute(_insert(), id=level_id, now=clock.now(), **values)
    subject = ("service_level", level_id)
    writing.record("service_level.created", subject, after=values)
    writing.emit("service_level.created", subject, stage=level.stage)
    return await get_level(writing, level_id)


async def change_level(
    writing: Writing,
    actor: Actor,
    level_id: UUID,
    patch: ServiceLevelPatch,
    *,
    expected: int | None,
) -> ServiceLevelOut:
    """Change or end a level; VersionStale, LevelOverlaps, StartEventRefused, EndsBeforeStart."""
    require_tenant(actor, _MANAGE)
    level = await lock_level(writing, level_id)
    check_version(level["version"], expected)
    changes = patch.changes(level)
    if not changes:
        return level
    new: dict[str, Any] = {**level, **changes}
    await _check(writing, new)
    await writing.execute(_update(), **{**new, "now": clock.now()})
    subject = ("service_level", level_id)
    before = {name: cast("dict[str, object]", level)[name] for name in changes}
    writing.record("service_level.changed", subject, before=before, after=changes)
    writing.emit("service_level.changed", subject, version=level["version"] + 1)
    return await get_level(writing, level_id)


async def remove_level(
    writing: Writing, actor: Actor, level_id: UUID, *, expected: int | None
) -> None:
    """Take a level away; the default holds again. ResourceNotFound, VersionStale."""
    require_tenant(actor, _MANAGE)
    level = await lock_level(writing, level_id)
    check_version(level["version"], expected)
    await writing.execute(_delete(), id=level_id)
    subject = ("service_level", level_id)
    before = {name: cast("dict[str, object]", level)[name] for name in _FIELDS}
    writing.record("service_level.removed", subject, before=before)
    writing.emit("service_level.removed", subject, version=level["version"] + 1)


async def _check(writing: Writing, new: dict[str, Any]) -> None:
    stage = Stage(new["stage"])
    if StartEvent(new["start_event"]) not in STARTS[stage]:
        raise StartEventRefused(allowed=", ".join(STARTS[stage])).at("/start_event")
    days: tuple[dt.date, dt.date | None] = new["starts_on"], new["ends_on"]
    which = {"report_class": new["report_class"], "stage": stage}
    await writing.value(_lock_stage(), **which)
    dates = {"starts_on": days[0], "ends_on": days[1]}
    if await writing.value(_overlaps(), id=new["id"], **which, **dates):
        raise LevelOverlaps.at("/starts_on")


@statement
def _lock_stage() -> Executable:
    """Lock class and stage, whose first level has no row yet that could be locked."""
    name = func.concat(
        "service_level ", sql_cast(_TENANT, Text), " ", bindparam("report_class", type_=Text),
        " ", bindparam("stage", type_=Text),
    )  # fmt: skip
    return select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0)))


@statement
def _overlaps() -> Executable:
    level = service_levels.c
    return select(
        exists().where(
            level.tenant_id == _TENANT,
            level.report_class == bindparam("report_class", type_=Text),
            level.stage == bindparam("stage", type_=Text),
            level.id != bindparam("id", type_=Uuid),
            holds_between(service_levels),
        )
    )


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(service_levels).values(
        tenant_id=_TENANT,
        **{name: bindparam(name, type_=service_levels.c[name].type) for name in ("id", *_FIELDS)},
        created_at=now,
        updated_at=now,
    )


@statement
def _update() -> Executable:
    level = service_levels.c
    return (
        update(service_levels)
        .where(level.tenant_id == _TENANT, level.id == bindparam("id", type_=Uuid))
        .values(
            **{name: bindparam(name, type_=level[name].type) for name in _CHANGING},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=level.version + 1,
        )
    )


@statement
def _delete() -> Executable:
    level = service_levels.c
    return delete(service_levels).where(
        level.tenant_id == _TENANT, level.id == bindparam("id", type_=Uuid)
    )
