"""Obstacles: raised by their owner, answered by a leader, resolved by the owner."""

import asyncio
from typing import Any

from tests.factories.activities import add_obstacle, add_target
from tests.factories.world import World
from tests.plugins.service import Api

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
