"""Brings the schema to the revision of the code, and says which revision a database has.

Runs as the owner only. Alembic is imported here and nowhere in the running service.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kinerja_api.core.partitions import ensure_partitions

_ROOT = Path(__file__).parents[3]


def head_revision() -> str:
    """Return the newest revision that the code has."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def migrate(owner_url: str, *, today: dt.date, revision: str = "head") -> None:
    """Migrate the database to the revision (``base`` empties it) and make its partitions."""

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(owner_url, server_settings={"timezone": "UTC"})

    engine = create_async_engine(
        URL.create("postgresql+asyncpg"), async_creator=connect, poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run, revision)
    await engine.dispose()
    if revision != "base":
        owner = await connect()
        try:
            await ensure_partitions(owner, today)
        finally:
            await owner.close()


def _run(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    if revision == "base":
        command.downgrade(config, "base")
    else:
        command.upgrade(config, revision)


def _config() -> Config:
    config: Any = Config(str(_ROOT / "alembic.ini"))
    return config
