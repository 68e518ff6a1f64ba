"""Who reported, kept as the service keeps it."""

from typing import Any
from uuid import UUID

from kinerja_api.complaints.commands.reporters import keep_reporter
from kinerja_api.complaints.rules.reporters import Reporter
from tests.factories.complaints import new_report
from tests.factories.world import World

RINA = Reporter("Rina Puspita", "rina.puspita@contoh.id", "081298765432")


async def new_signed_report(world: World, reporter: Reporter = RINA, **values: Any) -> UUID:
    """Make a report whose reporter is known and wants news; ``values`` as of ``new_report``."""
    given: dict[str, Any] = {"is_anonymous": False, "sends_news": True, **values}
    report_id = await new_report(world, **given)
    async with world.database.write(world.tenant_id) as writing:
        await keep_reporter(writing, world.app.state.secret, report_id, reporter)
    return report_id
