"""The files of periods and plans."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from kinerja_api.core.db import Writing
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.commands.loading import load_periods, load_plans
from kinerja_api.planning.rules import PeriodRow, PlanRow, periods_of_year
from kinerja_api.planning.rules.kinds import PeriodKind
from tests.factories.goals import unit_goal
from tests.factories.planning import period
from tests.factories.world import Person, World

ROW = PlanRow(
    line=2, person_ref="", year=2026, approach="quantitative", target_no=1, target_kind="utama",
    target_title="Layanan tepat waktu", target_weight=None, superior_target_no=None,
    indicator_no=1, aspect="kuantitas", indicator_title="Jumlah berkas", unit="berkas",
    direction="higher", weight=None, annual_target_low=Decimal(120), annual_target_high=None,
    accumulation="sum", period_kind="month", period_target_low=Decimal(10),
    period_target_high=None, status="approved",
)  # fmt: skip
WORDS: dict[str, Any] = {
    "approach": "qualitative",
    **dict.fromkeys(
        (
            "aspect", "unit", "direction", "annual_target_low", "accumulation", "period_kind",
            "period_target_low",
        )
    ),
}  # fmt: skip


def codes(faults: Sequence[RowFault]) -> list[tuple[int, str | None, str]]:
    return [(fault.line, fault.column, fault.code) for fault in faults]


def row(ref: str, line: int, **changes: Any) -> PlanRow:
    return dataclasses.replace(ROW, person_ref=ref, line=line, **changes)


async def ref_of(sql: Any, person: Person) -> str:
    rows = await sql("SELECT ref FROM kinerja.employees WHERE id = $1", person.employee_id)
    return rows[0]["ref"]


async def load(world: World, rows: Sequence[PlanRow]) -> list[RowFault]:
    """Load the rows as an import does: what a refused file has written is taken back."""
    faults: list[RowFault] = []
    with contextlib.suppress(_Undone):
        async with world.database.write(world.tenant_id) as writing:
            faults = await load_plans(writing, rows)
            _take_back(faults)
    return faults


class _Undone(Exception):
    pass


def _take_back(faults: list[RowFault]) -> None:
    if faults:
        raise _Undone


async def load_year(world: World) -> None:
    dates = periods_of_year(2026, list(PeriodKind))
    rows = [
        PeriodRow(line, one.code, one.kind, one.starts_on, one.ends_on)
        for line, one in enumerate(dates, start=2)
    ]
    async with world.database.write(world.tenant_id) as writing:
        assert await load_periods(writing, rows) == []


async def contents(sql: Any, world: World) -> list[tuple[Any, ...]]:
    rows = await sql(
        """SELECT p.id, p.version, p.status, t.id AS target, t.title, t.superior_target_id,
                  i.id AS indicator, x.period_id, x.low
           FROM kinerja.plans p JOIN kinerja.targets t ON t.plan_id = p.id
           JOIN kinerja.indicators i ON i.target_id = t.id
           JOIN kinerja.indicator_targets x ON x.indicator_id = i.id
           WHERE p.tenant_id = $1 ORDER BY p.id, t.number, i.number, x.period_id""",
        world.tenant_id,
    )
    return [tuple(found) for found in rows]


async def test_a_file_is_loaded_once_however_often_it_is_sent(world: World, sql: Any):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    await load_year(world)
    await load_year(world)
    above, below = await ref_of(sql, head), await ref_of(sql, clerk)
    rows = [
        row(below, 2, superior_target_no=2, weight=Decimal(60)),
        row(below, 3, superior_target_no=2, indicator_no=2, weight=Decimal(40)),
        row(above, 4),
        row(above, 5, target_no=2, target_title="Layanan naik", period_kind="quarter"),
    ]
    assert await load(world, rows) == []
    first = await contents(sql, world)
    assert len(first) == 12 + 12 + 12 + 4
    linked = {found[5] for found in first if found[5]}
    assert linked == {found[3] for found in first if found[4] == "Layanan naik"}
    assert await load(world, rows) == []
    assert await contents(sql, world) == first
    changed = [*rows[:3], dataclasses.replace(rows[3], period_target_low=Decimal(11))]
    assert await load(world, changed) == []
    versions = {(found[0], found[1]) for found in await contents(sql, world)}
    assert sorted(version for _, version in versions) == [1, 2]
    moved = [*rows[:3], dataclasses.replace(rows[3], period_kind="month")]
    assert await load(world, moved) == []
    assert len(await contents(sql, world)) == 12 * 4


async def test_every_fault_of_a_file_is_told_and_nothing_written(world: World, sql: Any):
    clerk = await world.employee("Siti", unit=await world.unit("Dinas"))
    late = await world.employee("Baru", unit=clerk.unit_id, since=dt.date(2027, 1, 1))
    ref = await ref_of(sql, clerk)
    await period(world, "2026-11")
    rows = [
        row("tidak-ada", 2),
        row(await ref_of(sql, late), 3),
        row(ref, 4, period_kind="quarter"),
        row(ref, 5, target_no=2, superior_target_no=9),
    ]
    found = await load(world, rows)
    assert [(fault.line, fault.column, fault.code) for fault in found] == [
        (2, "person_ref", "unknown_reference"),
        (3, "person_ref", "placement_missing"),
        (4, "period_kind", "periods_missing"),
        (5, "superior_target_no", "superior_target_unknown"),
    ]
    assert await contents(sql, world) == []


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({}, "indicator_no", "row_repeated"),
        ({"target_no": 2, "status": "draft"}, "status", "row_differs"),
        ({"indicator_no": 2, "target_title": "Lain"}, "target_title", "row_differs"),
        ({"indicator_no": 40_000}, "indicator_no", "number_out_of_range"),
        ({"indicator_no": 2, "year": 1999}, "year", "year_out_of_range"),
        ({"target_no": 2, "target_weight": Decimal(0)}, "target_weight", "weight_out_of_range"),
        ({"indicator_no": 2, "direction": "range"}, "annual_target_high", "bounds_mismatch"),
        ({"indicator_no": 2, "weight": Decimal(40)}, "weight", "weight_missing"),
        ({"target_no": 2, "annual_target_low": Decimal(0)}, "annual_target_low", "target_zero"),
        ({"target_no": 2, "target_weight": Decimal(50)}, "target_weight", "weight_missing"),
        ({"indicator_no": 2, "aspect": None}, "aspect", "quantitative_field_missing"),
        ({"indicator_no": 2, "period_kind": None}, "period_kind", "quantitative_field_missing"),
        ({"approach": "qualitative"}, "annual_target_low", "qualitative_field_given"),
        (
            {"target_no": 2, "superior_target_no": 1, "goal_code": "S1"},
            "goal_code",
            "linked_twice",
        ),
    ],
)
async def test_a_file_wrong_by_itself(
    world: World, changes: dict[str, Any], column: str, code: str
):
    found = await load(world, [row("a", 2), row("a", 3, **changes)])
    assert (column, code) in [(fault.column, fault.code) for fault in found]


@pytest.mark.parametrize("status", ["approved", "closed"])
async def test_closed_years_take_only_what_changes_nothing(world: World, sql: Any, status: str):
    unit = await world.unit("Dinas")
    clerk, other = await world.employee("Siti", unit=unit), await world.employee("Budi", unit=unit)
    await load_year(world)
    rows = [row(await ref_of(sql, clerk), 2), row(await ref_of(sql, other), 3)]
    assert await load(world, rows) == []
    await sql("UPDATE kinerja.periods SET status = 'closed' WHERE tenant_id = $1", world.tenant_id)
    await sql("UPDATE kinerja.plans SET status = $2 WHERE tenant_id = $1", world.tenant_id, status)
    before = await contents(sql, world)
    assert await load(world, rows) == []
    assert await contents(sql, world) == before
    changed = dataclasses.replace(rows[1], target_title="Lain")
    assert codes(await load(world, [rows[0], changed])) == [(3, "person_ref", "period_closed")]


async def test_targets_of_closed_periods_stay_and_new_plans_get_none(world: World, sql: Any):
    unit = await world.unit("Dinas")
    clerk, other = await world.employee("Siti", unit=unit), await world.employee("Budi", unit=unit)
    await load_year(world)
    rows = [row(await ref_of(sql, clerk), 2)]
    assert await load(world, rows) == []
    await sql(
        "UPDATE kinerja.periods SET status = 'closed' WHERE tenant_id = $1 AND code < '2026-04'"
        " AND kind = 'month'",
        world.tenant_id,
    )
    more = [
        dataclasses.replace(rows[0], period_target_low=Decimal(11)),
        row(await ref_of(sql, other), 3),
    ]
    assert await load(world, more) == []
    lows = [found[-1] for found in await contents(sql, world)]
    assert sorted(lows) == [Decimal(10)] * (3 + 9) + [Decimal(11)] * 9
    refused = [dataclasses.replace(more[0], unit="lembar", direction="lower"), more[1]]
    assert codes(await load(world, refused)) == [
        (2, "direction", "closed_period_changed"),
        (2, "unit", "closed_period_changed"),
    ]


async def test_a_plan_in_force_keeps_its_status_approach_and_open_revision(world: World, sql: Any):
    clerk = await world.employee("Siti", unit=await world.unit("Dinas"))
    await load_year(world)
    rows = [row(await ref_of(sql, clerk), 2)]
    assert await load(world, rows) == []
    back = [dataclasses.replace(rows[0], status="draft")]
    assert codes(await load(world, back)) == [(2, "status", "plan_in_force")]
    words = [dataclasses.replace(rows[0], **WORDS)]
    assert codes(await load(world, words)) == [(2, "approach", "approach_in_force")]
    await sql(
        "UPDATE kinerja.plans SET status = 'revision', revision_reason = 'x',"
        " revision_content = '{}' WHERE tenant_id = $1",
        world.tenant_id,
    )
    assert await load(world, rows) == []
    changed = [dataclasses.replace(rows[0], period_target_low=Decimal(11))]
    assert codes(await load(world, changed)) == [(2, "person_ref", "plan_under_revision")]


async def test_a_qualitative_plan_is_loaded_without_numbers_and_with_its_goal(
    world: World, sql: Any
):
    unit = await world.unit("Dinas")
    clerk = await world.employee("Siti", unit=unit)
    goal = await unit_goal(world, world.root, "S1", year=2026)
    await unit_goal(world, await world.unit("Lain"), "S2", year=2026)
    await load_year(world)
    ref = await ref_of(sql, clerk)
    rows = [
        row(ref, 2, **WORDS, goal_code="S1"),
        row(ref, 3, **WORDS, goal_code="S1", indicator_no=2, indicator_title="Tidak ada keluhan"),
    ]
    for _ in range(2):
        assert await load(world, rows) == []
    found = await sql(
        "SELECT t.goal_id, i.title, i.direction, p.version FROM kinerja.indicators i"
        " JOIN kinerja.targets t ON t.id = i.target_id JOIN kinerja.plans p ON p.id = t.plan_id"
        " WHERE i.tenant_id = $1 ORDER BY i.number",
        world.tenant_id,
    )
    assert [tuple(one) for one in found] == [
        (goal, "Jumlah berkas", None, 1), (goal, "Tidak ada keluhan", None, 1)
    ]  # fmt: skip
    for code in ("S2", "S9"):
        wrong = [dataclasses.replace(one, goal_code=code) for one in rows]
        assert codes(await load(world, wrong)) == [
            (2, "goal_code", "unknown_reference"), (3, "goal_code", "unknown_reference")
        ]  # fmt: skip


async def test_periods_whose_dates_differ_from_their_code_are_told(world: World):
    wrong = PeriodRow(2, "2026-11", "month", dt.date(2026, 11, 1), dt.date(2026, 11, 29))
    odd = PeriodRow(3, "2026-13", "month", dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    async with world.database.write(world.tenant_id) as writing:
        found = await load_periods(writing, [wrong, odd])
    assert [(fault.line, fault.column) for fault in found] == [(2, "ends_on"), (3, "code")]


async def test_a_long_file_takes_no_more_statements_than_a_short_one(
    world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    unit = await world.unit("Dinas")
    refs = [await ref_of(sql, await world.employee(f"Siti {n}", unit=unit)) for n in range(12)]
    await load_year(world)
    ready, count = Writing._ready, 0

    async def counted(writing: Writing) -> Any:
        nonlocal count
        count += 1
        return await ready(writing)

    monkeypatch.setattr(Writing, "_ready", counted)
    counts: list[int] = []
    for people in (refs[:1], refs):
        count = 0
        rows = [
            row(ref, 10 * n + place, target_no=place)
            for n, ref in enumerate(people)
            for place in (1, 2, 3)
        ]
        assert await load(world, rows) == []
        counts.append(count)
    assert counts[0] == counts[1]
