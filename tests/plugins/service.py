"""The application under test, in process, on this worker's database; and a caller for it."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kinerja_api.app import create_app
from kinerja_api.cli.closing import rederive_closings
from kinerja_api.core.db import Database
from kinerja_api.core.settings import (
    DatabaseSettings,
    FileSettings,
    MailSettings,
    SecuritySettings,
    ServerSettings,
    Settings,
)
from tests.factories.world import Person, World, new_world
from tests.plugins.database import server_url


class Api:
    """Calls the service as somebody."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str, *, by: Person | None = None, **extra: Any) -> httpx.Response:
        return await self.call("GET", path, by=by, **extra)

    async def post(
        self, path: str, body: Any = None, *, by: Person | None = None, **extra: Any
    ) -> httpx.Response:
        return await self.call("POST", path, body, by=by, **extra)

    async def patch(
        self, path: str, body: Any, *, by: Person | None = None, **extra: Any
    ) -> httpx.Response:
        return await self.call("PATCH", path, body, by=by, **extra)

    async def put(
        self, path: str, body: Any, *, by: Person | None = None, **extra: Any
    ) -> httpx.Response:
        return await self.call("PUT", path, body, by=by, **extra)

    async def delete(self, path: str, *, by: Person | None = None, **extra: Any) -> httpx.Response:
        return await self.call("DELETE", path, by=by, **extra)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        by: Person | None = None,
        headers: dict[str, str] | None = None,
        version: int | None = None,
        key: str | None = None,
        params: dict[str, Any] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """Send one request. version: If-Match; key: Idempotency-Key."""
        sent = dict(headers or {})
        if by is not None:
            sent["Authorization"] = f"Bearer {by.token}"
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        if key is not None:
            sent["Idempotency-Key"] = key
        arguments: dict[str, Any] = {"headers": sent, "params": params}
        if content is not None:
            arguments["content"] = content
        elif body is not None:
            arguments["json"] = body
        return await self._client.request(method, path, **arguments)


def settings_for_tests(folder: Path) -> Settings:
    """Return settings for tests; nothing is read from the environment's files."""
    return Settings(
        database=DatabaseSettings(database_pool_size=8),
        server=ServerSettings(log_level="error"),
        security=SecuritySettings(),
        files=FileSettings(data_dir=folder),
        mail=MailSettings(),
    )


@pytest.fixture(scope="session")
async def database(database_name: str) -> AsyncIterator[Database]:
    """The pools of the service."""
    pools = Database(
        DatabaseSettings(database_pool_size=8),
        writer_url=server_url("kinerja_writer", database_name),
        reader_url=server_url("kinerja_reader", database_name),
        identity_url=server_url("kinerja_identity", database_name),
    )
    await pools.open()
    yield pools
    await pools.close()


@pytest.fixture(scope="session")
async def app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The application; its database is opened by the fixture, not by its lifespan."""
    return create_app(settings_for_tests(tmp_path_factory.mktemp("data")), database)


@pytest.fixture(scope="session")
async def api(app: Any) -> AsyncIterator[Api]:
    """A caller of the application, in process."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield Api(client)


@pytest.fixture
async def world(app: Any, database: Database) -> AsyncIterator[World]:
    """A fresh government with a root unit, a mayor, a personnel agency and an administrator.

    Whatever a test closed must derive to the same scores from its snapshot at the end.
    """
    made = await new_world(app, database)
    yield made
    if made.derives:
        derived = await rederive_closings(
            database, made.tenant_id, [], sample=20, advance=lambda *_: None
        )
        assert derived.are_equal, derived.lines


@pytest.fixture
async def other_world(app: Any, database: Database) -> World:
    """Another government: whatever it holds must stay unseen."""
    return await new_world(app, database)


@pytest.fixture
def fresh_key() -> str:
    """An idempotency key."""
    return f"key-{uuid.uuid4()}"
