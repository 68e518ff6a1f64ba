"""The citizens of the shown government: what they are offered, report and answer.

Everything goes through the commands of the API, so all of it has happened today; documents alone
are of the last two months, for their times are what an office enters.
"""

from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.core.db import Database, Writing
from kinerja_api.demo.citizens.offers import offer_services
from kinerja_api.demo.citizens.opinions import ask_citizens
from kinerja_api.demo.citizens.reports import Told, hear_citizens
from kinerja_api.demo.citizens.scene import ONE_PAGE, set_scene
from kinerja_api.demo.files import DemoGovernment
from kinerja_api.services.queries.services import list_services
from kinerja_api.services.schemas.services import ServiceListParams

__all__ = ["Told", "tell_citizens"]


async def tell_citizens(
    writing: Writing,
    database: Database,
    master: bytes,
    tenant: NamedTenant,
    government: DemoGovernment,
) -> Told | None:
    """Let it all happen; return the report that is followed, None where it happened before."""
    if (await list_services(writing, ServiceListParams(), ONE_PAGE))["items"]:
        return None
    scene = await set_scene(writing, database, master, tenant, government)
    services = await offer_services(writing, scene)
    await ask_citizens(writing, scene, services)
    return await hear_citizens(writing, scene, services)
