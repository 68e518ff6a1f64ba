"""Employees: their numbers, who finds them, and what is refused."""

from typing import Any

import pytest

from tests.factories.world import World
from tests.plugins.service import Api

ANI = {
    "ref": "A-1", "kind": "pns", "nip": "19801230 201001 2 005", "name": "Ani_50% Wulandari",
    "rank": "III/b", "email": "ani@kota.example",
}  # fmt: skip


async def test_number_gives_birth_date_and_sex_and_is_kept_without_spaces(
    api: Api, world: World, caplog: pytest.LogCaptureFixture
):
    made = await api.post("/v1/employees", ANI, by=world.agency)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["nip"], body["born_on"], body["sex"]) == (
        "198012302010012005", "1980-12-30", "female",
    )  # fmt: skip
    found = await api.post("/v1/employees/searches", {"nip": ANI["nip"]}, by=world.agency)
    assert (found.status_code, found.json()["items"]) == (200, [body])
    assert body["nip"] not in caplog.text


async def test_ref_and_number_are_taken_once(api: Api, world: World, other_world: World):
    assert (await api.post("/v1/employees", ANI, by=world.agency)).status_code == 201
    same_ref = {**ANI, "nip": "198012302010012006"}
    same_nip = {**ANI, "ref": "A-2"}
    codes = [
        (await api.post("/v1/employees", body, by=world.agency)).json()["code"]
        for body in (same_ref, same_nip)
    ]
    assert codes == ["employee_ref_taken", "nip_taken"]
    assert (await api.post("/v1/employees", ANI, by=other_world.agency)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nip": None}, "missing"),
        ({"kind": "official"}, "not_allowed"),
        ({"kind": "pppk"}, "kind"),
        ({"nip": "198613262015051001"}, "birth_date"),
        ({"born_on": "1980-12-31"}, "birth_date"),
    ],
)
async def test_a_wrong_number_is_refused_with_its_reason(
    api: Api, world: World, changes: dict[str, Any], reason: str
):
    refused = await api.post("/v1/employees", {**ANI, **changes}, by=world.agency)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_nip")
    assert refused.json()["params"] == {"reason": reason}


async def test_a_reason_admits_a_number_with_an_old_error(api: Api, world: World, sql: Any):
    body = {**ANI, "nip": "198613262015051001", "nip_override_reason": "SK BKN 12/2016"}
    made = await api.post("/v1/employees", body, by=world.agency)
    assert (made.status_code, made.json()["born_on"]) == (201, None)
    path = made.headers["Location"]
    refused = await api.patch(path, {"nip_override_reason": None}, by=world.agency, version=1)
    assert refused.json()["code"] == "invalid_nip"
    right = {"nip": "198609262015051001", "nip_override_reason": None}
    changed = await api.patch(path, right, by=world.agency, version=1)
    assert (changed.json()["born_on"], changed.json()["sex"]) == ("1986-09-26", "male")
    entries = await sql(
        "SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'employee.changed'",
        world.tenant_id,
    )
    assert entries[0]["count"] == 1


async def test_null_clears_what_may_be_empty_and_nothing_else(api: Api, world: World):
    path = (await api.post("/v1/employees", ANI, by=world.agency)).headers["Location"]
    cleared = {"rank": None, "email": None}
    refused = await api.patch(path, {**cleared, "name": None}, by=world.agency, version=1)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name")
    assert refused.json()["errors"][0]["code"] == "null_not_allowed"
    changed = (await api.patch(path, cleared, by=world.agency, version=1)).json()
    assert (changed["rank"], changed["email"], changed["name"]) == (None, None, ANI["name"])
    assert (await api.patch(path, cleared, by=world.agency, version=1)).status_code == 412


async def test_the_present_number_in_another_spelling_changes_nothing(api: Api, world: World):
    odd = {**ANI, "nip": "198613262015051001", "nip_override_reason": "SK BKN 12/2016"}
    path = (await api.post("/v1/employees", {**odd, "sex": "female"}, by=world.agency)).headers[
        "Location"
    ]
    again = {"nip": "19861326 201505 1 001"}
    same = await api.patch(path, again, by=world.agency, version=1)
    assert (same.status_code, same.json()["version"], same.json()["sex"]) == (200, 1, "female")


async def test_contract_employees_and_officials_have_numbers_of_their_kind_or_none(
    api: Api, world: World
):
    pppk = {**ANI, "kind": "pppk", "nip": "198012302021212001", "rank": "IX"}
    made = await api.post("/v1/employees", pppk, by=world.agency)
    assert (made.status_code, made.json()["kind"]) == (201, "pppk"), made.text
    body = made.json()
    assert (body["rank"], body["status"], body["sex"]) == ("IX", "active", "female")
    path = made.headers["Location"]
    risen = await api.patch(path, {"rank": "X", "status": "left"}, by=world.agency, version=1)
    assert (risen.json()["rank"], risen.json()["status"]) == ("X", "left")
    official = {"ref": "O-1", "kind": "official", "name": "Wakil Wali Kota"}
    made = await api.post("/v1/employees", official, by=world.agency)
    assert (made.status_code, made.json()["nip"]) == (201, None)


@pytest.mark.parametrize(
    ("q", "is_found"),
    [("ani_50%", True), ("ANI", True), ("%", False), ("ani%w", False), ("anix50", False),
     ("wulan", False), ("\\", False)],
)  # fmt: skip
async def test_names_are_found_by_their_beginning_and_nothing_is_a_wildcard(
    api: Api, world: World, q: str, is_found: bool
):
    await api.post("/v1/employees", ANI, by=world.agency)
    found = await api.get("/v1/employees", by=world.agency, params={"q": q})
    assert [row["name"] for row in found.json()["items"]] == [ANI["name"]] * is_found


async def test_list_filters_by_unit_kind_and_status(api: Api, world: World):
    unit = await world.unit("Dinas")
    await world.employee("Siti", unit=unit)
    await api.post("/v1/employees", ANI, by=world.agency)

    async def names(**params: str) -> list[str]:
        page = (await api.get("/v1/employees", by=world.agency, params=params)).json()
        return [row["name"] for row in page["items"]]

    assert await names(unit_id=str(unit)) == ["Siti"]
    assert await names(kind="official") == ["Wali Kota"]
    assert await names(status="left") == []
    assert await names(sort="-name") == ["Wali Kota", "Siti", ANI["name"]]


async def test_others_find_and_change_nothing(api: Api, world: World, other_world: World):
    path = (await api.post("/v1/employees", ANI, by=world.agency)).headers["Location"]
    clerk = await world.employee("Siti")
    search = {"nip": ANI["nip"]}
    for person in (clerk, other_world.agency):
        found = await api.post("/v1/employees/searches", search, by=person)
        assert found.json() == {"items": []}
        assert (await api.get(path, by=person)).status_code == 404
    assert (await api.post("/v1/employees", ANI, by=clerk)).status_code == 403
    assert (await api.patch(path, {}, by=world.admin, version=1)).status_code == 403
    strange = await api.patch(path, {"name": "X"}, by=other_world.agency, version=1)
    assert strange.status_code == 404


@pytest.mark.parametrize("text", ["\x00", "a\x00b", " ", "a\u202eb"])
async def test_a_name_that_is_none_is_not_looked_for(api: Api, world: World, text: str):
    refused = await api.get("/v1/employees", by=world.agency, params={"q": text})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
