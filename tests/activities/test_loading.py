"""Loading logs from files: faults by line, repeatable, few statements."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from kinerja_api.activities.commands.loading import load_logs
from kinerja_api.activities.rules import LogRow
from kinerja_api.core.db import BoundConnection
from kinerja_api.organisation.rules import RowFault
from tests.factories.activities import add_month, add_target
from tests.factories.world import Person, World

DAY = dt.date(2026, 3, 10)


def row(line: int, person_ref: str, **changes: Any) -> LogRow:
    plain = LogRow(
        line=line, ref=f"L{line}", person_ref=person_ref, work_date=DAY, starts_at=480, ends_at=540,
        description="Melayani warga", target_no=None, indicator_no=None, volume=None, unit=None,
        status="approved",
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)


async def ref_of(sql: Any, person: Person) -> str:
    rows = await sql("SELECT ref FROM kinerja.employees WHERE id = $1", person.employee_id)
    return rows[0]["ref"]


async def load(world: World, rows: list[LogRow]) -> list[RowFault]:
    async with world.database.write(world.tenant_id) as writing:
        return await load_logs(writing, rows)


async def test_faults_name_line_and_column_and_the_good_rows_are_entered(world: World, sql: Any):
    clerk = await world.employee("Siti")
    late = await world.employee("Budi", since=dt.date(2026, 6, 1))
    siti, budi = await ref_of(sql, clerk), await ref_of(sql, late)
    await add_target(world, clerk, year=2026)
    await add_month(world, dt.date(2026, 2, 1), status="closed")
    volume = {"volume": Decimal("2.00"), "unit": "berkas"}
    rows = [
        row(2, siti, target_no=1, indicator_no=1, **volume),
        row(3, siti, starts_at=500, ends_at=560),
        row(4, "nobody"),
        row(5, budi),
        row(6, siti, starts_at=600, ends_at=1020),
        row(7, siti, work_date=dt.date(2026, 2, 3)),
        row(8, siti, target_no=9),
        row(9, siti, target_no=1, indicator_no=7),
        row(10, siti, indicator_no=1),
        row(11, siti, volume=Decimal(2)),
        row(12, siti, starts_at=480, ends_at=470),
        row(13, siti, ref="L2", starts_at=700, ends_at=720),
        row(14, siti, starts_at=1380, ends_at=60, status="draft"),
    ]
    faults = await load(world, rows)
    assert [(fault.line, fault.column, fault.code) for fault in faults] == [
        (3, None, "log_overlaps"),
        (4, "person_ref", "unknown_reference"),
        (5, "work_date", "no_placement"),
        (6, None, "daily_limit_exceeded"),
        (7, None, "period_closed"),
        (8, "target_no", "unknown_reference"),
        (9, "indicator_no", "unknown_reference"),
        (10, "target_no", "indicator_without_target"),
        (11, "unit", "volume_incomplete"),
        (12, "ends_at", "log_too_long"),
        (13, "ref", "client_ref_repeated"),
    ]
    found = await sql(
        "SELECT status, minutes, target_id IS NOT NULL FROM kinerja.activity_logs l"
        " JOIN kinerja.day_ledgers d USING (tenant_id, employee_id, work_date)"
        " WHERE employee_id = $1 ORDER BY l.id",
        clerk.employee_id,
    )
    assert [tuple(one) for one in found] == [("approved", 120, True), ("draft", 120, False)]
    assert await load(world, [rows[0], rows[-1]]) == []
    again = await load(world, [row(2, siti, ref="new")])
    assert [fault.code for fault in again] == ["log_overlaps"]
    corrected = row(3, siti, starts_at=560, ends_at=600)
    assert await load(world, [corrected]) == []
    assert await load(world, []) == []


async def test_progress_is_of_a_target_and_at_most_the_whole(world: World, sql: Any):
    clerk = await world.employee("Siti")
    siti = await ref_of(sql, clerk)
    await add_target(world, clerk, year=2026)
    rows = [
        row(2, siti, target_no=1, progress_percent=Decimal("40.50")),
        row(3, siti, progress_percent=Decimal(10), starts_at=600, ends_at=630),
        row(4, siti, target_no=1, progress_percent=Decimal("100.01"), starts_at=600, ends_at=630),
        row(5, siti, target_no=1, progress_percent=Decimal(-1), starts_at=600, ends_at=630),
    ]
    assert [(fault.line, fault.column, fault.code) for fault in await load(world, rows)] == [
        (3, "target_no", "progress_without_target"),
        (4, "progress_percent", "progress_out_of_range"),
        (5, "progress_percent", "progress_out_of_range"),
    ]
    found = await sql(
        "SELECT progress_percent FROM kinerja.activity_logs WHERE employee_id = $1",
        clerk.employee_id,
    )
    assert [one["progress_percent"] for one in found] == [Decimal("40.50")]


async def test_thousands_of_rows_take_a_handful_of_statements(
    world: World, sql: Any, monkeypatch: pytest.MonkeyPatch
):
    clerk = await world.employee("Siti")
    siti = await ref_of(sql, clerk)
    rows = [
        row(n, siti, work_date=DAY - dt.timedelta(days=n // 6), starts_at=480 + n % 6 * 60,
            ends_at=540 + n % 6 * 60)
        for n in range(3000)
    ]  # fmt: skip
    seen: list[str] = []
    for name in ("execute", "fetch", "fetchrow", "fetchval"):
        original = getattr(BoundConnection, name)

        def spy(self: Any, query: str, *args: Any, _original: Any = original, **more: Any) -> Any:
            seen.append(query)
            return _original(self, query, *args, **more)

        monkeypatch.setattr(BoundConnection, name, spy)
    assert await load(world, rows) == []
    assert len(seen) <= 16, seen
    count = await sql(
        "SELECT count(*), sum(minutes) FROM kinerja.day_ledgers WHERE employee_id = $1",
        clerk.employee_id,
    )
    assert tuple(count[0]) == (500, 180_000)
