"""Requests of a whole government an hour: counted over shards, forgotten with the hour."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.access.commands import throttle
from kinerja_api.access.commands.throttle import take_of_tenant
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import RateLimited

NOON = dt.datetime(2026, 11, 24, 12, 20, tzinfo=dt.UTC)
COUNTED = "SELECT sum(failures) FROM kinerja.sign_in_failures WHERE tenant_id = $1"


async def take(database: Database, tenant_id: Any, *, action: str = "report") -> int | None:
    """Return the seconds to wait, 0 where it was taken."""
    try:
        async with database.write(tenant_id) as writing:
            await take_of_tenant(writing, action, limit=5)
    except RateLimited as limited:
        return limited.retry_after
    return 0


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


async def test_the_limit_holds_for_one_government_one_action_and_one_hour(
    database: Database, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    tenant_id = new_id()
    assert [await take(database, tenant_id) for _ in range(7)] == [0] * 5 + [2401] * 2
    assert (await sql(COUNTED, tenant_id))[0]["sum"] == 5
    assert await take(database, new_id()) == 0
    assert await take(database, tenant_id, action="message") == 0
    monkeypatch.setattr(clock, "now", lambda: NOON + dt.timedelta(minutes=40))
    assert await take(database, tenant_id) == 0


async def test_a_request_that_fails_is_not_counted(database: Database, sql: Any):
    tenant_id = new_id()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - all of it is one transaction
        async with database.write(tenant_id) as writing:
            await take_of_tenant(writing, "report", limit=5)
            raise ZeroDivisionError
    assert (await sql(COUNTED, tenant_id))[0]["sum"] is None


async def test_many_at_once_lose_no_count(database: Database, sql: Any):
    tenant_id = new_id()
    await asyncio.gather(*[take(database, tenant_id) for _ in range(5)])
    assert (await sql(COUNTED, tenant_id))[0]["sum"] == 5
    assert await take(database, tenant_id) == 2401


async def test_two_under_way_do_not_wait_for_each_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    tenant_id, turns = new_id(), iter([0, 1])
    monkeypatch.setattr(throttle.secrets, "choice", lambda shards: shards[next(turns)])
    async with database.write(tenant_id) as first, database.write(tenant_id) as second:
        await take_of_tenant(first, "report", limit=5)
        await asyncio.wait_for(take_of_tenant(second, "report", limit=5), 1)
