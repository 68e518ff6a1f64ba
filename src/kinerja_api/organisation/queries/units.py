"""Reads of units. Every member of a government sees its tree."""

from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, exists, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.schemas.units import UnitListParams, UnitOut, UnitSort
from kinerja_api.organisation.tables import unit_closure, units

_SORTS = {
    UnitSort.CODE: Sort((("code", units.c.code), ("id", units.c.id))),
    UnitSort.CODE_DESC: Sort((("code", units.c.code), ("id", units.c.id)), descending=True),
}


def visible_units() -> Rows:
    """Select the units of the actor's government, as ``UnitOut``."""
    return select(
        units.c.id,
        units.c.code,
        units.c.name,
        units.c.kind,
        units.c.parent_id,
        units.c.created_at,
        units.c.updated_at,
        units.c.version,
    ).where(units.c.tenant_id == bindparam("tenant_id", type_=Uuid))


@statement
def _unit(*, lock: bool) -> Executable:
    query = visible_units().where(units.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_unit(reading: Reading, unit_id: UUID) -> UnitOut:
    """Return the unit; ResourceNotFound."""
    return _found(await reading.row(_unit(lock=False), UnitOut, id=unit_id))


async def get_unit_for_update(writing: Writing, unit_id: UUID) -> UnitOut:
    """Return the unit, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_unit(lock=True), UnitOut, id=unit_id))


async def list_units(reading: Reading, params: UnitListParams, cursors: Cursors) -> Page[UnitOut]:
    """Return one page of units."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        UnitOut,
        name="units",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = visible_units()
    if "parent_id" in shape:
        query = query.where(units.c.parent_id == bindparam("parent_id", type_=Uuid))
    if "kind" in shape:
        query = query.where(units.c.kind == bindparam("kind", type_=Text))
    if "below_id" in shape:
        query = query.where(
            exists().where(
                unit_closure.c.tenant_id == units.c.tenant_id,
                unit_closure.c.descendant_id == units.c.id,
                unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
            )
        )
    return query


def _found(row: UnitOut | None) -> UnitOut:
    if row is None:
        raise ResourceNotFound
    return row
