"""Governments: made by operators, kept apart, settings by their own administrators."""

import uuid
from typing import Any

import asyncpg
import pytest

from kinerja_api.access.commands.bootstrap import create_tenant
from kinerja_api.access.rules import SYSTEM_TENANT, Role
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from tests.factories.access import later
from tests.factories.world import Person, World
from tests.plugins.service import Api

TENANTS = "/v1/tenants"


@pytest.fixture
async def operator(world: World) -> Person:
    """An operator; every tenant can hold one in these tests."""
    return await world.officer("Operator", Role.SYSTEM_OPERATOR)


def salatiga(**changes: Any) -> dict[str, Any]:
    return {
        "code": f"salatiga-{uuid.uuid4().hex[:8]}",
        "name": "Pemerintah Kota Salatiga",
        "time_zone": "Asia/Jakarta",
        "administrator": {"login": "admin", "name": "Tri Wahyuni"},
        **changes,
    }


async def test_a_new_government_has_an_administrator_with_a_code(
    api: Api, operator: Person, fresh_key: str, sql: Any
):
    body = salatiga()
    missing = await api.post(TENANTS, body, by=operator)
    assert missing.json()["code"] == "idempotency_key_required"
    made = await api.post(TENANTS, body, by=operator, key=fresh_key)
    assert made.status_code == 201, made.text
    again = await api.post(TENANTS, body, by=operator, key=fresh_key)
    assert again.content == made.content
    first = made.json()["administrator"]
    used = await api.post(
        "/v1/activations",
        {
            "tenant": body["code"],
            "login": "admin",
            "code": first["code"],
            "password": "kapal-pinisi-7-layar",
        },
    )
    assert used.status_code == 201, used.text
    assert used.json()["second_factor"] is not None
    rows = await sql(
        "SELECT action, account_id FROM kinerja.audit_entries WHERE tenant_id::text = $1"
        " ORDER BY id",
        made.json()["id"],
    )
    assert [row["action"] for row in rows[:4]] == [
        "tenant.created", "account.created", "grant.given", "code.issued",
    ]  # fmt: skip
    assert rows[0]["account_id"] == operator.account_id
    taken = await api.post(TENANTS, body, by=operator, key=f"{fresh_key}-2")
    assert (taken.status_code, taken.json()["code"]) == (409, "tenant_code_taken")
    seen = await api.get(made.headers["Location"], by=operator)
    assert seen.json()["code"] == body["code"]


@pytest.mark.parametrize(
    "change",
    [{"code": "Salatiga"}, {"code": "-x"}, {"time_zone": "Europe/Paris"}, {"administrator": None}],
)
async def test_a_government_that_does_not_fit_is_refused(
    api: Api, operator: Person, fresh_key: str, change: dict[str, Any]
):
    refused = await api.post(TENANTS, salatiga(**change), by=operator, key=fresh_key)
    assert refused.status_code == 422


async def test_a_government_switched_off_lets_nobody_in(
    api: Api, operator: Person, other_world: World, monkeypatch: pytest.MonkeyPatch
):
    agency = other_world.agency
    assert (await api.get("/v1/units", by=agency)).status_code == 200
    path = f"{TENANTS}/{other_world.tenant_id}"
    off = await api.patch(path, {"is_active": False}, by=operator, version=1)
    assert (off.status_code, off.json()["is_active"]) == (200, False)
    body = {"code": "1", "name": "D", "kind": "dinas", "parent_id": str(other_world.root)}
    assert (await api.post("/v1/units", body, by=agency)).status_code == 401
    moment = later(seconds=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.get("/v1/units", by=agency)).status_code == 401
    stale = await api.patch(path, {"is_active": True}, by=operator, version=1)
    assert stale.status_code == 412
    back = await api.patch(path, {"is_active": True}, by=operator, version=2)
    assert back.status_code == 200
    assert (await api.get("/v1/units", by=agency)).status_code == 200


async def test_the_operators_own_tenant_stays_active(
    api: Api, operator: Person, database: Database
):
    try:
        async with database.write(new_id()) as writing:
            system = await create_tenant(
                writing, code=SYSTEM_TENANT, name="Sistem", time_zone="Asia/Jakarta"
            )
    except asyncpg.UniqueViolationError:
        pages = await api.get(TENANTS, by=operator, params={"limit": 200, "sort": "-code"})
        system = next(row["id"] for row in pages.json()["items"] if row["code"] == SYSTEM_TENANT)
    refused = await api.patch(f"{TENANTS}/{system}", {"is_active": False}, by=operator, version=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "system_tenant_fixed")


async def test_an_administrator_keeps_the_settings_of_his_own_government(
    api: Api, world: World, other_world: World
):
    own = await api.get("/v1/tenant", by=world.admin)
    assert (own.status_code, own.json()["code"]) == (200, world.code)
    changed = await api.patch(
        "/v1/tenant", {"name": "Kota Baru", "time_zone": "Asia/Makassar"}, by=world.admin, version=1
    )
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (await api.get("/v1/tenant", by=other_world.admin)).json()["name"] != "Kota Baru"
    refused = await api.patch("/v1/tenant", {"is_active": False}, by=world.admin, version=2)
    assert refused.status_code == 422
    for path in (TENANTS, f"{TENANTS}/{other_world.tenant_id}"):
        assert (await api.get(path, by=world.admin)).status_code == 403
    assert (await api.get("/v1/tenant", by=world.agency)).status_code == 403


async def test_an_operator_sees_no_data_of_a_government(api: Api, operator: Person):
    for path in ("/v1/units", "/v1/accounts", "/v1/grants", "/v1/tenant"):
        assert (await api.get(path, by=operator)).status_code == 403
