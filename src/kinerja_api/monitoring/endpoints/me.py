"""The caller's start page."""

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.monitoring.queries.me import get_me
from kinerja_api.monitoring.schemas import MeOut

router = Router(tag="Me")


@router.get("/me", permission=Permission.ME, name="me_get", model=MeOut)
async def get_my_start(actor: CurrentActor, reading: ReadingUnit) -> MeOut:
    """Read everything a client needs at start.

    Person, roles, placement, superior, current periods, this year's plan, limits in force, unread
    notices, what the caller leads and what waits for him. `server_time` lets a phone correct
    its own clock.
    """
    return await get_me(reading, actor)
