"""What operators ask: is it alive, is it ready, which version, how busy.

None of it is below ``/v1`` or in the document. ``/metrics`` holds counts only, but is meant for
the inside: a proxy does not pass it on.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from importlib.metadata import version

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.logging import log
from kinerja_api.core.middleware import registry
from kinerja_api.core.partitions import partitioned_tables
from kinerja_api.core.problems import Problem
from kinerja_api.core.revision import head_revision
from kinerja_api.core.settings import ServerSettings
from kinerja_api.core.sql import Statement

_PATIENCE_SECONDS = 1.0
_REVISION = Statement(text("SELECT version_num FROM kinerja.alembic_version"))
_ONE = Statement(text("SELECT 1"))
_PARTITIONS = Statement(
    text(
        "SELECT parent.relname AS parent, max(substring(child.relname FROM '[0-9]{4}$')::int)"
        " AS year FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
        " JOIN pg_class parent ON parent.oid = inhparent"
        " JOIN pg_namespace space ON space.oid = parent.relnamespace"
        " WHERE space.nspname = 'kinerja' AND parent.relkind = 'p'"
        " GROUP BY parent.relname"
    )
)


def health_routes(database: Database, server: ServerSettings) -> list[BaseRoute]:
    """Return the routes ``/livez``, ``/readyz``, ``/version`` and ``/metrics``."""

    async def live(request: Request) -> Response:
        del request
        return JSONResponse({"status": "live"})

    async def ready(request: Request) -> Response:
        del request
        reasons = await find_reasons(database)
        warnings = [] if reasons else await find_warnings(database, clock.now().date())
        return JSONResponse(
            {
                "status": "unready" if reasons else "ready",
                "reasons": reasons,
                "warnings": warnings,
            },
            status_code=503 if reasons else 200,
        )

    async def tell_version(request: Request) -> Response:
        del request
        return JSONResponse(
            {
                "version": version("kinerja-api"),
                "commit": server.build_commit or None,
                "built_at": server.built_at or None,
                "schema_revision": head_revision(),
            }
        )

    async def metrics(request: Request) -> Response:
        del request
        content = generate_latest(registry) + generate_latest(_Pools(database))
        return Response(content, media_type=CONTENT_TYPE_LATEST)

    pages: list[tuple[str, Callable[[Request], Awaitable[Response]]]] = [
        ("/livez", live),
        ("/readyz", ready),
        ("/version", tell_version),
        ("/metrics", metrics),
    ]
    return [Route(path, page, include_in_schema=False) for path, page in pages]


async def find_reasons(database: Database) -> list[str]:
    """Return why this process cannot serve now; codes, empty when it can."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            found, _ = await asyncio.gather(_revision(database), _ping_writer(database))
    except TimeoutError:
        return ["pool_exhausted" if database.is_exhausted else "database_slow"]
    except Problem as problem:
        return [problem.code]
    except asyncpg.UndefinedTableError:
        return ["schema_missing"]
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        log.warning("unready", error=type(error).__name__)
        return ["database_unavailable"]
    return [] if found == head_revision() else ["schema_revision_differs"]


async def find_warnings(database: Database, today: dt.date) -> list[str]:
    """Return what needs the owner's hand soon: partitions that end within a year."""
    async with database.read(None) as reading:
        rows = await reading.rows(_PARTITIONS, _last_years)
    last = {name: year for row in rows for name, year in row.items()}
    return [
        f"partitions_of_{table}_end_{last.get(table) or 0}"
        for table in partitioned_tables()
        if (last.get(table) or 0) <= today.year
    ]


def _last_years(parent: str, year: int | None) -> dict[str, int | None]:
    return {parent: year}


async def _revision(database: Database) -> str | None:
    async with database.read(None) as reading:
        return await reading.value(_REVISION)


async def _ping_writer(database: Database) -> None:
    unit = database.writing()
    try:
        await unit.value(_ONE)
    finally:
        await unit.close()


class _Pools(Collector):
    """The connections of the pools, counted when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        gauge = GaugeMetricFamily(
            "kinerja_pool_connections", "Connections of the pools", labels=["pool", "state"]
        )
        for pool, (size, idle, most) in self._database.pool_figures().items():
            gauge.add_metric([pool, "open"], size)
            gauge.add_metric([pool, "idle"], idle)
            gauge.add_metric([pool, "limit"], most)
        yield gauge
