"""Service levels of citizens' reports: the government's own, with basis and dates."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.commands.levels import change_level, create_level, remove_level
from kinerja_api.complaints.errors import LevelOverlaps, StartEventRefused
from kinerja_api.complaints.queries.levels import effective_levels, get_level, list_levels
from kinerja_api.complaints.schemas.levels import (
    EffectiveLevelsOut,
    ServiceLevelIn,
    ServiceLevelListParams,
    ServiceLevelOut,
    ServiceLevelPatch,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Day, Id, Page
from kinerja_api.organisation.errors import EndsBeforeStart

router = Router(tag="Citizen reports")

_READ, _MANAGE = Permission.COMPLAINT_SETTINGS_READ, Permission.COMPLAINT_SETTINGS_MANAGE


@router.list("/service-levels", permission=_READ, name="service_levels_list", item=ServiceLevelOut)
async def get_levels(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ServiceLevelListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ServiceLevelOut]:
    """List the service levels that the government has set."""
    del actor
    return await list_levels(reading, params, cursors)


@router.post(
    "/service-levels",
    permission=_MANAGE,
    name="service_levels_create",
    model=ServiceLevelOut,
    location="/v1/service-levels/{id}",
    problems=[LevelOverlaps, StartEventRefused, EndsBeforeStart],
)
async def post_level(
    actor: CurrentActor, writing: WritingUnit, level: ServiceLevelIn
) -> ServiceLevelOut:
    """Set the level of a class and stage for some days; end the former one first.

    Open reports are computed anew; a stage keeps the level that was valid on the day it started.
    """
    return await create_level(writing, actor, level)


@router.get(
    "/service-levels/effective",
    permission=_READ,
    name="service_levels_effective",
    model=EffectiveLevelsOut,
)
async def get_effective_levels(
    actor: CurrentActor,
    reading: ReadingUnit,
    on: Annotated[Day | None, Query(description="Day; today if left out")] = None,
) -> EffectiveLevelsOut:
    """Read the level of every class and stage as it holds on a day, defaults included."""
    return await effective_levels(reading, on or actor.today)


@router.get(
    "/service-levels/{level_id}",
    permission=_READ,
    name="service_levels_get",
    model=ServiceLevelOut,
    problems=[ResourceNotFound],
)
async def get_one_level(actor: CurrentActor, reading: ReadingUnit, level_id: Id) -> ServiceLevelOut:
    """Read a service level."""
    del actor
    return await get_level(reading, level_id)


@router.patch(
    "/service-levels/{level_id}",
    permission=_MANAGE,
    name="service_levels_change",
    model=ServiceLevelOut,
    problems=[ResourceNotFound, LevelOverlaps, StartEventRefused, EndsBeforeStart],
)
async def patch_level(
    actor: CurrentActor,
    writing: WritingUnit,
    level_id: Id,
    patch: ServiceLevelPatch,
    version: RequiredVersion,
) -> ServiceLevelOut:
    """Change or end a service level; stages that have ended keep their due dates."""
    return await change_level(writing, actor, level_id, patch, expected=version)


@router.delete(
    "/service-levels/{level_id}",
    permission=_MANAGE,
    name="service_levels_remove",
    problems=[ResourceNotFound],
)
async def delete_level(
    actor: CurrentActor, writing: WritingUnit, level_id: Id, version: RequiredVersion
) -> None:
    """Remove a service level that was entered by mistake; the default holds again."""
    await remove_level(writing, actor, level_id, expected=version)
