"""A region with a year of logs: an agency of twenty units, and as many outside it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kinerja_api.core.db import Database
from tests.benchmarks.seed import seed
from tests.benchmarks.stage import Stage
from tests.factories.world import World

UNITS, LOGS_A_UNIT, DAYS = 20, 10_000, 250
_PEOPLE = 400

_LOGS = """
INSERT INTO kinerja.activity_logs
    (tenant_id, id, work_date, employee_id, unit_id, starts_minute, ends_minute, description,
     target_id, volume, volume_unit, status, submitted_at, created_at, updated_at)
SELECT $1, gen_random_uuid(), $2::date - n % $4::int, ($6::uuid[])[1 + n % cardinality($6)],
       unit_id, 480, 540, 'Melayani permohonan di loket', ($7::uuid[])[1 + n % cardinality($7)],
       5, 'berkas', CASE WHEN n % 10 = 0 THEN 'submitted' ELSE 'approved' END, now(), now(), now()
FROM unnest($3::uuid[]) unit_id, generate_series(1, $5::int) n
"""
_SUMS = """
INSERT INTO kinerja.month_deltas (tenant_id, id, unit_id, month, status, logs, minutes)
SELECT tenant_id, gen_random_uuid(), unit_id, date_trunc('month', work_date)::date, status,
       count(*), sum(ends_minute - starts_minute)
FROM kinerja.activity_logs WHERE tenant_id = $1
GROUP BY tenant_id, unit_id, date_trunc('month', work_date), status
"""


@dataclass(frozen=True)
class Region:
    """What the benchmarks of reading look at. ``superuser`` and ``reader`` are connections."""

    app: Any
    world: World
    agency: UUID
    units: list[UUID]
    superuser: asyncpg.Connection
    reader: asyncpg.Connection


@contextlib.asynccontextmanager
async def region(place: Stage) -> AsyncGenerator[Region]:
    """Fill the stage's database with a region."""
    database: Database = place.database()
    await database.open()
    app = place.app(database)
    superuser = await asyncpg.connect(place.url("postgres"))
    world, clerks = await seed(app, database, superuser, _PEOPLE)
    who = [clerk.employee_id for clerk in clerks], [clerk.target_id for clerk in clerks]
    reader = await asyncpg.connect(
        place.url("kinerja_reader"),
        server_settings={"app.tenant": str(world.tenant_id), "timezone": "UTC", "jit": "off"},
    )
    agency = await world.unit("Dinas Kesehatan")
    inside = [agency]
    inside += [await world.unit(f"Puskesmas {n}", parent=agency) for n in range(1, UNITS)]
    outside = [await world.unit(f"Dinas {n}") for n in range(UNITS)]
    for unit_ids, logs in ((inside, LOGS_A_UNIT), (outside, LOGS_A_UNIT // 4)):
        await superuser.execute(
            _LOGS, world.tenant_id, world.today, unit_ids, DAYS, logs, *who, timeout=300
        )
    await superuser.execute(_SUMS, world.tenant_id, timeout=300)
    await superuser.execute("VACUUM ANALYZE", timeout=300)
    try:
        yield Region(app, world, agency, inside, superuser, reader)
    finally:
        await asyncio.gather(superuser.close(), reader.close(), database.close())
