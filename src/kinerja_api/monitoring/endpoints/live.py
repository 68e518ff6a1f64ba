"""The live view of a unit."""

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Id
from kinerja_api.monitoring.queries.live import get_live
from kinerja_api.monitoring.schemas import LiveOut

router = Router(tag="Monitoring")


@router.get(
    "/units/{unit_id}/live",
    permission=Permission.MONITORING_READ,
    name="units_live",
    model=LiveOut,
    problems=[ResourceNotFound],
)
async def get_unit_live(actor: CurrentActor, reading: ReadingUnit, unit_id: Id) -> LiveOut:
    """Read what happens in a unit and below it, now.

    For the head of the unit or of one above, and for those with a grant. Branches are the unit's
    own people and each unit directly below with everything under it; the live view of that unit
    goes one level deeper. The progress sets the share of the current period that is gone beside
    the mean achievement so far: each indicator of a main target with a target in this period,
    by the formula of the close with the cap in force, results still to be verified included, 0
    where none is entered. Evaluations are those of the period closed last.
    """
    return await get_live(reading, actor, unit_id)
