"""The file of placements; overlaps are looked for once its rows stand beside the others."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    FromClause,
    Subquery,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    insert,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core import clock
from kinerja_api.core.dated import share_a_day
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    fault_select,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.rules import EmployeeStatus, PlacementKind, PlacementRow, RowFault
from kinerja_api.organisation.tables import employees, placements, positions

_TENANT = bindparam("tenant_id", type_=Uuid)
_given = given_table(
    "given_placements",
    Column("person_ref", Text),
    Column("position_code", Text),
    Column("kind", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("superior_ref", Text),
)


async def load_placements(writing: Writing, rows: Sequence[PlacementRow]) -> list[RowFault]:
    """Create and change placements by person, position and first day; return what is wrong."""
    faults = _own_faults(rows)
    if faults:
        return faults
    records = [
        (row.person_ref, row.position_code, row.kind, row.starts_on, row.ends_on, row.superior_ref)
        for row in rows
    ]
    given = ((row.line, new_id(), *record) for row, record in zip(rows, records, strict=True))
    await put_given(writing, _given, given)
    await writing.execute(_lock_employees())
    await writing.execute(_lock_positions())
    faults = await writing.rows(_faults(), RowFault)
    if faults:
        return faults
    changed = await writing.execute(_update_placements(), now=clock.now())
    changed += await writing.execute(_insert_placements(), now=clock.now())
    faults = await writing.rows(_overlaps(), RowFault)
    if not faults:
        tell_loaded(writing, "placements", records, changed=changed)
    return faults


def _own_faults(rows: Sequence[PlacementRow]) -> list[RowFault]:
    return [
        *doubles(rows, lambda row: (row.person_ref, row.position_code, row.starts_on), "starts_on"),
        *(
            RowFault(row.line, "ends_on", "ends_before_start")
            for row in rows
            if row.ends_on is not None and row.ends_on < row.starts_on
        ),
        *(
            RowFault(row.line, "superior_ref", "superior_is_self")
            for row in rows
            if row.superior_ref == row.person_ref
        ),
    ]


@statement
def _lock_employees() -> Executable:
    """Before positions, in id order, as every change of placements does."""
    return (
        select(employees.c.id)
        .where(
            employees.c.tenant_id == _TENANT,
            employees.c.ref.in_(select(_given.c.person_ref)),
        )
        .order_by(employees.c.id)
        .with_for_update(key_share=True)
    )


@statement
def _lock_positions() -> Executable:
    return (
        select(positions.c.id)
        .where(
            positions.c.tenant_id == _TENANT,
            positions.c.code.in_(select(_given.c.position_code)),
        )
        .order_by(positions.c.id)
        .with_for_update(key_share=True)
    )


def _is_person(ref: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(employees.c.tenant_id == _TENANT, employees.c.ref == ref)


@statement
def _faults() -> Executable:
    is_position = exists().where(
        positions.c.tenant_id == _TENANT, positions.c.code == _given.c.position_code
    )
    has_left = exists().where(
        employees.c.tenant_id == _TENANT,
        employees.c.ref == _given.c.person_ref,
        employees.c.status == EmployeeStatus.LEFT,
    )
    unknown = "unknown_reference"
    found = union_all(
        fault_select(_given, "person_ref", unknown).where(~_is_person(_given.c.person_ref)),
        fault_select(_given, "position_code", unknown).where(~is_position),
        fault_select(_given, "superior_ref", unknown).where(
            _given.c.superior_ref.is_not(None), ~_is_person(_given.c.superior_ref)
        ),
        fault_select(_given, "person_ref", "employee_left").where(
            has_left, _given.c.ends_on.is_(None)
        ),
    ).subquery()
    return select(found).order_by(found.c.line)


def _resolved() -> Subquery:
    """Return the given rows with the ids behind their codes."""
    superior = employees.alias("superior")
    return (
        select(
            _given.c.line,
            _given.c.id,
            employees.c.id.label("employee_id"),
            positions.c.id.label("position_id"),
            positions.c.unit_id,
            positions.c.is_head,
            _given.c.kind,
            _given.c.starts_on,
            _given.c.ends_on,
            superior.c.id.label("superior_id"),
        )
        .select_from(
            _given.join(
                employees,
                and_(employees.c.tenant_id == _TENANT, employees.c.ref == _given.c.person_ref),
            )
            .join(
                positions,
                and_(positions.c.tenant_id == _TENANT, positions.c.code == _given.c.position_code),
            )
            .outerjoin(
                superior,
                and_(superior.c.tenant_id == _TENANT, superior.c.ref == _given.c.superior_ref),
            )
        )
        .subquery("resolved")
    )


def _is_kept(kept: FromClause, resolved: Subquery) -> ColumnElement[bool]:
    return and_(
        kept.c.tenant_id == _TENANT,
        kept.c.employee_id == resolved.c.employee_id,
        kept.c.position_id == resolved.c.position_id,
        kept.c.starts_on == resolved.c.starts_on,
    )


@statement
def _update_placements() -> Executable:
    given = _resolved()
    changing = ["kind", "ends_on", "superior_id"]
    return (
        update(placements)
        .where(
            _is_kept(placements, given),
            tuple_(*[placements.c[name] for name in changing]).is_distinct_from(
                tuple_(*[given.c[name] for name in changing])
            ),
        )
        .values(
            **{name: given.c[name] for name in changing},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=placements.c.version + 1,
        )
    )


@statement
def _insert_placements() -> Executable:
    given, kept = _resolved(), placements.alias("kept")
    now = bindparam("now", type_=DateTime(timezone=True))
    columns = [
        "id", "employee_id", "position_id", "unit_id", "is_head", "kind", "starts_on", "ends_on",
        "superior_id",
    ]  # fmt: skip
    new = select(_TENANT, *[given.c[name] for name in columns], now, now).where(
        ~exists().where(_is_kept(kept, given))
    )
    return insert(placements).from_select(["tenant_id", *columns, "created_at", "updated_at"], new)


@statement
def _overlaps() -> Executable:
    found = union_all(
        _overlapping("employee_id", "person_ref", "placement_overlaps"),
        _overlapping("position_id", "position_code", "position_taken"),
    ).subquery()
    return select(found).order_by(found.c.line)


def _overlapping(same: str, column: str, code: str) -> Rows:
    given = _resolved()
    mine, other = placements.alias("mine"), placements.alias("other")
    lines = (
        select(given.c.line)
        .select_from(
            given.join(mine, _is_kept(mine, given)).join(
                other,
                and_(
                    other.c.tenant_id == _TENANT,
                    other.c[same] == mine.c[same],
                    other.c.id != mine.c.id,
                    share_a_day(mine, other),
                ),
            )
        )
        .where(mine.c.kind == PlacementKind.DEFINITIVE, other.c.kind == PlacementKind.DEFINITIVE)
    )
    return fault_select(_given, column, code).where(_given.c.line.in_(lines))
