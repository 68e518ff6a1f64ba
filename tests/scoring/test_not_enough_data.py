"""Indicators without enough data are left out: frozen, scored, explained, derived again."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.scoring.rederive import rederive
from tests.factories import scoring as factory
from tests.factories.planning import Goal, Measure, approved_plan
from tests.factories.services import add_service, add_transaction
from tests.factories.world import Person, World
from tests.plugins.service import Api

STARTS = dt.datetime(2026, 10, 5, 2, tzinfo=dt.UTC)


async def documents(world: World, unit: UUID, count: int, month: int = 10) -> None:
    """Let so many documents of the unit be done on one day of the month."""
    service, starts = await add_service(world, unit), STARTS.replace(month=month)
    for _ in range(count):
        done = starts + dt.timedelta(days=1)
        await add_transaction(world, service, unit, complete=starts, done=done)


def waiting_time(period: UUID, **given: Any) -> Measure:
    return Measure(
        title="Waktu proses", direction="lower", source="processing_time_median", scope="unit",
        periods={period: "2.00"}, **given,
    )  # fmt: skip


async def evaluation_of(api: Api, world: World, closing: UUID, person: Person) -> Any:
    listed = await api.get(f"/v1/evaluations?employee_id={person.employee_id}", by=world.agency)
    (found,) = [each for each in listed.json()["items"] if each["closing_id"] == str(closing)]
    return found


def texts(step: dict[str, Any]) -> list[tuple[str, str]]:
    below = [text for child in step["children"] for text in texts(child)]
    return [(step["code"], step["label"]), *below]


@pytest.mark.parametrize(("count", "work_result"), [(10, "110.00"), (7, "80.00")])
async def test_a_close_counts_the_figure_or_leaves_it_out_and_explains_it(
    api: Api, world: World, sql: Any, count: int, work_result: str
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    period = await factory.period(world, "2026-10")
    typed = Measure(weight="25.00", periods={period: "10.00"})
    goal = Goal(measures=(typed, waiting_time(period, weight="75.00")))
    plan = await approved_plan(world, clerk, targets=(goal,), year=2026)
    await factory.result(world, clerk, plan.indicator, period, "8.00")
    await factory.behaviours(world, clerk, period)
    await documents(world, unit, count)
    closing = await factory.close(api, world, period)
    evaluation = await evaluation_of(api, world, closing, clerk)
    assert evaluation["suggestion"]["work_result"] == work_result
    for language, told in (
        ("id", "Belum cukup data: 7 dari paling sedikit 10."),
        ("en", "Not enough data: 7 of at least 10."),
    ):
        explained = await api.get(
            f"/v1/evaluations/{evaluation['id']}/explanation", by=head,
            headers={"Accept-Language": language},
        )  # fmt: skip
        assert explained.status_code == 200, explained.text
        said = dict(texts(explained.json()["explanation"])).get("achievement_not_enough", "")
        assert said.startswith(told) == (count < 10)
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing)).equal
    await sql(
        "UPDATE kinerja.closing_people SET samples = '{NULL,3}'"
        " WHERE closing_id = $1 AND employee_id = $2",
        closing, clerk.employee_id,
    )  # fmt: skip
    async with world.database.read(world.tenant_id) as reading:
        assert not (await rederive(reading, closing)).hash_equal
    world.derives = False


async def test_targets_with_nothing_left_are_left_out_and_nothing_at_all_is_unrated(
    api: Api, world: World, sql: Any
):
    unit = await world.unit("Dinas")
    some, none = await world.employee("Siti", unit=unit), await world.employee("Budi", unit=unit)
    period = await factory.period(world, "2026-10")
    empty = Goal(measures=(waiting_time(period),), weight="60.00")
    full = Goal(measures=(Measure(periods={period: "10.00"}),), weight="40.00")
    plan = await approved_plan(world, some, targets=(empty, full), year=2026)
    await factory.result(world, some, plan.targets[1].indicators[0], period, "9.50")
    await approved_plan(world, none, targets=(Goal(measures=(waiting_time(period),)),), year=2026)
    for person in (some, none):
        await factory.behaviours(world, person, period)
    closing = await factory.close(api, world, period)
    rows = await sql(
        "SELECT employee_id, work_result, predicate, unrated_reason, missing_count"
        " FROM kinerja.closing_scores WHERE closing_id = $1",
        closing,
    )
    scored = {row["employee_id"]: row for row in rows}
    assert str(scored[some.employee_id]["work_result"]) == "95.00"
    assert scored[some.employee_id]["predicate"] == "baik"
    left = scored[none.employee_id]
    assert (left["work_result"], left["unrated_reason"]) == (None, "not_enough_data")
    assert left["missing_count"] == 0
    unrated = await api.get(f"/v1/closings/{closing}/unrated", by=world.agency)
    reasons = {row["employee_name"]: row["unrated_reason"] for row in unrated.json()["items"]}
    assert reasons["Budi"] == "not_enough_data"


async def test_a_year_passes_over_months_without_enough_data(api: Api, world: World, sql: Any):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    months = {n: await factory.period(world, f"2026-{n:02}") for n in (8, 9, 10)}
    year = await factory.period(world, "2026")
    measure = Measure(
        title="Waktu proses", direction="lower", source="processing_time_median", scope="unit",
        low="2.00", accumulation="average", periods=dict.fromkeys(months.values(), "2.00"),
    )  # fmt: skip
    await approved_plan(world, clerk, targets=(Goal(measures=(measure,)),), year=2026)
    await factory.behaviours(world, clerk, year)
    for month, count in ((8, 10), (9, 3), (10, 12)):
        await documents(world, unit, count, month)
    closing = await factory.close(api, world, year)
    evaluation = await evaluation_of(api, world, closing, clerk)
    assert evaluation["suggestion"]["missing_count"] == 0
    explained = await api.get(f"/v1/evaluations/{evaluation['id']}/explanation", by=head)
    said = dict(texts(explained.json()["explanation"]))
    assert said["part_not_enough"].startswith("2026-09: belum cukup data, 3 dari paling sedikit 10")
    assert "dari 2 periode" in said["accumulated_average"]
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing)).equal
