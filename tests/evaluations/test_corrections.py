"""Final is immutable: a correction is a new version with a reason, the former stays readable."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.access.rules import Role
from tests.factories.evaluations import (
    ABOVE,
    AGREED,
    AS,
    BELOW,
    CHANGED,
    KEPT,
    RULED,
    Closed,
    of,
)
from tests.factories.world import Person, World
from tests.plugins.service import Api

Ready = Callable[[Closed], Awaitable[Any]]


async def _opened(_closed: Closed) -> None:
    return


async def _decided(closed: Closed) -> None:
    await closed.decide()


async def _objected(closed: Closed) -> None:
    await closed.object()


async def _final(closed: Closed) -> None:
    await closed.decide()
    await closed.acknowledge()


async def _corrected(closed: Closed) -> None:
    await _final(closed)
    former = closed.evaluation
    await closed.correct()
    closed.evaluation = former


STATES: dict[str, Ready] = {
    "opened": _opened,
    "decided": _decided,
    "objected": _objected,
    "final": _final,
    "corrected": _corrected,
}

STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "decisions": ("head", AGREED),
    "acknowledgements": ("clerk", {}),
    "objections": ("clerk", {"reasons": "Kurang"}),
    "corrections": ("head", CHANGED),
    "assessors": ("agency", {"reason": "Kosong"}),
}

ALLOWED = {
    ("opened", "decisions"),
    ("decided", "acknowledgements"),
    ("decided", "objections"),
    ("decided", "corrections"),
    ("final", "corrections"),
}


@pytest.mark.parametrize("status", STATES)
async def test_every_step_from_every_state_over_http(
    api: Api, world: World, closed: Closed, sql: Any, status: str
):
    await STATES[status](closed)
    before = await _row(sql, closed)
    assert before["status"] == status
    people: dict[str, Person] = {
        "head": closed.head, "clerk": closed.clerk, "agency": world.agency,
    }  # fmt: skip
    for step, (who, body) in STEPS.items():
        if (status, step) in ALLOWED:
            continue
        sent = {**body, "employee_id": str(world.mayor.employee_id)} if who == "agency" else body
        refused = await api.post(f"{closed.path}/{step}", sent, by=people[who])
        # Before the decision the employee sees nothing; an assessor in place is not replaced.
        assert refused.status_code in (403, 404, 409), (step, refused.text)
        if status not in ("opened", "objected") or who == "head":
            assert refused.json()["code"] in {"transition_refused", "not_decision_author"}, step
        assert await _row(sql, closed) == before, step


async def _row(sql: Any, closed: Closed) -> Any:
    (row,) = await sql("SELECT * FROM kinerja.evaluations WHERE id = $1", UUID(closed.evaluation))
    return row


async def test_a_correction_is_a_new_version_and_the_former_stays_as_it_was(
    api: Api, closed: Closed, sql: Any
):
    await closed.decide()
    await closed.acknowledge()
    before = await closed.read()
    without = {"work_rating": ABOVE, "behaviour_rating": AS}
    for body in (without, {**without, "reason": " "}, {**CHANGED, "note": "x"}):
        refused = await api.post(f"{closed.path}/corrections", body, by=closed.head)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
    corrected = await api.post(f"{closed.path}/corrections", CHANGED, by=closed.head)
    assert corrected.status_code == 201, corrected.text
    new = corrected.json()
    assert corrected.headers["Location"] == f"/v1/evaluations/{new['id']}"
    assert (new["number"], new["corrects_id"]) == (2, closed.evaluation)
    assert (new["status"], new["work_rating"], new["reason"]) == ("decided", ABOVE, "Bukti baru")
    assert (new["acknowledged_at"], new["final_by"], new["version"]) == (None, None, 1)
    assert new["suggestion"] == before["suggestion"]

    former = await closed.read(by=closed.clerk)
    changing = {"status", "version", "updated_at", "allowed_actions"}
    assert {k: v for k, v in former.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert (former["status"], former["allowed_actions"]) == ("corrected", [])
    (standing,) = await of(api, closed.clerk, by=closed.clerk)
    assert standing["id"] == new["id"]
    versions = await of(api, closed.clerk, by=closed.clerk, versions=True)
    assert [each["number"] for each in versions] == [2, 1]
    (notice,) = await sql(
        "SELECT subject_id FROM kinerja.notices WHERE kind = 'evaluation_corrected'"
        " AND employee_id = $1",
        closed.clerk.employee_id,
    )
    assert notice["subject_id"] == UUID(new["id"])
    (entry,) = await sql(
        "SELECT action, reason FROM kinerja.audit_entries WHERE subject_id = $1",
        UUID(new["id"]),
    )
    assert tuple(entry) == ("evaluation.corrected", "Bukti baru")

    closed.evaluation = new["id"]
    assert (await closed.acknowledge())["status"] == "final"


async def test_a_correction_can_be_objected_to_anew(api: Api, closed: Closed):
    await closed.decide()
    await closed.acknowledge()
    await closed.correct()
    path = f"{closed.path}/objections"
    filed = await api.post(path, {"reasons": "Tetap kurang"}, by=closed.clerk)
    assert (filed.status_code, filed.json()["old_work_rating"]) == (201, ABOVE)
    ruled = await api.post(
        f"/v1/objections/{filed.json()['id']}/decisions",
        {"outcome": "changed", "work_rating": BELOW, "reason": "Bukti"},
        by=closed.world.mayor,
    )
    assert ruled.json()["new_predicate"] == "butuh_perbaikan"


@pytest.mark.parametrize("ruling", [KEPT, RULED])
async def test_what_an_objection_decided_only_its_decider_corrects(
    api: Api, world: World, closed: Closed, ruling: dict[str, str]
):
    objection = await closed.object()
    await api.post(f"/v1/objections/{objection['id']}/decisions", ruling, by=world.mayor)
    official = await world.employee("Pejabat keberatan")
    await world.grant(official, Role.OBJECTION_OFFICIAL)
    path = f"{closed.path}/corrections"
    for other in (closed.head, closed.clerk):
        refused = await api.post(path, CHANGED, by=other)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_decision_author")
    assert (await api.post(path, CHANGED, by=world.agency)).status_code == 403
    assert (await api.post(path, CHANGED, by=official)).status_code == 404
    done = await api.post(path, CHANGED, by=world.mayor)
    assert (done.status_code, done.json()["decided_as"]) == (201, "superior_of_assessor")
    # The mayor is the assessor of the new version now: he does not decide against himself.
    filed = await api.post(
        f"/v1/evaluations/{done.json()['id']}/objections", {"reasons": "x"}, by=closed.clerk
    )
    decisions = f"/v1/objections/{filed.json()['id']}/decisions"
    own = await api.post(decisions, KEPT, by=world.mayor)
    assert (own.status_code, own.json()["code"]) == (403, "not_objection_decider")
    assert (await api.post(decisions, KEPT, by=official)).status_code == 201


async def test_two_parallel_corrections_are_one(api: Api, closed: Closed):
    await closed.decide()
    await closed.acknowledge()
    answers = await asyncio.gather(
        *[api.post(f"{closed.path}/corrections", CHANGED, by=closed.head) for _ in range(3)]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert len(await of(api, closed.clerk, by=closed.head)) == 1


async def test_a_correction_is_by_the_author_on_the_version_he_saw(
    api: Api, world: World, other_world: World, closed: Closed
):
    await closed.decide()
    path = f"{closed.path}/corrections"
    stale = await api.post(path, CHANGED, by=closed.head, version=1)
    assert stale.status_code == 412
    above = await api.post(path, CHANGED, by=world.mayor)
    assert (above.status_code, above.json()["code"]) == (403, "not_decision_author")
    assert (await api.post(path, CHANGED, by=other_world.mayor)).status_code == 404
    assert (await api.post(path, CHANGED, by=closed.head, version=2)).status_code == 201
