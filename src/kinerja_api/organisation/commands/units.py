"""Changes of units. The closure is kept with every change of the tree."""

from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import UnitCycle
from kinerja_api.organisation.queries.units import get_unit, get_unit_for_update
from kinerja_api.organisation.schemas.units import UnitIn, UnitMoveIn, UnitOut, UnitPatch
from kinerja_api.organisation.tables import unit_closure, units

_TENANT = bindparam("tenant_id", type_=Uuid)


async def create_unit(writing: Writing, unit: UnitIn) -> UnitOut:
    """Create a unit below its parent; UnitCodeTaken, RootUnitExists, UnknownReference."""
    unit_id, now = new_id(), clock.now()
    values = unit.model_dump()
    await writing.value(lock_tree())
    await writing.execute(_insert_unit(), id=unit_id, now=now, **values)
    await writing.execute(_insert_paths(), id=unit_id, parent_id=unit.parent_id)
    writing.record("unit.created", ("unit", unit_id), after=values)
    writing.emit("unit.created", ("unit", unit_id), code=unit.code)
    return await get_unit(writing, unit_id)


async def change_unit(
    writing: Writing, unit_id: UUID, patch: UnitPatch, *, expected: int | None
) -> UnitOut:
    """Change code, name or kind of a unit; VersionStale, UnitCodeTaken."""
    unit = await get_unit_for_update(writing, unit_id)
    check_version(unit["version"], expected)
    changes = patch.changes(unit)
    if not changes:
        return unit
    await writing.execute(_update_unit(), **{**unit, **changes, "now": clock.now()})
    before = {name: value for name, value in unit.items() if name in changes}
    writing.record("unit.changed", ("unit", unit_id), before=before, after=changes)
    writing.emit("unit.changed", ("unit", unit_id), version=unit["version"] + 1)
    return await get_unit(writing, unit_id)


async def move_unit(
    writing: Writing, unit_id: UUID, move: UnitMoveIn, *, expected: int | None
) -> UnitOut:
    """Put a unit with everything below it under another unit; UnitCycle."""
    await writing.value(lock_tree())
    unit = await get_unit_for_update(writing, unit_id)
    check_version(unit["version"], expected)
    if await writing.value(_is_below(), ancestor_id=unit_id, descendant_id=move.parent_id):
        raise UnitCycle.at("/parent_id")
    await writing.execute(_update_parent(), id=unit_id, parent_id=move.parent_id, now=clock.now())
    await writing.execute(_cut_paths(), id=unit_id)
    await writing.execute(_join_paths(), id=unit_id, parent_id=move.parent_id)
    before, after = {"parent_id": unit["parent_id"]}, {"parent_id": move.parent_id}
    writing.record("unit.moved", ("unit", unit_id), before=before, after=after)
    writing.emit("unit.moved", ("unit", unit_id), version=unit["version"] + 1)
    return await get_unit(writing, unit_id)


@statement
def lock_tree() -> Executable:
    """Lock the root: two changes of one tree at once could make a cycle or lose paths."""
    return (
        select(units.c.id)
        .where(units.c.tenant_id == _TENANT, units.c.parent_id.is_(None))
        .with_for_update(key_share=True)
    )


@statement
def _insert_unit() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(units).values(
        tenant_id=_TENANT,
        id=bindparam("id"),
        code=bindparam("code"),
        name=bindparam("name"),
        kind=bindparam("kind"),
        parent_id=bindparam("parent_id"),
        created_at=now,
        updated_at=now,
    )


@statement
def _insert_paths() -> Executable:
    """A new unit lies below itself and below all that its parent lies below."""
    unit_id = bindparam("id", type_=Uuid)
    above = select(
        unit_closure.c.tenant_id, unit_closure.c.ancestor_id, unit_id, unit_closure.c.depth + 1
    ).where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.descendant_id == bindparam("parent_id", type_=Uuid),
    )
    itself = select(_TENANT, unit_id, unit_id, literal_column("0", Integer))
    columns = ["tenant_id", "ancestor_id", "descendant_id", "depth"]
    return insert(unit_closure).from_select(columns, above.union_all(itself))


@statement
def _update_unit() -> Executable:
    return (
        update(units)
        .where(units.c.tenant_id == _TENANT, units.c.id == bindparam("id", type_=Uuid))
        .values(
            code=bindparam("code", type_=Text),
            name=bindparam("name", type_=Text),
            kind=bindparam("kind", type_=Text),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=units.c.version + 1,
        )
    )


@statement
def _update_parent() -> Executable:
    return (
        update(units)
        .where(units.c.tenant_id == _TENANT, units.c.id == bindparam("id", type_=Uuid))
        .values(
            parent_id=bindparam("parent_id", type_=Uuid),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=units.c.version + 1,
        )
    )


@statement
def _is_below() -> Executable:
    return select(unit_closure.c.depth).where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == bindparam("ancestor_id", type_=Uuid),
        unit_closure.c.descendant_id == bindparam("descendant_id", type_=Uuid),
    ).exists().select()  # fmt: skip


@statement
def _cut_paths() -> Executable:
    """Remove the paths from outside the moved subtree into it."""
    below = select(unit_closure.c.descendant_id).where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == bindparam("id", type_=Uuid),
    )
    return delete(unit_closure).where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.descendant_id.in_(below),
        unit_closure.c.ancestor_id.not_in(below),
    )


@statement
def _join_paths() -> Executable:
    """Add the paths from the new parent's ancestors to all of the moved subtree."""
    above, below = unit_closure.alias("above"), unit_closure.alias("below")
    paths = select(
        above.c.tenant_id,
        above.c.ancestor_id,
        below.c.descendant_id,
        above.c.depth + below.c.depth + 1,
    ).where(
        above.c.tenant_id == _TENANT,
        below.c.tenant_id == _TENANT,
        above.c.descendant_id == bindparam("parent_id", type_=Uuid),
        below.c.ancestor_id == bindparam("id", type_=Uuid),
    )
    columns = ["tenant_id", "ancestor_id", "descendant_id", "depth"]
    return insert(unit_closure).from_select(columns, paths)
