"""Accounts: made, invited, disabled, enabled; their roles and keys."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.access.rules import AccountKind, Role
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from tests.factories.access import bearer, later, member
from tests.factories.world import World
from tests.plugins.service import Api

ACCOUNTS, GRANTS, KEYS = "/v1/accounts", "/v1/grants", "/v1/api-keys"
PERSON = {"login": "Dewi.Lestari", "name": "Dewi Lestari"}


async def test_an_administrator_creates_a_person_who_is_invited(api: Api, world: World):
    made = await api.post(ACCOUNTS, PERSON, by=world.admin)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["login"], body["status"], body["kind"]) == ("dewi.lestari", "invited", "person")
    assert body["allowed_actions"] == ["change", "disable", "grant", "reset_password"]
    assert len(body["code"]) == 23
    read = (await api.get(made.headers["Location"], by=world.agency)).json()
    assert "code" not in read
    assert read["allowed_actions"] == []
    activation = {"tenant": world.code, "login": "dewi.lestari", "code": body["code"]}
    used = await api.post("/v1/activations", {**activation, "password": "kapal-pinisi-7-layar"})
    assert used.status_code == 201, used.text
    taken = await api.post(ACCOUNTS, PERSON, by=world.admin)
    assert (taken.status_code, taken.json()["code"]) == (409, "login_taken")


async def test_an_employee_has_one_account(api: Api, world: World):
    body = {**PERSON, "employee_id": str(world.mayor.employee_id)}
    taken = await api.post(ACCOUNTS, body, by=world.admin)
    assert (taken.status_code, taken.json()["code"]) == (409, "employee_has_account")


@pytest.mark.parametrize("login", ["ab", "a b c", "siti\u0000", "\u0661\u0662\u0663", "-x-y", 7])
async def test_a_strange_login_is_refused(api: Api, world: World, login: Any):
    made = await api.post(ACCOUNTS, {**PERSON, "login": login}, by=world.admin)
    assert made.status_code == 422


async def test_accounts_are_filtered(api: Api, world: World):
    await member(world, "dewi", role=Role.INSPECTORATE)
    await member(world, "mesin", kind=AccountKind.MACHINE)
    await member(world, "tamu", invited=True)

    async def found(**params: Any) -> list[str]:
        page = await api.get(ACCOUNTS, by=world.admin, params=params)
        assert page.status_code == 200, page.text
        return [row["login"] for row in page.json()["items"]]

    assert await found(role="inspectorate") == ["dewi"]
    assert await found(kind="machine") == ["mesin"]
    assert await found(status="invited") == ["tamu"]
    assert await found(q="RAHMA") == ["dewi", "mesin", "tamu"]
    assert await found(q="%") == []
    assert await found(q="esi", kind="machine", sort="-login") == ["mesin"]


async def test_a_change_needs_the_version_and_is_kept_in_the_trail(
    api: Api, world: World, sql: Any
):
    siti = await member(world)
    path = f"{ACCOUNTS}/{siti.account_id}"
    assert (await api.patch(path, {"name": "S"}, by=world.admin)).status_code == 428
    changed = await api.patch(path, {"name": "Siti R"}, by=world.admin, version=1)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await api.patch(path, {"name": "B"}, by=world.admin, version=1)).status_code == 412
    rows = await sql(
        "SELECT before, after, acting_as FROM kinerja.audit_entries"
        " WHERE subject_id = $1 AND action = 'account.changed'",
        siti.account_id,
    )
    assert [row["acting_as"] for row in rows] == ["tenant_administrator"]
    assert "Siti Rahmawati" in rows[0]["before"]


async def test_a_disabled_account_writes_nothing_more_and_reads_no_longer_than_five_seconds(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    agency = world.agency
    assert (await api.get("/v1/units", by=agency)).status_code == 200
    path = f"{ACCOUNTS}/{agency.account_id}"
    gone = await api.post(f"{path}/disablements", {"note": "Pindah tugas"}, by=world.admin)
    assert (gone.status_code, gone.json()["status"]) == (201, "disabled")
    body = {"code": "1", "name": "Dinas", "kind": "dinas", "parent_id": str(world.root)}
    assert (await api.post("/v1/units", body, by=agency)).status_code == 401
    moment = later(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.get("/v1/units", by=agency)).status_code == 401
    back = await api.post(f"{path}/enablements", {}, by=world.admin)
    # No password was ever chosen here, so it is invited again; old tokens stay refused.
    assert (back.status_code, back.json()["status"]) == (201, "invited")
    assert (await api.get("/v1/units", by=agency)).status_code == 401


async def test_a_state_is_left_only_once_and_never_by_oneself(api: Api, world: World):
    siti = await member(world)
    path = f"{ACCOUNTS}/{siti.account_id}"
    both = await asyncio.gather(
        *[api.post(f"{path}/disablements", {}, by=world.admin) for _ in range(2)]
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]
    reset = await api.post(f"{path}/password-resets", {}, by=world.admin)
    assert (reset.status_code, reset.json()["code"]) == (409, "transition_refused")
    back = await api.post(f"{path}/enablements", {}, by=world.admin)
    assert back.json()["status"] == "active"
    again = await api.post(f"{path}/enablements", {}, by=world.admin)
    assert again.json()["code"] == "transition_refused"
    own = f"{ACCOUNTS}/{world.admin.account_id}/disablements"
    refused = await api.post(own, {}, by=world.admin)
    assert (refused.status_code, refused.json()["code"]) == (403, "own_account_refused")


async def test_many_employees_are_invited_at_once(api: Api, world: World, fresh_key: str, sql: Any):
    rows = [
        {"employee_id": str(employee_id), "login": f"P{n:04d}", "name": f"Pegawai {n}"}
        for n, employee_id in enumerate(await world.newcomers(500))
    ]
    path = f"{ACCOUNTS}/invitations"
    body = {"accounts": rows}
    assert (await api.post(path, body, by=world.admin)).json()["code"] == "idempotency_key_required"
    made = await api.post(path, body, by=world.admin, key=fresh_key)
    assert made.status_code == 201, made.text
    items = made.json()["items"]
    assert [item["login"] for item in items] == [row["login"].lower() for row in rows]
    assert len({item["code"] for item in items}) == 500
    again = await api.post(path, body, by=world.admin, key=fresh_key)
    assert again.content == made.content
    stored = await sql(
        "SELECT body FROM kinerja.idempotency_keys WHERE tenant_id = $1", world.tenant_id
    )
    assert items[0]["code"].encode() not in stored[0]["body"]
    used = await api.post(
        "/v1/activations",
        {
            "tenant": world.code,
            "login": "P0499",
            "code": items[499]["code"],
            "password": "kapal-pinisi-7-layar",
        },
    )
    assert used.status_code == 201, used.text


async def test_invitations_are_made_all_or_none(api: Api, world: World, fresh_key: str):
    await member(world, "ada")
    first, second = await world.newcomers(2)
    rows = [
        {"employee_id": str(first), "login": "baru", "name": "Baru"},
        {"employee_id": str(second), "login": "ADA", "name": "Ada"},
        {"employee_id": str(world.mayor.employee_id), "login": "baru", "name": "Wali"},
        {"employee_id": str(new_id()), "login": "hantu", "name": "Hantu"},
    ]
    refused = await api.post(
        f"{ACCOUNTS}/invitations", {"accounts": rows}, by=world.admin, key=fresh_key
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "invitations_refused")
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/accounts/0/login", "/accounts/1/login", "/accounts/2/login", "/accounts/2/employee_id",
        "/accounts/3/employee_id",
    ]  # fmt: skip
    assert refused.json()["errors"][-1]["code"] == "unknown_reference"
    page = await api.get(ACCOUNTS, by=world.admin, params={"q": "baru"})
    assert page.json()["items"] == []


async def test_a_role_is_given_with_dates_and_works_at_once(api: Api, world: World):
    siti = await world.employee("Siti")
    unit = {"code": "1", "name": "Dinas", "kind": "dinas", "parent_id": str(world.root)}
    assert (await api.post("/v1/units", unit, by=siti)).status_code == 403
    body = {
        "account_id": str(siti.account_id),
        "role": "personnel_agency",
        "starts_on": str(world.today),
        "basis": "SK 12/2026",
    }
    assert (await api.post(GRANTS, {**body, "starts_on": None}, by=world.admin)).status_code == 422
    given = await api.post(GRANTS, body, by=world.admin)
    assert given.status_code == 201, given.text
    assert (await api.get(given.headers["Location"], by=world.agency)).json() == given.json()


async def test_a_role_that_needs_a_second_factor_ends_the_sessions_begun_without(
    api: Api, world: World
):
    siti = await world.employee("Siti")
    body = {
        "account_id": str(siti.account_id),
        "role": "tenant_administrator",
        "starts_on": str(world.today),
    }
    assert (await api.post(GRANTS, body, by=world.admin)).status_code == 201
    assert (await api.post("/v1/me/sign-outs", by=siti)).status_code == 401


async def test_an_ended_role_is_refused_at_once_for_writes(api: Api, world: World):
    page = await api.get(
        GRANTS, by=world.admin, params={"account_id": str(world.agency.account_id)}
    )
    (grant,) = page.json()["items"]
    unit = {"code": "1", "name": "Dinas", "kind": "dinas", "parent_id": str(world.root)}
    assert (await api.post("/v1/units", unit, by=world.agency)).status_code == 201
    path = f"{GRANTS}/{grant['id']}/endings"
    ended = await api.post(path, {"note": "Mutasi"}, by=world.admin, version=1)
    yesterday = world.today - dt.timedelta(days=1)
    assert (ended.status_code, ended.json()["ends_on"]) == (201, str(yesterday))
    refused = await api.post("/v1/units", {**unit, "code": "2"}, by=world.agency)
    assert refused.status_code == 403
    later_end = await api.post(path, {"ends_on": str(world.today)}, by=world.admin)
    assert (later_end.status_code, later_end.json()["code"]) == (422, "grant_dates_refused")
    assert (await api.post(path, {}, by=world.admin, version=1)).status_code == 412


async def test_a_role_that_begins_today_can_be_withdrawn_today(api: Api, world: World):
    siti = await member(world)
    body = {"account_id": str(siti.account_id), "role": "inspectorate"}
    given = await api.post(GRANTS, {**body, "starts_on": str(world.today)}, by=world.admin)
    ended = await api.post(f"{given.headers['Location']}/endings", {}, by=world.admin)
    assert ended.status_code == 201, ended.text
    held = {"account_id": str(siti.account_id), "on": str(world.today)}
    assert (await api.get(GRANTS, by=world.admin, params=held)).json()["items"] == []


async def test_nobody_grants_himself_nor_an_operator_nor_a_stranger(
    api: Api, world: World, other_world: World
):
    siti = await member(world)

    async def give(account_id: object, role: str, **changes: Any) -> tuple[int, str]:
        body = {"account_id": str(account_id), "role": role, "starts_on": "2026-01-01", **changes}
        answer = await api.post(GRANTS, body, by=world.admin)
        return answer.status_code, answer.json()["code"]

    own = world.admin.account_id
    assert await give(own, "personnel_agency") == (403, "own_account_refused")
    assert await give(siti.account_id, "system_operator") == (422, "role_not_grantable")
    assert await give(siti.account_id, "employee") == (422, "role_not_grantable")
    stranger = other_world.agency.account_id
    assert await give(stranger, "inspectorate") == (422, "unknown_reference")
    early = {"ends_on": "2025-12-31"}
    assert await give(siti.account_id, "inspectorate", **early) == (422, "grant_dates_refused")


async def test_of_two_equal_grants_at_once_one_is_kept(api: Api, world: World):
    siti = await member(world)
    unit = str(await world.unit("Dinas"))
    body = {"account_id": str(siti.account_id), "role": "inspectorate", "starts_on": "2026-01-01"}
    for place in (None, unit):
        made = await asyncio.gather(
            *[api.post(GRANTS, {**body, "unit_id": place}, by=world.admin) for _ in range(4)]
        )
        assert sorted(answer.status_code for answer in made) == [201, 409, 409, 409]
        assert {a.json()["code"] for a in made if a.status_code == 409} == {"grant_overlaps"}
    other = {**body, "role": "complaints_officer"}
    assert (await api.post(GRANTS, other, by=world.admin)).status_code == 201


async def test_a_role_is_given_again_once_it_has_ended_or_was_withdrawn(api: Api, world: World):
    siti = await member(world)
    body = {
        "account_id": str(siti.account_id), "role": "inspectorate", "starts_on": "2026-03-01",
        "ends_on": "2026-03-31",
    }  # fmt: skip
    first = await api.post(GRANTS, body, by=world.admin)
    for days in [("2026-03-31", None), ("2026-02-01", "2026-03-01"), ("2026-03-10", "2026-03-11")]:
        refused = await api.post(
            GRANTS, {**body, "starts_on": days[0], "ends_on": days[1]}, by=world.admin
        )
        assert (refused.status_code, refused.json()["code"]) == (409, "grant_overlaps")
    following = {**body, "starts_on": "2026-04-01", "ends_on": None}
    assert (await api.post(GRANTS, following, by=world.admin)).status_code == 201
    ending = {"ends_on": "2026-02-28"}
    withdrawn = await api.post(f"{first.headers['Location']}/endings", ending, by=world.admin)
    assert withdrawn.status_code == 201, withdrawn.text
    assert (await api.post(GRANTS, body, by=world.admin)).status_code == 201


async def test_an_account_and_a_grant_name_what_is_there(
    api: Api, world: World, other_world: World
):
    siti = await member(world)
    (stranger,) = await other_world.newcomers()
    for employee_id in (new_id(), stranger):
        body = {**PERSON, "employee_id": str(employee_id)}
        refused = await api.post(ACCOUNTS, body, by=world.admin)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")
        assert refused.json()["errors"][0]["pointer"] == "/employee_id"
    grant = {"account_id": str(siti.account_id), "role": "inspectorate", "starts_on": "2026-01-01"}
    for unit_id in (new_id(), other_world.root):
        refused = await api.post(GRANTS, {**grant, "unit_id": str(unit_id)}, by=world.admin)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")
        assert refused.json()["errors"][0]["pointer"] == "/unit_id"


async def test_a_machine_calls_with_a_key_that_is_shown_once(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    machine = await member(world, "simpeg", kind=AccountKind.MACHINE, role=Role.PERSONNEL_AGENCY)
    path = f"{ACCOUNTS}/{machine.account_id}/api-keys"
    last = clock.now().date() + dt.timedelta(days=30)
    body = {"name": "SIMPEG", "expires_on": str(last)}
    made = await api.post(path, body, by=world.admin)
    assert made.status_code == 201, made.text
    key = made.json()["key"]
    assert (await api.get("/v1/units", headers=bearer(key))).status_code == 200
    unit = {"code": "1", "name": "Dinas", "kind": "dinas", "parent_id": str(world.root)}
    assert (await api.post("/v1/units", unit, headers=bearer(key))).status_code == 201
    params = {"account_id": str(machine.account_id)}
    listed = await api.get(KEYS, by=world.admin, params=params)
    (row,) = listed.json()["items"]
    assert key not in listed.text
    assert (row["hint"], row["last_used_on"]) == (key[-4:], str(clock.now().date()))
    rows = await sql("SELECT after FROM kinerja.audit_entries WHERE subject_id::text = $1",
                     row["id"])  # fmt: skip
    assert key not in str(rows)
    revoked = await api.post(f"{KEYS}/{row['id']}/revocations", by=world.admin)
    assert revoked.status_code == 201, revoked.text
    again = await api.post(f"{KEYS}/{row['id']}/revocations", by=world.admin)
    assert again.json()["code"] == "transition_refused"
    refused = await api.post("/v1/units", {**unit, "code": "2"}, headers=bearer(key))
    assert refused.status_code == 401
    moment = later(seconds=6)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.get("/v1/units", headers=bearer(key))).status_code == 401


async def test_a_key_over_its_last_day_is_refused(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    machine = await member(world, "simpeg", kind=AccountKind.MACHINE, role=Role.PERSONNEL_AGENCY)
    path = f"{ACCOUNTS}/{machine.account_id}/api-keys"
    body = {"name": "SIMPEG", "expires_on": str(clock.now().date())}
    key = (await api.post(path, body, by=world.admin)).json()["key"]
    assert (await api.get("/v1/units", headers=bearer(key))).status_code == 200
    moment = later(days=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.get("/v1/units", headers=bearer(key))).status_code == 401


async def test_keys_are_for_machines_and_for_a_year_at_most(api: Api, world: World):
    siti, machine = await member(world), await member(world, "m-1", kind=AccountKind.MACHINE)
    today = clock.now().date()
    body = {"name": "X", "expires_on": str(today)}
    refused = await api.post(f"{ACCOUNTS}/{siti.account_id}/api-keys", body, by=world.admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_machine")
    for days in (-1, 367):
        body["expires_on"] = str(today + dt.timedelta(days=days))
        path = f"{ACCOUNTS}/{machine.account_id}/api-keys"
        refused = await api.post(path, body, by=world.admin)
        assert (refused.status_code, refused.json()["code"]) == (422, "key_lifetime_refused")
    path = f"{ACCOUNTS}/{machine.account_id}/password-resets"
    refused = await api.post(path, {}, by=world.admin)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_person")


async def test_strangers_see_no_account_grant_or_key(api: Api, world: World, other_world: World):
    siti = await member(world)
    account = f"{ACCOUNTS}/{siti.account_id}"
    page = await api.get(GRANTS, by=world.admin)
    grant = f"{GRANTS}/{page.json()['items'][0]['id']}"
    stranger = other_world.admin
    for path in (account, grant, f"{KEYS}/{new_id()}"):
        assert (await api.get(path, by=stranger)).status_code == 404
    for path in (
        f"{account}/disablements",
        f"{account}/enablements",
        f"{account}/password-resets",
        f"{grant}/endings",
    ):
        assert (await api.post(path, {}, by=stranger)).status_code == 404
    body = {"name": "X", "expires_on": str(clock.now().date())}
    assert (await api.post(f"{account}/api-keys", body, by=stranger)).status_code == 404
    assert (await api.patch(account, {"name": "X"}, by=stranger, version=1)).status_code == 404
    assert (await api.post(f"{account}/disablements", {}, by=world.agency)).status_code == 403
    assert (await api.get(ACCOUNTS, by=world.mayor)).status_code == 403


async def test_an_administrator_cannot_reset_his_own_password(api: Api, world: World):
    """Else a stolen token alone would become the account, second factor included."""
    own = f"{ACCOUNTS}/{world.admin.account_id}"
    refused = await api.post(f"{own}/password-resets", {"second_factor": True}, by=world.admin)
    assert (refused.status_code, refused.json()["code"]) == (403, "own_account_refused")
    assert (await api.get(own, by=world.admin)).json()["allowed_actions"] == ["change"]


async def test_a_machine_is_no_employee(api: Api, world: World):
    body = {**PERSON, "kind": "machine", "employee_id": str(new_id())}
    refused = await api.post(ACCOUNTS, body, by=world.admin)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "machine_is_nobody")


async def test_a_grant_for_one_unit_gives_nothing_of_the_whole_government(api: Api, world: World):
    unit = await world.unit("Dinas")
    admin = await world.officer("Admin", Role.TENANT_ADMINISTRATOR, unit=unit)
    grant = {"account_id": str(world.mayor.account_id), "starts_on": "2026-01-01"}
    tried = [
        await api.get(ACCOUNTS, by=admin),
        await api.post(ACCOUNTS, PERSON, by=admin),
        await api.post(GRANTS, {**grant, "role": "tenant_administrator"}, by=admin),
        await api.patch("/v1/tenant", {"name": "Lain"}, by=admin, version=1),
    ]
    agency = await world.officer("Kepegawaian", Role.PERSONNEL_AGENCY, unit=unit)
    period = {"code": "2031", "kind": "year", "starts_on": "2031-01-01", "ends_on": "2031-12-31"}
    tried += [
        await api.get(ACCOUNTS, by=agency),
        await api.post("/v1/periods", period, by=agency),
        await api.post("/v1/periods/years", {"year": 2031}, by=agency),
    ]
    assert {answer.json()["code"] for answer in tried} == {"permission_denied"}


async def test_a_role_ended_many_times_at_once_ends_once(api: Api, world: World, sql: Any):
    siti = await member(world, role=Role.INSPECTORATE)
    listed = await api.get(GRANTS, by=world.admin, params={"account_id": str(siti.account_id)})
    grant_id = listed.json()["items"][0]["id"]
    path = f"{GRANTS}/{grant_id}/endings"
    ended = await asyncio.gather(*[api.post(path, {}, by=world.admin) for _ in range(4)])
    assert {answer.json()["version"] for answer in ended} == {2}
    entries = await sql(
        "SELECT 1 FROM kinerja.audit_entries WHERE action = 'grant.ended' AND tenant_id = $1",
        world.tenant_id,
    )
    assert len(entries) == 1
