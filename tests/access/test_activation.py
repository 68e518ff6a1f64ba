"""One-time codes, passwords and second factors of one's own account."""

import asyncio
import datetime as dt
from typing import Any

import pyotp
import pytest
from pyotp.totp import TOTP

from kinerja_api.access.rules import CodePurpose, Role
from kinerja_api.core import clock
from tests.factories.access import PASSWORD, Member, bearer, code_for, later, member
from tests.factories.world import World
from tests.plugins.service import Api

ACTIVATIONS = "/v1/activations"
NEW = "kapal-pinisi-berlayar-7"


def activation(someone: Member, code: str, **changes: Any) -> dict[str, Any]:
    body = {"tenant": someone.tenant, "login": someone.login, "code": code, "password": NEW}
    return {**body, **changes}


async def headers_of(api: Api, someone: Member, **changes: Any) -> dict[str, str]:
    answer = await api.post("/v1/sessions", someone.sign_in(**changes))
    assert answer.status_code == 201, answer.text
    return bearer(answer.json()["access_token"])


async def test_an_invited_person_chooses_a_password_and_signs_in(api: Api, world: World):
    siti = await member(world, invited=True)
    code = await code_for(world, siti)
    answer = await api.post(ACTIVATIONS, activation(siti, code.lower().replace("-", " ")))
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "account_id": str(siti.account_id), "login": "siti", "second_factor": None,
    }  # fmt: skip
    await headers_of(api, siti, password=NEW)


@pytest.mark.parametrize("purpose", list(CodePurpose))
async def test_a_code_works_once_also_for_two_at_the_same_instant(
    api: Api, world: World, purpose: CodePurpose
):
    siti = await member(world, invited=purpose is CodePurpose.ACTIVATION)
    code = await code_for(world, siti, purpose)
    bodies = [activation(siti, code, password=f"{NEW}-{number}") for number in range(4)]
    answers = await asyncio.gather(*[api.post(ACTIVATIONS, body) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    refused = await api.post(ACTIVATIONS, activation(siti, code))
    assert refused.json()["code"] == "code_refused"


async def test_a_repeat_with_the_same_key_shows_the_second_factor_again(
    api: Api, world: World, fresh_key: str, sql: Any
):
    admin = await member(world, "admin", role=Role.TENANT_ADMINISTRATOR, invited=True)
    code = await code_for(world, admin)
    first = await api.post(ACTIVATIONS, activation(admin, code), key=fresh_key)
    again = await api.post(ACTIVATIONS, activation(admin, code), key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)
    factor = first.json()["second_factor"]
    assert pyotp.parse_uri(factor["otpauth_uri"]).name == "admin"
    rows = await sql("SELECT body FROM kinerja.idempotency_keys WHERE tenant_id = $1",
                     world.tenant_id)  # fmt: skip
    assert factor["secret"].encode() not in rows[0]["body"]
    rows = await sql("SELECT totp_secret FROM kinerja.accounts WHERE id = $1", admin.account_id)
    assert factor["secret"].encode() not in rows[0]["totp_secret"]


async def test_the_first_right_code_confirms_the_second_factor(api: Api, world: World, sql: Any):
    admin = await member(world, "admin", role=Role.TENANT_ADMINISTRATOR, invited=True)
    answer = await api.post(ACTIVATIONS, activation(admin, await code_for(world, admin)))
    otp = TOTP(answer.json()["second_factor"]["secret"]).at(clock.now())
    without = await api.post("/v1/sessions", admin.sign_in(password=NEW))
    assert without.json()["code"] == "second_factor_required"
    await headers_of(api, admin, password=NEW, otp=otp)
    rows = await sql(
        "SELECT totp_confirmed_at FROM kinerja.accounts WHERE id = $1", admin.account_id
    )
    assert rows[0]["totp_confirmed_at"] is not None


async def test_wrong_late_and_strange_codes_are_refused_alike(
    api: Api, world: World, other_world: World, monkeypatch: pytest.MonkeyPatch
):
    siti, budi = await member(world, invited=True), await member(world, "budi", invited=True)
    code, other = await code_for(world, siti), await code_for(world, budi)
    tries = [
        activation(siti, "AAAAA-AAAAA-AAAAA-AAAAA"),
        activation(siti, other),
        activation(siti, code, login="tidak-ada"),
        activation(siti, code, tenant=other_world.code),
        activation(siti, code, tenant="tak-ada"),
    ]
    answers = [await api.post(ACTIVATIONS, body) for body in tries]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {(422, "code_refused")}
    moment = later(days=31)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.post(ACTIVATIONS, activation(siti, code))).json()["code"] == "code_refused"


async def test_guessing_codes_is_throttled(api: Api, world: World):
    siti = await member(world, invited=True)
    code = await code_for(world, siti)
    for _ in range(10):
        assert (await api.post(ACTIVATIONS, activation(siti, "AAAAA"))).status_code == 422
    assert (await api.post(ACTIVATIONS, activation(siti, code))).status_code == 429


@pytest.mark.parametrize("password", ["pendek", "password123456", "siti-rahmawati-99", "x" * 200])
async def test_a_weak_password_does_not_use_the_code_up(api: Api, world: World, password: str):
    siti = await member(world, invited=True)
    code = await code_for(world, siti)
    weak = await api.post(ACTIVATIONS, activation(siti, code, password=password))
    assert (weak.status_code, weak.json()["code"]) == (422, "password_too_weak")
    assert (await api.post(ACTIVATIONS, activation(siti, code))).status_code == 201


async def test_a_disabled_account_is_not_activated(api: Api, world: World):
    siti = await member(world, invited=True)
    code = await code_for(world, siti)
    path = f"/v1/accounts/{siti.account_id}/disablements"
    assert (await api.post(path, {}, by=world.admin)).status_code == 201
    assert (await api.post(ACTIVATIONS, activation(siti, code))).json()["code"] == "code_refused"


async def test_a_reset_gives_a_new_password_and_ends_all_sessions(api: Api, world: World):
    siti = await member(world)
    before = await headers_of(api, siti)
    path = f"/v1/accounts/{siti.account_id}/password-resets"
    first = (await api.post(path, {}, by=world.admin)).json()["code"]
    answer = await api.post(path, {}, by=world.admin)
    assert answer.status_code == 201, answer.text
    await headers_of(api, siti)
    # The later code voids the earlier one.
    assert (await api.post(ACTIVATIONS, activation(siti, first))).status_code == 422
    code = answer.json()["code"]
    assert (await api.post(ACTIVATIONS, activation(siti, code))).status_code == 201
    assert (await api.post("/v1/me/sign-outs", headers=before)).status_code == 401
    assert (await api.post("/v1/sessions", siti.sign_in())).status_code == 401
    await headers_of(api, siti, password=NEW)


async def test_a_lost_second_factor_is_replaced_with_a_reset(api: Api, world: World):
    secret = pyotp.random_base32()
    admin = await member(world, "wakil", role=Role.TENANT_ADMINISTRATOR, totp_secret=secret)
    path = f"/v1/accounts/{admin.account_id}/password-resets"
    kept = (await api.post(path, {}, by=world.admin)).json()["code"]
    answer = await api.post(ACTIVATIONS, activation(admin, kept))
    assert answer.json()["second_factor"] is None
    lost = (await api.post(path, {"second_factor": True}, by=world.admin)).json()["code"]
    answer = await api.post(ACTIVATIONS, activation(admin, lost, password=NEW + "9"))
    assert answer.json()["second_factor"]["secret"] != secret


async def test_changing_the_password_ends_the_other_sessions_only(api: Api, world: World):
    siti = await member(world)
    here, there = await headers_of(api, siti), await headers_of(api, siti)
    path = "/v1/me/password-changes"
    body = {"current_password": PASSWORD, "new_password": NEW}
    wrong = await api.post(path, {**body, "current_password": "salah"}, headers=here)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "credential_wrong")
    assert wrong.json()["errors"][0]["pointer"] == "/current_password"
    weak = await api.post(path, {**body, "new_password": "siti12345678"}, headers=here)
    assert weak.json()["code"] == "password_too_weak"
    assert (await api.post(path, body, headers=here)).status_code == 204
    assert (await api.post("/v1/me/sign-outs", headers=there)).status_code == 401
    listed = await api.get("/v1/me/sessions", headers=here)
    assert len(listed.json()["items"]) == 1
    await headers_of(api, siti, password=NEW)


async def test_of_two_changes_at_once_one_wins(api: Api, world: World):
    siti = await member(world)
    here = await headers_of(api, siti)
    bodies = [{"current_password": PASSWORD, "new_password": f"{NEW}-{n}"} for n in range(2)]
    answers = await asyncio.gather(
        *[api.post("/v1/me/password-changes", body, headers=here) for body in bodies]
    )
    assert sorted(answer.status_code for answer in answers) == [204, 422]


async def test_a_stolen_token_gets_no_more_guesses_than_a_stranger(api: Api, world: World):
    siti = await member(world)
    here = await headers_of(api, siti)
    body = {"current_password": "salah", "new_password": NEW}
    codes = [
        (await api.post("/v1/me/password-changes", body, headers=here)).status_code
        for _ in range(11)
    ]
    assert codes == [422] * 10 + [429]


async def test_a_second_factor_is_enrolled_confirmed_and_replaced_by_its_holder_only(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    siti = await member(world)
    here = await headers_of(api, siti)
    factors, confirmations = "/v1/me/second-factors", "/v1/me/second-factors/confirmations"
    given = await api.post(factors, {"password": PASSWORD}, headers=here)
    assert given.status_code == 201, given.text
    totp = TOTP(given.json()["secret"])
    # Not demanded before it is confirmed.
    await headers_of(api, siti)
    assert (await api.post(confirmations, {"otp": "000000"}, headers=here)).status_code == 422
    otp = totp.at(clock.now())
    done = await api.post(confirmations, {"otp": otp}, headers=here)
    assert done.status_code == 201, done.text
    asked = await api.post("/v1/sessions", siti.sign_in())
    assert asked.json()["code"] == "second_factor_required"
    for body in ({"password": PASSWORD}, {"password": PASSWORD, "otp": otp}):
        refused = await api.post(factors, body, headers=here)
        assert refused.json()["errors"][0]["pointer"] == "/otp"
    moment = clock.now() + dt.timedelta(seconds=60)
    monkeypatch.setattr(clock, "now", lambda: moment)
    body = {"password": PASSWORD, "otp": totp.at(moment)}
    assert (await api.post(factors, body, headers=here)).status_code == 201


async def test_a_code_issued_for_a_reset_does_not_activate(api: Api, world: World):
    siti = await member(world, invited=True)
    code = await code_for(world, siti, CodePurpose.PASSWORD_RESET)
    assert (await api.post(ACTIVATIONS, activation(siti, code))).status_code == 422
