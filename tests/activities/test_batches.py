"""Batches of logs from phones: all or nothing or each by itself, sent again and again."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from tests.activities.test_logs import body, ledger
from tests.activities.test_windows import set_norms
from tests.factories.world import Person, World
from tests.plugins.service import Api

DAY = dt.timedelta(days=1)


def item(world: World, ref: str, hour: int = 8, **changes: Any) -> dict[str, Any]:
    times = {"starts_at": f"{hour:02d}:00", "ends_at": f"{hour + 1:02d}:00"}
    return {**body(world, **times), "client_ref": ref, **changes}


async def send(api: Api, by: Person, items: list[dict[str, Any]], *, atomic: bool = False) -> Any:
    return await api.post("/v1/logs/batches", {"items": items, "atomic": atomic}, by=by)


def statuses(answer: Any) -> list[int]:
    return [item["status"] for item in answer.json()["items"]]


def clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


async def logs_of(sql: Any, person: Person) -> int:
    rows = await sql(
        "SELECT count(*) FROM kinerja.activity_logs WHERE employee_id = $1", person.employee_id
    )
    return rows[0]["count"]


async def test_a_batch_is_all_or_nothing_or_each_by_itself(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    items = [
        {
            **body(world, starts_at=f"{8 + n:02d}:00", ends_at=f"{9 + n:02d}:00"),
            "client_ref": f"r{n}",
        }
        for n in range(3)
    ]
    clash = {**body(world), "client_ref": "clash"}
    refused = await api.post("/v1/logs/batches", {"items": [*items, clash]}, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "batch_refused"), refused.text
    assert refused.json()["errors"][0]["pointer"] == "/items/3"
    assert await ledger(sql, clerk) == []
    each = await api.post("/v1/logs/batches", {"atomic": False, "items": [clash, *items]}, by=clerk)
    assert each.status_code == 207, each.text
    assert [item["status"] for item in each.json()["items"]] == [201, 409, 409, 201]
    again = await api.post(
        "/v1/logs/batches", {"atomic": False, "items": [clash, *items]}, by=clerk
    )
    assert [item["status"] for item in again.json()["items"]] == [200, 409, 409, 200]
    assert again.json()["items"][0]["id"] == each.json()["items"][0]["id"]
    assert [row[1] for row in await ledger(sql, clerk)] == [150]
    twice = await api.post("/v1/logs/batches", {"items": [clash, clash]}, by=clerk)
    assert twice.json()["code"] == "client_ref_repeated"
    whole = {"items": [{**body(world, starts_at="14:00", ends_at="15:00"), "client_ref": "z"}]}
    both = await asyncio.gather(*[api.post("/v1/logs/batches", whole, by=clerk) for _ in range(4)])
    assert [answer.status_code for answer in both] == [201] * 4
    assert sorted(answer.json()["items"][0]["status"] for answer in both) == [200] * 3 + [201]


async def test_batches_and_single_logs_share_one_day(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    single = [
        api.post("/v1/logs", body(world, starts_at="08:15", ends_at="08:45"), by=clerk)
        for _ in range(5)
    ]
    batches = [
        api.post(
            "/v1/logs/batches",
            {"items": [{**body(world), "client_ref": f"b{n}"}], "atomic": False},
            by=clerk,
        )
        for n in range(5)
    ]
    await asyncio.gather(*single, *batches)
    rows = await sql(
        "SELECT count(*) FROM kinerja.activity_logs WHERE employee_id = $1", clerk.employee_id
    )
    assert rows[0]["count"] == 1


@pytest.mark.parametrize("atomic", [False, True])
async def test_a_name_given_again_to_other_content_is_told(
    api: Api, world: World, sql: Any, atomic: bool
):
    clerk = await world.employee("Siti")
    first = await send(api, clerk, [item(world, "a", 8), item(world, "b", 9)])
    assert statuses(first) == [201, 201]
    other = [item(world, "a", 8), item(world, "b", 10), item(world, "c", 11)]
    answer = await send(api, clerk, other, atomic=atomic)
    if atomic:
        assert (answer.status_code, answer.json()["code"]) == (422, "batch_refused")
        error = answer.json()["errors"][0]
        assert (error["code"], error["pointer"]) == ("client_ref_differs", "/items/1/client_ref")
        assert await logs_of(sql, clerk) == 2
    else:
        assert statuses(answer) == [200, 409, 201]
        assert answer.json()["items"][1]["problem"]["code"] == "client_ref_differs"
        assert await logs_of(sql, clerk) == 3
    again = await send(api, clerk, [item(world, "a", 8), item(world, "b", 9)])
    assert statuses(again) == [200, 200]
    assert again.json()["items"] == [{**one, "status": 200} for one in first.json()["items"]]


async def test_what_was_entered_stands_when_the_window_has_passed_since(api: Api, world: World):
    clerk = await world.employee("Siti")
    yesterday = str(world.today - DAY)
    items = [item(world, "a", 8, work_date=yesterday), item(world, "b", 9, work_date=yesterday)]
    assert statuses(await send(api, clerk, items, atomic=True)) == [201, 201]
    await set_norms(world, log_days_back=0)
    assert statuses(await send(api, clerk, items, atomic=True)) == [200, 200]
    fresh = await send(api, clerk, [*items, item(world, "c", 10, work_date=yesterday)])
    assert statuses(fresh) == [200, 200, 422]
    assert fresh.json()["items"][2]["problem"]["code"] == "log_window_passed"


async def test_a_refused_item_may_be_corrected_under_its_name(api: Api, world: World):
    clerk = await world.employee("Siti")
    tomorrow = str(world.today + DAY)
    answer = await send(api, clerk, [item(world, "a", 8), item(world, "b", 9, work_date=tomorrow)])
    assert statuses(answer) == [201, 422]
    again = await send(api, clerk, [item(world, "a", 8), item(world, "b", 9)])
    assert statuses(again) == [200, 201]


async def test_five_hundred_items_some_past_midnight_enter_once_under_parallel_repeats(
    api: Api, world: World, sql: Any
):
    clerk = await world.employee("Siti")
    items = [
        item(
            world, f"r{n}", work_date=str(world.today - n % 6 * DAY),
            starts_at=clock_time(600 + n // 6 * 4), ends_at=clock_time(602 + n // 6 * 4),
        )
        for n in range(494)
    ] + [
        item(
            world, f"night{n}", work_date=str(world.today - (n + 1) * DAY), starts_at="23:30",
            ends_at="00:30",
        )
        for n in range(6)
    ]  # fmt: skip
    answers = await asyncio.gather(*[send(api, clerk, items) for _ in range(3)])
    assert all(answer.status_code == 207 for answer in answers), [a.text for a in answers]
    for results in zip(*[statuses(answer) for answer in answers], strict=True):
        assert sorted(results) == [200, 200, 201]
    assert await logs_of(sql, clerk) == 500
    taken = await ledger(sql, clerk)
    assert sum(minutes for _, minutes, _ in taken) == 494 * 2 + 6 * 60
    assert (await send(api, clerk, [*items, item(world, "x")])).status_code == 422


async def test_parallel_batches_of_one_name_and_other_contents_enter_one(
    api: Api, world: World, sql: Any
):
    clerk = await world.employee("Siti")
    answers = await asyncio.gather(
        *[send(api, clerk, [item(world, "same", 8 + n)]) for n in range(6)]
    )
    assert sorted(status for answer in answers for status in statuses(answer)) == [201] + [409] * 5
    assert await logs_of(sql, clerk) == 1


async def test_a_deleted_draft_does_not_come_back(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    made = await send(api, clerk, [item(world, "a")])
    log_id = made.json()["items"][0]["id"]
    await api.delete(f"/v1/logs/{log_id}", by=clerk, version=1)
    again = await send(api, clerk, [item(world, "a")])
    assert (statuses(again), again.json()["items"][0]["id"]) == ([200], log_id)
    assert await logs_of(sql, clerk) == 0
