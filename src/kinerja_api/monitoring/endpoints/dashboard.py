"""The dashboard of a unit."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Id
from kinerja_api.monitoring.queries.dashboard import get_dashboard
from kinerja_api.monitoring.schemas import DashboardOut

router = Router(tag="Monitoring")

Year = Annotated[int, Query(ge=2014, le=2200, description="Year of the work dates")]


@router.get(
    "/units/{unit_id}/dashboard",
    permission=Permission.MONITORING_READ,
    name="units_dashboard",
    model=DashboardOut,
    problems=[ResourceNotFound],
)
async def get_unit_dashboard(
    actor: CurrentActor, reading: ReadingUnit, unit_id: Id, year: Year
) -> DashboardOut:
    """Read a year of a unit and everything below it: logs and minutes by month and status.

    Side by side the unit's own people and each unit directly below with all under it. A log
    counts in the unit of its work date. What stands today (plans, results, obstacles, who has not
    logged) is in the live view.
    """
    return await get_dashboard(reading, actor, unit_id, year)
