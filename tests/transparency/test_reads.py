"""Who reads too much waits; the many behind one address do not notice."""

import asyncio
import dataclasses
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from kinerja_api.app import create_app
from kinerja_api.core import buckets
from kinerja_api.core.buckets import Buckets
from kinerja_api.core.db import Database
from kinerja_api.core.settings import SecuritySettings
from kinerja_api.transparency.queries import kept
from kinerja_api.transparency.queries.kept import Shared
from tests.factories.world import World
from tests.plugins.service import settings_for_tests


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(buckets, "time", made)
    return made


def test_a_bucket_holds_a_minute_and_fills_up_again(clock: Clock):
    made = Buckets(60)
    assert [made.take(b"a") for _ in range(60)] == [0] * 60
    assert (made.take(b"a"), made.take(b"a", 20), made.take(b"b")) == (1, 20, 0)
    clock.now += 1
    assert (made.take(b"a"), made.take(b"a")) == (0, 1)
    clock.now += 3600
    assert [made.take(b"a") for _ in range(60)] == [0] * 60
    assert made.take(b"a") == 1


def test_the_longest_silent_are_forgotten_first(clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(buckets, "_MOST_KEYS", 2)
    made = Buckets(1)
    assert [made.take(key) for key in (b"a", b"b", b"b", b"c")] == [0, 0, 60, 0]
    assert (made.take(b"b"), made.take(b"a")) == (60, 0)
    assert clock.now == 1000.0


async def test_too_many_reads_are_refused_for_a_while(
    world: World, database: Database, tmp_path: Path
):
    security = SecuritySettings(public_reads_per_minute=60)
    settings = dataclasses.replace(settings_for_tests(tmp_path), security=security)
    transport = httpx.ASGITransport(app=create_app(settings, database))
    path = f"/v1/public/{world.code}"
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        for name in ("units", "surveys", "services", "reports"):
            assert (await client.get(f"{path}/{name}")).status_code == 200
        for _ in range(2):
            assert (await client.get(f"{path}/units?format=csv")).status_code == 200
        refused = [await client.get(f"{path}/units") for _ in range(25)][-1]
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert refused.headers["Retry-After"] == "1"
        assert refused.headers["Cache-Control"] == "no-store"
        written = await client.post(f"{path}/ratings", json={"token": "x", "treatment": 5})
        assert written.status_code != 429


async def test_what_costs_much_is_made_once(database: Database, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []

    async def make(_: Any, period: str) -> str:
        made.append(period)
        await asyncio.sleep(0.02)
        if len(made) == 1:
            raise RuntimeError("lost")
        return period

    shared, tenants = Shared(make), [uuid.uuid4(), uuid.uuid4()]

    async def ask(tenant: UUID, period: str) -> str:
        async with database.read(tenant) as reading:
            return await shared.of(reading, period)

    first = await asyncio.gather(
        *[ask(tenants[0], "2025") for _ in range(9)], return_exceptions=True
    )
    assert [one for one in first if one != "2025"] != []
    assert (first.count("2025"), made) == (8, ["2025", "2025"])
    assert await asyncio.gather(*[ask(tenants[1], "2025"), ask(tenants[0], "2024")]) == [
        "2025",
        "2024",
    ]
    assert made == ["2025", "2025", "2025", "2024"]
    monkeypatch.setattr(kept, "MAX_AGE", -1)
    await ask(tenants[0], "2023")
    await ask(tenants[0], "2023")
    assert made[-2:] == ["2023", "2023"]
