"""Services and standards: who keeps them, everybody reads, one standard on a day."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.factories.services import add_service, add_standard
from tests.factories.world import Person, World
from tests.plugins.service import Api

SERVICES = "/v1/services"
STANDARD = {
    "requirements": "Kartu keluarga", "procedure": "Loket, verifikasi", "processing_time": 3,
    "processing_unit": "working_days", "cost": "Gratis", "product": "KTP",
    "complaint_handling": "Loket pengaduan", "basis": "Kepdis 1/2026", "starts_on": "2026-01-01",
}  # fmt: skip


async def offer(api: Api, by: Person, unit: UUID, code: str, **changes: Any) -> Any:
    body = {"unit_id": str(unit), "code": code, "name": "Penerbitan KTP", **changes}
    return await api.post(SERVICES, body, by=by)


async def test_agency_and_heads_keep_services_and_everybody_reads_them(api: Api, world: World):
    office = await world.unit("Disdukcapil")
    desk = await world.unit("Loket", parent=office, kind="seksi")
    head = await world.employee("Kepala", unit=office, head=True)
    clerk = await world.employee("Siti", unit=desk)
    other = await world.employee("Kepala lain", unit=await world.unit("Dinkes"), head=True)
    made = await offer(api, head, desk, "KTP", description="Bagi penduduk")
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    assert (await offer(api, world.agency, office, "KK")).status_code == 201
    for by in (clerk, other):
        refused = await offer(api, by, desk, "AKTA")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_service_keeper")
        assert (await api.patch(path, {"name": "X"}, by=by, version=1)).status_code == 403
    taken = await offer(api, head, office, "KTP")
    assert (taken.status_code, taken.json()["code"]) == (409, "service_code_taken")
    stale = await api.patch(path, {"name": "KTP baru"}, by=head, version=7)
    assert stale.status_code == 412
    changed = await api.patch(path, {"description": None, "is_active": False}, by=head, version=1)
    assert (changed.json()["description"], changed.json()["version"]) == (None, 2)
    assert (await api.patch(path, {"name": None}, by=head, version=2)).status_code == 422
    same = await api.patch(path, {"is_active": False}, by=head, version=2)
    assert same.json()["version"] == 2
    inspector = await world.officer("Inspektur", Role.INSPECTORATE)
    for by in (clerk, other, inspector, world.admin):
        assert (await api.get(path, by=by)).json()["code"] == "KTP"
    listed = await api.get(SERVICES, by=clerk, params={"below_id": str(office)})
    assert [item["code"] for item in listed.json()["items"]] == ["KK", "KTP"]
    for params, codes in [
        ({"unit_id": str(office)}, ["KK"]), ({"is_active": "false"}, ["KTP"]),
        ({"sort": "-code"}, ["KTP", "KK"]),
    ]:  # fmt: skip
        listed = await api.get(SERVICES, by=clerk, params=params)
        assert [item["code"] for item in listed.json()["items"]] == codes


async def test_a_service_has_one_standard_on_a_day(api: Api, world: World):
    office = await world.unit("Disdukcapil")
    head = await world.employee("Kepala", unit=office, head=True)
    clerk = await world.employee("Siti", unit=office)
    path = f"{SERVICES}/{await add_service(world, office)}/standards"
    first = await api.post(path, STANDARD, by=head)
    assert first.status_code == 201, first.text
    own = first.headers["Location"]
    assert (await api.post(path, STANDARD, by=clerk)).status_code == 403
    later = {**STANDARD, "processing_time": 1, "starts_on": "2026-07-01"}
    clash = await api.post(path, later, by=head)
    assert (clash.status_code, clash.json()["code"]) == (409, "standard_overlaps")
    back = await api.patch(own, {"ends_on": "2025-01-01"}, by=head, version=1)
    assert (back.status_code, back.json()["code"]) == (422, "ends_before_start")
    ended = await api.patch(own, {"ends_on": "2026-06-30"}, by=head, version=1)
    assert ended.status_code == 200, ended.text
    both = await asyncio.gather(*[api.post(path, later, by=head) for _ in range(8)])
    assert sorted(answer.status_code for answer in both) == [201] + [409] * 7
    longer = await api.patch(own, {"ends_on": None}, by=head, version=2)
    assert (longer.status_code, longer.json()["code"]) == (409, "standard_overlaps")
    listed = await api.get(path, by=clerk)
    assert [item["starts_on"] for item in listed.json()["items"]] == ["2026-07-01", "2026-01-01"]
    on = await api.get(path, by=clerk, params={"on": "2026-06-30"})
    assert [item["processing_time"] for item in on.json()["items"]] == [3]


@pytest.mark.parametrize(
    "changes",
    [{"processing_time": -1}, {"processing_time": "3"}, {"processing_unit": "weeks"},
     {"cost": "\u0000"}, {"basis": " "}, {"extra": 1}, {"starts_on": "2026-02-30"}],
)  # fmt: skip
async def test_a_hostile_standard_is_refused(api: Api, world: World, changes: dict[str, Any]):
    path = f"{SERVICES}/{await add_service(world, world.root)}/standards"
    answer = await api.post(path, {**STANDARD, **changes}, by=world.agency)
    assert answer.status_code == 422, answer.text


async def test_a_service_belongs_to_its_government(api: Api, world: World, other_world: World):
    service = await add_service(world, world.root)
    standard = await add_standard(world, service)
    by, path = other_world.agency, f"{SERVICES}/{service}"
    tokens = {"count": 1, "expires_on": str(world.today)}
    span = {"from": "2026-01-01", "to": "2026-01-31"}
    answers = [
        await api.get(path, by=by),
        await api.patch(path, {"name": "X"}, by=by, version=1),
        await api.get(f"{path}/standards", by=by),
        await api.post(f"{path}/standards", STANDARD, by=by),
        await api.get(f"/v1/service-standards/{standard}", by=by),
        await api.patch(f"/v1/service-standards/{standard}", {"cost": "X"}, by=by, version=1),
        await api.get(f"{path}/figures", by=by, params=span),
        await api.post(f"{path}/tokens", tokens, by=by),
    ]
    assert [answer.status_code for answer in answers] == [404] * 8
    unknown = await offer(api, by, world.root, "X")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_reference")
