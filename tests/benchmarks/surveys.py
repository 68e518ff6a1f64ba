"""A campaign of 100,000 answers: its list, its counts and its close beside bare SQL.

Goals: a page deep in the answers at most 1.3 times the first; the result at most 2 times the bare
sum of the tallies and at least 10 times as fast as counting the answers themselves; the close, with
trail and event, at most 2.5 times the bare sum and update.
"""

import asyncio
import time
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from kinerja_api.core.db import Database
from tests.benchmarks.emitted import emitted
from tests.benchmarks.report import Query, against, heading, race, ratio
from tests.benchmarks.stage import Stage, stage
from tests.factories.surveys import ALL_FOUR, make_campaign
from tests.factories.world import World, new_world
from tests.plugins.service import Api

_ANSWERS, _DEPTH, _WALK, _CAMPAIGNS = 100_000, 9000, 200, 4

_RESPONSES = """
INSERT INTO kinerja.survey_responses (tenant_id, id, campaign_id, answered_on, answers, sex)
SELECT $1, gen_random_uuid(), $2, $3,
       (SELECT jsonb_object_agg(code, 1 + (n + length(code)) % 4) FROM unnest($4::text[]) code),
       CASE WHEN n % 3 = 0 THEN 'female' END
FROM generate_series(1, $5::int) n
"""
_TALLIES = """
INSERT INTO kinerja.survey_tallies (tenant_id, campaign_id, shard, question, answer, answers)
SELECT tenant_id, campaign_id, 0, one.key, one.value #>> '{}', count(*)
FROM kinerja.survey_responses, jsonb_each(answers) one
WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY tenant_id, campaign_id, one.key, one.value
UNION ALL SELECT $1, $2, 0, '', '', count(*) FROM kinerja.survey_responses
WHERE tenant_id = $1 AND campaign_id = $2
"""
_SUM = """
SELECT question, answer, sum(answers) FROM kinerja.survey_tallies
WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY question, answer
"""
_RAW = """
SELECT one.key, one.value, count(*) FROM kinerja.survey_responses, jsonb_each(answers) one
WHERE tenant_id = $1 AND campaign_id = $2 GROUP BY one.key, one.value
"""
_UPDATE = """
UPDATE kinerja.survey_campaigns SET status = 'closed', respondents = $3, updated_at = now()
WHERE tenant_id = $1 AND id = $2 AND status = 'open'
"""


def run() -> None:
    """Print the ratios."""
    with stage() as place:
        asyncio.run(_run(place))


async def _run(place: Stage) -> None:
    database = place.database()
    await database.open()
    app = place.app(database)
    superuser = await asyncpg.connect(place.url("postgres"))
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
            await _measure(app, Api(client), database, superuser)
    finally:
        await asyncio.gather(superuser.close(), database.close())


async def _measure(app: Any, api: Api, database: Database, superuser: asyncpg.Connection) -> None:
    world = await new_world(app, database)
    campaigns = await _campaigns(api, world, superuser)
    heading(f"A survey campaign of {_ANSWERS:,} answers")
    closing = [await _close(api, world, superuser, campaign) for campaign in campaigns]
    ratio("close, whole request / bare sum and update", closing[1:], "<= 2.50")
    path, given = f"/v1/survey-campaigns/{campaigns[0]}", (world.tenant_id, campaigns[0])
    _, results = await emitted(app, f"{path}/results", world.agency.token)
    seconds = await race(
        {
            "results": [Query(superuser, text, values) for text, values in results],
            "sum": [Query(superuser, _SUM, given)],
            "raw": [Query(superuser, _RAW, given, times=1)],
        }
    )
    ratio("results, SQL as it is sent / bare sum of tallies",
          against(seconds, "results", "sum"), "<= 2.00")  # fmt: skip
    ratio("counting the answers themselves / results",
          against(seconds, "raw", "results"), ">= 10")  # fmt: skip
    await _pages(app, api, superuser, world, f"{path}/responses")


async def _campaigns(api: Api, world: World, superuser: asyncpg.Connection) -> list[UUID]:
    """Return open campaigns, each with all the answers."""
    unit = await world.unit("Disdukcapil")
    service = {
        "unit_id": str(unit), "code": "KTP", "name": "KTP-el", "is_public": True, "is_active": True,
    }  # fmt: skip
    made = await api.post("/v1/services", service, by=world.agency)
    assert made.status_code == 201, made.text
    found: list[UUID] = []
    for _ in range(_CAMPAIGNS):
        one = await make_campaign(api, world, made.json()["id"], population=200_000)
        found.append(UUID(one["id"]))
        given = (world.tenant_id, found[-1])
        codes = sorted(ALL_FOUR)
        await superuser.execute(_RESPONSES, *given, world.today, codes, _ANSWERS, timeout=300)
        await superuser.execute(_TALLIES, *given, timeout=300)
    await superuser.execute("VACUUM ANALYZE", timeout=300)
    return found


async def _close(api: Api, world: World, superuser: asyncpg.Connection, campaign: UUID) -> float:
    """Return the time of a close over that of the bare statements, rolled back."""
    started = time.perf_counter()
    bare = superuser.transaction()
    await bare.start()
    await superuser.fetch(_SUM, world.tenant_id, campaign)
    await superuser.execute(_UPDATE, world.tenant_id, campaign, _ANSWERS)
    await bare.rollback()
    bare_seconds = time.perf_counter() - started
    started = time.perf_counter()
    done = await api.post(f"/v1/survey-campaigns/{campaign}/closings", by=world.agency)
    assert done.status_code == 201, done.text
    return (time.perf_counter() - started) / bare_seconds


async def _pages(
    app: Any, api: Api, superuser: asyncpg.Connection, world: World, path: str
) -> None:
    """Compare a page deep in the answers with the first."""
    params: dict[str, Any] = {"limit": _WALK}
    for _ in range(_DEPTH // _WALK):
        page = await api.get(path, by=world.agency, params=params)
        params["cursor"] = page.json()["next_cursor"]
    sent = {
        name: (await emitted(app, path, world.agency.token, {"limit": 50, **cursor}))[1]
        for name, cursor in (("first", {}), ("deep", {"cursor": params["cursor"]}))
    }
    seconds = await race(
        {
            name: [Query(superuser, text, values) for text, values in queries]
            for name, queries in sent.items()
        }
    )
    ratio(f"page at depth {_DEPTH} / first page, SQL as it is sent",
          against(seconds, "deep", "first"), "<= 1.30")  # fmt: skip
