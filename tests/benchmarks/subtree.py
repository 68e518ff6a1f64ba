"""The newest 50 logs of an agency with all below it, beside the bare LATERAL SQL and beside IN.

Goal: at most 1.5 times the bare SQL, and at least 100 times as fast as ``unit_id IN (…)``.
"""

import asyncio

from tests.benchmarks.emitted import emitted
from tests.benchmarks.region import region
from tests.benchmarks.report import Query, against, heading, race, ratio
from tests.benchmarks.stage import Stage, stage

_LATERAL = """
SELECT log.*, employee.name AS employee_name, unit.name AS unit_name, target.title
FROM (
    SELECT newest.* FROM kinerja.unit_closure below CROSS JOIN LATERAL (
        SELECT * FROM kinerja.activity_logs
        WHERE tenant_id = $1 AND unit_id = below.descendant_id AND work_date <= $3
        ORDER BY work_date DESC, id DESC LIMIT 51
    ) newest
    WHERE below.tenant_id = $1 AND below.ancestor_id = $2
    ORDER BY newest.work_date DESC, newest.id DESC LIMIT 51
) log
LEFT JOIN kinerja.employees employee ON employee.tenant_id = $1 AND employee.id = log.employee_id
LEFT JOIN kinerja.units unit ON unit.tenant_id = $1 AND unit.id = log.unit_id
LEFT JOIN kinerja.targets target ON target.tenant_id = $1 AND target.id = log.target_id
ORDER BY log.work_date DESC, log.id DESC
"""
_IN = """
SELECT * FROM kinerja.activity_logs
WHERE tenant_id = $1 AND work_date <= $3 AND unit_id IN (
    SELECT descendant_id FROM kinerja.unit_closure WHERE tenant_id = $1 AND ancestor_id = $2)
ORDER BY work_date DESC, id DESC LIMIT 51
"""


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        asyncio.run(_run(place))


async def _run(place: Stage) -> None:
    async with region(place) as found:
        world = found.world
        params = {"below_id": str(found.agency), "limit": 50}
        answer, sent = await emitted(found.app, "/v1/logs", world.agency.token, params)
        values = (world.tenant_id, found.agency, world.today)
        rows = await found.superuser.fetch(_LATERAL, *values)
        if [item["id"] for item in answer["items"]] != [str(row["id"]) for row in rows[:50]]:
            raise RuntimeError("the contenders do not find the same logs")
        heading("GET /v1/logs?below_id=…, newest 50 of 20 units with 200,000 logs")
        seconds = await race(
            {
                "project": [Query(found.reader, text, given) for text, given in sent],
                "lateral": [Query(found.superuser, _LATERAL, values)],
                "in": [Query(found.superuser, _IN, values, times=1)],
            }
        )
        ratio("time, SQL as it is sent / bare LATERAL", against(seconds, "project", "lateral"),
              "<= 1.50")  # fmt: skip
        ratio("time, IN / SQL as it is sent", against(seconds, "in", "project"), ">= 100")
