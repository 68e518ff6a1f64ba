"""Evaluations: opened by a close, decided by the frozen superior, final once acknowledged."""

import asyncio
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import StoredEvent
from kinerja_api.evaluations.jobs import follow_closing
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rules import PREDICATE_MATRIX
from tests.factories import scoring as factory
from tests.factories.evaluations import ABOVE, AGREED, AS, BELOW, Closed, of
from tests.factories.world import World
from tests.plugins.service import Api


async def test_a_close_opens_evaluations_and_tells_each_superior_once(
    api: Api, world: World, closed: Closed, sql: Any
):
    read = await api.get(closed.path, by=closed.head)
    evaluation = read.json()
    assert (read.status_code, evaluation["status"]) == (200, "opened")
    assert evaluation["superior_id"] == str(closed.head.employee_id)
    assert evaluation["allowed_actions"] == ["decide"]
    assert evaluation["suggestion"] == {
        "work_result": "100.00",
        "work_rating": "sesuai_ekspektasi",
        "behaviour_rating": "sesuai_ekspektasi",
        "predicate": "baik",
        "unrated_reason": None,
        "missing_count": 0,
        "is_provisional": False,
    }
    assert (evaluation["work_rating"], evaluation["predicate"]) == (None, None)
    (of_head,) = await of(api, closed.head, by=world.mayor)
    assert of_head["suggestion"]["unrated_reason"] == "no_plan"
    assert of_head["suggestion"]["is_provisional"] is True
    notices = await sql(
        "SELECT employee_id, params->>'count' AS count FROM kinerja.notices"
        " WHERE tenant_id = $1 AND kind = 'evaluation_opened'",
        world.tenant_id,
    )
    told = {row["employee_id"]: row["count"] for row in notices}
    assert told == {closed.head.employee_id: "1", world.mayor.employee_id: "1"}
    assert len(notices) == 2


async def test_opening_twice_changes_nothing(world: World, closed: Closed, sql: Any):
    count = "SELECT count(*), max(updated_at) FROM kinerja.evaluations WHERE tenant_id = $1"
    before = await sql(count, world.tenant_id)
    event = StoredEvent(
        new_id(), 1, "scoring.closed", "closing", closed.closing, 1, {}, clock.now()
    )
    async with world.database.write(world.tenant_id) as writing:
        await follow_closing(writing, event)
    assert await sql(count, world.tenant_id) == before


async def test_the_employee_sees_nothing_until_it_is_decided(
    api: Api, world: World, closed: Closed, sql: Any
):
    explanation = f"{closed.path}/explanation"
    for path in (closed.path, explanation):
        assert (await api.get(path, by=closed.clerk)).status_code == 404
    assert await of(api, closed.clerk, by=closed.clerk) == []

    decided = await api.post(f"{closed.path}/decisions", AGREED, by=closed.head)
    assert decided.status_code == 201, decided.text
    assert (decided.json()["status"], decided.json()["predicate"]) == ("decided", "baik")
    assert decided.json()["decided_by_id"] == str(closed.head.employee_id)

    seen = (await api.get(closed.path, by=closed.clerk)).json()
    assert seen["suggestion"]["predicate"] == "baik"
    assert seen["allowed_actions"] == ["acknowledge", "object"]
    assert (await api.get(explanation, by=closed.clerk)).status_code == 200
    (notice,) = await sql(
        "SELECT kind, subject_id, from_id FROM kinerja.notices WHERE employee_id = $1",
        closed.clerk.employee_id,
    )
    assert tuple(notice) == (
        "evaluation_decided", UUID(closed.evaluation), closed.head.employee_id,
    )  # fmt: skip

    final = await api.post(
        f"{closed.path}/acknowledgements", {"note": "Terima kasih"}, by=closed.clerk
    )
    assert (final.status_code, final.json()["status"]) == (201, "final")
    assert final.json()["final_by"] == "acknowledgement"
    assert final.json()["acknowledgement_note"] == "Terima kasih"
    again = await api.post(f"{closed.path}/acknowledgements", {}, by=closed.clerk)
    late = await api.post(f"{closed.path}/decisions", AGREED, by=closed.head)
    assert {again.json()["code"], late.json()["code"]} == {"transition_refused"}
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE subject_id = $1 ORDER BY at",
        UUID(closed.evaluation),
    )
    assert [row["action"] for row in trail] == ["evaluation.decided", "evaluation.acknowledged"]


async def test_the_predicate_follows_the_matrix_and_a_difference_needs_a_reason(
    api: Api, world: World
):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    people = [await world.employee(f"Pegawai {n}", unit=unit) for n in range(9)]
    for person in people:
        await factory.rated_employee(world, person, period, year=2026)
    await factory.close(api, world, period)
    for person, (work, behaviour) in zip(people, product(Rating, Rating), strict=True):
        (evaluation,) = await of(api, person, by=head, period_id=str(period))
        path = f"/v1/evaluations/{evaluation['id']}/decisions"
        body: dict[str, str] = {"work_rating": work, "behaviour_rating": behaviour}
        if (work, behaviour) != (AS, AS):
            refused = await api.post(path, body, by=head)
            assert (refused.status_code, refused.json()["code"]) == (422, "reason_required")
            assert refused.json()["errors"][0]["pointer"] == "/reason"
            body["reason"] = "Umpan balik sepanjang tahun"
        decided = (await api.post(path, body, by=head)).json()
        assert decided["predicate"] == PREDICATE_MATRIX[work, behaviour]
        assert decided["suggestion"]["predicate"] == "baik"
    summary = await api.get(
        f"/v1/units/{unit}/evaluation-summary", by=head, params={"period_id": str(period)}
    )
    assert summary.status_code == 200, summary.text
    assert summary.json()["total"] == 10
    assert summary.json()["stages"] == {"opened": 1, "decided": 9, "objected": 0, "final": 0}
    assert summary.json()["predicates"] == {
        "sangat_baik": 1, "baik": 3, "butuh_perbaikan": 2, "kurang": 2, "sangat_kurang": 1,
    }  # fmt: skip
    assert summary.json()["suggested"]["baik"] == 9
    assert summary.json()["still_open"] == [
        {
            "superior_id": str(world.mayor.employee_id),
            "superior_name": "Wali Kota",
            "undecided": 1,
        }
    ]


async def test_without_a_suggestion_a_reason_is_required(api: Api, world: World, closed: Closed):
    (evaluation,) = await of(api, closed.head, by=world.mayor)
    path = f"/v1/evaluations/{evaluation['id']}/decisions"
    refused = await api.post(path, AGREED, by=world.mayor)
    assert refused.json()["code"] == "reason_required"
    blank = await api.post(path, {**AGREED, "reason": "  "}, by=world.mayor)
    assert blank.status_code == 422
    decided = await api.post(path, {**AGREED, "reason": "SKP belum disusun"}, by=world.mayor)
    assert (decided.status_code, decided.json()["predicate"]) == (201, "baik")


async def test_two_parallel_decisions_are_one(api: Api, closed: Closed):
    answers = await asyncio.gather(
        *[
            api.post(
                f"{closed.path}/decisions",
                {"work_rating": work, "behaviour_rating": AS, "reason": "Sesuai bukti"},
                by=closed.head,
            )
            for work in (ABOVE, BELOW)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    won = next(answer for answer in answers if answer.status_code == 201).json()
    assert (await api.get(closed.path, by=closed.head)).json() == won


async def test_only_the_frozen_superior_decides_and_only_the_employee_acknowledges(
    api: Api, world: World, other_world: World, closed: Closed, sql: Any
):
    path = f"{closed.path}/decisions"
    for stranger in (world.mayor, world.agency):
        refused = await api.post(path, AGREED, by=stranger)
        assert refused.status_code == 403, refused.text
    assert (await api.post(path, AGREED, by=world.mayor)).json()["code"] == "not_assessor"
    colleague = await world.employee("Budi", unit=closed.unit)
    for unseeing in (colleague, closed.clerk, other_world.mayor):
        assert (await api.post(path, AGREED, by=unseeing)).status_code == 404
    assert (await api.get(closed.path, by=world.admin)).status_code == 403

    # The head moves away after the close: he still decides, his successor does not.
    await sql(
        "UPDATE kinerja.placements SET ends_on = starts_on WHERE employee_id = $1",
        closed.head.employee_id,
    )
    successor = await world.employee("Pengganti", unit=closed.unit, head=True)
    assert (await api.post(path, AGREED, by=successor)).json()["code"] == "not_assessor"
    stale = await api.post(path, AGREED, by=closed.head, version=9)
    assert stale.status_code == 412
    assert (await api.post(path, AGREED, by=closed.head, version=1)).status_code == 201
    other = await api.post(f"{closed.path}/acknowledgements", {}, by=successor)
    assert (other.status_code, other.json()["code"]) == (403, "not_own_evaluation")


async def test_a_repeat_with_the_same_key_decides_once(api: Api, closed: Closed, fresh_key: str):
    path = f"{closed.path}/decisions"
    first = await api.post(path, AGREED, by=closed.head, key=fresh_key)
    again = await api.post(path, AGREED, by=closed.head, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"work_rating": "baik", "behaviour_rating": AS},
        {**AGREED, "predicate": "sangat_baik"},
        {**AGREED, "reason": "x" * 4001},
        {"work_rating": None, "behaviour_rating": AS},
    ],
)
async def test_hostile_decisions_are_refused(api: Api, closed: Closed, body: dict[str, Any]):
    refused = await api.post(f"{closed.path}/decisions", body, by=closed.head)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")


async def test_after_a_second_close_decisions_stand_and_the_undecided_are_superseded(
    api: Api, world: World, closed: Closed
):
    budi = await world.employee("Budi", unit=closed.unit)
    reopenings = f"/v1/closings/{closed.closing}/reopenings"
    await api.post(f"{closed.path}/decisions", AGREED, by=closed.head)
    await api.post(reopenings, {"reason": "Realisasi salah"}, by=world.agency)
    await factory.run_jobs(world)
    assert await of(api, closed.head, by=world.mayor) == []
    (of_head,) = await of(api, closed.head, by=world.mayor, versions=True)
    assert of_head["status"] == "superseded"
    refused = await api.post(
        f"/v1/evaluations/{of_head['id']}/decisions", {**AGREED, "reason": "x"}, by=world.mayor
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")

    async with world.database.write(world.tenant_id) as writing:
        await writing.script(
            "UPDATE kinerja.indicator_results SET value = 8"
            f" WHERE indicator_id = '{closed.planned.indicator}'"
        )
    second = await factory.close(api, world, closed.period)
    kept = (await api.get(closed.path, by=closed.head)).json()
    assert (kept["status"], kept["predicate"]) == ("decided", "baik")
    assert kept["closing_id"] == str(second)
    assert kept["suggestion"]["work_result"] == "80.00"
    assert kept["suggestion"]["predicate"] == "butuh_perbaikan"
    newest, oldest = await of(api, closed.head, by=world.mayor, versions=True)
    assert (newest["status"], oldest["status"]) == ("opened", "superseded")
    assert [each["status"] for each in await of(api, budi, by=closed.head)] == ["opened"]
    explained = (await api.get(f"{closed.path}/explanation", by=closed.head)).json()
    assert explained["closing_id"] == str(second)


async def test_the_explanation_tells_every_step_in_the_callers_language(
    api: Api, closed: Closed, sql: Any, world: World
):
    world.derives = False  # its scores are forged below
    path = f"{closed.path}/explanation"
    explained = (await api.get(path, by=closed.head, headers={"Accept-Language": "en"})).json()
    top = explained["explanation"]
    assert (top["code"], top["value"]) == ("predicate", "baik")
    assert "Good" in top["label"]
    assert "As expected" in top["label"]
    assert top["source"]["basis"] == "regulation"
    steps: dict[str, Any] = {}

    def walk(step: dict[str, Any]) -> None:
        steps[step["code"]] = step
        for child in step["children"]:
            walk(child)

    walk(top)
    assert set(steps) == {
        "predicate", "work_rating", "work_result_mean", "target_mean", "achievement_capped",
        "achievement_higher", "behaviour_rating", "behaviour_value",
    }  # fmt: skip
    higher = steps["achievement_higher"]
    assert higher["inputs"] == {"result": "10.00", "target": "10.00"}
    assert (higher["value"], higher["formula"]) == ("100.00", "result * 100 / target")
    assert higher["source"]["basis"] == "policy"
    assert steps["achievement_capped"]["subject_title"] == "Jumlah dokumen"
    assert steps["target_mean"]["subject_title"] == "Dokumen layanan tersusun"
    assert steps["target_mean"]["weight_percent"] is None
    assert steps["behaviour_value"]["inputs"] == {"behaviour": "kolaboratif"}
    assert steps["behaviour_value"]["label"] == "Value Collaborative: As expected."
    indonesian = (await api.get(path, by=closed.head)).json()["explanation"]
    assert "Usulan predikat Baik" in indonesian["label"]
    assert "hasil kerja 100,00%" in indonesian["children"][0]["label"]

    await sql(
        "UPDATE kinerja.closing_scores SET work_result = $2 WHERE closing_id = $1",
        closed.closing, Decimal("99.99"),
    )  # fmt: skip
    assert (await api.get(path, by=closed.head)).status_code == 500


async def test_a_summary_is_for_those_above_the_unit(api: Api, world: World, closed: Closed):
    path = f"/v1/units/{closed.unit}/evaluation-summary"
    params = {"period_id": str(closed.period)}
    for entitled in (closed.head, world.mayor, world.agency):
        assert (await api.get(path, by=entitled, params=params)).status_code == 200
    assert (await api.get(path, by=closed.clerk, params=params)).status_code == 403
    assert (await api.get(path, by=closed.head)).status_code == 422
    nowhere = f"/v1/units/{new_id()}/evaluation-summary"
    assert (await api.get(nowhere, by=world.agency, params=params)).status_code == 404
    above = f"/v1/units/{world.root}/evaluation-summary"
    assert (await api.get(above, by=closed.head, params=params)).status_code == 403


async def test_lists_filter_and_page(api: Api, world: World, closed: Closed):
    params = {"period_id": str(closed.period), "below_id": str(world.root), "limit": 1}
    page = (await api.get("/v1/evaluations", by=world.agency, params=params)).json()
    params["cursor"] = page["next_cursor"]
    rest = (await api.get("/v1/evaluations", by=world.agency, params=params)).json()
    names = {row["employee_name"] for row in [*page["items"], *rest["items"]]}
    assert names == {"Kepala", "Siti"}
    mine = {"superior_id": str(closed.head.employee_id), "status": "opened", "sort": "id"}
    listed = (await api.get("/v1/evaluations", by=closed.head, params=mine)).json()["items"]
    assert [row["employee_name"] for row in listed] == ["Siti"]
    unknown = await api.get("/v1/evaluations", by=closed.head, params={"status": "x"})
    assert unknown.status_code == 422
