"""A real PostgreSQL for the tests: one server a run, one migrated template, one clone a worker.

``KINERJA_TEST_DATABASE_URL`` names another server (as a superuser); ``KINERJA_TEST_MAJOR`` picks
the embedded version (16 or 18).
"""

import asyncio
import datetime as dt
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from kinerja_api.core import embedded
from kinerja_api.core.migrate import migrate
from kinerja_api.core.roles import ROLES, roles_sql

_SERVER = "KINERJA_TEST_SERVER"
_EXTERNAL = "KINERJA_TEST_DATABASE_URL"
_TEMPLATE = "kinerja_template"
_PASSWORD = "only-for-tests"


def server_url(role: str, database: str) -> str:
    """Return the address of a database of the test server for a role."""
    external = os.environ.get(_EXTERNAL)
    if external is None:
        return _cluster().dsn(role=role, database=database)
    parts = urlsplit(external)
    place = parts.netloc.rpartition("@")[2]
    login = parts.netloc if role == "postgres" else f"{role}:{_PASSWORD}@{place}"
    return urlunsplit(parts._replace(netloc=login, path=f"/{database}"))


def _cluster() -> embedded.Cluster:
    major = int(os.environ.get("KINERJA_TEST_MAJOR", "18"))
    return embedded.start(Path(os.environ[_SERVER]), major=major)


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if _EXTERNAL not in os.environ:
        os.environ[_SERVER] = tempfile.mkdtemp(prefix="kinerja-tests-", dir="/tmp")
    asyncio.run(_make_template())


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or _SERVER not in os.environ:
        return
    embedded.remove(_cluster())


async def _make_template() -> None:
    admin = await asyncpg.connect(server_url("postgres", "postgres"))
    if _EXTERNAL in os.environ:
        await admin.execute(roles_sql(dict.fromkeys(ROLES, _PASSWORD)))
    await admin.execute(f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {_TEMPLATE} OWNER kinerja_owner")
    await admin.close()
    await migrate(server_url("kinerja_owner", _TEMPLATE), today=dt.date.today())


@pytest.fixture(scope="session")
async def database_name() -> AsyncIterator[str]:
    """The name of this worker's own database."""
    name = f"kinerja_test_{os.getpid()}"
    admin = await asyncpg.connect(server_url("postgres", "postgres"))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} OWNER kinerja_owner")
    yield name
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
async def administrator(database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """A superuser connection, past row-level security, to look behind the scenes."""
    connection = await asyncpg.connect(server_url("postgres", database_name))
    yield connection
    await connection.close()


@pytest.fixture
def sql(
    administrator: asyncpg.Connection,
) -> Callable[..., Awaitable[list[asyncpg.Record]]]:
    """Run SQL past all protection: ``rows = await sql("select …", value)``."""
    return administrator.fetch
