"""Positions and placements: one head, one holder, one definitive placement at a time."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.factories.world import World
from tests.plugins.service import Api

POSITION = {
    "code": "1.01.A", "title": "Penata Layanan", "kind": "administrasi", "level": "pelaksana",
}  # fmt: skip
START = "2026-01-01"


async def position(api: Api, world: World, unit: UUID, code: str, **changes: Any) -> str:
    body = {**POSITION, "code": code, "unit_id": str(unit), **changes}
    made = await api.post("/v1/positions", body, by=world.agency)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def newcomer(api: Api, world: World, ref: str, order: int) -> str:
    """An employee without any placement."""
    body = {"ref": ref, "kind": "pns", "nip": f"198609262015052{order:03d}", "name": ref}
    made = await api.post("/v1/employees", body, by=world.agency)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def place_at(api: Api, world: World, employee: str, at: str, **changes: Any) -> Any:
    body = {"employee_id": employee, "position_id": at, "starts_on": START, **changes}
    return await api.post("/v1/placements", body, by=world.agency)


async def test_a_position_keeps_its_unit_and_its_level_fits_its_kind(api: Api, world: World):
    at = await position(api, world, world.root, "A")
    path = f"/v1/positions/{at}"
    changed = await api.patch(path, {"title": "Analis"}, by=world.agency, version=1)
    assert (changed.status_code, changed.json()["title"]) == (200, "Analis")
    for body, code in [
        ({"level": "madya"}, "level_not_of_kind"),
        ({"unit_id": str(world.root)}, "invalid_request"),
        ({"is_head": True}, "invalid_request"),
    ]:
        refused = await api.patch(path, body, by=world.agency, version=2)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    stale = await api.patch(path, {"title": "B"}, by=world.agency, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')


async def test_a_unit_has_one_head_position_even_when_two_are_created_at_once(
    api: Api, world: World
):
    unit = await world.unit("Dinas")
    bodies = [{**POSITION, "code": c, "unit_id": str(unit), "is_head": True} for c in "AB"]
    made = await asyncio.gather(
        *[api.post("/v1/positions", body, by=world.agency) for body in bodies]
    )
    assert sorted(answer.status_code for answer in made) == [201, 409]
    assert {a.json().get("code") for a in made} & {"head_position_exists"}


async def test_of_two_placements_of_one_employee_at_once_one_is_kept(api: Api, world: World):
    ani = await newcomer(api, world, "Ani", 1)
    places = [await position(api, world, world.root, code) for code in "ABCD"]
    made = await asyncio.gather(*[place_at(api, world, ani, at) for at in places])
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
    assert {a.json()["code"] for a in made if a.status_code == 409} == {"placement_overlaps"}


async def test_of_two_holders_of_one_position_at_once_one_is_kept(api: Api, world: World):
    people = [await newcomer(api, world, f"P-{n}", n) for n in range(1, 5)]
    at = await position(api, world, world.root, "A")
    made = await asyncio.gather(*[place_at(api, world, person, at) for person in people])
    assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
    assert {a.json()["code"] for a in made if a.status_code == 409} == {"position_taken"}


async def test_acting_placements_come_on_top_and_the_next_begins_after_the_end(
    api: Api, world: World
):
    ani = await newcomer(api, world, "Ani", 1)
    first, second = [await position(api, world, world.root, code) for code in "AB"]
    kept = (await place_at(api, world, ani, first)).json()
    assert (await place_at(api, world, ani, second, kind="plt")).status_code == 201
    assert (await place_at(api, world, ani, second, starts_on="2026-07-01")).status_code == 409
    path = f"/v1/placements/{kept['id']}/endings"
    body = {"ends_on": "2026-06-30", "reason": "Mutasi, SK 800/1"}
    ended = await api.post(path, body, by=world.agency, version=1)
    assert (ended.status_code, ended.json()["ends_on"]) == (201, "2026-06-30")
    assert (await place_at(api, world, ani, second, starts_on="2026-06-30")).status_code == 409
    assert (await place_at(api, world, ani, second, starts_on="2026-07-01")).status_code == 201
    longer = await api.post(path, {**body, "ends_on": "2026-07-01"}, by=world.agency)
    assert (longer.status_code, longer.json()["code"]) == (409, "placement_overlaps")
    early = await api.post(path, {**body, "ends_on": "2025-12-31"}, by=world.agency)
    assert (early.status_code, early.json()["code"]) == (422, "ends_before_start")
    history = await api.get(f"/v1/employees/{ani}/placements", by=world.agency)
    assert [row["starts_on"] for row in history.json()["items"]] == ["2026-07-01", START, START]
    on = {"on": "2026-06-30", "employee_id": ani, "kind": "definitive"}
    listed = await api.get("/v1/placements", by=world.agency, params=on)
    assert [row["position_id"] for row in listed.json()["items"]] == [first]


async def test_who_has_left_is_not_placed_and_who_is_placed_does_not_leave(api: Api, world: World):
    ani = await newcomer(api, world, "Ani", 1)
    at = await position(api, world, world.root, "A")
    placed = (await place_at(api, world, ani, at)).json()
    path, leave = f"/v1/employees/{ani}", {"status": "left"}
    refused = await api.patch(path, leave, by=world.agency, version=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "employee_still_placed")
    ending = {"ends_on": str(world.today), "reason": "Pensiun"}
    await api.post(f"/v1/placements/{placed['id']}/endings", ending, by=world.agency)
    assert (await api.patch(path, leave, by=world.agency, version=1)).status_code == 200
    tomorrow = str(world.today + dt.timedelta(days=1))
    again = await place_at(api, world, ani, at, starts_on=tomorrow)
    assert (again.status_code, again.json()["code"]) == (409, "employee_left")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"ends_on": "2025-01-01"}, 422, "ends_before_start"),
        ({"starts_on": "2026-02-30"}, 422, "invalid_request"),
        ({"kind": "pj"}, 422, "invalid_request"),
        ({"position_id": "00000000-0000-7000-8000-000000000000"}, 422, "unknown_reference"),
        ({"employee_id": "00000000-0000-7000-8000-000000000000"}, 422, "unknown_reference"),
        ({"superior_id": "00000000-0000-7000-8000-000000000000"}, 422, "unknown_reference"),
    ],
)
async def test_refuses_what_makes_no_sense(
    api: Api, world: World, changes: dict[str, Any], status: int, code: str
):
    ani = await newcomer(api, world, "Ani", 1)
    at = await position(api, world, world.root, "A")
    refused = await place_at(api, world, ani, at, **changes)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_nobody_is_named_his_own_superior(api: Api, world: World):
    ani = await newcomer(api, world, "Ani", 1)
    at = await position(api, world, world.root, "A")
    refused = await place_at(api, world, ani, at, superior_id=ani)
    assert (refused.status_code, refused.json()["code"]) == (422, "superior_is_self")


async def test_an_agency_of_one_unit_manages_its_subtree_only(
    api: Api, world: World, other_world: World
):
    mine, other = await world.unit("Dinas"), await world.unit("Lain")
    clerk = await world.officer("Kepegawaian Dinas", Role.PERSONNEL_AGENCY, unit=mine)
    below = await world.unit("Bidang", parent=mine)
    at = await position(api, world, other, "X")
    body = {**POSITION, "unit_id": str(below)}
    assert (await api.post("/v1/positions", body, by=clerk)).status_code == 201
    ani = await newcomer(api, world, "Ani", 1)
    placement = {"employee_id": ani, "position_id": at, "starts_on": START}
    refusals = [
        await api.post("/v1/positions", {**body, "unit_id": str(other)}, by=clerk),
        await api.patch(f"/v1/positions/{at}", {"title": "Z"}, by=clerk, version=1),
        await api.post("/v1/placements", placement, by=clerk),
        await api.patch(f"/v1/units/{other}", {"name": "Z"}, by=clerk, version=1),
        await api.post(f"/v1/units/{mine}/moves", {"parent_id": str(other)}, by=clerk),
        await api.post("/v1/units", {"code": "Z", "name": "Z", "kind": "upt"}, by=clerk),
        await api.put(
            "/v1/calendar/days/2026-08-17", {"kind": "holiday", "name": "HUT RI"}, by=clerk
        ),
        await api.post(
            "/v1/norms",
            {"key": "log_days_back", "value": 1, "basis": "X", "starts_on": START},
            by=clerk,
        ),
    ]
    assert {answer.status_code for answer in refusals} == {403}
    path = f"/v1/positions/{at}"
    assert (await api.get(path, by=other_world.agency)).status_code == 404
    stranger = await api.patch(path, {"title": "Z"}, by=other_world.agency, version=1)
    assert stranger.status_code == 404
