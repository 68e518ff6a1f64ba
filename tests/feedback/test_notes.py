"""Notes of leaders: about what is the person's own, in his feed at once, found by both sides."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core.ids import new_id
from tests.factories import planning
from tests.factories.activities import add_log
from tests.factories.results import result
from tests.factories.world import Person, World
from tests.plugins.service import Api


@dataclass
class Scene:
    world: World
    head: Person
    named: Person
    clerk: Person
    colleague: Person
    own: dict[str, UUID]
    """One subject of each kind that is the clerk's."""

    @property
    def path(self) -> str:
        return f"/v1/employees/{self.clerk.employee_id}/notes"


async def subjects(world: World, person: Person, month: UUID) -> dict[str, UUID]:
    plan = await planning.approved_plan(world, person)
    return {
        "log": await add_log(world, person, status="submitted"),
        "target": plan.target,
        "result": await result(world, person, plan.indicator, month),
        "plan": plan.id,
    }


@pytest.fixture
async def scene(world: World) -> Scene:
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    named = await world.employee("Ketua Tim", unit=unit)
    clerk = await world.employee("Siti", unit=unit, superior=named)
    colleague = await world.employee("Budi", unit=unit)
    month = await planning.period(world, planning.month_of(world.today))
    return Scene(world, head, named, clerk, colleague, await subjects(world, clerk, month))


async def feed(api: Api, by: Person) -> list[dict[str, Any]]:
    return (await api.get("/v1/me/notices", by=by)).json()["items"]


@pytest.mark.parametrize("kind", ["log", "target", "result", "plan"])
async def test_a_note_arrives_at_once_and_both_find_it_with_its_subject(
    api: Api, scene: Scene, kind: str, fresh_key: str, sql: Any
):
    subject = str(scene.own[kind])
    body = {"subject_type": kind, "subject_id": subject, "text": "Bagus"}
    made = await api.post(scene.path, body, by=scene.named, key=fresh_key)
    assert made.status_code == 201, made.text
    again = await api.post(scene.path, body, by=scene.named, key=fresh_key)
    assert again.content == made.content
    general = {"subject_type": "none", "text": "Terus"}
    other = (await api.post(scene.path, general, by=scene.named)).json()
    assert (other["subject_type"], other["subject_id"]) == (
        "employee", str(scene.clerk.employee_id),
    )  # fmt: skip
    received = await feed(api, scene.clerk)
    assert [(each["note"], each["from_name"]) for each in received] == [
        ("Terus", "Ketua Tim"), ("Bagus", "Ketua Tim"),
    ]  # fmt: skip
    for by in (scene.clerk, scene.named, scene.head, scene.world.mayor):
        answer = await api.get(scene.path, by=by, params={"subject_id": subject})
        items = answer.json()["items"]
        assert [(each["text"], each["subject_type"]) for each in items] == [("Bagus", kind)]
        both = (await api.get(scene.path, by=by)).json()["items"]
        assert [each["id"] for each in both] == [each["id"] for each in received]
        assert {**items[0], "created_at": made.json()["created_at"]} == made.json()
    await api.post("/v1/me/notices/readings", {"ids": [received[1]["id"]]}, by=scene.clerk)
    seen = (await api.get(scene.path, by=scene.named)).json()["items"]
    assert [each["read_at"] is not None for each in seen] == [False, True]
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1 AND action LIKE 'note.%'",
        scene.world.tenant_id,
    )
    assert [row["action"] for row in trail] == ["note.sent", "note.sent"]


async def test_notes_come_from_those_who_lead_and_stay_between_them(
    api: Api, scene: Scene, other_world: World
):
    body = {"subject_type": "none", "text": "Halo"}
    for leader in (scene.named, scene.head, scene.world.mayor):
        assert (await api.post(scene.path, body, by=leader)).status_code == 201
    for person, status in (
        (scene.clerk, 403), (scene.world.agency, 403), (scene.colleague, 404),
        (other_world.mayor, 404), (other_world.agency, 403),
    ):  # fmt: skip
        refused = await api.post(scene.path, body, by=person)
        assert refused.status_code == status, person.name
    for person, status in (
        (scene.world.agency, 403), (scene.colleague, 404), (other_world.mayor, 404),
    ):  # fmt: skip
        assert (await api.get(scene.path, by=person)).status_code == status
    own = f"/v1/employees/{scene.head.employee_id}/notes"
    upwards = await api.post(own, body, by=scene.named)
    assert upwards.status_code == 404
    quiet = await api.get(f"/v1/employees/{scene.named.employee_id}/notes", by=scene.named)
    assert (quiet.status_code, quiet.json()["items"]) == (200, [])
    himself = await api.post(own, body, by=scene.head)
    assert (himself.status_code, himself.json()["code"]) == (403, "notes_between_leader_and_person")


@pytest.mark.parametrize("kind", ["log", "target", "result", "plan"])
async def test_what_is_not_the_persons_is_no_subject(
    api: Api, scene: Scene, other_world: World, kind: str
):
    world = scene.world
    month = await planning.period(world, f"{world.today.year}-Q1")
    theirs = await subjects(world, scene.colleague, month)
    swapped = scene.own["log" if kind != "log" else "plan"]
    for subject in (new_id(), theirs[kind], swapped):
        body = {"subject_type": kind, "subject_id": str(subject), "text": "x"}
        refused = await api.post(scene.path, body, by=scene.head)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")
    assert await feed(api, scene.clerk) == []


@pytest.mark.parametrize(
    "body",
    [
        {"subject_type": "log", "text": "x"},
        {"subject_type": "none", "subject_id": str(new_id()), "text": "x"},
        {"subject_type": "none", "text": "  "},
        {"subject_type": "none", "text": "a\u0000b"},
        {"subject_type": "none", "text": "x" * 4001},
        {"subject_type": "unit", "subject_id": str(new_id()), "text": "x"},
    ],
)
async def test_hostile_notes_are_refused(api: Api, world: World, body: Any):
    clerk = await world.employee("Siti")
    answer = await api.post(f"/v1/employees/{clerk.employee_id}/notes", body, by=world.mayor)
    assert answer.status_code == 422


async def test_many_notes_at_once_are_all_there_once(api: Api, scene: Scene):
    answers = await asyncio.gather(
        *[
            api.post(scene.path, {"subject_type": "none", "text": f"Catatan {n}"}, by=scene.head)
            for n in range(6)
        ]
    )
    assert {answer.status_code for answer in answers} == {201}
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 4}
    for _ in range(2):
        page = (await api.get(scene.path, by=scene.clerk, params=params)).json()
        seen += [item["text"] for item in page["items"]]
        params["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"Catatan {n}" for n in range(6)]
    assert (await api.get("/v1/me", by=scene.clerk)).json()["unread_notices"] == 6
