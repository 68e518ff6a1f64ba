"""A deep page costs what the first costs: the statement that was sent is explained."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg

from tests.factories.world import World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

LOGS_A_DAY, DAYS, PAGE = 6, 300, 50


async def test_the_last_page_reads_as_little_as_the_first(
    api: Api,
    world: World,
    administrator: asyncpg.Connection,
):
    siti = await world.employee("Siti")
    await administrator.execute(
        "INSERT INTO kinerja.activity_logs (tenant_id, id, work_date, employee_id, unit_id,"
        " starts_minute, ends_minute, description, status, created_at, updated_at)"
        " SELECT $1, gen_random_uuid(), $2::date - day, $3, $4, 480 + n * 60, 540 + n * 60,"
        " 'Melayani warga', 'approved', now(), now()"
        " FROM generate_series(1, $5::int) day, generate_series(1, $6::int) n",
        world.tenant_id, world.today, siti.employee_id, siti.unit_id, DAYS, LOGS_A_DAY,
    )  # fmt: skip
    await administrator.execute("ANALYZE kinerja.activity_logs")
    first, last, cursor, pages = None, None, None, 0
    with sent_statements() as sent:
        while cursor is not None or not pages:
            params = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
            page = (await api.get("/v1/logs", by=siti, params=params)).json()
            first, last, cursor = first or sent[-1], sent[-1], page["next_cursor"]
            pages += 1
    assert pages == LOGS_A_DAY * DAYS // PAGE
    assert first is not None
    assert last is not None
    for query, values in (first, last):
        # Other tables are small, and hold the rows of other tests.
        nodes = [
            node
            for node in await _plan(administrator, query, values)
            if node.get("Relation Name", "").startswith("activity_log")
        ]
        assert any("Index Name" in node for node in nodes)
        assert max(_read(node) for node in nodes) <= PAGE + 2, nodes


def _read(node: dict[str, Any]) -> int:
    return node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))


async def _plan(
    connection: asyncpg.Connection, query: str, values: Any
) -> Iterator[dict[str, Any]]:
    told = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", *values)

    def walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for child in node.get("Plans", ()):
            yield from walk(child)

    return walk(json.loads(told)[0]["Plan"])
