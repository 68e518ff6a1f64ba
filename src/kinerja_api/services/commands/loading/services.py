"""The file of services, each with the standard that its row gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.dated import share_a_day
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import doubles, tell_loaded
from kinerja_api.organisation.rules import RowFault
from kinerja_api.organisation.tables import units
from kinerja_api.services.commands.services import SERVICE_FIELDS, STANDARD_FIELDS
from kinerja_api.services.commands.writes import any_of, lists
from kinerja_api.services.rules import ServiceRow
from kinerja_api.services.tables import service_standards, services

_TENANT = bindparam("tenant_id", type_=Uuid)
_COLUMNS = {"starts_on": "standard_from", "ends_on": "standard_to"}
_SERVICE = ("id", "unit_id", *SERVICE_FIELDS)
_STANDARD = ("id", "service_id", *STANDARD_FIELDS)


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    code: str
    unit_id: UUID


async def load_services(writing: Writing, rows: Sequence[ServiceRow]) -> list[RowFault]:
    """Create and change services by their code; return what is wrong with the file."""
    found = await writing.rows(_units(), dict[str, Any], codes=[row.unit_code for row in rows])
    unit_ids = {unit["code"]: unit["id"] for unit in found}
    known = {
        service.code: service
        for service in await writing.rows(_known(), _Known, codes=[row.code for row in rows])
    }
    faults = doubles(rows, lambda row: row.code, "code")
    for row in rows:
        faults += _faults(row, unit_ids.get(row.unit_code), known.get(row.code))
    if faults:
        return faults
    ids = {row.code: known[row.code].id if row.code in known else new_id() for row in rows}
    now = clock.now()
    changed = await writing.execute(
        _upsert(services),
        now=now,
        row_id=[ids[row.code] for row in rows],
        row_unit_id=[unit_ids[row.unit_code] for row in rows],
        **{f"row_{name}": [getattr(row, name) for row in rows] for name in SERVICE_FIELDS},
    )
    given = [row for row in rows if row.standard_from is not None]
    if given:
        found = await writing.rows(
            _known_standards(), dict[str, Any], ids=[ids[row.code] for row in given]
        )
        same = {(one["service_id"], one["starts_on"]): one["id"] for one in found}
        changed += await writing.execute(
            _upsert(service_standards),
            now=now,
            row_id=[same.get((ids[row.code], row.standard_from)) or new_id() for row in given],
            row_service_id=[ids[row.code] for row in given],
            **{
                f"row_{name}": [getattr(row, _COLUMNS.get(name, name)) for row in given]
                for name in STANDARD_FIELDS
            },
        )
        lines = {ids[row.code]: row.line for row in given}
        clashes = await writing.rows(_overlaps(), dict[str, UUID], ids=list(lines))
        faults = [
            RowFault(lines[clash["service_id"]], "standard_from", "standard_overlaps")
            for clash in clashes
        ]
    tell_loaded(writing, "services", [_record(row) for row in rows], changed=changed)
    return faults


def _faults(row: ServiceRow, unit_id: UUID | None, known: _Known | None) -> list[RowFault]:
    if unit_id is None:
        return [RowFault(row.line, "unit_code", "unknown_reference", {"value": row.unit_code})]
    if known is not None and known.unit_id != unit_id:
        return [RowFault(row.line, "unit_code", "service_moves")]
    parts = [getattr(row, _COLUMNS.get(name, name)) for name in STANDARD_FIELDS]
    needed = parts[:-1]
    if any(part is not None for part in parts) and any(part is None for part in needed):
        return [RowFault(row.line, "standard_from", "standard_incomplete")]
    first, last = row.standard_from, row.standard_to
    if first is not None and last is not None and last < first:
        return [RowFault(row.line, "standard_to", "ends_before_start")]
    return []


def _record(row: ServiceRow) -> tuple[object, ...]:
    fields = [*SERVICE_FIELDS, *[_COLUMNS.get(name, name) for name in STANDARD_FIELDS]]
    return (row.unit_code, *[getattr(row, name) for name in fields])


@statement
def _units() -> Executable:
    return select(units.c.code, units.c.id).where(
        units.c.tenant_id == _TENANT, units.c.code == any_of("codes", Text())
    )


@statement
def _known() -> Executable:
    return (
        select(services.c.id, services.c.code, services.c.unit_id)
        .where(services.c.tenant_id == _TENANT, services.c.code == any_of("codes", Text()))
        .order_by(services.c.id)
        .with_for_update(key_share=True)
    )


@statement
def _known_standards() -> Executable:
    standard = service_standards.c
    return select(standard.id, standard.service_id, standard.starts_on).where(
        standard.tenant_id == _TENANT, standard.service_id == any_of("ids", Uuid())
    )


_FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...], list[str]]] = {
    services.name: (_SERVICE, SERVICE_FIELDS, ["tenant_id", "code"]),
    service_standards.name: (
        _STANDARD,
        STANDARD_FIELDS,
        ["tenant_id", "id"],
    ),
}


@statement
def _upsert(table: Table) -> Executable:
    given, kept, key = _FIELDS[table.name]
    rows = lists("row", {name: table.c[name].type for name in given})
    now = bindparam("now", type_=DateTime(timezone=True))
    put = insert(table).from_select(
        ["tenant_id", *given, "created_at", "updated_at"],
        select(_TENANT, *[rows.c[name] for name in given], now, now),
    )
    new, changing = put.excluded, [name for name in kept if name not in key]
    return put.on_conflict_do_update(
        index_elements=key,
        set_={
            **{name: new[name] for name in changing},
            "updated_at": new.updated_at,
            "version": table.c.version + 1,
        },
        where=tuple_(*[table.c[name] for name in changing]).is_distinct_from(
            tuple_(*[new[name] for name in changing])
        ),
    )


@statement
def _overlaps() -> Executable:
    one, other = service_standards.alias("one"), service_standards.alias("other")
    return (
        select(one.c.service_id)
        .distinct()
        .join_from(
            one,
            other,
            and_(
                other.c.tenant_id == one.c.tenant_id,
                other.c.service_id == one.c.service_id,
                one.c.starts_on < other.c.starts_on,
                share_a_day(one, other),
            ),
        )
        .where(one.c.tenant_id == _TENANT, one.c.service_id == any_of("ids", Uuid()))
    )
