"""Sign-in: who gets in, what the others learn (nothing), and how often they may try."""

import asyncio
import datetime as dt
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from pwdlib.hashers.argon2 import Argon2Hasher
from pyotp.totp import TOTP

from kinerja_api.access.commands import sign_in
from kinerja_api.access.rules import AccountKind, Role
from kinerja_api.core import clock
from tests.factories.access import PASSWORD, bearer, later, member
from tests.factories.world import World
from tests.plugins.service import Api

SESSIONS = "/v1/sessions"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def test_the_right_password_opens_a_session_whose_token_works(api: Api, world: World):
    siti = await member(world)
    answer = await api.post(SESSIONS, siti.sign_in(login="SITI"))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert body["account"]["id"] == str(siti.account_id)
    assert "password" not in answer.text
    officer = await member(world, "budi", role=Role.INSPECTORATE)
    body = (await api.post(SESSIONS, officer.sign_in())).json()
    assert body["account"]["roles"] == ["inspectorate"]
    listed = await api.get("/v1/me/sessions", headers=bearer(body["access_token"]))
    assert [(row["id"], row["is_current"]) for row in listed.json()["items"]] == [
        (body["session_id"], True)
    ]


async def test_nobody_learns_which_logins_exist(api: Api, world: World, sql: Any):
    siti = await member(world)
    await member(world, "dewi", invited=True)
    await member(world, "mesin", kind=AccountKind.MACHINE)
    gone = await member(world, "gone")
    await sql(
        "UPDATE kinerja.accounts SET status = 'disabled' WHERE tenant_id = $1 AND id = $2",
        world.tenant_id, gone.account_id,
    )  # fmt: skip
    tries = [
        siti.sign_in(password="salah-sama-sekali"),
        siti.sign_in(login="tidak-ada"),
        siti.sign_in(login="dewi"),
        siti.sign_in(login="mesin"),
        siti.sign_in(login="gone"),
        siti.sign_in(tenant="kota-tak-ada"),
    ]
    answers = [await api.post(SESSIONS, body) for body in tries]
    assert {answer.status_code for answer in answers} == {401}
    seen = [{**answer.json(), "instance": ""} for answer in answers]
    assert all(body == seen[0] for body in seen)
    assert seen[0]["code"] == "sign_in_refused"


async def test_an_unknown_login_costs_a_password_check(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    checked: list[str | None] = []

    async def spy(plain: str, stored: str | None) -> bool:
        checked.append(stored)
        return False

    monkeypatch.setattr(sign_in, "verify_password", spy)
    siti = await member(world)
    for body in (siti.sign_in(), siti.sign_in(login="x"), siti.sign_in(tenant="tak-ada")):
        assert (await api.post(SESSIONS, body)).status_code == 401
    assert [stored is None for stored in checked] == [False, True, True]


async def test_an_account_is_throttled_even_for_the_right_password_until_the_window_ends(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    siti = await member(world)
    for _ in range(10):
        wrong = await api.post(SESSIONS, siti.sign_in(password="salah-sama-sekali"))
        assert wrong.status_code == 401
    refused = await api.post(SESSIONS, siti.sign_in())
    assert (refused.status_code, refused.json()["code"]) == (429, "sign_in_throttled")
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert (await api.post(SESSIONS, siti.sign_in(login="lain"))).status_code == 401
    moment = later(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert (await api.post(SESSIONS, siti.sign_in())).status_code == 201


async def test_many_guesses_at_once_get_no_more_than_the_limit(api: Api, world: World, sql: Any):
    siti = await member(world)
    wrong = siti.sign_in(password="salah-sama-sekali")
    answers = await asyncio.gather(*[api.post(SESSIONS, wrong) for _ in range(16)])
    codes = [answer.status_code for answer in answers]
    assert codes.count(401) == 10
    assert codes.count(429) == 6


async def test_an_address_is_throttled_over_all_logins(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    async def never(plain: str, stored: str | None) -> bool:
        return False

    monkeypatch.setattr(sign_in, "verify_password", never)
    siti = await member(world)
    for number in range(100):
        assert (await api.post(SESSIONS, siti.sign_in(login=f"x{number}"))).status_code == 401
    refused = await api.post(SESSIONS, siti.sign_in(login="y"))
    assert (refused.status_code, refused.json()["code"]) == (429, "sign_in_throttled")


async def test_a_success_forgets_the_failures_of_the_account(api: Api, world: World):
    siti = await member(world)
    for _ in range(2):
        for _ in range(9):
            await api.post(SESSIONS, siti.sign_in(password="salah-sama-sekali"))
        assert (await api.post(SESSIONS, siti.sign_in())).status_code == 201


async def test_a_second_factor_is_demanded_and_each_code_works_once(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    admin = await member(world, "admin", role=Role.TENANT_ADMINISTRATOR, totp_secret=SECRET)
    asked = await api.post(SESSIONS, admin.sign_in())
    assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_required")
    wrong = await api.post(SESSIONS, admin.sign_in(otp="000000"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in_refused")
    code = TOTP(SECRET).at(clock.now())
    both = await asyncio.gather(*[api.post(SESSIONS, admin.sign_in(otp=code)) for _ in range(2)])
    assert sorted(answer.status_code for answer in both) == [201, 401]
    again = await api.post(SESSIONS, admin.sign_in(otp=code))
    assert (again.status_code, again.json()["code"]) == (401, "sign_in_refused")
    moment = later(seconds=60)
    monkeypatch.setattr(clock, "now", lambda: moment)
    fresh = TOTP(SECRET).at(moment)
    assert (await api.post(SESSIONS, admin.sign_in(otp=fresh))).status_code == 201


async def test_a_wrong_password_never_asks_for_the_second_factor(api: Api, world: World):
    admin = await member(world, "admin", totp_secret=SECRET)
    wrong = await api.post(SESSIONS, admin.sign_in(password="salah-sama-sekali"))
    assert wrong.json()["code"] == "sign_in_refused"


async def test_a_role_that_needs_a_second_factor_does_not_get_in_without(api: Api, world: World):
    admin = await member(world, "admin", role=Role.TENANT_ADMINISTRATOR)
    refused = await api.post(SESSIONS, admin.sign_in())
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_missing")


async def test_a_weakly_hashed_password_is_hashed_anew(api: Api, world: World, sql: Any):
    siti = await member(world)
    old = Argon2Hasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    await sql("UPDATE kinerja.accounts SET password_hash = $1 WHERE id = $2", old, siti.account_id)
    assert (await api.post(SESSIONS, siti.sign_in())).status_code == 201
    rows = await sql("SELECT password_hash FROM kinerja.accounts WHERE id = $1", siti.account_id)
    assert "m=19456,t=2" in rows[0]["password_hash"]


@pytest.mark.parametrize(
    "change",
    [
        {"password": "\u0000" * 12},
        {"password": "x" * 1025},
        {"password": ""},
        {"password": None},
        {"login": "a\u0000b"},
        {"tenant": ["x"]},
        {"otp": "\u0661\u0662\u0663\u0664\u0665\u0666"},
        {"otp": 123456},
        {"more": 1},
    ],
)
async def test_hostile_input_is_refused(api: Api, world: World, change: dict[str, Any]):
    siti = await member(world)
    assert (await api.post(SESSIONS, siti.sign_in(**change))).status_code in (401, 422)


async def test_a_lone_surrogate_is_no_password(api: Api, world: World):
    siti = await member(world)
    body = json.dumps(siti.sign_in(password="PASSWORD"))
    content = body.replace("PASSWORD", "\\ud800aaaaaaaaaaaaa").encode()
    headers = {"Content-Type": "application/json"}
    answer = await api.call("POST", SESSIONS, content=content, headers=headers)
    assert answer.status_code in (400, 401, 422)


async def test_the_trail_knows_who_signed_in_but_no_secret(api: Api, world: World, sql: Any):
    siti = await member(world)
    body = (await api.post(SESSIONS, siti.sign_in())).json()
    rows = await sql(
        "SELECT account_id, action, after FROM kinerja.audit_entries WHERE subject_id::text = $1",
        body["session_id"],
    )
    assert [(row["account_id"], row["action"]) for row in rows] == [
        (siti.account_id, "session.started")
    ]
    assert body["refresh_token"] not in str(rows)


async def test_the_published_keys_verify_the_tokens(api: Api, world: World):
    siti = await member(world)
    token = (await api.post(SESSIONS, siti.sign_in())).json()["access_token"]
    answer = await api.get("/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    claims = jwt.decode(token, KeySet.import_key_set(answer.json()), ["RS256"]).claims
    assert claims["sub"] == str(siti.account_id)
    assert dt.timedelta(seconds=claims["exp"] - claims["iat"]) == dt.timedelta(minutes=15)
