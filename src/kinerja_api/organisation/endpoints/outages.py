"""Outages: days on which the service was out of reach, excused for everybody."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.commands.outages import change_outage, create_outage, remove_outage
from kinerja_api.organisation.errors import EndsBeforeStart, RangeTooLong
from kinerja_api.organisation.queries.outages import get_outage, list_outages
from kinerja_api.organisation.schemas.outages import (
    OutageIn,
    OutageListParams,
    OutageOut,
    OutagePatch,
)

router = Router(tag="Organisation")


@router.list(
    "/outages", permission=Permission.ORGANISATION_READ, name="outages_list", item=OutageOut
)
async def get_outages(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[OutageListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[OutageOut]:
    """List outages; every member of the government sees them."""
    del actor
    return await list_outages(reading, params, cursors)


@router.post(
    "/outages",
    permission=Permission.NORMS_MANAGE,
    name="outages_create",
    model=OutageOut,
    location="/v1/outages/{id}",
    problems=[EndsBeforeStart, RangeTooLong],
)
async def post_outage(actor: CurrentActor, writing: WritingUnit, outage: OutageIn) -> OutageOut:
    """Excuse some days, at most a year at once.

    They do not count when the windows for entering and deciding logs are measured; outages may
    overlap.
    """
    return await create_outage(writing, actor, outage)


@router.get(
    "/outages/{outage_id}",
    permission=Permission.ORGANISATION_READ,
    name="outages_get",
    model=OutageOut,
    problems=[ResourceNotFound],
)
async def get_one_outage(actor: CurrentActor, reading: ReadingUnit, outage_id: Id) -> OutageOut:
    """Read an outage."""
    del actor
    return await get_outage(reading, outage_id)


@router.patch(
    "/outages/{outage_id}",
    permission=Permission.NORMS_MANAGE,
    name="outages_change",
    model=OutageOut,
    problems=[ResourceNotFound, EndsBeforeStart, RangeTooLong],
)
async def patch_outage(
    actor: CurrentActor,
    writing: WritingUnit,
    outage_id: Id,
    patch: OutagePatch,
    version: RequiredVersion,
) -> OutageOut:
    """Correct the days or the reason of an outage; what was entered meanwhile stays."""
    return await change_outage(writing, actor, outage_id, patch, expected=version)


@router.delete(
    "/outages/{outage_id}",
    permission=Permission.NORMS_MANAGE,
    name="outages_remove",
    problems=[ResourceNotFound],
)
async def delete_outage(
    actor: CurrentActor, writing: WritingUnit, outage_id: Id, version: RequiredVersion
) -> None:
    """Let the days count again; the trail keeps what they were."""
    await remove_outage(writing, actor, outage_id, expected=version)
