"""Holding periods open against a close."""

import datetime as dt

import pytest

from kinerja_api.core.problems import UnknownReference
from kinerja_api.planning.commands.periods import hold_open, hold_open_period
from kinerja_api.planning.errors import PeriodClosed
from tests.factories.planning import approved_plan, period
from tests.factories.world import World


async def test_a_day_in_a_closed_quarter_is_closed_though_its_month_is_open(world: World):
    await period(world, "2026")
    await period(world, "2026-11")
    await period(world, "2026-Q4", status="closed")
    await period(world, "2026-Q3")
    async with world.database.write(world.tenant_id) as writing:
        with pytest.raises(PeriodClosed):
            await hold_open(writing, dt.date(2026, 11, 20))
        await hold_open(writing, dt.date(2026, 9, 30))
        with pytest.raises(PeriodClosed):
            await hold_open(writing, dt.date(2026, 9, 30), dt.date(2026, 10, 1))
        await hold_open(writing, dt.date(2025, 9, 30))


async def test_a_period_is_held_with_those_that_contain_it_and_not_with_those_inside(
    world: World, other_world: World
):
    year = await period(world, "2026")
    month = await period(world, "2026-11", status="closed")
    foreign = await period(other_world, "2026")
    async with world.database.write(world.tenant_id) as writing:
        await hold_open_period(writing, year)
        with pytest.raises(PeriodClosed):
            await hold_open_period(writing, month)
        with pytest.raises(UnknownReference):
            await hold_open_period(writing, foreign)


async def test_factory(world: World):
    clerk = await world.employee("Siti")
    plan = await approved_plan(world, clerk)
    assert plan.targets[0].indicators
