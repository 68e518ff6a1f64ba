"""Reads of units."""

from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, exists

from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Collection, Cursors, both_ways, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.organisation.tables import unit_closure, units
from kinerja_api.transparency.schemas.figures import UnitFiguresListParams
from kinerja_api.transparency.schemas.offers import (
    PublicUnitListParams,
    PublicUnitOut,
    PublicUnitSort,
)

_SORTS = both_ways(PublicUnitSort, ("code", units.c.code), ("id", units.c.id))
_FILTERS = {
    "parent_id": units.c.parent_id == bindparam("parent_id", type_=Uuid),
    "kind": units.c.kind == bindparam("kind", type_=Text),
    "below_id": exists().where(
        unit_closure.c.tenant_id == units.c.tenant_id,
        unit_closure.c.descendant_id == units.c.id,
        unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
    ),
}
_UNITS = Collection(units, PublicUnitOut, _FILTERS)


async def get_public_unit(reading: Reading, unit_id: UUID) -> PublicUnitOut:
    """Return the unit; ResourceNotFound."""
    return await _UNITS.get(reading, unit_id)


async def list_public_units(
    reading: Reading, params: PublicUnitListParams, cursors: Cursors
) -> Page[PublicUnitOut]:
    """Return one page of units."""
    return await _UNITS.page(reading, params, cursors, sort=_SORTS[params.sort])


async def list_units_with_figures(
    reading: Reading, params: UnitFiguresListParams, cursors: Cursors
) -> Page[PublicUnitOut]:
    """Return the units of one page of figures; its cursors belong to the period."""
    filters = params.filters()
    given = tuple(name for name in sorted(filters) if name in _FILTERS)
    return await fetch_page(
        reading,
        lambda: _UNITS.rows.where(*[_FILTERS[name] for name in given]),
        PublicUnitOut,
        name="public_figures",
        params=params,
        sort=_SORTS[PublicUnitSort(params.sort)],
        cursors=cursors,
        shape_key=given,
        values=filters,
    )
