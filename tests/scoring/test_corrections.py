"""A finding reversed after the close corrects the score of that person alone."""

import asyncio
import datetime as dt
import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kinerja_api.scoring.rederive import rederive
from tests.factories import scoring as factory
from tests.factories.corrections import (
    WITH,
    WITHOUT,
    Counted,
    counted,
    plan_with_findings,
    suggested,
)
from tests.factories.evaluations import AGREED, of
from tests.factories.planning import period
from tests.factories.world import World
from tests.plugins.service import Api

CORRECTIONS = (
    "SELECT * FROM kinerja.score_corrections WHERE tenant_id = $1 ORDER BY closing_id, number"
)


@pytest.fixture
async def scene(api: Api, world: World, sql: Any) -> Counted:
    return await counted(api, world, sql)


async def corrections(scene: Counted) -> list[Any]:
    return await scene.sql(CORRECTIONS, scene.world.tenant_id)


async def test_a_reversal_corrects_the_score_of_that_person_alone(scene: Counted, api: Api):
    finding = await scene.confirm()
    closing = await scene.close()
    before = await scene.evaluation(scene.accused)
    other = await scene.evaluation(scene.colleague)
    assert (suggested(before), suggested(other)) == (WITH, WITHOUT)
    assert before["correction"] is None
    frozen = await frozen_rows(scene, closing)

    await scene.reverse(finding)

    after = await scene.evaluation(scene.accused)
    assert (suggested(after), after["status"], after["id"]) == (WITHOUT, "opened", before["id"])
    correction = after["correction"]
    made_at = dt.datetime.fromisoformat(correction.pop("at"))
    assert made_at.tzinfo is not None
    middle = {"behaviour_rating": "sesuai_ekspektasi"}
    below = {"work_rating": "di_bawah_ekspektasi", "predicate": "butuh_perbaikan"}
    above = {"work_rating": "di_atas_ekspektasi", "predicate": "baik"}
    assert correction == {
        "number": 1,
        "cause_type": "finding",
        "cause_id": finding,
        "reason": "finding_reversed",
        "before": {"work_result": "50.00", **below, **middle},
        "after": {"work_result": "110.00", **above, **middle},
    }
    assert await scene.evaluation(scene.colleague) == other
    assert await frozen_rows(scene, closing) == frozen
    async with scene.world.database.read(scene.world.tenant_id) as reading:
        again = await rederive(reading, closing)
    assert (again.equal, again.hash_equal, again.corrections) == (True, True, 1)
    (entry,) = await scene.sql(
        "SELECT subject_id, after FROM kinerja.audit_entries"
        " WHERE tenant_id = $1 AND action = 'score.corrected'",
        scene.world.tenant_id,
    )
    assert entry["subject_id"] == closing
    assert finding in str(entry["after"])


async def frozen_rows(scene: Counted, closing: UUID) -> list[Any]:
    """Return the closing with its hash, and every row that it wrote."""
    rows = await scene.sql("SELECT * FROM kinerja.closings WHERE id = $1", closing)
    for table in ("closing_people", "closing_scores"):
        rows += await scene.sql(
            f"SELECT * FROM kinerja.{table} WHERE closing_id = $1 ORDER BY employee_id", closing
        )
    return rows


async def test_the_explanation_names_the_cause_and_the_result_that_changed(scene: Counted):
    finding = await scene.confirm()
    await scene.close()
    evaluation = (await scene.evaluation(scene.accused))["id"]
    plain = (await scene.explain(evaluation, by=scene.head)).json()
    assert plain["correction"] is None
    assert "1,00" in str(plain["explanation"])
    await scene.reverse(finding)
    for language, said in (
        ("id", ("dibatalkan", "50,00% menjadi 110,00%", "Butuh Perbaikan menjadi Baik")),
        ("en", ("was reversed", "50.00% became 110.00%", "Needs improvement became Good")),
    ):
        told = await scene.explain(evaluation, by=scene.head, language=language)
        assert told.status_code == 200, told.text
        correction = told.json()["correction"]
        assert all(each in correction["label"] for each in said), correction["label"]
        assert correction["cause_id"] == finding
        assert correction["changed_results"] == [
            {
                "indicator_id": str(scene.planned.targets[0].indicators[1]),
                "indicator_title": "Pengaduan terbukti",
                "period_code": None,
                "before": "2.00",
                "after": "0.00",
            }
        ]
        assert told.json()["explanation"]["value"] == "baik"
        assert "Bukti baru." not in told.text


async def test_who_sees_a_correction(scene: Counted, world: World, other_world: World, api: Api):
    finding = await scene.confirm()
    await scene.close()
    await scene.reverse(finding)
    evaluation = (await scene.evaluation(scene.accused))["id"]
    path = f"/v1/evaluations/{evaluation}"
    outsider = await world.employee("Orang lain", unit=await world.unit("Dinas lain"))
    hidden = [scene.accused, scene.colleague, outsider, other_world.agency]
    for person in hidden:
        assert (await api.get(path, by=person)).status_code == 404
        assert (await scene.explain(evaluation, by=person)).status_code == 404
    decided = await api.post(f"{path}/decisions", {**AGREED, "reason": "x"}, by=scene.head)
    assert decided.status_code == 201, decided.text
    shown = (await api.get(path, by=scene.accused)).json()
    assert shown["correction"]["cause_id"] == finding
    own = await scene.explain(evaluation, by=scene.accused)
    assert own.json()["correction"]["number"] == 1
    for person in hidden[1:]:
        assert (await api.get(path, by=person)).status_code == 404


@pytest.mark.parametrize("status", ["decided", "final", "objected"])
async def test_a_decision_stays_with_the_new_suggestion_beside_it(
    scene: Counted, api: Api, status: str
):
    finding = await scene.confirm()
    await scene.close()
    evaluation = await scene.evaluation(scene.accused)
    path = f"/v1/evaluations/{evaluation['id']}"
    decision = {"work_rating": "di_bawah_ekspektasi", "behaviour_rating": "sesuai_ekspektasi"}
    steps = [("decisions", decision, scene.head)]
    steps += [("acknowledgements", {}, scene.accused)] if status == "final" else []
    steps += [("objections", {"reasons": "Keliru"}, scene.accused)] if status == "objected" else []
    for step, body, who in steps:
        done = await api.post(f"{path}/{step}", body, by=who)
        assert done.status_code == 201, done.text
    before = (await api.get(path, by=scene.head)).json()
    await scene.reverse(finding)
    after = (await api.get(path, by=scene.head)).json()
    renewed = {"suggestion", "correction", "version", "updated_at"}
    assert (suggested(after), after["status"]) == (WITHOUT, status)
    assert {k: v for k, v in after.items() if k not in renewed} == {
        k: v for k, v in before.items() if k not in renewed
    }
    kind = "evaluation_suggestion_corrected"
    for person in (scene.head, scene.accused):
        listed = (await api.get("/v1/me/notices", by=person)).json()["items"]
        (notice,) = [each for each in listed if each["kind"] == kind]
        assert notice["subject_id"] == evaluation["id"]
        assert "dihitung ulang" in notice["text"]
    correction = {**AGREED, "work_rating": "di_atas_ekspektasi", "reason": "Temuan dibatalkan"}
    corrected = await api.post(f"{path}/corrections", correction, by=scene.head)
    if status == "objected":
        assert corrected.json()["code"] == "transition_refused"
        return
    assert corrected.status_code == 201, corrected.text
    version = corrected.json()
    assert (version["predicate"], version["number"]) == ("baik", 2)
    assert version["correction"] == after["correction"]
    assert suggested(version) == WITHOUT


async def test_an_undecided_one_takes_it_without_a_notice(scene: Counted, api: Api):
    finding = await scene.confirm()
    await scene.close()
    seen = await scene.evaluation(scene.accused)
    await scene.reverse(finding)
    path = f"/v1/evaluations/{seen['id']}/decisions"
    stale = await api.post(path, AGREED, by=scene.head, version=seen["version"])
    assert stale.status_code == 412
    body = {"work_rating": "di_atas_ekspektasi", "behaviour_rating": "sesuai_ekspektasi"}
    assert (await api.post(path, body, by=scene.head)).json()["predicate"] == "baik"
    kinds = [
        row["kind"]
        for row in await scene.sql(
            "SELECT kind FROM kinerja.notices WHERE tenant_id = $1", scene.world.tenant_id
        )
    ]
    assert "evaluation_suggestion_corrected" not in kinds


async def test_the_same_news_twice_is_one_correction(scene: Counted):
    finding = await scene.confirm()
    await scene.close()
    await scene.reverse(finding)
    once, seen = await corrections(scene), await scene.evaluation(scene.accused)
    await scene.sql(
        "UPDATE kinerja.subscriptions SET position = 0 WHERE tenant_id = $1",
        scene.world.tenant_id,
    )
    assert await scene.deliver() > 0
    parked = "SELECT * FROM kinerja.parked_events WHERE tenant_id = $1"
    assert await scene.sql(parked, scene.world.tenant_id) == []
    assert await corrections(scene) == once
    assert len(once) == 1
    assert await scene.evaluation(scene.accused) == seen


@pytest.mark.parametrize("together", [False, True])
async def test_two_reversals_are_two_corrections(scene: Counted, together: bool):
    findings = [await scene.confirm(), await scene.confirm(await scene.another_case())]
    closing = await scene.close()
    for finding in findings:
        await scene.reverse(finding, deliver=not together)
    await asyncio.gather(*[scene.deliver() for _ in range(3)])
    await scene.deliver()
    rows = await corrections(scene)
    assert [(row["number"], str(row["cause_id"])) for row in rows] == [
        (1, findings[0]), (2, findings[1]),
    ]  # fmt: skip
    first = [0, 0] if together else [2, 1]
    assert [rows[0]["results"][1], rows[0]["samples"][1]] == first
    assert [rows[1]["results"][1], rows[1]["samples"][1]] == [0, 0]
    seen = await scene.evaluation(scene.accused)
    assert (suggested(seen), seen["correction"]["number"]) == (WITHOUT, 2)
    assert seen["correction"]["before"]["work_result"] == ("110.00" if together else "50.00")
    async with scene.world.database.read(scene.world.tenant_id) as reading:
        assert (await rederive(reading, closing)).corrections == 2


async def test_an_open_period_is_left_to_its_close(scene: Counted):
    finding = await scene.confirm()
    await scene.reverse(finding)
    assert await corrections(scene) == []
    await scene.close()
    assert suggested(await scene.evaluation(scene.accused)) == WITHOUT
    seen = await scene.evaluation(scene.accused)
    assert seen["correction"] is None


async def test_a_reopening_supersedes_a_correction_before_and_after_it(scene: Counted):
    findings = [await scene.confirm(), await scene.confirm(await scene.another_case())]
    first = await scene.close()
    await scene.reverse(findings[0])
    await scene.reopen(first)
    await scene.reverse(findings[1])
    assert len(await corrections(scene)) == 1
    second = await scene.close()
    seen = await scene.evaluation(scene.accused)
    assert (suggested(seen), seen["correction"]) == (WITHOUT, None)
    assert seen["closing_id"] == str(second)


async def test_a_decision_renewed_by_the_next_close_shows_no_correction_of_the_last(
    scene: Counted, api: Api
):
    findings = [await scene.confirm(), await scene.confirm(await scene.another_case())]
    first = await scene.close()
    evaluation = await scene.evaluation(scene.accused)
    path = f"/v1/evaluations/{evaluation['id']}"
    body = {"work_rating": "di_bawah_ekspektasi", "behaviour_rating": "sesuai_ekspektasi"}
    await api.post(f"{path}/decisions", body, by=scene.head)
    await scene.reverse(findings[0])
    await scene.reopen(first)
    assert (await scene.evaluation(scene.accused))["correction"]["cause_id"] == findings[0]
    await scene.close()
    seen = await scene.evaluation(scene.accused)
    assert (suggested(seen), seen["correction"], seen["status"]) == (WITH, None, "decided")
    assert (await scene.explain(seen["id"], by=scene.head)).status_code == 200
    await scene.reverse(findings[1])
    seen = await scene.evaluation(scene.accused)
    assert (suggested(seen), seen["correction"]["cause_id"]) == (WITHOUT, findings[1])
    assert seen["correction"]["number"] == 1


async def test_a_confirmation_after_the_close_belongs_to_the_period_that_runs(
    scene: Counted, world: World
):
    gone = await period(world, f"{world.today.replace(day=1) - dt.timedelta(days=1):%Y-%m}")
    plan = await world_plan(scene, gone)
    await factory.result(world, scene.head, plan, gone, "10.00")
    await scene.close(gone)
    finding = await scene.confirm()
    await scene.close()
    await scene.reverse(finding)
    assert [row["closing_id"] for row in await corrections(scene)] == [
        UUID((await scene.evaluation(scene.accused))["closing_id"])
    ]


async def world_plan(scene: Counted, gone: UUID) -> UUID:
    plan = await plan_with_findings(scene.world, scene.head, {gone: "10.00"}, {gone: "1.00"})
    return plan.targets[0].indicators[0]


async def test_a_result_typed_in_place_of_the_figure_stands(scene: Counted, world: World):
    finding = await scene.confirm()
    indicator = scene.planned.targets[0].indicators[1]
    await factory.result(world, scene.accused, indicator, scene.month, "0.50")
    await scene.close()
    before = await scene.evaluation(scene.accused)
    await scene.reverse(finding)
    assert await corrections(scene) == []
    assert await scene.evaluation(scene.accused) == before


async def months_and_year(scene: Counted) -> tuple[UUID, UUID]:
    """Return the year, for which the findings of the month add up, and the month's result."""
    year = await period(scene.world, str(scene.world.today.year))
    await factory.behaviours(scene.world, scene.accused, year)
    await factory.result(
        scene.world, scene.accused, scene.planned.targets[0].indicators[0], year, "120.00"
    )
    return year, scene.planned.targets[0].indicators[1]


async def test_month_and_year_are_corrected_with_the_part_that_the_year_adds_up(scene: Counted):
    year, indicator = await months_and_year(scene)
    finding = await scene.confirm()
    closings = [await scene.close(), await scene.close(year)]
    await scene.reverse(finding)
    rows = await corrections(scene)
    assert {row["closing_id"] for row in rows} == set(closings)
    seen = await scene.evaluation(scene.accused, year)
    assert seen["correction"]["before"] != seen["correction"]["after"]
    told = (await scene.explain(seen["id"], by=scene.head)).json()["correction"]
    (changed,) = told["changed_results"]
    assert changed["period_code"] == f"{scene.world.today:%Y-%m}"
    assert (changed["before"], changed["after"]) == ("2.00", "0.00")
    result = await results_of(scene, indicator)
    assert (result["value"], result["items"], result["status"]) == (0, [], "verified")


async def test_a_year_closed_later_adds_up_what_holds(scene: Counted):
    year, indicator = await months_and_year(scene)
    finding = await scene.confirm()
    await scene.close()
    before = await results_of(scene, indicator)
    assert (before["value"], before["items"]) == (2, [UUID(finding)])
    await scene.reverse(finding)
    assert len(await corrections(scene)) == 1
    await scene.close(year)
    seen = await scene.evaluation(scene.accused, year)
    assert seen["correction"] is None
    told = (await scene.explain(seen["id"], by=scene.head)).json()
    assert "2,00" not in json.dumps(told["explanation"])


async def results_of(scene: Counted, indicator: UUID) -> Any:
    (row,) = await scene.sql(
        "SELECT r.value, r.status, f.items FROM kinerja.indicator_results r"
        " JOIN kinerja.derived_figures f ON f.id = r.figure_id"
        " WHERE r.indicator_id = $1 AND r.period_id = $2",
        indicator, scene.month,
    )  # fmt: skip
    return row


async def test_gaps_are_those_of_the_corrected_score(scene: Counted, api: Api):
    finding = await scene.confirm()
    await scene.close()
    unit, query = scene.case.unit, f"period_id={scene.month}"
    paths = [f"/v1/units/{unit}/{what}?{query}" for what in ("gaps", "gap-totals")]
    gaps, totals = [(await api.get(path, by=scene.head)).json() for path in paths]
    assert [gap["employee_id"] for gap in gaps["items"]] == [str(scene.accused.employee_id)]
    assert sum(row["below"] for row in totals["aspects"]) == 1
    await scene.reverse(finding)
    gaps, totals = [(await api.get(path, by=scene.head)).json() for path in paths]
    assert gaps["items"] == []
    assert sum(row["below"] for row in totals["aspects"]) == 0


@pytest.mark.timeout(60)
async def test_a_reversal_during_a_close_is_never_lost(
    scene: Counted, api: Api, world: World, administrator: asyncpg.Connection
):
    finding = await scene.confirm()
    body = {"early_reason": "Untuk uji"}
    await api.post(f"/v1/periods/{scene.month}/closings", body, by=world.agency)
    async with administrator.transaction():
        await administrator.execute("LOCK TABLE kinerja.closing_scores IN SHARE MODE")
        close = asyncio.create_task(scene.deliver())
        await blocked(administrator, 1)
        await scene.reverse(finding, deliver=False)
        follow = asyncio.create_task(scene.deliver())
        await blocked(administrator, 2, unless=follow)
    await asyncio.gather(close, follow)
    await scene.deliver()
    seen = await scene.evaluation(scene.accused)
    assert (suggested(seen), seen["correction"]["number"]) == (WITHOUT, 1)


async def blocked(
    connection: asyncpg.Connection, wanted: int, *, unless: asyncio.Task[int] | None = None
) -> None:
    """Wait until so many transactions wait for a lock, or the task has ended."""
    waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
    while await connection.fetchval(waiting) < wanted:
        if unless is not None and unless.done():
            return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("forgery", "is_sealed"),
    [("work_result = 120", True), ("results = ARRAY[10, 1]", False), ("sha256 = 'x'", False)],
)
async def test_a_forged_correction_is_found(
    scene: Counted, world: World, forgery: str, is_sealed: bool
):
    finding = await scene.confirm()
    closing = await scene.close()
    await scene.reverse(finding)
    await scene.sql(
        f"UPDATE kinerja.score_corrections SET {forgery} WHERE tenant_id = $1", world.tenant_id
    )
    async with world.database.read(world.tenant_id) as reading:
        again = await rederive(reading, closing)
    assert (again.equal, again.hash_equal) == (False, is_sealed)
    world.derives = False


async def test_lists_and_former_versions_keep_what_they_showed(scene: Counted, api: Api):
    finding = await scene.confirm()
    await scene.close()
    former = (await scene.evaluation(scene.accused))["id"]
    body = {"work_rating": "di_bawah_ekspektasi", "behaviour_rating": "sesuai_ekspektasi"}
    await api.post(f"/v1/evaluations/{former}/decisions", body, by=scene.head)
    slip = {**body, "reason": "Salah ketik"}
    done = await api.post(f"/v1/evaluations/{former}/corrections", slip, by=scene.head)
    assert done.status_code == 201, done.text
    before = (await api.get(f"/v1/evaluations/{former}", by=scene.head)).json()
    await scene.reverse(finding)
    versions = await of(api, scene.accused, by=scene.accused, versions=True)
    assert [suggested(each) for each in versions] == [WITHOUT, WITH]
    assert (await api.get(f"/v1/evaluations/{former}", by=scene.head)).json() == before
