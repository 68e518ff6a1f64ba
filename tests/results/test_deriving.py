"""Deriving all results of a period at once, as its close does."""

from typing import Any

from kinerja_api.results.commands.deriving import derive_volumes
from tests.factories import planning
from tests.factories.planning import Goal, Measure
from tests.factories.results import result
from tests.factories.world import World


async def test_all_indicators_with_a_target_are_derived_once_and_imports_stand(
    world: World, sql: Any
):
    month = await planning.period(world, planning.month_of(world.today))
    first, second = await world.employee("Siti"), await world.employee("Budi")
    volume = Measure(source="approved_volume", periods={month: "5.00"})
    no_target = Measure(source="approved_volume")
    typed = Measure(periods={month: "5.00"})
    goal = Goal(measures=(volume, no_target, typed))
    one = await planning.approved_plan(world, first, targets=(goal,))
    two = await planning.approved_plan(world, second, targets=(goal,))
    await planning.approved_plan(world, world.mayor, targets=(goal,), status="submitted")
    kept = await result(world, second, two.indicator, month, value="3.00", status="verified")
    async with world.database.write(world.tenant_id) as writing:
        assert await derive_volumes(writing, month) == 1
    async with world.database.write(world.tenant_id) as writing:
        assert await derive_volumes(writing, month) == 0
    rows = await sql(
        "SELECT id, indicator_id, value, status FROM kinerja.indicator_results"
        " WHERE tenant_id = $1 ORDER BY value",
        world.tenant_id,
    )
    assert [(row["indicator_id"], str(row["value"]), row["status"]) for row in rows] == [
        (one.indicator, "0.00", "verified"),
        (two.indicator, "3.00", "verified"),
    ]
    assert rows[1]["id"] == kept
