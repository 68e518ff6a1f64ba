"""Report categories: kept by the complaints office, read by everybody, removed while unused."""

import asyncio
import uuid
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from tests.factories.complaints import new_report
from tests.factories.services import add_service
from tests.factories.world import World
from tests.plugins.service import Api

CATEGORIES = "/v1/report-categories"
CATEGORY = {"code": "JALAN", "name": "Jalan rusak", "kind": "pengaduan"}


async def test_the_complaints_office_keeps_categories(api: Api, world: World, sql: Any):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    clerk = await world.employee("Siti")
    service = await add_service(world, world.root)
    body = {**CATEGORY, "unit_id": str(world.root), "service_id": str(service)}
    made = await api.post(CATEGORIES, body, by=officer)
    assert made.status_code == 201, made.text
    path = made.headers["Location"]
    assert (made.json()["is_moderated"], made.json()["is_confidential"]) == (True, False)
    for by in (clerk, world.agency, await world.officer("Inspektur", Role.INSPECTORATE)):
        assert (await api.post(CATEGORIES, {**CATEGORY, "code": "X"}, by=by)).status_code == 403
        assert (await api.delete(path, by=by, version=1)).status_code == 403
    assert (await api.get(path, by=clerk)).json()["name"] == "Jalan rusak"
    taken = await api.post(CATEGORIES, CATEGORY, by=officer)
    assert (taken.status_code, taken.json()["code"]) == (409, "category_code_taken")
    patch = {"service_id": None, "is_active": False}
    changed = await api.patch(path, patch, by=officer, version=1)
    assert (changed.json()["service_id"], changed.json()["version"]) == (None, 2)
    assert (await api.patch(path, {"kind": "aspirasi"}, by=officer, version=2)).status_code == 422
    assert (await api.patch(path, {"name": "X"}, by=officer, version=1)).status_code == 412
    await api.post(CATEGORIES, {**CATEGORY, "code": "LAMPU"}, by=officer)
    listed = await api.get(CATEGORIES, by=clerk, params={"is_active": "true"})
    assert [item["code"] for item in listed.json()["items"]] == ["LAMPU"]
    listed = await api.get(CATEGORIES, by=clerk, params={"sort": "-code"})
    assert [item["code"] for item in listed.json()["items"]] == ["LAMPU", "JALAN"]
    rows = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1 AND subject_id = $2"
        " ORDER BY id",
        world.tenant_id, uuid.UUID(made.json()["id"]),
    )  # fmt: skip
    actions = [row["action"] for row in rows]
    assert actions == ["report_category.created", "report_category.changed"]


async def test_what_reports_name_is_only_set_inactive(api: Api, world: World):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    made = await api.post(CATEGORIES, CATEGORY, by=officer)
    path = made.headers["Location"]
    await new_report(world, category_id=uuid.UUID(made.json()["id"]))
    refused = await api.delete(path, by=officer, version=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "category_in_use")
    other = await api.post(CATEGORIES, {**CATEGORY, "code": "LAIN"}, by=officer)
    path = other.headers["Location"]
    answers = await asyncio.gather(*[api.delete(path, by=officer, version=1) for _ in range(4)])
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"unit_id": str(uuid.uuid4())}, "unknown_reference"),
     ({"service_id": str(uuid.uuid4())}, "unknown_reference"),
     ({"name": "a\nb"}, "invalid_request"), ({"duplicate_days": 367}, "invalid_request"),
     ({"duplicate_radius_m": -1}, "invalid_request"), ({"kind": "lain"}, "invalid_request"),
     ({"is_active": "true"}, "invalid_request"), ({"code": "\u202e"}, "invalid_request")],
)  # fmt: skip
async def test_a_hostile_category_is_refused(
    api: Api, world: World, changes: dict[str, Any], code: str
):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    answer = await api.post(CATEGORIES, {**CATEGORY, **changes}, by=officer)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_categories_belong_to_their_government(api: Api, world: World, other_world: World):
    officer = await world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    stranger = await other_world.officer("Petugas", Role.COMPLAINTS_OFFICER)
    path = (await api.post(CATEGORIES, CATEGORY, by=officer)).headers["Location"]
    answers = [
        await api.get(path, by=stranger),
        await api.patch(path, {"name": "X"}, by=stranger, version=1),
        await api.delete(path, by=stranger, version=1),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    unit = {**CATEGORY, "unit_id": str(world.root)}
    foreign = await api.post(CATEGORIES, unit, by=stranger)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "unknown_reference")
    assert (await api.get(CATEGORIES, by=stranger)).json()["items"] == []
