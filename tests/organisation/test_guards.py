"""Who arranges placements arranges neither his own nor those of people elsewhere."""

import datetime as dt
from typing import Any

from kinerja_api.access.rules import Role
from tests.factories.world import Person, World, place
from tests.plugins.service import Api

START = "2026-01-01"


async def position(api: Api, world: World, unit: Any, code: str, **changes: Any) -> str:
    body = {
        "code": code, "title": "Analis", "kind": "administrasi", "level": "pelaksana",
        "unit_id": str(unit), **changes,
    }  # fmt: skip
    made = await api.post("/v1/positions", body, by=world.agency)
    assert made.status_code == 201, made.text
    return made.json()["id"]


async def placed(api: Api, by: Person, employee: Any, at: str, **changes: Any) -> tuple[int, str]:
    body = {"employee_id": str(employee), "position_id": at, "starts_on": START, **changes}
    answer = await api.post("/v1/placements", body, by=by)
    return answer.status_code, answer.json().get("code", "")


async def test_an_officer_who_is_an_employee_does_not_touch_his_own_placement(
    api: Api, world: World
):
    clerk = await world.employee("Dewi", unit=await world.unit("BKPSDM"))
    await world.grant(clerk, Role.PERSONNEL_AGENCY)
    at = await position(api, world, world.root, "A")
    refused = (403, "own_placement_refused")
    (other,) = await world.newcomers()
    assert await placed(api, clerk, clerk.employee_id, at, kind="plt") == refused
    assert await placed(api, clerk, other, at, superior_id=str(clerk.employee_id)) == refused
    assert await placed(api, clerk, other, at) == (201, "")
    path = f"/v1/placements/{clerk.placement_id}/endings"
    ending = {"ends_on": str(world.today), "reason": "Promosi"}
    answer = await api.post(path, ending, by=clerk)
    assert (answer.status_code, answer.json()["code"]) == refused
    assert (await api.post(path, ending, by=world.agency)).status_code == 201
    english = await api.post(path, ending, by=clerk, headers={"Accept-Language": "en"})
    assert english.json()["title"] == "Own placement"


async def test_who_manages_one_unit_takes_nobody_from_elsewhere(api: Api, world: World):
    mine, other = await world.unit("Dinas"), await world.unit("Lain")
    below = await world.unit("Bidang", parent=mine)
    officer = await world.officer("Kepegawaian Dinas", Role.PERSONNEL_AGENCY, unit=mine)
    yesterday = world.today - dt.timedelta(days=1)
    elsewhere = await world.employee("Siti", unit=other)
    acting = await world.employee("Plt", unit=other, kind="plt")
    moved = await world.employee("Budi", unit=other, until=yesterday)
    own = await world.employee("Ani", unit=below)
    (free,) = await world.newcomers()
    places = [await position(api, world, mine, code) for code in "ABCDE"]
    today = {"kind": "plt", "starts_on": str(world.today)}
    denied = (403, "permission_denied")
    assert await placed(api, officer, elsewhere.employee_id, places[0], **today) == denied
    for person, at in [(acting, 1), (moved, 2), (own, 3)]:
        answer = await placed(api, officer, person.employee_id, places[at], **today)
        assert answer == (201, "")
    assert await placed(api, officer, free, places[4]) == (201, "")
    assert await placed(api, world.agency, elsewhere.employee_id, places[0], **today) == (201, "")


async def test_an_official_without_a_number_is_the_superior_of_whom_he_heads(
    api: Api, world: World
):
    official = {"ref": "O-1", "kind": "official", "name": "Bupati"}
    made = await api.post("/v1/employees", official, by=world.agency)
    assert (made.status_code, made.json()["nip"]) == (201, None)
    unit = await world.unit("Sekretariat")
    at = await position(
        api, world, unit, "B", kind="pejabat_negara", level="kepala_daerah", is_head=True
    )
    assert await placed(api, world.agency, made.json()["id"], at) == (201, "")
    clerk = await world.employee("Siti", unit=unit, since=dt.date(2026, 2, 1))

    async def asked(day: str) -> tuple[str | None, list[str]]:
        path = f"/v1/employees/{clerk.employee_id}"
        told = await api.get(f"{path}/superior", by=world.agency, params={"on": day})
        held = await api.get(f"{path}/placements", by=world.agency, params={"on": day})
        units = [row["unit_id"] for row in held.json()["items"]]
        return told.json()["superior_name"], units

    assert await asked("2026-02-01") == ("Bupati", [str(unit)])
    assert await asked("2026-01-31") == (None, [])
    async with world.database.write(world.tenant_id) as writing:
        await place(
            writing, clerk.employee_id or world.root, world.root, kind="plt",
            since=dt.date(2026, 3, 1),
        )  # fmt: skip
    name, units = await asked("2026-03-01")
    assert (name, sorted(units)) == ("Bupati", sorted([str(unit), str(world.root)]))
