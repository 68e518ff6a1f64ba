"""Closings: ordered, run, reopened; what they freeze; that they leave nothing when they die."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from kinerja_api.access.actor import Actor, Grant
from kinerja_api.access.rules import Role
from kinerja_api.core import clock
from kinerja_api.core.jobs import Job
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.queries.scope import superior_on
from kinerja_api.scoring import close as close_module
from kinerja_api.scoring.close import close_period
from kinerja_api.scoring.commands.closings import order_closing
from kinerja_api.scoring.errors import PeriodNotOver
from kinerja_api.scoring.rederive import rederive
from kinerja_api.scoring.rules import CloseStep
from tests.factories import scoring as factory
from tests.factories.world import LONG_AGO, Person, World, place
from tests.plugins.service import Api

SNAPSHOT = ("closing_people", "closing_scores")


async def rows_of(sql: Any, table: str, closing: UUID | str) -> list[dict[str, Any]]:
    rows = await sql(f"SELECT * FROM kinerja.{table} WHERE closing_id = $1", UUID(str(closing)))
    kept = [{k: v for k, v in row.items() if k != "closing_id"} for row in rows]
    return sorted(kept, key=str)


async def job_of(sql: Any, world: World) -> Job:
    (row,) = await sql(
        "SELECT id, tenant_id, kind, subject_id, attempts + 1 AS attempts"
        " FROM kinerja.jobs WHERE tenant_id = $1 AND kind = 'close_period'"
        " ORDER BY id DESC LIMIT 1",
        world.tenant_id,
    )
    return Job(**dict(row), payload={})


async def test_a_close_freezes_scores_and_closes_the_period(api: Api, world: World, sql: Any):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    idle = await world.employee("Budi", unit=unit)
    await factory.rated_employee(world, head, period, year=2026, results="8.00", below=2)
    await factory.rated_employee(world, clerk, period, year=2026, results="11.00", above=4)

    ordered = await api.post(f"/v1/periods/{period}/closings", by=world.agency)
    assert (ordered.status_code, ordered.json()["status"]) == (202, "queued")
    await factory.run_jobs(world)
    closing = (await api.get(ordered.headers["Location"], by=world.agency)).json()

    assert closing["status"] == "done"
    assert (closing["people"], closing["rated"], closing["unrated"]) == (3, 2, 1)
    assert closing["progress"] == {"step": "seal", "done": 5, "of": 5}
    assert closing["allowed_actions"] == ["reopen"]
    assert len(closing["snapshot_sha256"]) == 64
    scores = {
        row["employee_id"]: row for row in await rows_of(sql, "closing_scores", closing["id"])
    }
    assert str(scores[clerk.employee_id]["work_result"]) == "110.00"
    assert scores[clerk.employee_id]["predicate"] == "sangat_baik"
    assert scores[head.employee_id]["predicate"] == "sangat_kurang"
    assert [scores[p.employee_id]["is_provisional"] for p in (head, clerk)] == [True, False]
    assert scores[idle.employee_id]["unrated_reason"] == "no_plan"
    read = await api.get(f"/v1/periods/{period}", by=clerk)
    assert read.status_code == 404 or read.json()["status"] == "closed"
    unrated = (await api.get(f"/v1/closings/{closing['id']}/unrated", by=world.agency)).json()
    assert [(row["employee_name"], row["unrated_reason"]) for row in unrated["items"]] == [
        ("Budi", "no_plan")
    ]
    entries = await sql(
        "SELECT after->>'snapshot_sha256' AS hash FROM kinerja.audit_entries"
        " WHERE tenant_id = $1 AND action = 'closing.finished'",
        world.tenant_id,
    )
    assert [row["hash"] for row in entries] == [closing["snapshot_sha256"]]
    events = await sql(
        "SELECT count(*) FROM kinerja.events WHERE tenant_id = $1 AND type = 'scoring.closed'",
        world.tenant_id,
    )
    assert events[0]["count"] == 1


async def test_two_parallel_closings_are_one(api: Api, world: World):
    period = await factory.period(world, "2026-10")
    path = f"/v1/periods/{period}/closings"
    answers = await asyncio.gather(*[api.post(path, by=world.agency) for _ in range(2)])
    assert sorted(answer.status_code for answer in answers) == [202, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "closing_exists"
    await factory.run_jobs(world)
    assert (await api.post(path, by=world.agency)).json()["code"] == "closing_exists"
    listed = (await api.get(path, by=world.agency)).json()["items"]
    assert [closing["status"] for closing in listed] == ["done"]


async def test_a_repeat_with_the_same_key_orders_one_closing(
    api: Api, world: World, fresh_key: str
):
    period = await factory.period(world, "2026-10")
    path = f"/v1/periods/{period}/closings"
    first = await api.post(path, by=world.agency, key=fresh_key)
    again = await api.post(path, by=world.agency, key=fresh_key)
    assert (again.status_code, again.content) == (202, first.content)


async def test_reopened_and_closed_again_gives_equal_rows_but_the_number(
    api: Api, world: World, sql: Any
):
    made = await factory.government(world, people=60)
    first = await factory.close(api, world, made.period_id)
    body = {"reason": "Realisasi terlambat diverifikasi"}
    reopened = await api.post(f"/v1/closings/{first}/reopenings", body, by=world.agency)
    assert (reopened.status_code, reopened.json()["status"]) == (201, "reopened"), reopened.text
    assert reopened.json()["reason"] == body["reason"]
    twice = await api.post(f"/v1/closings/{first}/reopenings", body, by=world.agency)
    assert (twice.status_code, twice.json()["code"]) == (409, "transition_refused")
    second = await factory.close(api, world, made.period_id)
    one, two = [
        (await api.get(f"/v1/closings/{each}", by=world.agency)).json() for each in (first, second)
    ]
    assert (one["number"], two["number"]) == (1, 2)
    assert one["snapshot_sha256"] == two["snapshot_sha256"]
    for table in SNAPSHOT:
        before = await rows_of(sql, table, first)
        assert before
        assert await rows_of(sql, table, second) == before


async def test_a_government_scores_alike_by_sql_and_by_decimals(api: Api, world: World, sql: Any):
    made = await factory.government(world, people=300)
    closing = await factory.close(api, world, made.period_id)
    async with world.database.read(world.tenant_id) as reading:
        again = await rederive(reading, closing, sample=1000)
    assert again.equal, again
    assert (again.compared, again.by_decimals) == (again.by_decimals, again.compared)
    scores = await rows_of(sql, "closing_scores", closing)
    assert {row["predicate"] for row in scores} >= {"baik", "butuh_perbaikan", "kurang", None}
    reasons = {row["unrated_reason"] for row in scores}
    assert reasons >= {"no_plan", "behaviours_incomplete", None}
    assert any(row["missing_count"] for row in scores)


async def test_rederiving_finds_what_was_changed_behind_its_back(api: Api, world: World, sql: Any):
    world.derives = False
    made = await factory.government(world, people=40)
    closing = await factory.close(api, world, made.period_id)
    (row,) = await sql(
        "UPDATE kinerja.closing_scores SET predicate = 'sangat_baik', unrated_reason = NULL"
        " WHERE closing_id = $1 AND employee_id = (SELECT employee_id FROM"
        " kinerja.closing_scores WHERE closing_id = $1 AND predicate IS DISTINCT FROM"
        " 'sangat_baik' ORDER BY 1 LIMIT 1) RETURNING employee_id",
        closing,
    )
    async with world.database.read(world.tenant_id) as reading:
        again = await rederive(reading, closing)
        assert (again.equal, again.hash_equal, again.differences) == (
            False, True, [row["employee_id"]],
        )  # fmt: skip
    await sql("UPDATE kinerja.closing_people SET superior_id = NULL WHERE closing_id = $1", closing)
    async with world.database.read(world.tenant_id) as reading:
        assert not (await rederive(reading, closing)).hash_equal


async def test_the_frozen_superior_is_the_one_the_organisation_knows(
    api: Api, world: World, sql: Any
):
    made = await factory.government(world, people=300)
    unit = await world.unit("Sekretariat")
    lonely = await world.employee("Kepala Tanpa Atasan", unit=unit, head=True)
    assert lonely.employee_id is not None
    async with world.database.write(world.tenant_id) as writing:
        await place(writing, lonely.employee_id, world.root, head=True, kind="plh")
    closing = await factory.close(api, world, made.period_id)
    frozen = await rows_of(sql, "closing_people", closing)
    assert len(frozen) > 290
    async with world.database.read(world.tenant_id) as reading:
        for row in frozen:
            expected = await superior_on(reading, row["employee_id"], made.last_day)
            assert row["superior_id"] == expected, row
    superiors = {row["employee_id"]: row["superior_id"] for row in frozen}
    assert superiors[lonely.employee_id] is None
    assert len(set(superiors.values())) > 5


async def die_in(
    step: CloseStep, world: World, job: Job, sql: Any, monkeypatch: pytest.MonkeyPatch, death: str
) -> None:
    """Run a close up to this step, and kill it there."""
    run = close_module._close

    async def stuck(writing: Any, closing_id: UUID, tell: Any) -> None:
        async def told(reached: CloseStep) -> None:
            await tell(reached)
            if reached is not step:
                return
            if death == "cancelled":
                raise asyncio.CancelledError
            pid = await writing._connection.fetchval("SELECT pg_backend_pid()")
            await sql("SELECT pg_terminate_backend($1, 30000)", pid)

        await run(writing, closing_id, told)

    monkeypatch.setattr(close_module, "_close", stuck)
    with pytest.raises((asyncio.CancelledError, *close_module._PASSING)):
        await close_period(world.database, job)


@pytest.mark.parametrize("death", ["cancelled", "backend terminated"])
@pytest.mark.parametrize("step", CloseStep)
async def test_a_close_that_dies_leaves_nothing_and_finishes_when_run_again(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch, death: str, step: CloseStep
):
    made = await factory.government(world, people=20)
    ordered = await api.post(f"/v1/periods/{made.period_id}/closings", by=world.agency)
    closing = UUID(ordered.json()["id"])
    job = await job_of(sql, world)
    with monkeypatch.context() as patched:
        await die_in(step, world, job, sql, patched, death)

    for table in SNAPSHOT:
        assert await rows_of(sql, table, closing) == []
    interrupted = (await api.get(f"/v1/closings/{closing}", by=world.agency)).json()
    assert (interrupted["status"], interrupted["progress"]["step"]) == ("running", step)
    (status,) = await sql("SELECT status FROM kinerja.periods WHERE id = $1", made.period_id)
    assert status["status"] == "open"
    assert not await sql(
        "SELECT 1 FROM kinerja.audit_entries WHERE tenant_id = $1 AND action = 'closing.finished'",
        world.tenant_id,
    )

    await close_period(world.database, job)
    finished = (await api.get(f"/v1/closings/{closing}", by=world.agency)).json()
    assert (finished["status"], finished["number"]) == ("done", 1)
    before = await rows_of(sql, "closing_scores", closing)
    await close_period(world.database, job)
    assert await rows_of(sql, "closing_scores", closing) == before


async def test_two_workers_on_one_closing_do_it_once(api: Api, world: World, sql: Any):
    made = await factory.government(world, people=40)
    await api.post(f"/v1/periods/{made.period_id}/closings", by=world.agency)
    job = await job_of(sql, world)
    await asyncio.gather(*[close_period(world.database, job) for _ in range(2)])
    (row,) = await sql(
        "SELECT count(*) FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'closing.finished'",
        world.tenant_id,
    )
    assert row["count"] == 1


async def test_what_is_written_during_a_close_is_inside_or_refused(
    api: Api, world: World, sql: Any
):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    people = [await world.employee(f"Pegawai {n}", unit=unit) for n in range(6)]
    plans = {
        person: await factory.rated_employee(world, person, period, year=2026, results=None)
        for person in people
    }
    ordered = await api.post(f"/v1/periods/{period}/closings", by=world.agency)
    job = await job_of(sql, world)

    async def rate(person: Person) -> int:
        path = f"/v1/employees/{person.employee_id}/behaviours/{period}"
        rating = {"value": "akuntabel", "rating": "di_bawah_ekspektasi", "note": "Sesuai bukti"}
        return (await api.put(path, {"ratings": [rating]}, by=head)).status_code

    async def enter(person: Person) -> int:
        path = f"/v1/indicators/{plans[person].indicator}/results/{period}"
        return (await api.put(path, {"value": "7.00"}, by=person)).status_code

    *answers, _ = await asyncio.gather(
        *[rate(person) for person in people],
        *[enter(person) for person in people],
        close_period(world.database, job),
    )
    assert set(answers) <= {200, 201, 409}, answers
    frozen = {
        row["employee_id"]: dict(
            zip(row["behaviour_values"], row["behaviour_ratings"], strict=True)
        )
        for row in await rows_of(sql, "closing_people", ordered.json()["id"])
    }
    for person, answer in zip(people, answers[:6], strict=True):
        rating = frozen[person.employee_id]["akuntabel"]
        assert rating == ("sesuai_ekspektasi" if answer == 409 else "di_bawah_ekspektasi")
    (row,) = await sql(
        "SELECT count(*) FROM kinerja.indicator_results r JOIN kinerja.closings c"
        " ON c.period_id = r.period_id WHERE c.id = $1 AND r.updated_at > c.finished_at",
        UUID(ordered.json()["id"]),
    )
    assert row["count"] == 0
    assert (await enter(people[0]), await rate(people[0])) == (409, 409)


async def test_a_close_that_fails_says_why_and_blocks_no_other(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    period = await factory.period(world, "2026-10")

    async def broken(writing: Any, period_id: UUID) -> int:
        raise asyncpg.DataError("a value out of range")

    monkeypatch.setattr(close_module, "derive_volumes", broken)
    closing = await factory.close(api, world, period)
    failed = (await api.get(f"/v1/closings/{closing}", by=world.agency)).json()
    assert (failed["status"], failed["error"]) == ("failed", "DataError: a value out of range")
    monkeypatch.undo()
    again = await factory.close(api, world, period)
    done = (await api.get(f"/v1/closings/{again}", by=world.agency)).json()
    assert (done["status"], done["number"]) == ("done", 2)


async def test_a_closing_whose_workers_all_died_gives_way(api: Api, world: World, sql: Any):
    period = await factory.period(world, "2026-10")
    path = f"/v1/periods/{period}/closings"
    dead = (await api.post(path, by=world.agency)).json()["id"]
    await sql(
        "UPDATE kinerja.jobs SET status = 'failed', error = 'WorkerDied' WHERE tenant_id = $1",
        world.tenant_id,
    )
    assert (await api.post(path, by=world.agency)).status_code == 202
    given_up = (await api.get(f"/v1/closings/{dead}", by=world.agency)).json()
    assert (given_up["status"], given_up["error"]) == ("failed", "WorkerDied")


async def test_checks_tell_what_is_pending(api: Api, world: World):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    await world.employee("Budi", unit=unit)
    planned = await factory.rated_employee(world, clerk, period, year=2026, results=None)
    await factory.result(world, clerk, planned.indicator, period, "3.00", status="entered")
    other = await factory.period(world, "2026-09")
    path = f"/v1/periods/{period}/close-checks"
    checks = (await api.get(path, by=world.agency)).json()
    assert checks["is_ready"] is False
    counts = {name: each["count"] for name, each in checks.items() if isinstance(each, dict)}
    assert counts == {
        "submitted_plans": 0,
        "submitted_logs": 0,
        "unverified_results": 1,
        "people_without_plan": 1,
        "missing_behaviours": 0,
        "not_enough_data": 0,
    }
    assert checks["people_without_plan"]["items"][0]["employee_name"] == "Budi"
    earlier = (await api.get(f"/v1/periods/{other}/close-checks", by=world.agency)).json()
    assert earlier["missing_behaviours"]["count"] == 1


async def test_only_the_agency_of_the_whole_government_closes(
    api: Api, world: World, other_world: World
):
    period = await factory.period(world, "2026-10")
    path = f"/v1/periods/{period}/closings"
    clerk = await world.employee("Siti")
    part = await world.officer("Kepegawaian Dinas", Role.PERSONNEL_AGENCY, unit=world.root)
    assert (await api.post(path, by=clerk)).json()["code"] == "permission_denied"
    assert (await api.post(path, by=part)).json()["code"] == "permission_denied"
    assert (await api.post(path, by=world.admin)).status_code == 403
    assert (await api.post(path, by=other_world.agency)).status_code == 404
    closing = await factory.close(api, world, period)
    for suffix in ("", "/unrated"):
        stranger = await api.get(f"/v1/closings/{closing}{suffix}", by=other_world.agency)
        assert stranger.status_code == 404
    body = {"reason": "Coba"}
    reopenings = f"/v1/closings/{closing}/reopenings"
    assert (await api.post(reopenings, body, by=part)).status_code == 403
    assert (await api.post(reopenings, body, by=other_world.agency)).status_code == 404
    assert (await api.post(reopenings, {}, by=world.agency)).status_code == 422
    stale = await api.post(reopenings, body, by=world.agency, version=1)
    assert stale.status_code == 412


async def test_a_period_that_is_not_over_needs_a_reason(api: Api, world: World, sql: Any):
    month = await factory.period(world, f"{world.today:%Y-%m}")
    over = await factory.period(world, "2026-10")
    path = f"/v1/periods/{month}/closings"
    checks = (await api.get(f"/v1/periods/{month}/close-checks", by=world.agency)).json()
    assert checks["is_over"] is False
    checks = (await api.get(f"/v1/periods/{over}/close-checks", by=world.agency)).json()
    assert checks["is_over"] is True
    for body in (None, {}, {"early_reason": None}):
        refused = await api.post(path, body, by=world.agency)
        assert (refused.status_code, refused.json()["code"]) == (409, "period_not_over")
    for wrong in ({"early_reason": " "}, {"reason": "Libur"}):
        assert (await api.post(path, wrong, by=world.agency)).status_code == 422
    ordered = await api.post(path, {"early_reason": "Libur panjang"}, by=world.agency)
    assert (ordered.status_code, ordered.json()["reason"]) == (202, None)
    assert (await api.post(f"/v1/periods/{over}/closings", {}, by=world.agency)).status_code == 202
    reasons = await sql(
        "SELECT reason FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'closing.ordered' ORDER BY id",
        world.tenant_id,
    )
    assert [row["reason"] for row in reasons] == ["Libur panjang", None]


async def test_a_period_is_over_when_its_last_day_has_passed_in_the_zone(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    """Midnight in Jakarta is 17.00 of the day before in UTC."""
    period = await factory.period(world, "2026-10")
    agency = Actor(
        tenant_id=world.tenant_id, tenant_code=world.code, time_zone="Asia/Jakarta",
        account_id=world.agency.account_id, employee_id=None, access_version=1, session_id=None,
        grants=(Grant(Role.PERSONNEL_AGENCY, None, DateRange(LONG_AGO)),),
    )  # fmt: skip
    midnight = dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC)
    async with world.database.write(world.tenant_id) as writing:
        monkeypatch.setattr(clock, "now", lambda: midnight - dt.timedelta(seconds=1))
        with pytest.raises(PeriodNotOver):
            await order_closing(writing, agency, period)
        monkeypatch.setattr(clock, "now", lambda: midnight)
        assert (await order_closing(writing, agency, period))["status"] == "queued"


async def test_a_period_before_the_regulation_has_no_rules(api: Api, world: World):
    period = await factory.period(world, "2021-10")
    refused = await api.post(f"/v1/periods/{period}/closings", by=world.agency)
    assert (refused.status_code, refused.json()["code"]) == (422, "rule_set_missing")
