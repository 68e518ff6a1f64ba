"""Makes the demonstration in the database that a command is connected to."""

from kinerja_api.access.queries.active_tenants import list_active_tenants
from kinerja_api.cli.closing import close_and_wait
from kinerja_api.cli.connection import Addresses, opened
from kinerja_api.cli.exits import Refused
from kinerja_api.cli.progress import Advance
from kinerja_api.cli.schema import ensure_schema
from kinerja_api.cli.tenants import find_tenant
from kinerja_api.core.db import Database
from kinerja_api.core.secrets import secret_key
from kinerja_api.core.settings import Settings
from kinerja_api.demo import Demo, DemoBroken, Installation, prepare_demo, read_demo


async def prepare(settings: Settings, addresses: Addresses, *, advance: Advance) -> Demo:
    """Migrate, and return the demonstration, made if need be. Refused in another's database."""
    advance("schema", 0, 0)
    await ensure_schema(addresses)
    data_dir = settings.files.data_dir
    async with opened(settings, addresses) as database:
        if read_demo(data_dir) is None:
            await _refuse_strangers(database)

        async def close(tenant: str, period: str) -> None:
            found = await find_tenant(database, tenant)
            closing = await close_and_wait(database, found, period, advance=advance)
            if closing["error"] is not None:
                raise DemoBroken(f"{tenant}, close of {period}: {closing['error']}")

        there = Installation(database, data_dir, secret_key(settings), close)
        try:
            return await prepare_demo(there, advance=advance)
        except DemoBroken as error:
            raise Refused(str(error)) from error


async def _refuse_strangers(database: Database) -> None:
    async with database.read(None) as reading:
        if await list_active_tenants(reading):
            raise Refused(
                "This database holds governments that are no demonstration. Unset"
                " KINERJA_DATABASE_URL, or name another folder: KINERJA_DATA_DIR=/tmp/demo"
            )
