"""Periods: their codes, creating a year, filters, and writes against a close."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.planning.commands.periods import close_period, hold_open, reopen_period
from kinerja_api.planning.errors import PeriodClosed
from tests.factories.planning import period
from tests.factories.world import World
from tests.plugins.service import Api

NOVEMBER = {
    "code": "2026-11",
    "kind": "month",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-30",
}


async def test_the_agency_creates_a_period_that_everybody_reads(
    api: Api, world: World, other_world: World
):
    clerk = await world.employee("Siti")
    made = await api.post("/v1/periods", NOVEMBER, by=world.agency)
    assert (made.status_code, made.json()["status"]) == (201, "open"), made.text
    place = made.headers["Location"]
    assert (await api.get(place, by=clerk)).json() == made.json()
    assert (await api.get(place, by=other_world.agency)).status_code == 404
    again = await api.post("/v1/periods", NOVEMBER, by=world.agency)
    assert (again.status_code, again.json()["code"]) == (409, "period_code_taken")
    assert (await api.post("/v1/periods", NOVEMBER, by=clerk)).status_code == 403
    assert (await api.post("/v1/periods", NOVEMBER, by=other_world.agency)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"code": "2026-13"}, "/code"),
        ({"code": "2026-Q5"}, "/code"),
        ({"code": "٢٠٢٦"}, "/code"),
        ({"kind": "quarter"}, "/kind"),
        ({"starts_on": "2026-11-02"}, "/starts_on"),
        ({"ends_on": "2026-12-01"}, "/ends_on"),
        ({"ends_on": "2026-11-31"}, "/ends_on"),
    ],
)
async def test_kind_and_dates_are_those_of_the_code(
    api: Api, world: World, changes: dict[str, str], pointer: str
):
    refused = await api.post("/v1/periods", {**NOVEMBER, **changes}, by=world.agency)
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["pointer"] == pointer


async def test_a_year_comes_with_its_periods_and_twice_is_once(api: Api, world: World, sql: Any):
    body = {"year": 2026, "kinds": ["quarter"]}
    both = await asyncio.gather(
        *[api.post("/v1/periods/years", body, by=world.agency) for _ in range(2)]
    )
    assert [answer.status_code for answer in both] == [201, 201], both[0].text
    codes = [found["code"] for found in both[0].json()["items"]]
    assert codes == ["2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    more = await api.post("/v1/periods/years", {"year": 2026}, by=world.agency)
    assert len(more.json()["items"]) == 17
    told = await sql(
        "SELECT count(*) FROM kinerja.events WHERE tenant_id = $1 AND type = 'period.created'",
        world.tenant_id,
    )
    assert told[0]["count"] == 17


async def test_lists_filter_by_kind_status_year_and_day(api: Api, world: World):
    await api.post("/v1/periods/years", {"year": 2026}, by=world.agency)
    await period(world, "2025", status="closed")

    async def codes(**params: Any) -> list[str]:
        answer = await api.get("/v1/periods", by=world.mayor, params=params)
        assert answer.status_code == 200, answer.text
        return [found["code"] for found in answer.json()["items"]]

    assert set(await codes(on="2026-11-30")) == {"2026", "2026-Q4", "2026-11"}
    assert await codes(status="closed") == ["2025"]
    assert await codes(kind="year", sort="starts_on") == ["2025", "2026"]
    assert len(await codes(year=2026)) == 17
    assert (await codes(kind="month", limit=2)) == ["2026-12", "2026-11"]


async def test_a_close_waits_for_writes_under_way_and_later_writes_find_it_closed(world: World):
    month = await period(world, "2026-11")
    day = dt.date(2026, 11, 20)
    held = asyncio.Event()
    order: list[str] = []

    async def write() -> None:
        async with world.database.write(world.tenant_id) as writing:
            await hold_open(writing, day)
            held.set()
            await asyncio.sleep(0.1)
            order.append("written")

    async def close() -> None:
        await held.wait()
        async with world.database.write(world.tenant_id) as writing:
            await close_period(writing, month)
            order.append("closed")

    await asyncio.gather(write(), close())
    assert order == ["written", "closed"]
    async with world.database.write(world.tenant_id) as writing:
        with pytest.raises(PeriodClosed):
            await hold_open(writing, day)
        await reopen_period(writing, month)
        await hold_open(writing, day)
