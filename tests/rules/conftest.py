"""Stand-in for the owner's connection until the database plugin brings it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest
import pytest_asyncio


@pytest_asyncio.fixture
async def sql() -> AsyncIterator[Callable[..., Awaitable[list[asyncpg.Record]]]]:
    url = os.environ.get("KINERJA_TEST_OWNER_URL")
    if url is None:
        pytest.skip("KINERJA_TEST_OWNER_URL names no server")
    connection = await asyncpg.connect(url)
    try:

        async def run(statement: str, *args: object) -> list[asyncpg.Record]:
            return await connection.fetch(statement, *args)

        yield run
    finally:
        await connection.close()
