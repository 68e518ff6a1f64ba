"""Deep pages of a unit's logs beside the first page: in SQL as it is sent, and over HTTP.

Goal: the page at depth 9,000 takes at most 1.3 times as long as the first (OFFSET: 52 times).
"""

import asyncio
import time
from typing import Any

import httpx

from tests.benchmarks.emitted import emitted
from tests.benchmarks.region import Region, region
from tests.benchmarks.report import Query, against, heading, race, ratio
from tests.benchmarks.stage import Stage, stage

_DEPTH, _WALK, _ROUNDS, _TIMES = 9000, 200, 7, 20
_GOAL = "<= 1.30"


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        asyncio.run(_run(place))


async def _run(place: Stage) -> None:
    async with region(place) as found:
        first: dict[str, Any] = {"unit_id": str(found.units[3]), "limit": 50}
        deep = {**first, "cursor": await _cursor(found, first)}
        heading(f"GET /v1/logs of a unit, page at depth {_DEPTH} / first page")
        token = found.world.agency.token
        sent = {
            name: (await emitted(found.app, "/v1/logs", token, params))[1]
            for name, params in (("first", first), ("deep", deep))
        }
        seconds = await race(
            {
                name: [Query(found.reader, text, values, times=_TIMES) for text, values in queries]
                for name, queries in sent.items()
            }
        )
        ratio("time, SQL as it is sent", against(seconds, "deep", "first"), _GOAL)
        ratio("time, whole request", await _requests(found, first, deep), _GOAL)


async def _cursor(found: Region, params: dict[str, Any]) -> str:
    """Walk to the depth; return the cursor that leads on, for pages of 50."""
    headers = {"Authorization": f"Bearer {found.world.agency.token}"}
    transport = httpx.ASGITransport(app=found.app)
    cursor: dict[str, str] = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for _ in range(_DEPTH // _WALK):
            asked = {**params, "limit": _WALK, **cursor}
            page = (await client.get("/v1/logs", params=asked, headers=headers)).json()
            cursor = {"cursor": page["next_cursor"]}
    return cursor["cursor"]


async def _requests(found: Region, first: dict[str, Any], deep: dict[str, Any]) -> list[float]:
    headers = {"Authorization": f"Bearer {found.world.agency.token}"}
    transport = httpx.ASGITransport(app=found.app)
    ratios: list[float] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        for _ in range(_ROUNDS):
            taken: list[float] = []
            for params in (deep, first):
                started = time.perf_counter()
                for _ in range(_TIMES):
                    await client.get("/v1/logs", params=params, headers=headers)
                taken.append(time.perf_counter() - started)
            ratios.append(taken[0] / taken[1])
    return ratios
