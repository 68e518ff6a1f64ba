"""The feed: one's own, unread first counted, and a superior's quick feedback."""

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


async def test_a_superiors_note_arrives_at_once(api: Api, world: World, sql: Any, fresh_key: str):
    clerk = await world.employee("Siti")
    target = str(new_id())
    path = f"/v1/employees/{clerk.employee_id}/notes"
    body = {"subject_type": "target", "subject_id": target, "text": "Bagus"}
    made = await api.post(path, body, by=world.mayor, key=fresh_key)
    assert made.status_code == 201, made.text
    await api.post(path, body, by=world.mayor, key=fresh_key)
    general = await api.post(path, {"subject_type": "none", "text": "Terus"}, by=world.mayor)
    assert general.json()["subject_type"] == "employee"
    received = await feed(api, clerk)
    assert [(each["note"], each["subject_id"]) for each in received] == [
        ("Terus", str(clerk.employee_id)),
        ("Bagus", target),
    ]
    assert received[1]["from_id"] == str(world.mayor.employee_id)
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1", world.tenant_id
    )
    assert [row["action"] for row in trail] == ["note.sent", "note.sent"]


async def test_notes_come_from_the_superior_of_today_only(
    api: Api, world: World, other_world: World
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Budi", unit=unit)
    path = f"/v1/employees/{clerk.employee_id}/notes"
    body = {"subject_type": "none", "text": "Halo"}
    assert (await api.post(path, body, by=head)).status_code == 201
    refused = await api.post(path, body, by=world.mayor)
    assert (refused.status_code, refused.json()["code"]) == (403, "notes_from_superior_only")
    assert (await api.post(path, body, by=clerk)).status_code == 403
    assert (await api.post(path, body, by=colleague)).status_code == 404
    assert (await api.post(path, body, by=other_world.mayor)).status_code == 404
    assert (await api.post(path, body, by=world.agency)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        {"subject_type": "log", "text": "x"},
        {"subject_type": "none", "subject_id": str(new_id()), "text": "x"},
        {"subject_type": "none", "text": "  "},
        {"subject_type": "none", "text": "a\u0000b"},
        {"subject_type": "unit", "subject_id": str(new_id()), "text": "x"},
    ],
)
async def test_hostile_notes_are_refused(api: Api, world: World, body: Any):
    clerk = await world.employee("Siti")
    answer = await api.post(f"/v1/employees/{clerk.employee_id}/notes", body, by=world.mayor)
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
