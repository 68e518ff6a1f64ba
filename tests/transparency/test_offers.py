"""Units and services as everybody reads them."""

import uuid
from typing import Any

import pytest

from tests.factories.services import add_service, add_standard
from tests.factories.world import LONG_AGO, World
from tests.plugins.service import Api


async def test_the_tree_of_units(api: Api, world: World, other_world: World):
    office = await world.unit("Dinas Kesehatan")
    clinic = await world.unit("Puskesmas", parent=office, kind="upt")
    path = f"/v1/public/{world.code}/units"
    listed = (await api.get(path)).json()["items"]
    assert {one["id"] for one in listed} == {str(world.root), str(office), str(clinic)}
    assert [one["code"] for one in listed] == sorted(one["code"] for one in listed)
    assert set(listed[0]) == {"id", "parent_id", "code", "name", "kind"}
    below = (await api.get(path, params={"below_id": str(office)})).json()["items"]
    assert {one["id"] for one in below} == {str(office), str(clinic)}
    one = await api.get(f"{path}/{clinic}")
    assert (one.json()["name"], one.json()["parent_id"]) == ("Puskesmas", str(office))
    assert one.headers["Cache-Control"] == "public, max-age=300"
    assert (await api.get(f"/v1/public/{other_world.code}/units/{clinic}")).status_code == 404
    assert (await api.get(f"{path}/{uuid.uuid4()}")).status_code == 404


async def test_pages_of_units_follow_their_cursors(api: Api, world: World):
    for _ in range(4):
        await world.unit("Dinas")
    path, seen = f"/v1/public/{world.code}/units", []
    params: dict[str, object] = {"limit": 2}
    while True:
        page = (await api.get(path, params=params)).json()
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        params = {"limit": 2, "cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 5


async def test_a_service_comes_with_the_standard_in_force(api: Api, world: World):
    office = await world.unit("Dinas Kependudukan")
    service = await add_service(world, office, code="A", description="Kartu tanda penduduk")
    await add_standard(world, service, time=5, until=LONG_AGO)
    await add_standard(world, service, time=3, since=LONG_AGO.replace(day=2))
    bare = await add_service(world, world.root, code="B")
    path = f"/v1/public/{world.code}/services"
    found = (await api.get(f"{path}/{service}")).json()
    assert found["unit_name"] == "Dinas Kependudukan"
    assert found["standard"]["processing_time"] == 3
    assert found["standard"]["complaint_handling"] == "Loket pengaduan"
    assert (await api.get(f"{path}/{bare}")).json()["standard"] is None
    listed = (await api.get(path)).json()["items"]
    assert [one["code"] for one in listed] == ["A", "B"]
    assert listed[0] == found
    below = (await api.get(path, params={"below_id": str(office)})).json()["items"]
    assert [one["code"] for one in below] == ["A"]


@pytest.mark.parametrize("hidden", [{"is_public": False}, {"is_active": False}])
async def test_a_service_that_is_not_public_is_not_there(
    api: Api, world: World, hidden: dict[str, Any]
):
    service = await add_service(world, world.root, **hidden)
    path = f"/v1/public/{world.code}/services"
    assert (await api.get(path)).json()["items"] == []
    assert (await api.get(f"{path}/{service}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["units", "services", "reports", "musrenbang", "musrenbang/totals?year=2026",
     "figures?period=2025"],
)  # fmt: skip
async def test_a_government_that_is_not_there_has_nothing(
    api: Api, world: World, other_world: World, sql: Any, path: str
):
    assert (await api.get(f"/v1/public/kota-antah/{path}")).status_code == 404
    assert (await api.get(f"/v1/public/system/{path}")).status_code == 404
    assert (await api.get(f"/v1/public/{other_world.code}/{path}")).status_code == 200
    await sql("UPDATE kinerja.tenants SET is_active = false WHERE id = $1", world.tenant_id)
    assert (await api.get(f"/v1/public/{world.code}/{path}")).status_code == 404


async def test_an_unknown_parameter_is_refused(api: Api, world: World):
    answer = await api.get(f"/v1/public/{world.code}/reports", params={"unit": "x"})
    assert answer.status_code == 422


async def test_the_public_list_of_units_and_that_of_staff_keep_apart(api: Api, world: World):
    for _ in range(2):  # whichever is asked first
        shown = (await api.get(f"/v1/public/{world.code}/units")).json()["items"][0]
        known = (await api.get("/v1/units", by=world.agency)).json()["items"][0]
        assert known["id"] == shown["id"]
        assert "version" in known
        assert "version" not in shown
