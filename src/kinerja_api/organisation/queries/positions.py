"""Reads of positions. Every member of a government sees them."""

from uuid import UUID

from sqlalchemy import Boolean, Text, Uuid, bindparam

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.organisation.schemas.positions import (
    PositionListParams,
    PositionOut,
    PositionSort,
)
from kinerja_api.organisation.tables import positions

_SORTS = both_ways(PositionSort, ("code", positions.c.code), ("id", positions.c.id))
_POSITIONS = Collection(
    positions,
    PositionOut,
    {
        "unit_id": positions.c.unit_id == bindparam("unit_id", type_=Uuid),
        "kind": positions.c.kind == bindparam("kind", type_=Text),
        "is_head": positions.c.is_head == bindparam("is_head", type_=Boolean),
    },
    key_share=True,
)


async def get_position(reading: Reading, position_id: UUID) -> PositionOut:
    """Return the position; ResourceNotFound."""
    return await _POSITIONS.get(reading, position_id)


async def get_position_for_update(writing: Writing, position_id: UUID) -> PositionOut:
    """Return the position, locked to the end of the transaction; ResourceNotFound."""
    return await _POSITIONS.lock(writing, position_id)


async def list_positions(
    reading: Reading, params: PositionListParams, cursors: Cursors
) -> Page[PositionOut]:
    """Return one page of positions."""
    return await _POSITIONS.page(reading, params, cursors, sort=_SORTS[params.sort])
