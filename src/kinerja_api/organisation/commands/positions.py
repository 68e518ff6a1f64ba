"""Changes of positions. A position stays in its unit, and stays its head or not."""

from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.positions import get_position, get_position_for_update
from kinerja_api.organisation.queries.scope import require_unit
from kinerja_api.organisation.rules import check_level
from kinerja_api.organisation.schemas.positions import PositionIn, PositionOut, PositionPatch
from kinerja_api.organisation.tables import positions

_MANAGE = Permission.ORGANISATION_MANAGE


async def create_position(writing: Writing, actor: Actor, position: PositionIn) -> PositionOut:
    """Create a position; LevelNotOfKind, PositionCodeTaken, HeadPositionExists."""
    check_level(position.kind, position.level)
    await require_unit(writing, actor, _MANAGE, position.unit_id)
    position_id, values = new_id(), position.model_dump()
    await writing.execute(_insert_position(), id=position_id, now=clock.now(), **values)
    subject = ("position", position_id)
    writing.record("position.created", subject, after=values)
    writing.emit("position.created", subject, unit_id=position.unit_id)
    return await get_position(writing, position_id)


async def change_position(
    writing: Writing, actor: Actor, position_id: UUID, patch: PositionPatch, *, expected: int | None
) -> PositionOut:
    """Change code, title, kind or level; VersionStale, LevelNotOfKind, PositionCodeTaken."""
    position = await get_position_for_update(writing, position_id)
    await require_unit(writing, actor, _MANAGE, position["unit_id"])
    check_version(position["version"], expected)
    changes = patch.changes(position)
    if not changes:
        return position
    merged = {**position, **changes}
    check_level(str(merged["kind"]), str(merged["level"]))
    await writing.execute(_update_position(), **{**merged, "now": clock.now()})
    before = {name: value for name, value in position.items() if name in changes}
    subject = ("position", position_id)
    writing.record("position.changed", subject, before=before, after=changes)
    writing.emit("position.changed", subject, version=position["version"] + 1)
    return await get_position(writing, position_id)


@statement
def _insert_position() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = ("id", "unit_id", "code", "title", "kind", "level", "is_head")
    return insert(positions).values(
        tenant_id=bindparam("tenant_id"),
        **{name: bindparam(name) for name in given},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_position() -> Executable:
    return (
        update(positions)
        .where(
            positions.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            positions.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            **{
                name: bindparam(name, type_=positions.c[name].type)
                for name in ("code", "title", "kind", "level")
            },
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=positions.c.version + 1,
        )
    )
