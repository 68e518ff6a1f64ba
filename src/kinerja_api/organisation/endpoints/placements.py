"""Placements of employees in positions."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.commands.placements import create_placement, end_placement
from kinerja_api.organisation.errors import (
    EmployeeLeft,
    EndsBeforeStart,
    OwnPlacementRefused,
    PlacementOverlaps,
    PositionTaken,
    SuperiorIsSelf,
)
from kinerja_api.organisation.queries.placements import get_placement, list_placements
from kinerja_api.organisation.schemas.placements import (
    PlacementEndingIn,
    PlacementIn,
    PlacementListParams,
    PlacementOut,
)

router = Router(tag="Organisation")


@router.list(
    "/placements",
    permission=Permission.ORGANISATION_READ,
    name="placements_list",
    item=PlacementOut,
)
async def get_placements(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[PlacementListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PlacementOut]:
    """List the placements of employees whom the caller may see, by unit, person or day."""
    return await list_placements(reading, actor, params, cursors)


@router.post(
    "/placements",
    permission=Permission.ORGANISATION_MANAGE,
    name="placements_create",
    model=PlacementOut,
    location="/v1/placements/{id}",
    problems=[
        OwnPlacementRefused,
        EmployeeLeft,
        PlacementOverlaps,
        PositionTaken,
        EndsBeforeStart,
        SuperiorIsSelf,
        UnknownReference,
    ],
)
async def post_placement(
    actor: CurrentActor, writing: WritingUnit, placement: PlacementIn
) -> PlacementOut:
    """Place an employee in a position.

    Employee and position each have one definitive placement at a time; acting ones (PLT, PLH)
    come on top. Nobody places himself. Who manages some units only takes nobody who is placed
    elsewhere today.
    """
    return await create_placement(writing, actor, placement)


@router.get(
    "/placements/{placement_id}",
    permission=Permission.ORGANISATION_READ,
    name="placements_get",
    model=PlacementOut,
    problems=[ResourceNotFound],
)
async def get_one_placement(
    actor: CurrentActor, reading: ReadingUnit, placement_id: Id
) -> PlacementOut:
    """Read a placement."""
    return await get_placement(reading, actor, placement_id)


@router.post(
    "/placements/{placement_id}/endings",
    permission=Permission.ORGANISATION_MANAGE,
    name="placements_end",
    model=PlacementOut,
    problems=[
        ResourceNotFound,
        OwnPlacementRefused,
        EndsBeforeStart,
        PlacementOverlaps,
        PositionTaken,
    ],
)
async def post_placement_ending(
    actor: CurrentActor,
    writing: WritingUnit,
    placement_id: Id,
    ending: PlacementEndingIn,
    version: OptionalVersion,
) -> PlacementOut:
    """Set the last day of a placement, or correct it."""
    return await end_placement(writing, actor, placement_id, ending, expected=version)
