"""Units: the tree, its closure, and who may change it."""

import asyncio
from typing import Any

from tests.factories.world import World
from tests.plugins.service import Api

UNIT = {"code": "1.01", "name": "Dinas Pendidikan", "kind": "dinas"}


async def test_agency_creates_a_unit_that_everybody_reads(api: Api, world: World):
    clerk = await world.employee("Siti")
    made = await api.post("/v1/units", {**UNIT, "parent_id": str(world.root)}, by=world.agency)
    assert made.status_code == 201, made.text
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == f"/v1/units/{made.json()['id']}"
    read = await api.get(made.headers["Location"], by=clerk)
    assert read.json() == made.json()


async def test_a_code_is_taken_only_once_in_a_government(
    api: Api, world: World, other_world: World
):
    body = {**UNIT, "parent_id": str(world.root)}
    assert (await api.post("/v1/units", body, by=world.agency)).status_code == 201
    again = await api.post("/v1/units", body, by=world.agency)
    assert (again.status_code, again.json()["code"]) == (409, "unit_code_taken")
    assert again.json()["errors"][0]["pointer"] == "/code"
    body["parent_id"] = str(other_world.root)
    assert (await api.post("/v1/units", body, by=other_world.agency)).status_code == 201


async def test_a_repeat_with_the_same_key_creates_one_unit(api: Api, world: World, fresh_key: str):
    body = {**UNIT, "parent_id": str(world.root)}
    first = await api.post("/v1/units", body, by=world.agency, key=fresh_key)
    again = await api.post("/v1/units", body, by=world.agency, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    other = await api.post("/v1/units", {**body, "name": "Lain"}, by=world.agency, key=fresh_key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_unit_cannot_move_below_itself_even_when_two_moves_race(
    api: Api, world: World, sql: Any
):
    first, second = await world.unit("Satu"), await world.unit("Dua")
    moves = await asyncio.gather(
        api.post(f"/v1/units/{first}/moves", {"parent_id": str(second)}, by=world.agency),
        api.post(f"/v1/units/{second}/moves", {"parent_id": str(first)}, by=world.agency),
    )
    assert sorted(move.status_code for move in moves) == [201, 422]
    refused = next(move for move in moves if move.status_code == 422)
    assert refused.json()["code"] == "unit_cycle"
    paths = await sql(
        "SELECT count(*) FROM kinerja.unit_closure WHERE tenant_id = $1", world.tenant_id
    )
    assert paths[0]["count"] == 1 + 2 + 3


async def test_three_moves_at_once_make_no_circle(api: Api, world: World, sql: Any):
    units = [await world.unit(name) for name in ("Satu", "Dua", "Tiga")]
    pairs = zip(units, [*units[1:], units[0]], strict=True)
    moves = await asyncio.gather(
        *[
            api.post(f"/v1/units/{unit}/moves", {"parent_id": str(above)}, by=world.agency)
            for unit, above in pairs
        ]
    )
    assert sorted(move.status_code for move in moves) == [201, 201, 422]
    paths = await sql(
        "SELECT count(*) FROM kinerja.unit_closure WHERE tenant_id = $1", world.tenant_id
    )
    assert paths[0]["count"] == 1 + 2 + 3 + 4


async def test_an_old_version_is_refused_and_the_current_one_told(api: Api, world: World):
    unit = await world.unit("Dinas Lama")
    path = f"/v1/units/{unit}"
    assert (await api.patch(path, {"name": "A"}, by=world.agency)).status_code == 428
    assert (await api.patch(path, {"name": "A"}, by=world.agency, version=1)).status_code == 200
    stale = await api.patch(path, {"name": "B"}, by=world.agency, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')


async def test_pages_hold_every_unit_once_in_both_directions(api: Api, world: World):
    for number in range(7):
        await world.unit(f"Bagian {number}", kind="bagian")
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 3, "kind": "bagian"}
    pages = []
    while True:
        page = (await api.get("/v1/units", by=world.mayor, params=params)).json()
        pages.append(page)
        seen += [unit["name"] for unit in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"Bagian {number}" for number in range(7)]
    assert len(seen) == 7
    params["cursor"] = pages[1]["prev_cursor"]
    back = (await api.get("/v1/units", by=world.mayor, params=params)).json()
    assert back["items"] == pages[0]["items"]
    assert back["prev_cursor"] is None


async def test_strangers_see_nothing_and_a_clerk_changes_nothing(
    api: Api, world: World, other_world: World
):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti")
    assert (await api.get(f"/v1/units/{unit}", by=other_world.mayor)).status_code == 404
    refused = await api.post("/v1/units", UNIT, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    assert (await api.get(f"/v1/units/{unit}")).status_code == 401
