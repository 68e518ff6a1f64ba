"""Obstacles: raised by their owner, answered by a leader, resolved by the owner."""

import asyncio
from typing import Any

from tests.factories.activities import add_obstacle, add_target
from tests.factories.world import Person, World
from tests.plugins.service import Api

NAMES = ("employee_name", "unit_name", "target_title", "answered_by_name")
OBSTACLE = {"title": "Jaringan putus", "description": "Kantor tanpa jaringan sejak pagi"}


async def test_leaders_hear_of_an_obstacle_at_once_and_may_answer(api: Api, world: World, sql: Any):
    dinas = await world.unit("Dinas")
    seksi = await world.unit("Seksi", parent=dinas)
    chief = await world.employee("Kepala Dinas", unit=dinas, head=True)
    head = await world.employee("Kepala Seksi", unit=seksi, head=True)
    named = await world.employee("Ketua Tim", unit=dinas)
    clerk = await world.employee("Siti", unit=seksi, superior=named)
    target_id, _ = await add_target(world, clerk)
    body = {**OBSTACLE, "target_id": str(target_id)}
    made = await api.post("/v1/obstacles", body, by=clerk)
    assert made.status_code == 201, made.text
    assert made.json()["allowed_actions"] == ["resolve"]
    told = await sql(
        "SELECT employee_id FROM kinerja.notices WHERE subject_id = $1", made.json()["id"]
    )
    assert {row["employee_id"] for row in told} == {head.employee_id, named.employee_id}
    path = made.headers["Location"]
    for leader in (chief, head, named, world.mayor):
        assert (await api.get(path, by=leader)).json()["allowed_actions"] == ["answer"]
    answered = await api.post(f"{path}/answers", {"answer": "Pakai modem"}, by=chief)
    assert (answered.status_code, answered.json()["status"]) == (201, "answered"), answered.text
    assert answered.json()["answered_by_id"] == str(chief.employee_id)
    assert [answered.json()[name] for name in NAMES] == [
        "Siti", "Seksi", "Pelayanan", "Kepala Dinas",
    ]  # fmt: skip
    again = await api.post(f"{path}/answers", {"answer": "x"}, by=head)
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")
    told = await sql(
        "SELECT kind, note FROM kinerja.notices WHERE employee_id = $1", clerk.employee_id
    )
    assert [tuple(row) for row in told] == [("obstacle_answered", "Pakai modem")]
    done = await api.post(f"{path}/resolutions", by=clerk)
    assert (done.json()["status"], done.json()["answer"]) == ("resolved", "Pakai modem")


async def test_strangers_see_no_obstacle_and_others_do_not_act(
    api: Api, world: World, other_world: World
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Rina", unit=unit)
    path = f"/v1/obstacles/{await add_obstacle(world, clerk)}"
    answer = {"answer": "Baik"}
    for person, act, status, code in [
        (colleague, "answers", 404, "not_found"),
        (other_world.mayor, "answers", 404, "not_found"),
        (world.agency, "answers", 403, "permission_denied"),
        (clerk, "answers", 403, "not_leader"),
        (head, "resolutions", 403, "not_own_log"),
    ]:
        refused = await api.post(f"{path}/{act}", answer if act == "answers" else None, by=person)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    stale = await api.post(f"{path}/answers", answer, by=head, version=7)
    assert stale.status_code == 412
    both = await asyncio.gather(
        api.post(f"{path}/answers", answer, by=head),
        api.post(f"{path}/answers", answer, by=world.mayor),
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    mine = {"target_id": str((await add_target(world, colleague))[0]), **OBSTACLE}
    refused = await api.post("/v1/obstacles", mine, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")


async def test_lists_show_obstacles_in_scope(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    made = [str(await add_obstacle(world, person)) for person in (clerk, head, clerk)]
    await add_obstacle(world, await world.employee("Luar"))
    listed = (await api.get("/v1/obstacles", by=head)).json()["items"]
    assert [item["id"] for item in listed] == made[::-1]
    own = (await api.get("/v1/obstacles", by=clerk, params={"limit": 1})).json()
    assert [item["id"] for item in own["items"]] == [made[2]]
    params = {"limit": 1, "cursor": own["next_cursor"]}
    rest = (await api.get("/v1/obstacles", by=clerk, params=params)).json()
    assert [item["id"] for item in rest["items"]] == [made[0]]
    filters = {"below_id": str(unit), "status": "open", "sort": "created_at"}
    found = (await api.get("/v1/obstacles", by=world.agency, params=filters)).json()["items"]
    assert [item["id"] for item in found] == made


async def test_a_reply_opens_it_again_and_all_that_was_said_is_kept(
    api: Api, world: World, other_world: World, sql: Any
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Rina", unit=unit)
    path = f"/v1/obstacles/{await add_obstacle(world, clerk)}"
    note = {"note": "Modem tidak ada"}
    early = await api.post(f"{path}/replies", note, by=clerk)
    assert (early.status_code, early.json()["code"]) == (409, "transition_refused")
    assert (await api.get(f"{path}/messages", by=clerk)).json()["items"] == []
    first = await api.post(f"{path}/answers", {"answer": "Pakai modem"}, by=world.mayor)
    assert first.json()["status"] == "answered", first.text
    for person, status in ((head, 403), (colleague, 404), (other_world.mayor, 404)):
        assert (await api.post(f"{path}/replies", note, by=person)).status_code == status
    assert (await api.post(f"{path}/replies", note, by=clerk, version=1)).status_code == 412
    assert (await api.post(f"{path}/replies", {"note": " "}, by=clerk)).status_code == 422
    both = await asyncio.gather(*[api.post(f"{path}/replies", note, by=clerk) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [201, 409]
    told = await sql(
        "SELECT employee_id FROM kinerja.notices WHERE kind = 'obstacle_replied'"
        " AND tenant_id = $1",
        world.tenant_id,
    )
    assert {row["employee_id"] for row in told} == {head.employee_id, world.mayor.employee_id}
    again = await api.post(f"{path}/answers", {"answer": "Teknisi datang"}, by=head)
    assert again.json()["answer"] == "Teknisi datang"
    done = await api.post(f"{path}/resolutions", by=clerk)
    assert done.json()["allowed_actions"] == []
    feed = (await api.get("/v1/me/notices", by=head)).json()["items"]
    assert [each["kind"] for each in feed] == ["obstacle_resolved", "obstacle_replied"]
    said = (await api.get(f"{path}/messages", by=head, params={"limit": 2})).json()
    rest = (
        await api.get(
            f"{path}/messages", by=head, params={"limit": 2, "cursor": said["next_cursor"]}
        )
    ).json()
    assert [
        (each["kind"], each["author_name"], each["text"])
        for each in [*said["items"], *rest["items"]]
    ] == [
        ("answer", "Wali Kota", "Pakai modem"),
        ("reply", "Siti", "Modem tidak ada"),
        ("answer", "Kepala", "Teknisi datang"),
    ]
    for person in (colleague, other_world.mayor):
        assert (await api.get(f"{path}/messages", by=person)).status_code == 404


async def test_what_waits_for_a_leader_is_what_he_was_told(api: Api, world: World):
    dinas = await world.unit("Dinas")
    seksi = await world.unit("Seksi", parent=dinas)
    chief = await world.employee("Kepala Dinas", unit=dinas, head=True)
    head = await world.employee("Kepala Seksi", unit=seksi, head=True)
    leader = await world.employee("Ketua Tim", unit=dinas)
    clerk = await world.employee("Siti", unit=seksi)
    named = await world.employee("Rina", unit=seksi, superior=leader)
    made = {person: str(await add_obstacle(world, person)) for person in (clerk, named, head)}
    await add_obstacle(world, clerk, status="answered")

    async def waiting(by: Person, **params: Any) -> list[str]:
        params = {"waits_for_me": "true", **params}
        answer = await api.get("/v1/obstacles", by=by, params=params)
        assert answer.status_code == 200, answer.text
        counted = (await api.get("/v1/me", by=by)).json()["waiting"]["obstacles"]
        assert params.keys() != {"waits_for_me"} or counted == len(answer.json()["items"])
        return [item["id"] for item in answer.json()["items"]]

    assert await waiting(head) == [made[named], made[clerk]]
    assert await waiting(leader) == [made[named]]
    assert await waiting(chief) == [made[head]]
    assert await waiting(world.mayor) == await waiting(clerk) == await waiting(world.agency) == []
    assert await waiting(head, status="answered") == []
    assert await waiting(head, below_id=str(seksi), employee_id=str(clerk.employee_id)) == [
        made[clerk]
    ]


async def test_pages_of_a_subtree_go_through_its_units_in_order_of_time(api: Api, world: World):
    dinas, other = await world.unit("Dinas"), await world.unit("Lain")
    seksi = await world.unit("Seksi", parent=dinas)
    people = [
        await world.employee("Siti", unit=dinas),
        await world.employee("Budi", unit=seksi),
        await world.employee("Luar", unit=other),
    ]
    made = [str(await add_obstacle(world, people[number % 2])) for number in range(5)]
    await add_obstacle(world, people[2])
    params: dict[str, Any] = {"below_id": str(dinas), "limit": 2}
    seen: list[str] = []
    while True:
        page = (await api.get("/v1/obstacles", by=world.agency, params=params)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert seen == made[::-1]
