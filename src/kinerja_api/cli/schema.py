"""Keeps the schema of the embedded server current."""

import importlib

import asyncpg

from kinerja_api.cli.connection import Addresses
from kinerja_api.core import clock
from kinerja_api.core.partitions import last_partition_year
from kinerja_api.core.revision import head_revision


async def ensure_schema(addresses: Addresses) -> None:
    """Migrate if the revision is old or the partitions run out; otherwise it costs two queries."""
    if not await _is_current(addresses.owner_required):
        # Loaded only now: Alembic is a third of a start that has nothing to migrate.
        migrating = importlib.import_module("kinerja_api.core.migrate")
        await migrating.migrate(addresses.owner_required, today=clock.now().date())


async def _is_current(owner_url: str) -> bool:
    connection = await asyncpg.connect(owner_url)
    try:
        found = await connection.fetchval("SELECT version_num FROM kinerja.alembic_version")
        last_year = await last_partition_year(connection)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return False
    finally:
        await connection.close()
    return found == head_revision() and last_year > clock.now().year
