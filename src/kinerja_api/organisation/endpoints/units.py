"""Units of a government's organisation."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.commands.units import change_unit, create_unit, move_unit
from kinerja_api.organisation.errors import RootUnitExists, UnitCodeTaken, UnitCycle
from kinerja_api.organisation.queries.scope import require_tenant, require_unit
from kinerja_api.organisation.queries.units import get_unit, list_units
from kinerja_api.organisation.schemas.units import (
    UnitIn,
    UnitListParams,
    UnitMoveIn,
    UnitOut,
    UnitPatch,
)

router = Router(tag="Organisation")

_MANAGE = Permission.ORGANISATION_MANAGE


@router.list("/units", permission=Permission.ORGANISATION_READ, name="units_list", item=UnitOut)
async def get_units(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[UnitListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[UnitOut]:
    """List units.

    The whole tree is visible to every member of the government.
    """
    del actor
    return await list_units(reading, params, cursors)


@router.post(
    "/units",
    permission=Permission.ORGANISATION_MANAGE,
    name="units_create",
    model=UnitOut,
    location="/v1/units/{id}",
    problems=[UnitCodeTaken, RootUnitExists, UnknownReference],
)
async def post_unit(actor: CurrentActor, writing: WritingUnit, unit: UnitIn) -> UnitOut:
    """Create a unit below its parent; the first unit of a government is its root."""
    if unit.parent_id is None:
        require_tenant(actor, _MANAGE)
    else:
        await require_unit(writing, actor, _MANAGE, unit.parent_id)
    return await create_unit(writing, unit)


@router.get(
    "/units/{unit_id}",
    permission=Permission.ORGANISATION_READ,
    name="units_get",
    model=UnitOut,
    problems=[ResourceNotFound],
)
async def get_one_unit(actor: CurrentActor, reading: ReadingUnit, unit_id: Id) -> UnitOut:
    """Read a unit."""
    del actor
    return await get_unit(reading, unit_id)


@router.patch(
    "/units/{unit_id}",
    permission=Permission.ORGANISATION_MANAGE,
    name="units_change",
    model=UnitOut,
    problems=[ResourceNotFound, UnitCodeTaken],
)
async def patch_unit(
    actor: CurrentActor,
    writing: WritingUnit,
    unit_id: Id,
    patch: UnitPatch,
    version: RequiredVersion,
) -> UnitOut:
    """Change code, name or kind of a unit."""
    await require_unit(writing, actor, _MANAGE, unit_id)
    return await change_unit(writing, unit_id, patch, expected=version)


@router.post(
    "/units/{unit_id}/moves",
    permission=Permission.ORGANISATION_MANAGE,
    name="units_move",
    model=UnitOut,
    problems=[ResourceNotFound, UnitCycle, UnknownReference],
)
async def post_unit_move(
    actor: CurrentActor,
    writing: WritingUnit,
    unit_id: Id,
    move: UnitMoveIn,
    version: OptionalVersion,
) -> UnitOut:
    """Move a unit with everything below it under another unit."""
    for touched in (unit_id, move.parent_id):
        await require_unit(writing, actor, _MANAGE, touched)
    return await move_unit(writing, unit_id, move, expected=version)
