"""The file of goals."""

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core.db import Database
from kinerja_api.imports.commands import import_files
from kinerja_api.imports.files import read_files
from kinerja_api.organisation.rules import RowFault
from kinerja_api.planning.commands.loading import load_goals
from kinerja_api.planning.rules import GoalRow
from tests.factories.goals import unit_goal
from tests.factories.world import World

ROW = GoalRow(
    line=2, code="SS-1", year=2026, unit_code="", parent_code=None, title="Layanan naik",
    perspective="penerima_layanan", indicator_no=1, indicator_title="Indeks kepuasan",
    unit="poin", direction="higher", low=Decimal("88.50"), high=None,
)  # fmt: skip
NO_INDICATOR: dict[str, Any] = dict.fromkeys(
    ("indicator_no", "indicator_title", "unit", "direction", "low", "high")
)


def row(line: int, **changes: Any) -> GoalRow:
    return dataclasses.replace(ROW, line=line, **changes)


async def code_of(sql: Any, unit: UUID) -> str:
    return (await sql("SELECT code FROM kinerja.units WHERE id = $1", unit))[0]["code"]


async def load(world: World, rows: Sequence[GoalRow]) -> list[RowFault]:
    async with world.database.write(world.tenant_id) as writing:
        return await load_goals(writing, rows)


def told(faults: Sequence[RowFault]) -> list[tuple[int, str | None, str]]:
    return [(fault.line, fault.column, fault.code) for fault in faults]


async def contents(sql: Any, world: World) -> list[tuple[Any, ...]]:
    rows = await sql(
        """SELECT g.code, parent.code AS parent, g.title, g.perspective, g.version, i.number,
                  i.title AS indicator, i.low, i.high
           FROM kinerja.goals g LEFT JOIN kinerja.goals parent ON parent.id = g.parent_goal_id
           LEFT JOIN kinerja.goal_indicators i ON i.goal_id = g.id
           WHERE g.tenant_id = $1 ORDER BY g.code, i.number""",
        world.tenant_id,
    )
    return [tuple(found) for found in rows]


async def test_a_file_is_loaded_once_however_often_it_is_sent(world: World, sql: Any):
    unit = await world.unit("Dinas")
    top, below = await code_of(sql, world.root), await code_of(sql, unit)
    rows = [
        row(2, unit_code=below, code="B", parent_code="A"),
        row(3, unit_code=below, code="B", parent_code="A", indicator_no=2, direction="range",
            low=Decimal(5), high=Decimal(10)),
        row(4, unit_code=top, code="A", perspective=None, **NO_INDICATOR),
    ]  # fmt: skip
    assert await load(world, rows) == []
    first = await contents(sql, world)
    assert first == [
        ("A", None, "Layanan naik", None, 1, None, None, None, None),
        ("B", "A", "Layanan naik", "penerima_layanan", 1, 1, "Indeks kepuasan", Decimal("88.50"),
         None),
        ("B", "A", "Layanan naik", "penerima_layanan", 1, 2, "Indeks kepuasan", Decimal(5),
         Decimal(10)),
    ]  # fmt: skip
    assert await load(world, rows) == []
    assert await contents(sql, world) == first
    changed = [dataclasses.replace(rows[0], low=Decimal(90)), rows[1], rows[2]]
    assert await load(world, changed) == []
    assert [found[4] for found in await contents(sql, world)] == [1, 2, 2]
    freed = [dataclasses.replace(one, parent_code=None) for one in changed]
    assert await load(world, freed) == []
    assert [(found[1], found[4]) for found in await contents(sql, world)] == [
        (None, 1), (None, 3), (None, 3)
    ]  # fmt: skip


async def test_every_fault_of_a_file_is_told_and_nothing_written(world: World, sql: Any):
    unit, other = await world.unit("Dinas"), await world.unit("Badan")
    await unit_goal(world, other, "KNOWN", year=2026)
    await unit_goal(world, other, "EARLIER", year=2025)
    below = await code_of(sql, unit)
    rows = [
        row(2, unit_code="tidak-ada", code="A"),
        row(3, unit_code=below, code="B", parent_code="KNOWN"),
        row(4, unit_code=below, code="KNOWN"),
        row(5, unit_code=await code_of(sql, world.root), code="D", parent_code="E"),
        row(6, unit_code=below, code="E"),
    ]
    assert told(await load(world, rows)) == [
        (2, "unit_code", "unknown_reference"),
        (3, "parent_code", "goal_parent_unsuitable"),
        (4, "unit_code", "goal_unit_fixed"),
        (5, "parent_code", "goal_parent_unsuitable"),
    ]
    earlier = [row(2, unit_code=below, code="A", parent_code="EARLIER")]
    assert told(await load(world, earlier)) == [(2, "parent_code", "unknown_reference")]
    assert [found[0] for found in await contents(sql, world)] == ["EARLIER", "KNOWN"]


async def test_a_circle_is_found_also_through_goals_that_are_there(world: World, sql: Any):
    top = await code_of(sql, world.root)
    kept = await unit_goal(world, world.root, "A", year=2026)
    await unit_goal(world, world.root, "B", year=2026, parent=kept)
    assert told(await load(world, [row(2, unit_code=top, code="A", parent_code="B")])) == [
        (2, "parent_code", "goal_cycle")
    ]
    both = [
        row(2, unit_code=top, code="X", parent_code="Y"),
        row(3, unit_code=top, code="Y", parent_code="X"),
        row(4, unit_code=top, code="Z", parent_code="Z"),
    ]
    assert told(await load(world, both)) == [
        (line, "parent_code", "goal_cycle") for line in (2, 3, 4)
    ]


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({}, "indicator_no", "row_repeated"),
        ({"indicator_no": 2, "title": "Lain"}, "title", "row_differs"),
        ({"indicator_no": 2, "unit_code": "Lain"}, "unit_code", "row_differs"),
        ({"indicator_no": 2, "parent_code": "Lain"}, "parent_code", "row_differs"),
        ({"indicator_no": 2, "perspective": None}, "perspective", "row_differs"),
        ({"year": 1999}, "year", "year_out_of_range"),
        ({"indicator_no": 40_000}, "indicator_no", "number_out_of_range"),
        ({"indicator_no": 0}, "indicator_no", "number_out_of_range"),
        ({"indicator_no": None}, "unit", "indicator_number_missing"),
        ({**NO_INDICATOR, "high": Decimal(1)}, "high", "indicator_number_missing"),
        ({"indicator_no": 2, "low": None}, "low", "import_empty"),
        ({"indicator_no": 2, "direction": None}, "direction", "import_empty"),
        ({"indicator_no": 2, "direction": "range"}, "high", "bounds_mismatch"),
        ({"indicator_no": 2, "high": Decimal(90)}, "high", "bounds_mismatch"),
        (
            {"indicator_no": 2, "direction": "range", "high": Decimal(80)},
            "high",
            "range_reversed",
        ),
    ],
)
async def test_a_file_wrong_by_itself(
    world: World, changes: dict[str, Any], column: str, code: str
):
    found = await load(world, [row(2), row(3, **changes)])
    assert (3, column, code) in told(found)


async def test_the_import_reads_goals_after_units_and_before_plans(
    world: World, database: Database, sql: Any, tmp_path: Path
):
    head = (
        "code,year,unit_code,parent_code,title,perspective,indicator_no,indicator_title,unit,"
        "direction,low,high\n"
    )
    lines = "SS-1,2026,99.1,,Layanan naik,anggaran,1,Serapan,persen,higher,95.5,\n"
    (tmp_path / "goals.csv").write_text(head + lines)
    top = await code_of(sql, world.root)
    (tmp_path / "units.csv").write_text(f"code,name,kind,parent_code\n99.1,Dinas,dinas,{top}\n")
    files, unknown = read_files([tmp_path])
    assert ([file.name for file in files], unknown) == (["units.csv", "goals.csv"], [])
    report = await import_files(database, world.tenant_id, files)
    assert report.is_accepted, list(report.lines())
    assert [found[:4] for found in await contents(sql, world)] == [
        ("SS-1", None, "Layanan naik", "anggaran")
    ]
    (tmp_path / "goals.csv").write_text(head + lines.replace("anggaran", "keuangan"))
    refused = await import_files(database, world.tenant_id, read_files([tmp_path])[0])
    assert "import_word_unknown" in "".join(refused.lines())
