"""Whole files: taken wholly or not at all, matched by their keys, faults by line and column."""

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from kinerja_api.core.db import Database, Writing
from kinerja_api.organisation.commands.loading import (
    load_employees,
    load_placements,
    load_positions,
    load_units,
)
from kinerja_api.organisation.rules import (
    EmployeeRow,
    PlacementRow,
    PositionRow,
    RowFault,
    UnitRow,
)
from tests.factories.world import World

Load = Callable[[Writing, Sequence[Any]], Awaitable[list[RowFault]]]
DAY = dt.date(2024, 1, 1)
UNITS = [
    UnitRow(3, "2", "Bidang", "bidang", "1"),
    UnitRow(2, "1", "Dinas", "dinas", "ROOT"),
    UnitRow(4, "3", "Seksi", "seksi", "2"),
]
POSITIONS = [
    PositionRow(2, "KJ1", "1", "Kepala Dinas", "jpt", "pratama", is_head=True),
    PositionRow(3, "KJ2", "2", "Kepala Bidang", "administrasi", "administrator", is_head=True),
    PositionRow(4, "KJ3", "2", "Penata Layanan", "administrasi", "pelaksana", is_head=False),
]
EMPLOYEES = [
    EmployeeRow(2, "EP1", "pns", "198012302010012005", "Ani", "IV/a", None, None, None),
    EmployeeRow(3, "EP2", "pppk", "198902252024211013", "Budi", "IX", None, None, "b@kota.id"),
    EmployeeRow(4, "EP3", "official", None, "Wali Kota", None, None, None, None),
]
PLACEMENTS = [
    PlacementRow(2, "EP1", "KJ1", "definitive", DAY, None, "EP3"),
    PlacementRow(3, "EP2", "KJ3", "definitive", DAY, dt.date(2024, 6, 30), None),
    PlacementRow(4, "EP2", "KJ2", "definitive", dt.date(2024, 7, 1), None, None),
]
FILES: list[tuple[Load, Sequence[Any]]] = [
    (load_units, UNITS),
    (load_positions, POSITIONS),
    (load_employees, EMPLOYEES),
    (load_placements, PLACEMENTS),
]


@pytest.fixture
async def loaded(world: World, database: Database, sql: Any) -> World:
    """A government whose files are in."""
    await sql("UPDATE kinerja.units SET code = 'ROOT' WHERE id = $1", world.root)
    for load, rows in FILES:
        assert await run(database, world, load, rows) == []
    return world


async def run(
    database: Database, world: World, load: Load, rows: Sequence[Any]
) -> list[tuple[int, str | None, str]]:
    """Load a file as a job does: commit only without faults."""
    unit = database.writing()
    unit.bind(world.tenant_id)
    try:
        faults = await load(unit, rows)
        if not faults:
            await unit.commit()
    finally:
        await unit.close()
    return [(fault.line, fault.column, fault.code) for fault in faults]


async def content(sql: Any, world: World) -> list[list[tuple[Any, ...]]]:
    queries = [
        "SELECT * FROM kinerja.units WHERE tenant_id = $1 ORDER BY id",
        "SELECT * FROM kinerja.unit_closure WHERE tenant_id = $1 ORDER BY 2, 3",
        "SELECT * FROM kinerja.positions WHERE tenant_id = $1 ORDER BY id",
        "SELECT * FROM kinerja.employees WHERE tenant_id = $1 ORDER BY id",
        "SELECT * FROM kinerja.placements WHERE tenant_id = $1 ORDER BY id",
        "SELECT * FROM kinerja.events WHERE tenant_id = $1 AND type LIKE '%.loaded' ORDER BY id",
    ]
    return [[tuple(row) for row in await sql(query, world.tenant_id)] for query in queries]


async def test_a_repeated_file_changes_nothing_and_is_recorded(
    loaded: World, database: Database, sql: Any
):
    before = await content(sql, loaded)
    assert [len(rows) for rows in before] == [4, 1 + 2 + 3 + 4, 4, 4, 4, 4]
    for load, rows in FILES:
        assert await run(database, loaded, load, rows) == []
    assert await content(sql, loaded) == before
    entries = await sql(
        "SELECT after FROM kinerja.audit_entries WHERE tenant_id = $1"
        " AND action = 'placements.loaded' ORDER BY id",
        loaded.tenant_id,
    )
    assert len(entries) == 2
    assert '"changed": 0' in entries[1]["after"]


async def test_birth_date_and_sex_come_from_the_number(loaded: World, sql: Any):
    rows = await sql(
        "SELECT born_on, sex FROM kinerja.employees WHERE tenant_id = $1 AND ref = 'EP1'",
        loaded.tenant_id,
    )
    assert tuple(rows[0]) == (dt.date(1980, 12, 30), "female")


async def test_a_changed_row_changes_its_record_only(loaded: World, database: Database, sql: Any):
    rows = [dataclasses.replace(EMPLOYEES[0], rank="IV/b"), *EMPLOYEES[1:]]
    assert await run(database, loaded, load_employees, rows) == []
    versions = await sql(
        "SELECT ref, version FROM kinerja.employees WHERE tenant_id = $1 AND ref LIKE 'EP_'"
        " AND rank IS NOT NULL ORDER BY ref",
        loaded.tenant_id,
    )
    assert [tuple(row) for row in versions] == [("EP1", 2), ("EP2", 1)]


async def test_a_moved_unit_takes_its_closure_along(loaded: World, database: Database, sql: Any):
    assert await run(database, loaded, load_units, [UnitRow(2, "3", "Seksi", "seksi", "1")]) == []
    above = await sql(
        "SELECT a.code FROM kinerja.unit_closure c"
        " JOIN kinerja.units a ON a.id = c.ancestor_id JOIN kinerja.units d"
        " ON d.id = c.descendant_id WHERE d.tenant_id = $1 AND d.code = '3' ORDER BY depth",
        loaded.tenant_id,
    )
    assert [row["code"] for row in above] == ["3", "1", "ROOT"]


async def test_a_transfer_ends_one_placement_and_begins_the_next(loaded: World, database: Database):
    rows = [
        dataclasses.replace(PLACEMENTS[2], ends_on=dt.date(2024, 12, 31)),
        PlacementRow(3, "EP2", "KJ3", "definitive", dt.date(2025, 1, 1), None, "EP1"),
    ]
    assert await run(database, loaded, load_placements, rows) == []


@pytest.mark.parametrize(
    ("load", "rows", "faults"),
    [
        (load_units, [UnitRow(2, "1", "A", "dinas", "3")], [(2, "parent_code", "unit_cycle")]),
        (
            load_units,
            [UnitRow(2, "8", "A", "dinas", "9"), UnitRow(3, "7", "A", "dinas", None)],
            [(2, "parent_code", "unknown_reference"), (3, "parent_code", "root_unit_exists")],
        ),
        (load_units, [UNITS[0], UNITS[0], UNITS[1]], []),
        (
            load_units,
            [UNITS[0], dataclasses.replace(UNITS[0], line=9)],
            [(9, "code", "row_repeated")],
        ),
        (
            load_positions,
            [
                dataclasses.replace(POSITIONS[0], unit_code="9"),
                dataclasses.replace(POSITIONS[1], unit_code="3"),
                dataclasses.replace(POSITIONS[2], is_head=True),
            ],
            [
                (2, "unit_code", "unknown_reference"),
                (3, "unit_code", "position_moves"),
                (4, "is_head", "position_head_changes"),
                (4, "is_head", "head_position_exists"),
            ],
        ),
        (
            load_positions,
            [PositionRow(2, "KJ9", "3", "X", "jpt", "muda", is_head=False)],
            [(2, "level", "level_not_of_kind")],
        ),
        (
            load_employees,
            [
                EmployeeRow(2, "N1", "pns", "198613262015051001", "X", None, None, None, None),
                EmployeeRow(3, "N2", "pns", None, "X", None, None, None, None),
                EmployeeRow(4, "N3", "pppk", "198609262015051001", "X", None, None, None, None),
            ],
            [(2, "nip", "invalid_nip"), (3, "nip", "invalid_nip"), (4, "nip", "invalid_nip")],
        ),
        (
            load_employees,
            [dataclasses.replace(EMPLOYEES[0], ref="N1")],
            [(2, "nip", "nip_taken")],
        ),
        (
            load_placements,
            [
                PlacementRow(2, "X", "KJ1", "definitive", DAY, None, None),
                PlacementRow(3, "EP1", "X", "definitive", DAY, None, None),
                PlacementRow(4, "EP1", "KJ1", "definitive", DAY, None, "X"),
            ],
            [
                (2, "person_ref", "unknown_reference"),
                (3, "position_code", "unknown_reference"),
                (4, "superior_ref", "unknown_reference"),
            ],
        ),
        (
            load_placements,
            [PlacementRow(2, "EP2", "KJ1", "definitive", dt.date(2025, 1, 1), None, None)],
            [(2, "person_ref", "placement_overlaps"), (2, "position_code", "position_taken")],
        ),
        (load_placements, [PlacementRow(2, "EP2", "KJ1", "plt", DAY, None, None)], []),
        (
            load_placements,
            [PlacementRow(2, "EP1", "KJ1", "plh", DAY, dt.date(2023, 1, 1), "EP1")],
            [(2, "ends_on", "ends_before_start"), (2, "superior_ref", "superior_is_self")],
        ),
    ],
)
async def test_faults_are_told_and_nothing_is_kept(
    loaded: World,
    database: Database,
    sql: Any,
    load: Load,
    rows: Sequence[Any],
    faults: list[tuple[int, str, str]],
):
    before = await content(sql, loaded)
    found = await run(database, loaded, load, rows)
    assert sorted(found) == sorted(faults)
    if faults:
        assert await content(sql, loaded) == before


async def test_a_number_overridden_once_stays_accepted(loaded: World, database: Database, sql: Any):
    await sql(
        "UPDATE kinerja.employees SET nip = '198613262015051001', nip_override_reason = 'SK'"
        " WHERE tenant_id = $1 AND ref = 'EP1'",
        loaded.tenant_id,
    )
    rows = [dataclasses.replace(EMPLOYEES[0], nip="198613262015051001")]
    assert await run(database, loaded, load_employees, rows) == []


async def test_another_government_is_not_touched(
    loaded: World, other_world: World, database: Database, sql: Any
):
    before = await content(sql, loaded)
    await sql("UPDATE kinerja.units SET code = 'ROOT' WHERE id = $1", other_world.root)
    for load, rows in FILES:
        assert await run(database, other_world, load, rows) == []
    assert await content(sql, loaded) == before
