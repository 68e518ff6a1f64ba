"""The file of positions."""

from collections.abc import Sequence

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    fault_select,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.rules import LEVELS, PositionKind, PositionRow, RowFault
from kinerja_api.organisation.tables import positions, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_given = given_table(
    "given_positions",
    Column("code", Text),
    Column("unit_code", Text),
    Column("title", Text),
    Column("kind", Text),
    Column("level", Text),
    Column("is_head", Boolean),
)


async def load_positions(writing: Writing, rows: Sequence[PositionRow]) -> list[RowFault]:
    """Create and change positions by their code; return what is wrong with the file."""
    faults = _own_faults(rows)
    if faults:
        return faults
    records = [
        (row.code, row.unit_code, row.title, row.kind, row.level, row.is_head) for row in rows
    ]
    given = ((row.line, new_id(), *record) for row, record in zip(rows, records, strict=True))
    await put_given(writing, _given, given)
    faults = await writing.rows(_faults(), RowFault)
    if faults:
        return faults
    changed = await writing.execute(_upsert_positions(), now=clock.now())
    tell_loaded(writing, "positions", records, changed=changed)
    return []


def _own_faults(rows: Sequence[PositionRow]) -> list[RowFault]:
    heads = [row for row in rows if row.is_head]
    return [
        *doubles(rows, lambda row: row.code, "code"),
        *doubles(heads, lambda row: row.unit_code, "is_head"),
        *(
            RowFault(row.line, "level", "level_not_of_kind", {"kind": row.kind, "level": row.level})
            for row in rows
            if row.level not in LEVELS[PositionKind(row.kind)]
        ),
    ]


@statement
def _faults() -> Executable:
    unit_of = and_(units.c.tenant_id == _TENANT, units.c.code == _given.c.unit_code)
    same = and_(positions.c.tenant_id == _TENANT, positions.c.code == _given.c.code)
    head = positions.alias("head")
    head_of = and_(
        head.c.tenant_id == _TENANT,
        head.c.unit_id == units.c.id,
        head.c.is_head,
        head.c.code != _given.c.code,
    )
    unknown = (
        fault_select(_given, "unit_code", "unknown_reference")
        .outerjoin_from(_given, units, unit_of)
        .where(units.c.id.is_(None))
    )
    kept = _given.join(positions, same)
    moved = (
        fault_select(_given, "unit_code", "position_moves")
        .select_from(kept.join(units, unit_of))
        .where(positions.c.unit_id != units.c.id)
    )
    turned = (
        fault_select(_given, "is_head", "position_head_changes")
        .select_from(kept)
        .where(positions.c.is_head != _given.c.is_head)
    )
    second = (
        fault_select(_given, "is_head", "head_position_exists")
        .select_from(_given.join(units, unit_of).join(head, head_of))
        .where(_given.c.is_head)
    )
    found = union_all(unknown, moved, turned, second).subquery()
    return select(found).order_by(found.c.line)


@statement
def _upsert_positions() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = select(
        _TENANT, _given.c.id, units.c.id, _given.c.code, _given.c.title, _given.c.kind,
        _given.c.level, _given.c.is_head, now, now,
    ).join_from(
        _given, units, and_(units.c.tenant_id == _TENANT, units.c.code == _given.c.unit_code)
    )  # fmt: skip
    columns = [
        "tenant_id", "id", "unit_id", "code", "title", "kind", "level", "is_head", "created_at",
        "updated_at",
    ]  # fmt: skip
    put = upsert(positions).from_select(columns, given)
    new, old = put.excluded, positions.c
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "code"],
        set_={
            "title": new.title,
            "kind": new.kind,
            "level": new.level,
            "updated_at": new.updated_at,
            "version": old.version + 1,
        },
        where=tuple_(old.title, old.kind, old.level).is_distinct_from(
            tuple_(new.title, new.kind, new.level)
        ),
    )
