"""Refresh tokens: each works once, a lost answer is no theft, a reuse ends the session."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from tests.factories.access import Member, bearer, member
from tests.factories.world import World
from tests.plugins.service import Api

REFRESHES = "/v1/sessions/refreshes"


class Clock:
    """A clock that tests move forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self._now)

    def wait(self, **delta: float) -> None:
        self._now += dt.timedelta(**delta)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def signed_in(api: Api, someone: Member) -> dict[str, Any]:
    answer = await api.post("/v1/sessions", someone.sign_in())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refreshed(api: Api, token: str) -> tuple[int, dict[str, Any]]:
    answer = await api.post(REFRESHES, {"refresh_token": token})
    return answer.status_code, answer.json()


async def test_a_refresh_gives_new_tokens_of_the_same_session(api: Api, world: World, time: Clock):
    siti = await member(world, role=Role.INSPECTORATE)
    first = await signed_in(api, siti)
    time.wait(minutes=20)
    expired = await api.get("/v1/me/sessions", headers=bearer(first["access_token"]))
    assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")
    status, second = await refreshed(api, first["refresh_token"])
    assert status == 201
    assert second["session_id"] == first["session_id"]
    assert second["refresh_token"] != first["refresh_token"]
    listed = await api.get("/v1/me/sessions", headers=bearer(second["access_token"]))
    (row,) = listed.json()["items"]
    assert row["last_used_at"] > row["created_at"]


async def test_a_lost_answer_may_be_asked_for_again_within_a_minute(
    api: Api, world: World, time: Clock
):
    first = await signed_in(api, await member(world))
    status, lost = await refreshed(api, first["refresh_token"])
    time.wait(seconds=59)
    status, again = await refreshed(api, first["refresh_token"])
    assert status == 201
    time.wait(days=1)
    assert (await refreshed(api, again["refresh_token"]))[0] == 201
    # The lost answer was replaced together with the one that came.
    time.wait(seconds=61)
    status, problem = await refreshed(api, lost["refresh_token"])
    assert (status, problem["code"]) == (401, "refresh_token_reused")


@pytest.mark.parametrize("is_used", [True, False])
async def test_a_reuse_ends_the_session_for_both(
    api: Api, world: World, time: Clock, sql: Any, *, is_used: bool
):
    first = await signed_in(api, await member(world))
    newest = (await refreshed(api, first["refresh_token"]))[1]
    if is_used:
        newest = (await refreshed(api, newest["refresh_token"]))[1]
    else:
        time.wait(seconds=61)
    status, problem = await refreshed(api, first["refresh_token"])
    assert (status, problem["code"]) == (401, "refresh_token_reused")
    status, problem = await refreshed(api, newest["refresh_token"])
    assert (status, problem["code"]) == (401, "refresh_token_invalid")
    rows = await sql(
        "SELECT action, reason FROM kinerja.audit_entries"
        " WHERE subject_id::text = $1 ORDER BY at, id",
        first["session_id"],
    )
    assert [tuple(row) for row in rows][1:] == [("session.ended", "refresh_token_reused")]


async def test_parallel_refreshes_all_work_and_keep_the_session(
    api: Api, world: World, time: Clock, sql: Any
):
    first = await signed_in(api, await member(world))
    answers = await asyncio.gather(*[refreshed(api, first["refresh_token"]) for _ in range(8)])
    assert {status for status, _ in answers} == {201}
    unused = await sql(
        "SELECT count(*) FROM kinerja.refresh_tokens"
        " WHERE session_id::text = $1 AND replaced_at IS NULL",
        first["session_id"],
    )
    assert unused[0]["count"] == 8
    time.wait(minutes=5)
    assert (await refreshed(api, answers[3][1]["refresh_token"]))[0] == 201


async def test_a_session_ends_when_idle_and_at_its_absolute_end(
    api: Api, world: World, time: Clock
):
    siti = await member(world)
    idle, busy = await signed_in(api, siti), await signed_in(api, siti)
    for _ in range(3):
        time.wait(days=29)
        status, busy = await refreshed(api, busy["refresh_token"])
        assert status == 201
    assert (await refreshed(api, idle["refresh_token"]))[1]["code"] == "refresh_token_invalid"
    time.wait(days=4)
    assert (await refreshed(api, busy["refresh_token"]))[1]["code"] == "refresh_token_invalid"


@pytest.mark.parametrize("token", ["x", "knr_" + "0" * 32 + "." + "A" * 43, "knr_\u0661", " "])
async def test_strange_tokens_are_refused(api: Api, world: World, token: str):
    assert (await refreshed(api, token))[1]["code"] == "refresh_token_invalid"


async def test_a_token_of_another_tenant_names_no_session_here(
    api: Api, world: World, other_world: World
):
    token = (await signed_in(api, await member(world)))["refresh_token"]
    forged = token.replace(world.tenant_id.hex, other_world.tenant_id.hex)
    assert (await refreshed(api, forged))[1]["code"] == "refresh_token_invalid"
    assert (await refreshed(api, token))[0] == 201


async def test_signing_out_ends_refreshing_writing_and_soon_reading(
    api: Api, world: World, time: Clock
):
    siti = await member(world)
    tokens = await signed_in(api, siti)
    headers = bearer(tokens["access_token"])
    assert (await api.get("/v1/me/sessions", headers=headers)).status_code == 200
    assert (await api.delete("/v1/sessions/current", headers=headers)).status_code == 204
    assert (await refreshed(api, tokens["refresh_token"]))[1]["code"] == "refresh_token_invalid"
    assert (await api.delete("/v1/sessions/current", headers=headers)).status_code == 401
    time.wait(seconds=6)
    assert (await api.get("/v1/me/sessions", headers=headers)).status_code == 401


async def test_one_session_of_several_is_ended_by_its_owner_only(api: Api, world: World):
    siti, budi = await member(world), await member(world, "budi")
    phone, desk = await signed_in(api, siti), await signed_in(api, siti)
    path = f"/v1/me/sessions/{phone['session_id']}"
    stranger = bearer((await signed_in(api, budi))["access_token"])
    assert (await api.delete(path, headers=stranger)).status_code == 404
    mine = bearer(desk["access_token"])
    assert (await api.delete(path, headers=mine)).status_code == 204
    assert (await api.delete(path, headers=mine)).status_code == 404
    listed = (await api.get("/v1/me/sessions", headers=mine)).json()["items"]
    assert [row["id"] for row in listed] == [desk["session_id"]]


async def test_signing_out_everywhere_ends_all(api: Api, world: World, time: Clock):
    siti = await member(world)
    both = [await signed_in(api, siti) for _ in range(2)]
    headers = [bearer(tokens["access_token"]) for tokens in both]
    for header in headers:
        assert (await api.get("/v1/me/sessions", headers=header)).status_code == 200
    assert (await api.post("/v1/me/sign-outs", headers=headers[0])).status_code == 204
    for tokens, header in zip(both, headers, strict=True):
        assert (await refreshed(api, tokens["refresh_token"]))[0] == 401
        assert (await api.post("/v1/me/sign-outs", headers=header)).status_code == 401
    time.wait(seconds=6)
    assert (await api.get("/v1/me/sessions", headers=headers[1])).status_code == 401
    assert (await api.post("/v1/sessions", siti.sign_in())).status_code == 201


async def test_a_disabled_account_cannot_refresh(api: Api, world: World):
    siti = await member(world)
    tokens = await signed_in(api, siti)
    path = f"/v1/accounts/{siti.account_id}/disablements"
    assert (await api.post(path, {}, by=world.admin)).status_code == 201
    assert (await refreshed(api, tokens["refresh_token"]))[1]["code"] == "refresh_token_invalid"
