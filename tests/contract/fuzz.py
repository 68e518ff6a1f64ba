"""Runs schemathesis against the real server: ``make fuzz``, or with seconds for each role.

The server listens on a free loopback port and has an embedded database of its own, with a
government in which every table holds a row.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg
import uvicorn

from kinerja_api.access.rules import Role
from kinerja_api.app import create_app
from kinerja_api.core import clock, embedded
from kinerja_api.core.db import Database
from kinerja_api.core.migrate import migrate
from tests.contract.rows import one_row_of_each_table
from tests.factories.world import Person, new_world
from tests.plugins.service import settings_for_tests

_ROOT = Path(__file__).parents[2]
_CODE = "kota-makassar"  # as the configuration says


async def main(seconds: int) -> int:
    """Return the number of roles with findings."""
    with tempfile.TemporaryDirectory(prefix="kinerja-fuzz-", dir="/tmp") as folder:
        cluster = embedded.start(Path(folder) / "database")
        try:
            return await _fuzz(cluster, Path(folder), seconds)
        finally:
            embedded.remove(cluster)


async def _fuzz(cluster: embedded.Cluster, folder: Path, seconds: int) -> int:
    await migrate(cluster.dsn(role=embedded.OWNER), today=clock.now().date())
    settings = settings_for_tests(folder)
    database = Database(
        settings.database,
        writer_url=cluster.dsn(role="kinerja_writer"),
        reader_url=cluster.dsn(role="kinerja_reader"),
        identity_url=cluster.dsn(role="kinerja_identity"),
    )
    app = create_app(settings, database)
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="error", access_log=False, server_header=False)
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this flag only
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    found = 0
    for person in await _people(app, database, cluster):
        print(f"\n== as {person.name}", flush=True)  # noqa: T201 - the report of a command
        found += await _run(port, person, seconds) != 0
    server.should_exit = True
    await serving
    return found


async def _people(app: object, database: Database, cluster: embedded.Cluster) -> list[Person]:
    world = await new_world(app, database, code=_CODE)
    clerk = await world.employee("employee")
    assert clerk.employee_id
    superuser = await asyncpg.connect(cluster.dsn(role=embedded.SUPERUSER))
    known = {
        "units": world.root,
        "employees": clerk.employee_id,
        "accounts": clerk.account_id,
        "principals": clerk.account_id,
        "unit_closure": world.root,
    }
    await one_row_of_each_table(superuser, world.tenant_id, known)
    await superuser.close()
    roles = (Role.COMPLAINTS_OFFICER, Role.INSPECTORATE, Role.SYSTEM_OPERATOR)
    officers = [await world.officer(role, role) for role in roles]
    return [clerk, world.mayor, world.agency, world.admin, *officers]


async def _run(port: int, person: Person, seconds: int) -> int:
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("schemathesis")),
        "--config-file", str(_ROOT / "schemathesis.toml"),
        "run", f"http://127.0.0.1:{port}/v1/openapi.json",
        "--url", f"http://127.0.0.1:{port}",
        "--header", f"Authorization: Bearer {person.token}",
        "--max-time", str(seconds),
        "--warnings", "off",
    )  # fmt: skip
    return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)))
