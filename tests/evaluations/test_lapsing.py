"""The job that makes final what nobody reacted to in time."""

import asyncio
import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core import clock
from kinerja_api.evaluations import jobs
from kinerja_api.evaluations.commands.lapsing import lapse_some
from kinerja_api.evaluations.jobs import lapse_evaluations
from tests.factories import scoring as factory
from tests.factories.evaluations import AGREED, Closed, of
from tests.factories.world import World
from tests.plugins.service import Api


async def end_days(sql: Any, world: World, until: dt.date) -> None:
    await sql(
        "UPDATE kinerja.evaluations SET objection_until = $2 WHERE tenant_id = $1",
        world.tenant_id, until,
    )  # fmt: skip


async def test_only_the_overdue_become_final_and_once(
    api: Api, world: World, closed: Closed, sql: Any
):
    await closed.decide()
    assert await lapse_evaluations(world.database, world.tenant_id) == 0
    await end_days(sql, world, world.today)
    assert await lapse_evaluations(world.database, world.tenant_id) == 0
    await end_days(sql, world, world.today - dt.timedelta(days=1))
    before = await closed.read()
    assert await lapse_evaluations(world.database, world.tenant_id) == 1
    assert await lapse_evaluations(world.database, world.tenant_id) == 0

    after = await closed.read()
    moving = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in before.items() if k not in moving
    }
    assert (after["status"], after["final_by"]) == ("final", "deadline")
    late = await api.post(f"{closed.path}/objections", {"reasons": "x"}, by=closed.clerk)
    assert late.json()["code"] == "objection_too_late"
    (notice,) = await sql(
        "SELECT subject_id FROM kinerja.notices WHERE kind = 'evaluation_lapsed'"
        " AND employee_id = $1",
        closed.clerk.employee_id,
    )
    assert notice["subject_id"] == UUID(closed.evaluation)
    trail = await sql(
        "SELECT after FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'evaluations.lapsed'",
        world.tenant_id,
    )
    assert len(trail) == 1


@pytest.mark.parametrize(("utc", "lapsed"), [("16:59", 0), ("17:01", 1)])
async def test_the_day_ends_in_the_time_zone_of_the_government(
    world: World, closed: Closed, sql: Any, monkeypatch: pytest.MonkeyPatch, utc: str, lapsed: int
):
    await closed.decide()
    day = world.today
    await end_days(sql, world, day)
    at = dt.datetime.fromisoformat(f"{day}T{utc}:00+00:00")
    monkeypatch.setattr(clock, "now", lambda: at)
    assert await lapse_evaluations(world.database, world.tenant_id) == lapsed


async def test_many_are_made_final_in_batches(
    api: Api, world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    period = await factory.period(world, "2026-10")
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    people = [await world.employee(f"Pegawai {n}", unit=unit) for n in range(5)]
    await factory.close(api, world, period)
    for person in people:
        (evaluation,) = await of(api, person, by=head)
        body = {**AGREED, "reason": "SKP belum disusun"}
        await api.post(f"/v1/evaluations/{evaluation['id']}/decisions", body, by=head)
    await end_days(sql, world, world.today - dt.timedelta(days=3))
    monkeypatch.setattr(jobs, "_BATCH", 2)
    assert await lapse_evaluations(world.database, world.tenant_id) == 5


async def test_acknowledging_while_the_job_runs_ends_in_one_of_the_two(
    api: Api, world: World, closed: Closed, sql: Any
):
    """On the last day by the caller's clock, past it by the job's: whoever locks first wins."""
    await closed.decide()
    until = world.today
    await end_days(sql, world, until)
    tomorrow = clock.now() + dt.timedelta(days=1)

    async def lapse() -> int:
        async with world.database.write(world.tenant_id) as writing:
            return await lapse_some(writing, now=tomorrow, limit=10)

    answer, lapsed = await asyncio.gather(
        api.post(f"{closed.path}/acknowledgements", {}, by=closed.clerk), lapse()
    )
    assert (answer.status_code, lapsed) in {(201, 0), (409, 1)}, answer.text
    final = await closed.read()
    by = "acknowledgement" if lapsed == 0 else "deadline"
    assert (final["status"], final["final_by"]) == ("final", by)
    if lapsed:
        assert answer.json()["code"] == "transition_refused"
