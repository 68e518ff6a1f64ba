"""What the evaluations of a unit say together: their summary, and where people stay behind."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Id, Page
from kinerja_api.evaluations.queries.gap_totals import total_gaps
from kinerja_api.evaluations.queries.gaps import list_gaps
from kinerja_api.evaluations.queries.summaries import summarise_unit
from kinerja_api.evaluations.schemas.units import (
    EvaluationSummaryOut,
    GapListParams,
    GapOut,
    GapTotalsOut,
)

router = Router(tag="Evaluations")


@router.get(
    "/units/{unit_id}/evaluation-summary",
    permission=Permission.EVALUATIONS_READ,
    name="units_evaluation_summary",
    model=EvaluationSummaryOut,
    problems=[ResourceNotFound],
)
async def get_summary(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    period_id: Annotated[Id, Query(description="The period")],
) -> EvaluationSummaryOut:
    """Tell how the evaluations of a unit and everything below it stand."""
    return await summarise_unit(reading, actor, unit_id, period_id)


@router.list(
    "/units/{unit_id}/gaps",
    permission=Permission.EVALUATIONS_READ,
    name="units_list_gaps",
    item=GapOut,
    problems=[ResourceNotFound],
)
async def get_gaps(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    params: Annotated[GapListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[GapOut]:
    """List who stays behind the expectation in a closed period, and in what.

    Indicators below the threshold of "as expected" or without a verified result, and behaviours
    rated below expectation, all from the frozen closing. People without gaps are left out, so
    a page may hold fewer than `limit`: follow `next_cursor` to its end.
    """
    return await list_gaps(reading, actor, unit_id, params, cursors)


@router.get(
    "/units/{unit_id}/gap-totals",
    permission=Permission.EVALUATIONS_READ,
    name="units_gap_totals",
    model=GapTotalsOut,
    problems=[ResourceNotFound],
)
async def get_gap_totals(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    period_id: Annotated[Id, Query(description="The period")],
) -> GapTotalsOut:
    """Count where a unit with everything below it stays behind in a closed period.

    By aspect of the indicators and by behaviour value, from the frozen closing. 404 before the
    period was closed once.
    """
    return await total_gaps(reading, actor, unit_id, period_id)
