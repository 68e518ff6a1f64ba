"""A batch of 100 logs, beside one bare set-based statement of the same effect, and single POSTs.

The bare statement checks nothing but its constraints: it writes the client's references, the
day's ledger, logs, sums of the month, trail and events of 100 logs at once.
"""

import asyncio
import datetime as dt
import itertools
import json
import statistics
import time
import uuid
from collections.abc import Iterator

import asyncpg

from kinerja_api.core import clock
from tests.benchmarks.load import one_round, request_bytes
from tests.benchmarks.logs import _posts
from tests.benchmarks.report import heading, ratio
from tests.benchmarks.seed import Clerk, seed
from tests.benchmarks.stage import Stage, project, stage

_PEOPLE, _ROUNDS, _SECONDS = 300, 7, 2.0
_ITEMS, _MINUTES, _FIRST = 100, 4, 480

_BARE = """
WITH given AS (
    SELECT gen_random_uuid() AS id, $5::int + (n - 1) * $6::int AS starts, n,
           $5::int + n * $6::int AS ends
    FROM generate_series(1, $7::int) n
), refs AS (
    INSERT INTO kinerja.log_client_refs (tenant_id, account_id, client_ref, work_date, log_id)
    SELECT $1, $3, 'hp-' || $4::date || '-' || n, $4, id FROM given
), ledger AS (
    INSERT INTO kinerja.day_ledgers (tenant_id, employee_id, work_date, minutes, slots)
    SELECT $1, $2, $4, sum(ends - starts), range_agg(int4range(starts, ends)) FROM given
    ON CONFLICT (tenant_id, employee_id, work_date) DO UPDATE
    SET minutes = day_ledgers.minutes + excluded.minutes,
        slots = day_ledgers.slots + excluded.slots
), made AS (
    INSERT INTO kinerja.activity_logs
        (tenant_id, id, work_date, employee_id, unit_id, starts_minute, ends_minute, description,
         status, created_at, updated_at)
    SELECT $1, given.id, $4, $2, placement.unit_id, starts, ends, 'Melayani permohonan di loket',
           'draft', now(), now()
    FROM given, kinerja.placements placement
    WHERE placement.tenant_id = $1 AND placement.employee_id = $2
    RETURNING id, unit_id, work_date, ends_minute - starts_minute AS minutes
), summed AS (
    INSERT INTO kinerja.month_deltas (tenant_id, id, unit_id, month, status, logs, minutes)
    SELECT $1, gen_random_uuid(), unit_id, date_trunc('month', work_date), 'draft', count(*),
           sum(minutes)
    FROM made GROUP BY unit_id, date_trunc('month', work_date)
), trail AS (
    INSERT INTO kinerja.audit_entries
        (tenant_id, id, at, account_id, acting_as, action, subject_type, subject_id, after)
    SELECT $1, gen_random_uuid(), now(), $3, 'employee', 'log.created', 'log', id,
           jsonb_build_object('work_date', work_date, 'minutes', minutes) FROM made
), told AS (
    INSERT INTO kinerja.events
        (tenant_id, id, type, subject_type, subject_id, subject_version, occurred_at, data)
    SELECT $1, gen_random_uuid(), 'log.created', 'log', id, 1, now(),
           jsonb_build_object('work_date', work_date) FROM made
)
SELECT count(*) FROM made
"""


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        clerks, bare, singles = asyncio.run(_seed(place))
        free, days = _posts(singles), _days(bare)
        batches = _batches(clerks)
        heading(f"POST /v1/logs/batches of {_ITEMS}: {_ROUNDS} rounds, one after the other")
        against_bare: list[float] = []
        against_single: list[float] = []
        per_log: list[float] = []
        with project(place) as (port, pid):
            for number in range(_ROUNDS + 1):
                batch = one_round(port, pid, batches, seconds=_SECONDS, connections=1)
                single = one_round(port, pid, free, seconds=_SECONDS, connections=1)
                limit = asyncio.run(_run_bare(place, days))
                if number:  # the first round fills the caches
                    seconds = batch.seconds / batch.requests
                    against_bare.append(seconds / limit)
                    against_single.append(_ITEMS * single.seconds / single.requests / seconds)
                    per_log.append(_ITEMS * single.cpu_us / batch.cpu_us)
                if batch.failures + single.failures:
                    raise RuntimeError(f"not 2xx: {batch.failures} + {single.failures}")
        ratio("time of a batch, project / bare set-based SQL", against_bare)
        ratio("time of a log, single POST / batch", against_single)
        ratio("processor time of a log, single POST / batch", per_log)


async def _seed(place: Stage) -> tuple[list[Clerk], list[Clerk], list[Clerk]]:
    database = place.database()
    await database.open()
    superuser = await asyncpg.connect(place.url("postgres"))
    app = place.app(database)
    made = [(await seed(app, database, superuser, _PEOPLE))[1] for _ in range(3)]
    await superuser.close()
    await database.close()
    return made[0], made[1], made[2]


def _days(clerks: list[Clerk]) -> Iterator[tuple[Clerk, dt.date]]:
    today = clock.today("Asia/Jakarta")
    for back, clerk in itertools.product(range(7), clerks):
        yield clerk, today - dt.timedelta(days=back)


def _batches(clerks: list[Clerk]) -> Iterator[bytes]:
    for clerk, day in _days(clerks):
        items = [
            {
                "client_ref": f"hp-{day}-{n}",
                "work_date": str(day),
                "starts_at": _time(n),
                "ends_at": _time(n + 1),
                "description": "Melayani permohonan di loket",
            }
            for n in range(_ITEMS)
        ]
        headers = {
            "Authorization": f"Bearer {clerk.token}",
            "Idempotency-Key": str(uuid.uuid4()),
        }
        body = json.dumps({"items": items}).encode()
        yield request_bytes("POST", "/v1/logs/batches", headers, body)


def _time(number: int) -> str:
    minute = _FIRST + number * _MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"


async def _run_bare(place: Stage, days: Iterator[tuple[Clerk, dt.date]]) -> float:
    """Return the seconds of one bare statement, as the writer."""
    taken: list[float] = []
    until = time.perf_counter() + _SECONDS
    connection: asyncpg.Connection | None = None
    for clerk, day in days:
        if connection is None:
            connection = await asyncpg.connect(
                place.url("kinerja_writer"),
                server_settings={"app.tenant": str(clerk.tenant_id), "jit": "off"},
            )
        started = time.perf_counter()
        count = await connection.fetchval(
            _BARE, clerk.tenant_id, clerk.employee_id, clerk.account_id, day, _FIRST, _MINUTES,
            _ITEMS,
        )  # fmt: skip
        taken.append(time.perf_counter() - started)
        if count != _ITEMS:
            raise RuntimeError(f"{count} logs")
        if started > until:
            break
    if connection is not None:
        await connection.close()
    return statistics.mean(taken)
