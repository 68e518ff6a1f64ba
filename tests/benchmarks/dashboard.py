"""The dashboard of an agency for a year, beside the bare sum of months and the raw logs.

Goal: at most 2 times the bare sum; at least 100 times as fast as counting the year's logs, and 10
times as fast as counting the current month's.
"""

import asyncio

from tests.benchmarks.emitted import emitted
from tests.benchmarks.region import region
from tests.benchmarks.report import Query, against, heading, race, ratio
from tests.benchmarks.stage import Stage, stage

_BELOW = """
FROM kinerja.{table} one JOIN kinerja.unit_closure below
    ON below.tenant_id = one.tenant_id AND below.descendant_id = one.unit_id
WHERE one.tenant_id = $1 AND below.ancestor_id = $2
"""
_SUMS = f"""
SELECT one.unit_id, one.month, one.status, sum(one.logs), sum(one.minutes)
{_BELOW.format(table="month_deltas")} AND one.month BETWEEN $3 AND $4
GROUP BY one.unit_id, one.month, one.status
"""
_RAW = f"""
SELECT one.unit_id, date_trunc('month', one.work_date), one.status, count(*),
       sum(one.ends_minute - one.starts_minute)
{_BELOW.format(table="activity_logs")} AND one.work_date BETWEEN $3 AND $4
GROUP BY one.unit_id, date_trunc('month', one.work_date), one.status
"""


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        asyncio.run(_run(place))


async def _run(place: Stage) -> None:
    async with region(place) as found:
        world = found.world
        path = f"/v1/units/{found.agency}/dashboard"
        _, sent = await emitted(found.app, path, world.agency.token, {"year": world.today.year})
        year = (
            world.tenant_id,
            found.agency,
            world.today.replace(month=1, day=1),
            world.today.replace(month=12, day=31),
        )
        month = (*year[:2], world.today.replace(day=1), world.today)
        heading("GET /v1/units/{id}/dashboard, a year of 20 units with 200,000 logs")
        seconds = await race(
            {
                "project": [Query(found.reader, text, given) for text, given in sent],
                "sums": [Query(found.superuser, _SUMS, year)],
                "raw year": [Query(found.superuser, _RAW, year, times=1)],
                "raw month": [Query(found.superuser, _RAW, month, times=3)],
            }
        )
        ratio("time, SQL as it is sent / bare sum of months", against(seconds, "project", "sums"),
              "<= 2.00")  # fmt: skip
        ratio("time, raw logs of the year / SQL as it is sent",
              against(seconds, "raw year", "project"), ">= 100")  # fmt: skip
        ratio("time, raw logs of the month / SQL as it is sent",
              against(seconds, "raw month", "project"), ">= 10")  # fmt: skip
