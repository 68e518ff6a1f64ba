"""What must hold whatever was killed: acknowledged is kept, nothing is doubled, sums are right."""

import asyncio
import time
from collections.abc import Mapping

import asyncpg

from tests.robustness.city import City, Violation
from tests.robustness.writers import Place, Writers

_PATIENCE = 150.0

_NONE: dict[str, str] = {
    "a ledger differs from its logs": """
        SELECT 1 FROM kinerja.day_ledgers ledger FULL JOIN (
            SELECT tenant_id, employee_id, work_date, sum(ends_minute - starts_minute) AS minutes,
                   range_agg(int4range(starts_minute, ends_minute)) AS slots
            FROM kinerja.activity_logs GROUP BY tenant_id, employee_id, work_date
        ) logged USING (tenant_id, employee_id, work_date)
        WHERE ledger.minutes IS DISTINCT FROM logged.minutes
           OR ledger.slots IS DISTINCT FROM logged.slots""",
    "the sums of a month differ from its logs": """
        SELECT 1 FROM (
            SELECT tenant_id, unit_id, month, status, sum(logs) AS logs, sum(minutes) AS minutes
            FROM kinerja.month_deltas GROUP BY tenant_id, unit_id, month, status
            HAVING sum(logs) <> 0 OR sum(minutes) <> 0
        ) summed FULL JOIN (
            SELECT tenant_id, unit_id, date_trunc('month', work_date)::date AS month, status,
                   count(*) AS logs, sum(ends_minute - starts_minute) AS minutes
            FROM kinerja.activity_logs
            GROUP BY tenant_id, unit_id, date_trunc('month', work_date), status
        ) logged USING (tenant_id, unit_id, month, status)
        WHERE summed.logs IS DISTINCT FROM logged.logs
           OR summed.minutes IS DISTINCT FROM logged.minutes""",
    "a log has not exactly one trail entry": """
        SELECT 1 FROM kinerja.activity_logs FULL JOIN (
            SELECT subject_id AS id, count(*) FROM kinerja.audit_entries
            WHERE action = 'log.created' GROUP BY subject_id) told USING (id)
        WHERE told.count IS DISTINCT FROM 1 OR work_date IS NULL""",
    "a log has not exactly one event": """
        SELECT 1 FROM kinerja.activity_logs FULL JOIN (
            SELECT subject_id AS id, count(*) FROM kinerja.events
            WHERE type = 'log.created' GROUP BY subject_id) told USING (id)
        WHERE told.count IS DISTINCT FROM 1 OR work_date IS NULL""",
    "a client's name of a log leads to none": """
        SELECT 1 FROM kinerja.log_client_refs
        WHERE log_id NOT IN (SELECT id FROM kinerja.activity_logs)""",
    "a position was given twice or left out": """
        SELECT 1 FROM kinerja.events JOIN kinerja.relays USING (tenant_id)
        GROUP BY tenant_id, last_position
        HAVING count(position) <> last_position OR max(position) <> last_position
            OR count(DISTINCT position) <> last_position""",
    "an event was parked": "SELECT 1 FROM kinerja.parked_events",
    "a closing that is not done has frozen rows": """
        SELECT 1 FROM kinerja.closing_people people JOIN kinerja.closings closing
            ON closing.tenant_id = people.tenant_id AND closing.id = people.closing_id
        WHERE closing.status NOT IN ('done', 'reopened')""",
    "a closing that is done lacks a score": """
        SELECT 1 FROM kinerja.closings closing WHERE status IN ('done', 'reopened')
        AND people <> (SELECT count(*) FROM kinerja.closing_scores scores
            WHERE scores.tenant_id = closing.tenant_id AND scores.closing_id = closing.id)""",
    "a closed period has not exactly one standing closing": """
        SELECT 1 FROM kinerja.periods period WHERE (status = 'closed') <> (
            SELECT count(*) = 1 FROM kinerja.closings closing
            WHERE closing.tenant_id = period.tenant_id AND closing.period_id = period.id
            AND closing.status = 'done')""",
}
"""Queries that must find nothing."""

_STILL_DUE = """
    SELECT exists (SELECT FROM kinerja.events WHERE position IS NULL)
        OR exists (SELECT FROM kinerja.relays relay WHERE NOT exists (
            SELECT FROM kinerja.subscriptions heard WHERE heard.tenant_id = relay.tenant_id
            AND heard.subscriber = 'tests.witness' AND heard.position >= relay.last_position))
        OR exists (SELECT FROM kinerja.jobs WHERE status IN ('queued', 'running'))"""


async def check(city: City, writers: Writers) -> None:
    """Raise Violation if something is lost, doubled or wrong; the writers must have finished."""
    connection = await city.superuser()
    try:
        await _settle(connection)
        await _compare_logs(connection, writers.acknowledged)
        for fault, query in _NONE.items():
            if await connection.fetch(query):
                raise Violation(fault)
        keys = await connection.fetchval("SELECT count(*) FROM kinerja.idempotency_keys")
        if keys < writers.with_key:
            raise Violation(f"{writers.with_key} answers with a key, {keys} kept")
        await _compare_heard(connection, city)
    finally:
        await connection.close()


async def _settle(connection: asyncpg.Connection) -> None:
    """Wait until the worker has nothing left to do."""
    until = time.monotonic() + _PATIENCE
    while await connection.fetchval(_STILL_DUE):
        if time.monotonic() > until:
            raise Violation("the worker does not get done")
        await asyncio.sleep(0.1)


async def _compare_logs(
    connection: asyncpg.Connection, acknowledged: Mapping[Place, object]
) -> None:
    rows = await connection.fetch(
        "SELECT employee_id, work_date, starts_minute, id FROM kinerja.activity_logs"
    )
    stored = {(row[0], row[1], row[2]): row[3] for row in rows}
    if lost := [place for place in acknowledged if stored.get(place) != acknowledged[place]]:
        raise Violation(f"{len(lost)} acknowledged logs are lost, such as {lost[0]}")
    if len(rows) != len(acknowledged):
        raise Violation(f"{len(rows)} logs of {len(acknowledged)} written once each")


async def _compare_heard(connection: asyncpg.Connection, city: City) -> None:
    """Every event was heard at least once, and new ones only in their order."""
    sent = await connection.fetch(
        "SELECT position FROM kinerja.events WHERE type = 'log.created' ORDER BY position"
    )
    heard = dict.fromkeys(int(line) for line in city.heard.read_text().split())
    if list(heard) != [row["position"] for row in sent]:
        raise Violation("events were left out or delivered out of order")
