"""The file of units. The closure is built anew from the parents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.commands.units import lock_tree
from kinerja_api.organisation.rules import RowFault, UnitRow
from kinerja_api.organisation.tables import unit_closure, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_given = given_table(
    "given_units",
    Column("code", Text),
    Column("name", Text),
    Column("kind", Text),
    Column("parent_id", Uuid),
)


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    code: str
    parent_code: str | None


async def load_units(writing: Writing, rows: Sequence[UnitRow]) -> list[RowFault]:
    """Create and change units by their code; return what is wrong with the file."""
    await writing.value(lock_tree())
    known = await writing.rows(_known_units(), _Known)
    parents = {unit.code: unit.parent_code for unit in known}
    faults = doubles(rows, lambda row: row.code, "code") or _tree_faults(rows, parents)
    if faults:
        return faults
    ids = {row.code: new_id() for row in rows} | {unit.code: unit.id for unit in known}
    records = [(row.code, row.name, row.kind, row.parent_code) for row in rows]
    given = (
        (row.line, ids[row.code], row.code, row.name, row.kind, ids.get(row.parent_code or ""))
        for row in rows
    )
    await put_given(writing, _given, given)
    changed = await writing.execute(_upsert_units(), now=clock.now())
    if changed:
        await writing.execute(_empty_closure())
        await writing.execute(_build_closure())
    tell_loaded(writing, "units", records, changed=changed)
    return []


def _tree_faults(rows: Sequence[UnitRow], known: Mapping[str, str | None]) -> list[RowFault]:
    """Return the faults of the tree as it would be: unknown parents, cycles, two roots."""
    parents = {**known, **{row.code: row.parent_code for row in rows}}
    roots = [code for code, parent in parents.items() if parent is None]
    faults: list[RowFault] = []
    for row in rows:
        if row.parent_code is None:
            if row.code != roots[0]:
                faults.append(RowFault(row.line, "parent_code", "root_unit_exists"))
        elif row.parent_code not in parents:
            faults.append(RowFault(row.line, "parent_code", "unknown_reference"))
        elif _is_in_cycle(row.code, parents):
            faults.append(RowFault(row.line, "parent_code", "unit_cycle"))
    return faults


def _is_in_cycle(code: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    at: str | None = parents.get(code)
    while at is not None and at not in seen:
        if at == code:
            return True
        seen.add(at)
        at = parents.get(at)
    return False


@statement
def _known_units() -> Executable:
    parent = units.alias("parent")
    return (
        select(units.c.id, units.c.code, parent.c.code.label("parent_code"))
        .outerjoin_from(
            units,
            parent,
            (parent.c.tenant_id == units.c.tenant_id) & (parent.c.id == units.c.parent_id),
        )
        .where(units.c.tenant_id == _TENANT)
    )


@statement
def _upsert_units() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = select(
        _TENANT, _given.c.id, _given.c.code, _given.c.name, _given.c.kind, _given.c.parent_id,
        now, now,
    )  # fmt: skip
    columns = [
        "tenant_id", "id", "code", "name", "kind", "parent_id", "created_at", "updated_at",
    ]  # fmt: skip
    put = upsert(units).from_select(columns, given)
    new = put.excluded
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "code"],
        set_={
            "name": new.name,
            "kind": new.kind,
            "parent_id": new.parent_id,
            "updated_at": new.updated_at,
            "version": units.c.version + 1,
        },
        where=tuple_(units.c.name, units.c.kind, units.c.parent_id).is_distinct_from(
            tuple_(new.name, new.kind, new.parent_id)
        ),
    )


@statement
def _empty_closure() -> Executable:
    return delete(unit_closure).where(unit_closure.c.tenant_id == _TENANT)


@statement
def _build_closure() -> Executable:
    paths = (
        select(
            units.c.tenant_id,
            units.c.id.label("ancestor_id"),
            units.c.id.label("descendant_id"),
            literal_column("0", Integer).label("depth"),
        )
        .where(units.c.tenant_id == _TENANT)
        .cte("paths", recursive=True)
    )
    below = units.alias("below")
    longer = select(
        paths.c.tenant_id, paths.c.ancestor_id, below.c.id, paths.c.depth + 1
    ).join_from(
        paths,
        below,
        (below.c.tenant_id == paths.c.tenant_id) & (below.c.parent_id == paths.c.descendant_id),
    )
    paths = paths.union_all(longer)
    columns = ["tenant_id", "ancestor_id", "descendant_id", "depth"]
    return insert(unit_closure).from_select(columns, select(paths))
