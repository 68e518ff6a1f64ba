"""Positions in the units of a government."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.commands.positions import change_position, create_position
from kinerja_api.organisation.errors import HeadPositionExists, LevelNotOfKind, PositionCodeTaken
from kinerja_api.organisation.queries.positions import get_position, list_positions
from kinerja_api.organisation.schemas.positions import (
    PositionIn,
    PositionListParams,
    PositionOut,
    PositionPatch,
)

router = Router(tag="Organisation")


@router.list(
    "/positions",
    permission=Permission.ORGANISATION_READ,
    name="positions_list",
    item=PositionOut,
)
async def get_positions(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[PositionListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PositionOut]:
    """List positions.

    Visible to every member of the government; who holds them is told by placements.
    """
    del actor
    return await list_positions(reading, params, cursors)


@router.post(
    "/positions",
    permission=Permission.ORGANISATION_MANAGE,
    name="positions_create",
    model=PositionOut,
    location="/v1/positions/{id}",
    problems=[LevelNotOfKind, PositionCodeTaken, HeadPositionExists, UnknownReference],
)
async def post_position(
    actor: CurrentActor, writing: WritingUnit, position: PositionIn
) -> PositionOut:
    """Create a position; a unit has at most one head position."""
    return await create_position(writing, actor, position)


@router.get(
    "/positions/{position_id}",
    permission=Permission.ORGANISATION_READ,
    name="positions_get",
    model=PositionOut,
    problems=[ResourceNotFound],
)
async def get_one_position(
    actor: CurrentActor, reading: ReadingUnit, position_id: Id
) -> PositionOut:
    """Read a position."""
    del actor
    return await get_position(reading, position_id)


@router.patch(
    "/positions/{position_id}",
    permission=Permission.ORGANISATION_MANAGE,
    name="positions_change",
    model=PositionOut,
    problems=[ResourceNotFound, LevelNotOfKind, PositionCodeTaken],
)
async def patch_position(
    actor: CurrentActor,
    writing: WritingUnit,
    position_id: Id,
    patch: PositionPatch,
    version: RequiredVersion,
) -> PositionOut:
    """Change code, title, kind or level of a position."""
    return await change_position(writing, actor, position_id, patch, expected=version)
