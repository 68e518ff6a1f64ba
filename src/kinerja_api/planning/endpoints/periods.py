"""Periods of the performance year."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.commands.periods import create_period, create_year
from kinerja_api.planning.errors import PeriodCodeTaken, PeriodDatesWrong
from kinerja_api.planning.queries.periods import get_period, list_periods
from kinerja_api.planning.schemas.periods import (
    PeriodIn,
    PeriodListParams,
    PeriodOut,
    PeriodsOut,
    PeriodYearIn,
)

router = Router(tag="Planning")


@router.list("/periods", permission=Permission.PERIODS_READ, name="periods_list", item=PeriodOut)
async def get_periods(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[PeriodListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PeriodOut]:
    """List periods, the latest first."""
    del actor
    return await list_periods(reading, params, cursors)


@router.post(
    "/periods",
    permission=Permission.PERIODS_MANAGE,
    name="periods_create",
    model=PeriodOut,
    location="/v1/periods/{id}",
    problems=[PeriodCodeTaken, PeriodDatesWrong],
)
async def post_period(actor: CurrentActor, writing: WritingUnit, period: PeriodIn) -> PeriodOut:
    """Create a period.

    Codes are `2026` (year), `2026-Q4` (quarter) and `2026-11` (month); kind and dates must agree.
    """
    del actor
    return await create_period(writing, period)


@router.post(
    "/periods/years",
    permission=Permission.PERIODS_MANAGE,
    name="periods_create_year",
    model=PeriodsOut,
)
async def post_year(actor: CurrentActor, writing: WritingUnit, year: PeriodYearIn) -> PeriodsOut:
    """Create a year with its quarters, months or both.

    Periods that exist already stay as they are; the answer lists all periods of the year.
    """
    del actor
    return PeriodsOut(items=await create_year(writing, year))


@router.get(
    "/periods/{period_id}",
    permission=Permission.PERIODS_READ,
    name="periods_get",
    model=PeriodOut,
    problems=[ResourceNotFound],
)
async def get_one_period(actor: CurrentActor, reading: ReadingUnit, period_id: Id) -> PeriodOut:
    """Read a period."""
    del actor
    return await get_period(reading, period_id)
