"""Norms: the government's own rules, each with its basis and dates."""

from dataclasses import asdict
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Day, Id, Page
from kinerja_api.core.types import round_half_up
from kinerja_api.organisation.commands.norms import change_norm, create_norm
from kinerja_api.organisation.errors import EndsBeforeStart, InvalidNorm, NormOverlaps
from kinerja_api.organisation.queries.norms import get_norm, list_norms, norms_on
from kinerja_api.organisation.schemas.norms import (
    EffectiveNormsOut,
    NormIn,
    NormListParams,
    NormOut,
    NormPatch,
)

router = Router(tag="Norms")


@router.list("/norms", permission=Permission.NORMS_READ, name="norms_list", item=NormOut)
async def get_norms(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[NormListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[NormOut]:
    """List the norms that the government has set."""
    del actor
    return await list_norms(reading, params, cursors)


@router.post(
    "/norms",
    permission=Permission.NORMS_MANAGE,
    name="norms_create",
    model=NormOut,
    location="/v1/norms/{id}",
    problems=[InvalidNorm, NormOverlaps, EndsBeforeStart],
)
async def post_norm(actor: CurrentActor, writing: WritingUnit, norm: NormIn) -> NormOut:
    """Set a norm for some days; end the former one of the same key first."""
    return await create_norm(writing, actor, norm)


@router.get(
    "/norms/effective",
    permission=Permission.NORMS_READ,
    name="norms_effective",
    model=EffectiveNormsOut,
)
async def get_effective_norms(
    actor: CurrentActor,
    reading: ReadingUnit,
    on: Annotated[Day | None, Query(description="Day; today if left out")] = None,
) -> EffectiveNormsOut:
    """Read all norms as they hold on a day, defaults included."""
    day = on or actor.today
    values = asdict(await norms_on(reading, day))
    for name, value in values.items():
        if isinstance(value, Decimal):
            values[name] = round_half_up(value)
    return EffectiveNormsOut(on=day, **values)


@router.get(
    "/norms/{norm_id}",
    permission=Permission.NORMS_READ,
    name="norms_get",
    model=NormOut,
    problems=[ResourceNotFound],
)
async def get_one_norm(actor: CurrentActor, reading: ReadingUnit, norm_id: Id) -> NormOut:
    """Read a norm."""
    del actor
    return await get_norm(reading, norm_id)


@router.patch(
    "/norms/{norm_id}",
    permission=Permission.NORMS_MANAGE,
    name="norms_change",
    model=NormOut,
    problems=[ResourceNotFound, NormOverlaps, EndsBeforeStart],
)
async def patch_norm(
    actor: CurrentActor,
    writing: WritingUnit,
    norm_id: Id,
    patch: NormPatch,
    version: RequiredVersion,
) -> NormOut:
    """Change the last day of a norm; its value and first day stay."""
    return await change_norm(writing, actor, norm_id, patch, expected=version)
