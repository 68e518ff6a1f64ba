"""A year (and a quarter) is scored on what was reached in its shorter periods."""

from typing import Any

from kinerja_api.planning.rules import Accumulation, Approach, Direction
from kinerja_api.scoring.rederive import rederive
from tests.factories import scoring as factory
from tests.factories.planning import Goal, Measure, approved_plan
from tests.factories.world import Person, World
from tests.plugins.service import Api

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


async def scores_of(sql: Any, closing: Any, person: Person) -> dict[str, Any]:
    (row,) = await sql(
        "SELECT s.*, p.results, p.part_periods, p.part_results FROM kinerja.closing_scores s"
        " JOIN kinerja.closing_people p USING (tenant_id, closing_id, employee_id)"
        " WHERE s.closing_id = $1 AND s.employee_id = $2",
        closing,
        person.employee_id,
    )
    return dict(row)


async def of_year(
    world: World,
    name: str,
    results: list[str | None],
    *,
    accumulation: str,
    direction: str = Direction.HIGHER,
    low: str = "120.00",
    kind: tuple[str, ...] = QUARTERS,
    periods: dict[str, Any],
) -> Person:
    """Give somebody one indicator with a target in each shorter period and these results."""
    person = await world.employee(name)
    measure = Measure(
        low=low, accumulation=accumulation, direction=direction,
        periods={periods[code]: "30.00" for code in kind},
    )  # fmt: skip
    planned = await approved_plan(world, person, targets=[Goal(measures=[measure])], year=2026)
    for code, value in zip(kind, results, strict=True):
        if value is not None:
            await factory.result(world, person, planned.indicator, periods[code], value)
    await factory.behaviours(world, person, periods["2026"])
    return person


async def test_a_year_accumulates_its_quarters(api: Api, world: World, sql: Any):
    codes = ("2026", *QUARTERS, "2026-10", "2026-11", "2026-12")
    periods = {code: await factory.period(world, code) for code in codes}
    make: dict[str, Any] = {"periods": periods}
    added = await of_year(
        world, "Ani", ["40", "35", None, "45"], accumulation=Accumulation.SUM, **make
    )
    mean = await of_year(
        world, "Budi", ["40", "35", None, "46"], accumulation=Accumulation.AVERAGE, low="30.25",
        **make,
    )  # fmt: skip
    latest = await of_year(
        world, "Citra", ["100", "110", "120", None], accumulation=Accumulation.LATEST, **make
    )
    fewer = await of_year(
        world, "Dewi", ["10", "10", None, "10"], accumulation=Accumulation.SUM,
        direction=Direction.LOWER, **make,
    )  # fmt: skip
    months = await of_year(
        world, "Eka", ["50", "40", "30"], accumulation=Accumulation.SUM,
        kind=("2026-10", "2026-11", "2026-12"), **make,
    )  # fmt: skip
    monthly = await of_year(
        world, "Fitri", [None, None, "50", "40", "36"], accumulation=Accumulation.SUM,
        kind=("2026-Q3", "2026-Q4", "2026-10", "2026-11", "2026-12"), **make,
    )  # fmt: skip
    closing = await factory.close(api, world, periods["2026"])

    found = {each.name: await scores_of(sql, closing, each) for each in (
        added, mean, latest, fewer, months, monthly
    )}  # fmt: skip
    results = {name: str(row["work_result"]) for name, row in found.items()}
    assert results == {
        "Ani": "100.00", "Budi": "100.00", "Citra": "100.00", "Dewi": "0.00", "Eka": "100.00",
        "Fitri": "105.00",
    }  # fmt: skip
    assert {name: row["missing_count"] for name, row in found.items() if row["missing_count"]} == {
        "Dewi": 1
    }
    assert found["Ani"]["part_periods"] == list(QUARTERS)
    assert [str(each) for each in found["Ani"]["part_results"]] == [
        "40.00", "35.00", "None", "45.00",
    ]  # fmt: skip
    assert found["Eka"]["part_periods"] == ["2026-10", "2026-11", "2026-12"]
    assert found["Fitri"]["part_periods"] == ["2026-10", "2026-11", "2026-12"]
    plans = await sql(
        "SELECT DISTINCT status FROM kinerja.plans WHERE tenant_id = $1", world.tenant_id
    )
    assert [row["status"] for row in plans] == ["closed"]
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing)).equal

    reopened = await api.post(
        f"/v1/closings/{closing}/reopenings", {"reason": "Koreksi"}, by=world.agency
    )
    assert reopened.status_code == 201, reopened.text
    plans = await sql(
        "SELECT DISTINCT status FROM kinerja.plans WHERE tenant_id = $1", world.tenant_id
    )
    assert [row["status"] for row in plans] == ["approved"]


async def test_a_quarter_takes_its_months_only_without_a_result_of_its_own(
    api: Api, world: World, sql: Any
):
    months = ("2026-10", "2026-11", "2026-12")
    periods = {code: await factory.period(world, code) for code in ("2026-Q4", *months)}
    people = [await world.employee(name) for name in ("Ani", "Budi", "Citra")]
    for person, own in zip(people, (None, "18.00", None), strict=True):
        measure = Measure(periods=dict.fromkeys(periods.values(), "20.00"))
        planned = await approved_plan(world, person, targets=[Goal(measures=[measure])], year=2026)
        if person.name != "Citra":
            await factory.result(world, person, planned.indicator, periods["2026-10"], "12.00")
            await factory.result(world, person, planned.indicator, periods["2026-12"], "7.00")
        if own is not None:
            await factory.result(world, person, planned.indicator, periods["2026-Q4"], own)
    closing = await factory.close(api, world, periods["2026-Q4"])
    found = [await scores_of(sql, closing, person) for person in people]
    assert [str(row["work_result"]) for row in found] == ["95.00", "90.00", "0.00"]
    assert [row["part_periods"] for row in found] == [list(months), [], []]
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing)).equal


async def test_a_qualitative_plan_has_no_work_result_but_a_behaviour_suggestion(
    api: Api, world: World, sql: Any
):
    period = await factory.period(world, "2026-10")
    person = await world.employee("Siti")
    planned = await approved_plan(world, person, targets=[Goal(measures=[])], year=2026)
    await sql(
        "UPDATE kinerja.plans SET approach = $2 WHERE id = $1", planned.id, Approach.QUALITATIVE
    )
    await factory.behaviours(world, person, period, above=4)
    closing = await factory.close(api, world, period)
    row = await scores_of(sql, closing, person)
    assert (row["unrated_reason"], row["work_result"]) == ("qualitative_approach", None)
    assert (row["behaviour_rating"], row["predicate"]) == ("di_atas_ekspektasi", None)
    opened = await sql(
        "SELECT count(*) FROM kinerja.evaluations WHERE closing_id = $1 AND employee_id = $2",
        closing,
        person.employee_id,
    )
    assert opened[0]["count"] == 1
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing)).equal
