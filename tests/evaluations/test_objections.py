"""Objections: filed in time, answered by the assessor, decided above him, final."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.factories.evaluations import ABOVE, AS, KEPT, RULED, Closed, of
from tests.factories.world import Person, World
from tests.plugins.service import Api

REASONS = {"reasons": "Tiga dokumen belum dihitung"}


async def told(sql: Any, person: Person) -> list[str]:
    rows = await sql(
        "SELECT kind FROM kinerja.notices WHERE employee_id = $1 ORDER BY created_at, id",
        person.employee_id,
    )
    return [row["kind"] for row in rows if row["kind"].startswith("objection")]


async def shift_deadline(sql: Any, closed: Closed, days: int) -> dt.date:
    """Let the days to react end so many days from today."""
    until = closed.world.today + dt.timedelta(days=days)
    await sql(
        "UPDATE kinerja.evaluations SET objection_until = $2 WHERE id = $1",
        UUID(closed.evaluation), until,
    )  # fmt: skip
    return until


async def test_an_objection_is_filed_answered_and_decided_by_the_superior_of_the_assessor(
    api: Api, world: World, closed: Closed, sql: Any
):
    decided = await closed.decide()
    assert decided["objection_until"] == str(world.today + dt.timedelta(days=14))
    filed = await api.post(f"{closed.path}/objections", REASONS, by=closed.clerk)
    objection = filed.json()
    assert (filed.status_code, objection["status"]) == (201, "filed")
    path = f"/v1/objections/{objection['id']}"
    assert filed.headers["Location"] == path
    assert objection["due_on"] == str(world.today + dt.timedelta(days=14))
    assert objection["allowed_actions"] == ["withdraw"]
    of_clerk = await closed.read(by=closed.clerk)
    assert (of_clerk["status"], of_clerk["objection_id"]) == ("objected", objection["id"])
    assert of_clerk["allowed_actions"] == []

    answered = await api.post(f"{path}/statements", {"statement": "Terlambat"}, by=closed.head)
    assert (answered.status_code, answered.json()["status"]) == (201, "answered")
    again = await api.post(f"{path}/statements", {"statement": "Lagi"}, by=closed.head)
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")

    seen = (await api.get(path, by=world.mayor)).json()
    assert seen["allowed_actions"] == ["decide"]
    ruled = await api.post(f"{path}/decisions", RULED, by=world.mayor)
    assert ruled.status_code == 201, ruled.text
    outcome = ruled.json()
    assert (outcome["status"], outcome["outcome"]) == ("decided", "changed")
    assert (outcome["old_work_rating"], outcome["new_work_rating"]) == (AS, ABOVE)
    assert (outcome["old_predicate"], outcome["new_predicate"]) == ("baik", "baik")
    assert outcome["decided_as"] == "superior_of_assessor"
    final = await closed.read(by=closed.clerk)
    assert (final["status"], final["final_by"], final["work_rating"]) == (
        "final", "objection", ABOVE,
    )  # fmt: skip
    assert (final["decided_by_name"], final["reason"]) == ("Wali Kota", RULED["reason"])


async def test_everybody_concerned_is_told_and_a_decided_objection_moves_no_more(
    api: Api, world: World, closed: Closed, sql: Any
):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}"
    await api.post(f"{path}/statements", {"statement": "Terlambat"}, by=closed.head)
    await api.post(f"{path}/decisions", RULED, by=world.mayor)
    assert await told(sql, closed.head) == ["objection_filed", "objection_decided"]
    assert await told(sql, closed.clerk) == ["objection_decided"]
    assert await told(sql, world.mayor) == ["objection_filed", "objection_answered"]
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE subject_id = $1 ORDER BY at",
        UUID(objection["id"]),
    )
    assert [row["action"] for row in trail] == [
        "objection.filed", "objection.answered", "objection.decided",
    ]  # fmt: skip
    for person in (closed.clerk, closed.head, world.mayor):
        for step, body in (
            ("decisions", KEPT), ("withdrawals", {}), ("statements", {"statement": "x"}),
        ):  # fmt: skip
            late = await api.post(f"{path}/{step}", body, by=person)
            assert late.status_code in (403, 409), late.text


async def test_a_kept_decision_is_final_with_its_old_ratings(api: Api, closed: Closed):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}/decisions"
    kept = await api.post(path, KEPT, by=closed.world.mayor)
    assert (kept.status_code, kept.json()["new_work_rating"]) == (201, AS)
    final = await closed.read()
    assert (final["status"], final["work_rating"], final["predicate"]) == ("final", AS, "baik")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "kept", "work_rating": ABOVE, "reason": "x"}, "outcome_contradicted"),
        ({"outcome": "changed", "reason": "x"}, "outcome_contradicted"),
        ({"outcome": "changed", "work_rating": AS, "reason": "x"}, "outcome_contradicted"),
        ({"outcome": "kept"}, "invalid_request"),
        ({"outcome": "kept", "reason": "   "}, "invalid_request"),
        ({"outcome": "maybe", "reason": "x"}, "invalid_request"),
        ({"outcome": "kept", "reason": "x\u0000"}, "invalid_request"),
        ({**KEPT, "predicate": "sangat_baik"}, "invalid_request"),
    ],
)
async def test_a_decision_that_contradicts_itself_or_lacks_a_reason_is_refused(
    api: Api, closed: Closed, body: dict[str, Any], code: str
):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}/decisions"
    refused = await api.post(path, body, by=closed.world.mayor)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_reasons_are_required_and_kept_as_they_were_written(api: Api, closed: Closed):
    await closed.decide()
    path = f"{closed.path}/objections"
    for body in ({}, {"reasons": " \n"}, {"reasons": "x" * 4001}, {"reasons": 1}):
        refused = await api.post(path, body, by=closed.clerk)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    hostile = "'; DROP TABLE kinerja.objections; -- <script>alert(1)</script> {until} %s \u202e"
    filed = await api.post(path, {"reasons": hostile}, by=closed.clerk)
    assert filed.json()["reasons"] == hostile


async def test_a_withdrawn_objection_leaves_the_decision_final(api: Api, closed: Closed, sql: Any):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}/withdrawals"
    other = await api.post(path, {}, by=closed.head)
    assert (other.status_code, other.json()["code"]) == (403, "not_own_evaluation")
    done = await api.post(path, {"note": "Sudah jelas"}, by=closed.clerk)
    assert (done.status_code, done.json()["status"]) == (201, "withdrawn")
    final = await closed.read()
    assert (final["status"], final["final_by"]) == ("final", "withdrawal")
    assert await told(sql, closed.head) == ["objection_filed", "objection_withdrawn"]
    again = await api.post(f"{closed.path}/objections", REASONS, by=closed.clerk)
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")


async def test_the_last_day_still_counts_and_the_day_after_is_too_late(
    api: Api, world: World, closed: Closed, sql: Any
):
    await closed.decide()
    await shift_deadline(sql, closed, 0)
    assert (await closed.read(by=closed.clerk))["allowed_actions"] == ["acknowledge", "object"]
    until = await shift_deadline(sql, closed, -1)

    lapsed = await closed.read(by=closed.clerk)
    assert (lapsed["status"], lapsed["final_by"]) == ("final", "deadline")
    assert lapsed["allowed_actions"] == []
    for status, count in (("final", 1), ("decided", 0)):
        listed = await of(api, closed.clerk, by=closed.head, status=status)
        assert len(listed) == count
    late = await api.post(f"{closed.path}/objections", REASONS, by=closed.clerk)
    assert (late.status_code, late.json()["code"]) == (409, "objection_too_late")
    assert str(until) in late.json()["detail"]
    seen = await api.post(f"{closed.path}/acknowledgements", {}, by=closed.clerk)
    assert (seen.status_code, seen.json()["code"]) == (409, "transition_refused")

    await shift_deadline(sql, closed, 0)
    on_time = await api.post(f"{closed.path}/objections", REASONS, by=closed.clerk)
    assert on_time.status_code == 201


async def test_the_days_to_object_are_a_norm_and_frozen_at_the_decision(
    api: Api, world: World, closed: Closed, sql: Any
):
    norm = {"key": "objection_days", "value": 3, "basis": "Perwali 1/2026"}
    body = {**norm, "starts_on": str(world.today)}
    assert (await api.post("/v1/norms", body, by=world.agency)).status_code == 201
    decided = await closed.decide()
    assert decided["objection_until"] == str(world.today + dt.timedelta(days=3))


async def test_only_the_one_above_the_assessor_decides(
    api: Api, world: World, other_world: World, closed: Closed
):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}"
    official = await world.employee("Pejabat keberatan")
    await world.grant(official, Role.OBJECTION_OFFICIAL)
    bare = await world.officer("Akun", Role.OBJECTION_OFFICIAL)
    colleague = await world.employee("Budi", unit=closed.unit)

    for seeing in (closed.clerk, closed.head):
        refused = await api.post(f"{path}/decisions", KEPT, by=seeing)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_objection_decider")
    assert (await api.get(path, by=world.agency)).status_code == 200
    agency = await api.post(f"{path}/decisions", KEPT, by=world.agency)
    assert (agency.status_code, agency.json()["code"]) == (403, "permission_denied")
    # There is a superior, so it is no official's; nor anybody else's.
    for unseeing in (official, bare, colleague, other_world.mayor):
        assert (await api.get(path, by=unseeing)).status_code == 404, unseeing.name
        assert (await api.post(f"{path}/decisions", KEPT, by=unseeing)).status_code == 404
    assert (await api.get(path, by=world.admin)).status_code == 403
    stale = await api.post(f"{path}/decisions", KEPT, by=world.mayor, version=7)
    assert stale.status_code == 412
    assert (await api.post(f"{path}/decisions", KEPT, by=world.mayor, version=1)).status_code == 201


async def test_the_superior_is_that_of_the_day_of_acting(
    api: Api, world: World, closed: Closed, sql: Any
):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}/decisions"
    deputy = await world.employee("Plh. Wali Kota", head=True, kind="plh")
    refused = await api.post(path, KEPT, by=world.mayor)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_objection_decider")
    assert (await api.post(path, KEPT, by=deputy)).status_code == 201


async def test_where_nobody_is_above_the_assessor_an_official_decides(
    api: Api, world: World, closed: Closed, sql: Any
):
    """The mayor assesses the head of the unit; nobody is above the mayor."""
    (of_head,) = await of(api, closed.head, by=world.mayor)
    body = {"work_rating": AS, "behaviour_rating": AS, "reason": "SKP belum disusun"}
    await api.post(f"/v1/evaluations/{of_head['id']}/decisions", body, by=world.mayor)
    official = await world.employee("Pejabat keberatan", unit=await world.unit("Sekretariat"))
    await world.grant(official, Role.OBJECTION_OFFICIAL, unit=closed.unit)
    elsewhere = await world.employee("Pejabat lain")
    await world.grant(elsewhere, Role.OBJECTION_OFFICIAL, unit=await world.unit("Lain"))
    filed = await api.post(f"/v1/evaluations/{of_head['id']}/objections", REASONS, by=closed.head)
    path = f"/v1/objections/{filed.json()['id']}"
    assert await told(sql, official) == ["objection_filed"]
    assert await told(sql, elsewhere) == []

    waiting = await api.get("/v1/objections", by=official, params={"waits_for_me": True})
    assert [each["id"] for each in waiting.json()["items"]] == [filed.json()["id"]]
    read = await api.get(f"/v1/evaluations/{of_head['id']}", by=official)
    assert (read.status_code, read.json()["allowed_actions"]) == (200, [])
    explained = await api.get(f"/v1/evaluations/{of_head['id']}/explanation", by=official)
    assert explained.status_code == 200
    assert (await api.get(closed.path, by=official)).status_code == 404
    for other in (elsewhere, closed.clerk):
        assert (await api.get(path, by=other)).status_code == 404
    own = await api.post(f"{path}/decisions", KEPT, by=world.mayor)
    assert (own.status_code, own.json()["code"]) == (403, "not_objection_decider")

    ruled = await api.post(f"{path}/decisions", RULED, by=official)
    assert (ruled.status_code, ruled.json()["decided_as"]) == (201, "objection_official")
    # What he decided stays his to read and to correct, and nothing else.
    assert (await api.get(f"/v1/evaluations/{of_head['id']}", by=official)).json()[
        "allowed_actions"
    ] == ["correct"]


async def test_an_official_never_decides_about_himself(api: Api, world: World, closed: Closed):
    (of_head,) = await of(api, closed.head, by=world.mayor)
    body = {"work_rating": AS, "behaviour_rating": AS, "reason": "SKP belum disusun"}
    await api.post(f"/v1/evaluations/{of_head['id']}/decisions", body, by=world.mayor)
    filed = await api.post(f"/v1/evaluations/{of_head['id']}/objections", REASONS, by=closed.head)
    for partial in (closed.head, world.mayor):
        await world.grant(partial, Role.OBJECTION_OFFICIAL)
    for partial in (closed.head, world.mayor):
        fresh = await api.post(f"/v1/objections/{filed.json()['id']}/decisions", KEPT, by=partial)
        assert (fresh.status_code, fresh.json()["code"]) == (403, "not_objection_decider")


async def test_the_list_shows_each_his_own(api: Api, world: World, closed: Closed, sql: Any):
    objection = await closed.object()
    other = await world.employee("Budi", unit=closed.unit)

    async def ids(by: Person, **params: Any) -> list[str]:
        listed = await api.get("/v1/objections", by=by, params=params)
        assert listed.status_code == 200, listed.text
        return [each["id"] for each in listed.json()["items"]]

    mine = [objection["id"]]
    for by in (closed.clerk, closed.head, world.mayor, world.agency):
        assert await ids(by) == mine
    assert await ids(other) == []
    assert await ids(world.mayor, waits_for_me=True) == mine
    assert await ids(closed.head, waits_for_me=True) == mine
    assert await ids(closed.clerk, waits_for_me=True) == []
    assert await ids(world.mayor, below_id=str(world.root), status="filed") == mine
    assert await ids(world.mayor, below_id=str(world.root), status="decided") == []
    assert await ids(closed.clerk, below_id=str(closed.unit)) == mine
    assert await ids(other, below_id=str(closed.unit)) == []
    assert await ids(world.agency, period_id=str(closed.period), sort="id") == mine
    assert await ids(world.agency, overdue=True) == []
    await sql(
        "UPDATE kinerja.objections SET due_on = $2 WHERE id = $1",
        UUID(objection["id"]), world.today - dt.timedelta(days=1),
    )  # fmt: skip
    assert await ids(world.agency, overdue=True) == mine


async def test_acknowledging_and_objecting_at_once_gives_one_of_the_two(api: Api, closed: Closed):
    await closed.decide()
    answers = await asyncio.gather(
        api.post(f"{closed.path}/acknowledgements", {}, by=closed.clerk),
        api.post(f"{closed.path}/objections", REASONS, by=closed.clerk),
        api.post(f"{closed.path}/objections", REASONS, by=closed.clerk),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_two_parallel_decisions_on_an_objection_are_one(api: Api, closed: Closed):
    objection = await closed.object()
    path = f"/v1/objections/{objection['id']}"
    answers = await asyncio.gather(
        api.post(f"{path}/decisions", KEPT, by=closed.world.mayor),
        api.post(f"{path}/decisions", RULED, by=closed.world.mayor),
        api.post(f"{path}/withdrawals", {}, by=closed.clerk),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    won = next(answer for answer in answers if answer.status_code == 201).json()
    expected = won["new_work_rating"] or AS
    assert (await closed.read())["work_rating"] == expected


async def test_a_repeat_with_the_same_key_files_once(api: Api, closed: Closed, fresh_key: str):
    await closed.decide()
    path = f"{closed.path}/objections"
    first = await api.post(path, REASONS, by=closed.clerk, key=fresh_key)
    again = await api.post(path, REASONS, by=closed.clerk, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)
