"""Reads of units. Every member of a government sees its tree."""

from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, exists

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.organisation.schemas.units import UnitListParams, UnitOut, UnitSort
from kinerja_api.organisation.tables import unit_closure, units

_SORTS = both_ways(UnitSort, ("code", units.c.code), ("id", units.c.id))
_UNITS = Collection(
    units,
    UnitOut,
    {
        "parent_id": units.c.parent_id == bindparam("parent_id", type_=Uuid),
        "kind": units.c.kind == bindparam("kind", type_=Text),
        "below_id": exists().where(
            unit_closure.c.tenant_id == units.c.tenant_id,
            unit_closure.c.descendant_id == units.c.id,
            unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
        ),
    },
)


async def get_unit(reading: Reading, unit_id: UUID) -> UnitOut:
    """Return the unit; ResourceNotFound."""
    return await _UNITS.get(reading, unit_id)


async def get_unit_for_update(writing: Writing, unit_id: UUID) -> UnitOut:
    """Return the unit, locked to the end of the transaction; ResourceNotFound."""
    return await _UNITS.lock(writing, unit_id)


async def list_units(reading: Reading, params: UnitListParams, cursors: Cursors) -> Page[UnitOut]:
    """Return one page of units."""
    return await _UNITS.page(reading, params, cursors, sort=_SORTS[params.sort])
