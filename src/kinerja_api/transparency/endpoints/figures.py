"""Figures of units and distributions of predicates, for everybody."""

from typing import Annotated

from fastapi import Query, Response

from kinerja_api.access.entrance import PublicTenant
from kinerja_api.core import clock
from kinerja_api.core.csv_out import Format, TooManyRows, table_of, whole_table
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import RateLimited, ResourceNotFound
from kinerja_api.core.routes import PUBLIC, ReadingUnit, Router
from kinerja_api.core.schemas import Id, Page
from kinerja_api.transparency.errors import PeriodUnderWay
from kinerja_api.transparency.queries.figures import get_unit_figures, list_unit_figures
from kinerja_api.transparency.queries.kept import MAX_AGE
from kinerja_api.transparency.queries.predicates import get_distribution
from kinerja_api.transparency.schemas.figures import (
    FIGURE_COLUMNS,
    PREDICATE_COLUMNS,
    PeriodParams,
    PredicateDistributionOut,
    UnitFiguresListParams,
    UnitFiguresOut,
)

router = Router(tag="Public", prefix="/v1/public/{tenant}")


@router.list(
    "/figures",
    permission=PUBLIC,
    name="public_figures_list",
    item=UnitFiguresOut,
    problems=[ResourceNotFound, PeriodUnderWay, RateLimited, TooManyRows],
    max_age=MAX_AGE,
    csv=True,
)
async def get_figures(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[UnitFiguresListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[UnitFiguresOut] | Response:
    """List the figures of all units in a period that is over, as JSON or CSV.

    Figures are at most a quarter of an hour old.
    """
    today = clock.today(tenant.time_zone)
    if params.format is Format.JSON:
        return await list_unit_figures(reading, params, cursors, today=today)
    return await whole_table(
        lambda page: list_unit_figures(reading, page, cursors, today=today),
        params,
        FIGURE_COLUMNS,
        name=f"figures-{params.period}",
    )


@router.get(
    "/units/{unit_id}/figures",
    permission=PUBLIC,
    name="public_units_figures",
    model=UnitFiguresOut,
    problems=[ResourceNotFound, PeriodUnderWay, RateLimited],
    max_age=MAX_AGE,
    csv=True,
)
async def get_figures_of_unit(
    tenant: PublicTenant,
    reading: ReadingUnit,
    unit_id: Id,
    params: Annotated[PeriodParams, Query()],
) -> UnitFiguresOut | Response:
    """Read the figures of a unit in a period that is over, as JSON or CSV.

    How reports were handled, how long documents took, what people say. Each with the sample it
    rests on; on too few items there is no value (`is_enough` is false).
    """
    today = clock.today(tenant.time_zone)
    found = await get_unit_figures(reading, unit_id, params.period, today=today)
    if params.format is Format.JSON:
        return found
    return table_of([found], FIGURE_COLUMNS, name=f"figures-{params.period}")


@router.get(
    "/units/{unit_id}/predicates",
    permission=PUBLIC,
    name="public_units_predicates",
    model=PredicateDistributionOut,
    problems=[ResourceNotFound, PeriodUnderWay, RateLimited],
    max_age=MAX_AGE,
    csv=True,
)
async def get_predicates_of_unit(
    tenant: PublicTenant,
    reading: ReadingUnit,
    unit_id: Id,
    params: Annotated[PeriodParams, Query()],
) -> PredicateDistributionOut | Response:
    """Read how the predicates of a unit and everything below it are distributed.

    From final evaluations of a period that is over. A group of one to four people is not told,
    nor what it would follow from: another group, the total, or the difference between units.
    """
    today = clock.today(tenant.time_zone)
    found = await get_distribution(reading, unit_id, params.period, today=today)
    if params.format is Format.JSON:
        return found
    rows = [{**found, **group} for group in found["predicates"]]
    return table_of(rows, PREDICATE_COLUMNS, name=f"predicates-{params.period}")
