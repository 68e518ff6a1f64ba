"""The trail: read by the inspectorate, changed by nobody."""

import datetime as dt
from typing import Any

import asyncpg
import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from tests.factories.world import Person, World
from tests.plugins.database import server_url
from tests.plugins.service import Api

UNIT = {"code": "1.01", "name": "Dinas Pendidikan", "kind": "dinas"}


@pytest.fixture
async def inspector(world: World) -> Person:
    return await world.officer("Inspektorat", Role.INSPECTORATE)


async def test_the_inspectorate_reads_who_changed_what(api: Api, world: World, inspector: Person):
    body = {**UNIT, "parent_id": str(world.root)}
    made = (await api.post("/v1/units", body, by=world.agency)).json()
    path = f"/v1/units/{made['id']}"
    await api.patch(path, {"name": "Dinas Baru"}, by=world.agency, version=1)
    params = {"subject_type": "unit", "subject_id": made["id"]}
    entries = (await api.get("/v1/audit-entries", by=inspector, params=params)).json()["items"]
    assert [entry["action"] for entry in entries] == ["unit.changed", "unit.created"]
    changed = entries[0]
    assert (changed["before"], changed["after"]) == (
        {"name": "Dinas Pendidikan"}, {"name": "Dinas Baru"},
    )  # fmt: skip
    assert (changed["account_name"], changed["acting_as"]) == (
        "Badan Kepegawaian", "personnel_agency",
    )  # fmt: skip
    assert (await api.get(f"/v1/audit-entries/{changed['id']}", by=inspector)).json() == changed


async def test_filters_and_pages(api: Api, world: World, inspector: Person):
    for number in range(5):
        body = {**UNIT, "code": f"U-{number}", "parent_id": str(world.root)}
        await api.post("/v1/units", body, by=world.agency)

    async def found(**params: Any) -> list[str]:
        answer = await api.get("/v1/audit-entries", by=inspector, params=params)
        assert answer.status_code == 200, answer.text
        return [entry["after"]["code"] for entry in answer.json()["items"]]

    everything = ["U-4", "U-3", "U-2", "U-1", "U-0"]
    assert await found() == everything
    assert await found(action="unit.created", account_id=world.agency.account_id) == everything
    assert await found(action="unit.moved") == []
    assert await found(account_id=world.admin.account_id) == []
    now = clock.now()
    earlier, later = now - dt.timedelta(hours=1), now + dt.timedelta(hours=1)
    assert await found(at_from=earlier.isoformat(), at_to=later.isoformat()) == everything
    assert await found(at_to=earlier.isoformat()) == []
    page = (await api.get("/v1/audit-entries", by=inspector, params={"limit": 2})).json()
    rest = await found(limit=3, cursor=page["next_cursor"])
    assert rest == everything[2:]


async def test_nobody_else_reads_the_trail(
    api: Api, world: World, other_world: World, inspector: Person
):
    await api.post("/v1/units", {**UNIT, "parent_id": str(world.root)}, by=world.agency)
    entry = (await api.get("/v1/audit-entries", by=inspector)).json()["items"][0]
    for by in (world.mayor, world.agency, world.admin):
        assert (await api.get("/v1/audit-entries", by=by)).status_code == 403
    of_unit = await world.officer("Irban", Role.INSPECTORATE, unit=world.root)
    assert (await api.get("/v1/audit-entries", by=of_unit)).status_code == 403
    assert (await api.get(f"/v1/audit-entries/{entry['id']}", by=of_unit)).status_code == 403
    stranger = await other_world.officer("Inspektorat", Role.INSPECTORATE)
    assert (await api.get("/v1/audit-entries", by=stranger)).json()["items"] == []
    assert (await api.get(f"/v1/audit-entries/{entry['id']}", by=stranger)).status_code == 404
    assert (await api.get(f"/v1/audit-entries/{new_id()}", by=inspector)).status_code == 404


@pytest.mark.parametrize(
    "params",
    [
        {"subject_type": "unit"},
        {"subject_id": "nothing"},
        {"at_from": "2026-01-01T00:00:00"},
        {"at_from": "yesterday"},
        {"unknown": "1"},
    ],
)
async def test_unclear_filters_are_refused(api: Api, inspector: Person, params: Any):
    assert (await api.get("/v1/audit-entries", by=inspector, params=params)).status_code == 422


@pytest.mark.parametrize("role", ["kinerja_writer", "kinerja_reader"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE kinerja.audit_entries SET action = 'nothing'",
        "DELETE FROM kinerja.audit_entries",
        "TRUNCATE kinerja.audit_entries",
        "UPDATE kinerja.audit_entries_default SET action = 'nothing'",
        "DELETE FROM kinerja.audit_entries_default",
        "DROP TABLE kinerja.audit_entries",
        "ALTER TABLE kinerja.audit_entries DISABLE ROW LEVEL SECURITY",
    ],
)
async def test_the_service_itself_cannot_change_the_trail(
    database_name: str, role: str, change: str
):
    connection = await asyncpg.connect(server_url(role, database_name))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(change)
    finally:
        await connection.close()
