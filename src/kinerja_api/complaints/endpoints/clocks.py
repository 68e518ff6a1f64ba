"""Clocks of a report, each due date explained; figures of how reports are handled."""

import datetime as dt
from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.errors import NotYourBoard
from kinerja_api.complaints.queries.boards import find_board, require_board
from kinerja_api.complaints.queries.clocks import find_clocks
from kinerja_api.complaints.schemas.clocks import ReportClocksOut
from kinerja_api.complaints.schemas.figures import ReportFiguresOut
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Day, Id
from kinerja_api.organisation.errors import RangeTooLong

router = Router(tag="Citizen reports")

_READ = Permission.CITIZEN_REPORTS_READ
_MOST_DAYS = 1096


@router.get(
    "/citizen-reports/figures",
    permission=_READ,
    name="citizen_reports_figures",
    model=ReportFiguresOut,
    problems=[ResourceNotFound, NotYourBoard, RangeTooLong],
)
async def get_report_figures(
    actor: CurrentActor,
    reading: ReadingUnit,
    first_day: Annotated[Day, Query(description="First day, inside")],
    last_day: Annotated[Day, Query(description="Last day, inside; at most three years")],
    unit_id: Annotated[Id | None, Query(description="With everything below it")] = None,
    service_id: Annotated[Id | None, Query(description="Reports about this service alone")] = None,
) -> ReportFiguresOut:
    """Read how reports are handled, as the board of a unit, a service or the government.

    For its head, the complaints office and the inspectorate. Below the minimum sample a figure
    says nothing; confidential reports are counted among five and more only; what was given back
    as misrouted counts for nobody.
    """
    await require_board(reading, actor, unit_id, service_id)
    if last_day - first_day > dt.timedelta(days=_MOST_DAYS):
        raise RangeTooLong(most=_MOST_DAYS)
    return await find_board(reading, actor, unit_id, service_id, (first_day, last_day))


@router.get(
    "/citizen-reports/{report_id}/clocks",
    permission=_READ,
    name="citizen_reports_clocks",
    model=ReportClocksOut,
    problems=[ResourceNotFound],
)
async def get_report_clocks(
    actor: CurrentActor, reading: ReadingUnit, report_id: Id
) -> ReportClocksOut:
    """Read the clocks of a report: from when, how long, by which basis, and what was left out."""
    return ReportClocksOut(items=await find_clocks(reading, actor, report_id))
