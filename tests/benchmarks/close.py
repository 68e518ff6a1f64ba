"""The close of a period of 20,000 employees, beside the bare INSERT … SELECT of its scores.

The bare limit computes the same scores from the live tables with hand-written SQL, without
snapshot, trail, event, hash or lock. Goal: at most 2.5 times as long; ``close-large`` closes
200,000 as well and prints the growth (goal: at most 15 for ten times the people), the memory of
the process and what the server wrote to temporary files.
"""

import asyncio
import resource
import statistics
import time
from uuid import UUID

import asyncpg

from kinerja_api.access.actor import Actor, Grant
from kinerja_api.access.rules import Role
from kinerja_api.core.db import Database
from kinerja_api.core.jobs import run_jobs
from kinerja_api.core.types import DateRange
from kinerja_api.scoring.commands.closings import order_closing
from kinerja_api.worker import HANDLERS
from tests.benchmarks.stage import Stage, stage
from tests.factories.scoring import government
from tests.factories.world import LONG_AGO, World, new_world

_ROUNDS = 5
_TEMPORARY = "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"

_BARE = """
INSERT INTO bare_scores
WITH measured AS (
    SELECT p.employee_id, t.id AS target_id, t.kind, t.weight_percent AS target_weight,
           i.weight_percent AS weight,
           LEAST(120, GREATEST(0, CASE
               WHEN r.value IS NULL THEN 0
               WHEN i.direction = 'higher' THEN round(r.value * 100 / it.low, 2)
               WHEN i.direction = 'lower' AND it.low = 0
                   THEN CASE WHEN r.value = 0 THEN 100 ELSE 0 END
               WHEN i.direction = 'lower' THEN round((2 * it.low - r.value) * 100 / it.low, 2)
               WHEN r.value < it.low THEN round(r.value * 100 / it.low, 2)
               WHEN r.value > it.high THEN round((2 * it.high - r.value) * 100 / it.high, 2)
               ELSE 100 END)) AS achievement
    FROM kinerja.plans p
    JOIN kinerja.targets t ON t.tenant_id = p.tenant_id AND t.plan_id = p.id
    JOIN kinerja.indicators i ON i.tenant_id = p.tenant_id AND i.target_id = t.id
    JOIN kinerja.indicator_targets it ON it.tenant_id = p.tenant_id AND it.indicator_id = i.id
        AND it.period_id = $2
    LEFT JOIN kinerja.indicator_results r ON r.tenant_id = p.tenant_id
        AND r.indicator_id = i.id AND r.period_id = $2 AND r.status = 'verified'
    WHERE p.tenant_id = $1 AND p.status = 'approved'
), per_target AS (
    SELECT employee_id, target_id, kind, target_weight,
           CASE WHEN count(weight) = 0 THEN round(avg(achievement), 2)
                ELSE round(sum(achievement * weight) / sum(weight), 2) END AS achievement
    FROM measured GROUP BY employee_id, target_id, kind, target_weight
), per_person AS (
    SELECT employee_id,
           CASE WHEN count(target_weight) = 0 THEN round(avg(achievement), 2)
                ELSE round(sum(achievement * target_weight) / sum(target_weight), 2) END AS result
    FROM per_target WHERE kind = 'utama' GROUP BY employee_id
), behaviour AS (
    SELECT employee_id, count(*) FILTER (WHERE rating = 'di_atas_ekspektasi') AS above,
           count(*) FILTER (WHERE rating = 'di_bawah_ekspektasi') AS below
    FROM kinerja.behaviour_ratings WHERE tenant_id = $1 AND period_id = $2 GROUP BY employee_id
)
SELECT $1, p.employee_id, p.result,
       CASE WHEN p.result > 100 THEN 'above' WHEN p.result >= 90 THEN 'as' ELSE 'below' END,
       CASE WHEN b.below >= 2 THEN 'below' WHEN b.below = 0 AND b.above >= 4 THEN 'above'
            ELSE 'as' END
FROM per_person p LEFT JOIN behaviour b USING (employee_id)
"""


def run() -> None:
    """Print the ratio for 20,000 employees."""
    with stage() as place:
        asyncio.run(_compare(place, 20_000, _ROUNDS))


def run_large() -> None:
    """Print the growth from 20,000 to 200,000 employees."""
    with stage() as place:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        small = asyncio.run(_compare(place, 20_000, 3))
        large = asyncio.run(_compare(place, 200_000, 1))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"  time of 200,000 / 20,000: {large / small:.1f} <= 15; peak memory {memory} MiB, {before} before"
        )


async def _compare(place: Stage, people: int, rounds: int) -> float:
    print(f"\nclose of {people:,} employees, {rounds} round(s)")
    database = place.database()
    await database.open()
    superuser = await asyncpg.connect(place.url("postgres"))
    world = await new_world(place.app(database), database)
    made = await government(world, people=people)
    await superuser.execute("ANALYZE", timeout=600)
    closes, bares, temporary = [], [], 0
    for _ in range(rounds):
        bares.append(await _bare(superuser, world, made.period_id))
        written = await superuser.fetchval(_TEMPORARY)
        closes.append(await _close(database, superuser, world, made.period_id))
        temporary = await superuser.fetchval(_TEMPORARY) - written
    ratios = [close / bare for close, bare in zip(closes, bares, strict=True)]
    print(
        f"  close with snapshot, trail and hash / bare INSERT … SELECT: "
        f"{statistics.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}] <= 2.5"
        f"   (medians {statistics.median(closes):.2f} s, {statistics.median(bares):.2f} s;"
        f" temporary files of a close {temporary // 1024**2} MiB)"
    )
    await superuser.close()
    await database.close()
    return statistics.median(closes)


async def _bare(superuser: asyncpg.Connection, world: World, period_id: UUID) -> float:
    await superuser.execute("DROP TABLE IF EXISTS bare_scores")
    await superuser.execute(
        "CREATE TABLE bare_scores (tenant_id uuid, employee_id uuid, result numeric(14,2),"
        " work text, behaviour text, PRIMARY KEY (tenant_id, employee_id))"
    )
    await superuser.execute("SET work_mem = '64MB'")
    started = time.perf_counter()
    await superuser.execute(_BARE, world.tenant_id, period_id, timeout=1200)
    return time.perf_counter() - started


async def _close(
    database: Database, superuser: asyncpg.Connection, world: World, period_id: UUID
) -> float:
    """Close as the worker does, and open again for the next round."""
    agency = Actor(
        tenant_id=world.tenant_id, tenant_code=world.code, time_zone="Asia/Jakarta",
        account_id=world.agency.account_id, employee_id=None, access_version=1, session_id=None,
        grants=(Grant(Role.PERSONNEL_AGENCY, None, DateRange(LONG_AGO)),),
    )  # fmt: skip
    async with database.write(world.tenant_id) as writing:
        closing = await order_closing(writing, agency, period_id, early_reason="Benchmark")
    started = time.perf_counter()
    await run_jobs(database, world.tenant_id, HANDLERS, limit=1)
    elapsed = time.perf_counter() - started
    status = await superuser.fetchval(
        "SELECT status || coalesce(': ' || error, '') FROM kinerja.closings"
        " WHERE tenant_id = $1 AND id = $2",
        world.tenant_id,
        closing["id"],
    )
    if status != "done":
        raise RuntimeError(f"the closing is {status}")
    for change in (
        "UPDATE kinerja.closings SET status = 'reopened' WHERE tenant_id = $1",
        "UPDATE kinerja.periods SET status = 'open' WHERE tenant_id = $1",
    ):
        await superuser.execute(change, world.tenant_id)
    return elapsed
