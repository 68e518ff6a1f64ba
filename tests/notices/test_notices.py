"""The feed: one's own, what is unread counted and marked as read."""

import asyncio
from typing import Any

import pytest

from kinerja_api.core.ids import new_id
from kinerja_api.notices.commands import NoticeToSend, notify, notify_many
from tests.factories.world import Person, World
from tests.plugins.service import Api


async def tell(world: World, person: Person, count: int = 1) -> None:
    assert person.employee_id is not None
    async with world.database.write(world.tenant_id) as writing:
        for number in range(count):
            await notify(
                writing, person.employee_id, "note", ("plan", new_id()), note=f"Catatan {number}",
                from_id=world.mayor.employee_id,
            )  # fmt: skip


async def feed(api: Api, by: Person, **params: Any) -> list[dict[str, Any]]:
    answer = await api.get("/v1/me/notices", by=by, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_the_feed_is_ones_own_newest_first_in_ones_language(api: Api, world: World):
    clerk, other = await world.employee("Siti"), await world.employee("Budi")
    await tell(world, clerk, 3)
    assert [each["note"] for each in await feed(api, clerk)] == [
        "Catatan 2", "Catatan 1", "Catatan 0",
    ]  # fmt: skip
    assert await feed(api, other) == []
    assert await feed(api, world.agency) == []
    assert (await feed(api, clerk))[0]["text"] == "Wali Kota mengirim catatan untuk Anda."
    english = await api.get("/v1/me/notices", by=clerk, headers={"Accept-Language": "en"})
    assert english.json()["items"][0]["text"] == "Wali Kota sent you a note."


async def test_pages_hold_each_notice_once(api: Api, world: World):
    clerk = await world.employee("Siti")
    await tell(world, clerk, 5)
    first = (await api.get("/v1/me/notices", by=clerk, params={"limit": 3})).json()
    rest = await feed(api, clerk, limit=3, cursor=first["next_cursor"])
    assert [each["note"] for each in [*first["items"], *rest]] == [
        f"Catatan {number}" for number in (4, 3, 2, 1, 0)
    ]


async def test_reading_marks_ones_own_only_and_once(
    api: Api, world: World, other_world: World, sql: Any
):
    clerk, other = await world.employee("Siti"), await world.employee("Budi")
    await tell(world, clerk, 3)
    ids = [each["id"] for each in await feed(api, clerk)]
    for stranger in (other, other_world.mayor, world.agency):
        answer = await api.post("/v1/me/notices/readings", {"ids": ids}, by=stranger)
        assert answer.json() == {"read_count": 0, "unread_count": 0}
    assert (await api.post("/v1/me/notices/readings", {"ids": ids[:1]}, by=clerk)).json() == {
        "read_count": 1,
        "unread_count": 2,
    }
    assert len(await feed(api, clerk, unread=True)) == 2
    assert [each["id"] for each in await feed(api, clerk, unread=False)] == ids[:1]
    older = {"up_to": ids[1]}
    answers = await asyncio.gather(
        *[api.post("/v1/me/notices/readings", older, by=clerk) for _ in range(2)]
    )
    assert sorted(answer.json()["read_count"] for answer in answers) == [0, 2]
    trail = await sql(
        "SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1", world.tenant_id
    )
    assert trail[0]["count"] == 2


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": [str(new_id())], "up_to": str(new_id())}]
)
async def test_unclear_readings_are_refused(api: Api, world: World, body: Any):
    answer = await api.post("/v1/me/notices/readings", body, by=world.mayor)
    assert answer.status_code == 422


async def test_many_notices_go_out_in_one_statement(api: Api, world: World):
    people = [await world.employee(name) for name in ("Siti", "Budi")]
    async with world.database.write(world.tenant_id) as writing:
        sent = [
            NoticeToSend(person.employee_id, "note", "plan", new_id(), note=person.name)
            for person in people
            if person.employee_id
        ]
        await notify_many(writing, sent, from_id=world.mayor.employee_id)
    for person in people:
        assert [each["note"] for each in await feed(api, person)] == [person.name]
