"""Reads of positions. Every member of a government sees them."""

from uuid import UUID

from sqlalchemy import Boolean, Text, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.schemas.positions import (
    PositionListParams,
    PositionOut,
    PositionSort,
)
from kinerja_api.organisation.tables import positions

_BY_CODE = (("code", positions.c.code), ("id", positions.c.id))
_SORTS = {
    PositionSort.CODE: Sort(_BY_CODE),
    PositionSort.CODE_DESC: Sort(_BY_CODE, descending=True),
}


def visible_positions() -> Rows:
    """Select the positions of the actor's government, as ``PositionOut``."""
    return select(
        positions.c.id,
        positions.c.unit_id,
        positions.c.code,
        positions.c.title,
        positions.c.kind,
        positions.c.level,
        positions.c.is_head,
        positions.c.created_at,
        positions.c.updated_at,
        positions.c.version,
    ).where(positions.c.tenant_id == bindparam("tenant_id", type_=Uuid))


@statement
def _position(*, lock: bool) -> Executable:
    query = visible_positions().where(positions.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update(key_share=True) if lock else query


async def get_position(reading: Reading, position_id: UUID) -> PositionOut:
    """Return the position; ResourceNotFound."""
    return _found(await reading.row(_position(lock=False), PositionOut, id=position_id))


async def get_position_for_update(writing: Writing, position_id: UUID) -> PositionOut:
    """Return the position, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_position(lock=True), PositionOut, id=position_id))


async def list_positions(
    reading: Reading, params: PositionListParams, cursors: Cursors
) -> Page[PositionOut]:
    """Return one page of positions."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        PositionOut,
        name="positions",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = visible_positions()
    if "unit_id" in shape:
        query = query.where(positions.c.unit_id == bindparam("unit_id", type_=Uuid))
    if "kind" in shape:
        query = query.where(positions.c.kind == bindparam("kind", type_=Text))
    if "is_head" in shape:
        query = query.where(positions.c.is_head == bindparam("is_head", type_=Boolean))
    return query


def _found(row: PositionOut | None) -> PositionOut:
    if row is None:
        raise ResourceNotFound
    return row
