"""Reads of placements."""

from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.schemas.placements import (
    PlacementHistoryParams,
    PlacementListParams,
    PlacementOut,
    PlacementSort,
)
from kinerja_api.organisation.tables import employees, placements, positions

_READ = Permission.ORGANISATION_READ
_BY_START = (("starts_on", placements.c.starts_on), ("id", placements.c.id))
_SORTS = {
    PlacementSort.STARTS_ON: Sort(_BY_START),
    PlacementSort.STARTS_ON_DESC: Sort(_BY_START, descending=True),
}


def all_placements() -> Rows:
    """Select placements, as ``PlacementOut``, with the names behind their ids."""
    return (
        select(
            placements.c.id,
            placements.c.employee_id,
            employees.c.name.label("employee_name"),
            placements.c.position_id,
            positions.c.title.label("position_title"),
            placements.c.unit_id,
            placements.c.is_head,
            placements.c.kind,
            placements.c.starts_on,
            placements.c.ends_on,
            placements.c.superior_id,
            placements.c.created_at,
            placements.c.updated_at,
            placements.c.version,
        )
        .select_from(
            placements.join(
                employees,
                and_(
                    employees.c.tenant_id == placements.c.tenant_id,
                    employees.c.id == placements.c.employee_id,
                ),
            ).join(
                positions,
                and_(
                    positions.c.tenant_id == placements.c.tenant_id,
                    positions.c.id == placements.c.position_id,
                ),
            )
        )
        .where(placements.c.tenant_id == bindparam("tenant_id", type_=Uuid))
    )


@statement
def _placement(*, reach: Reach) -> Executable:
    return all_placements().where(
        placements.c.id == bindparam("id", type_=Uuid),
        in_scope(placements.c.employee_id, placements.c.unit_id, reach=reach),
    )


async def get_placement(reading: Reading, actor: Actor, placement_id: UUID) -> PlacementOut:
    """Return the placement; ResourceNotFound."""
    wanted = _placement(reach=reach(actor, _READ))
    return _found(
        await reading.row(wanted, PlacementOut, id=placement_id, **scope_values(actor, _READ))
    )


async def get_any_placement(writing: Writing, placement_id: UUID) -> PlacementOut:
    """Return the placement, whoever asks; ResourceNotFound."""
    return _found(await writing.row(_placement(reach="tenant"), PlacementOut, id=placement_id))


async def list_placements(
    reading: Reading, actor: Actor, params: PlacementListParams, cursors: Cursors
) -> Page[PlacementOut]:
    """Return one page of the placements the actor may see."""
    filters = params.filters()
    far, shape = reach(actor, _READ), tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape).where(
            in_scope(placements.c.employee_id, placements.c.unit_id, reach=far)
        ),
        PlacementOut,
        name="placements",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(far, *shape),
        values={**filters, **scope_values(actor, _READ)},
    )


async def list_placements_of(
    reading: Reading, employee_id: UUID, params: PlacementHistoryParams, cursors: Cursors
) -> Page[PlacementOut]:
    """Return one page of an employee's placements; the caller has made sure he is visible."""
    filters: dict[str, object] = {**params.filters(), "employee_id": employee_id}
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        PlacementOut,
        name="employee_placements",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = all_placements()
    for name in ("unit_id", "employee_id", "position_id"):
        if name in shape:
            query = query.where(placements.c[name] == bindparam(name, type_=Uuid))
    if "kind" in shape:
        query = query.where(placements.c.kind == bindparam("kind", type_=Text))
    if "on" in shape:
        query = query.where(holds_on(placements, bindparam("on", type_=Date)))
    return query


def _found(row: PlacementOut | None) -> PlacementOut:
    if row is None:
        raise ResourceNotFound
    return row
