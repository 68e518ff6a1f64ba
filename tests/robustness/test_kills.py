"""Killed on the way (SIGKILL): nothing acknowledged is lost, nothing is doubled, all goes on.

The long form is ``make soak``.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.robustness import closes
from tests.robustness.checks import check
from tests.robustness.city import City, city
from tests.robustness.writers import Writers

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
async def place() -> AsyncIterator[City]:
    async with city(writers=6, scored=120) as made:
        yield made


async def test_kills_lose_nothing_and_double_nothing(place: City):
    writers = Writers(place)
    writers.start()
    for victim in ("server", "postmaster", "backend", "worker"):
        await asyncio.sleep(0.7)
        await place.kill(victim)
    closing = await _kill_a_close(place)
    await writers.finish()
    await closes.done(place, closing)
    await check(place, writers)
    assert len(writers.acknowledged) > 50


async def _kill_a_close(place: City) -> str:
    """Kill the worker when its close has frozen all and writes the scores."""
    holder = await place.superuser()
    held = holder.transaction()
    await held.start()
    await holder.execute("LOCK TABLE kinerja.closing_scores IN SHARE MODE")
    closing = await closes.order(place)
    await closes.stuck(holder)
    await place.kill("worker")
    state = await holder.fetchrow(
        "SELECT closing.status, period.status, (SELECT count(*) FROM kinerja.closing_people)"
        " FROM kinerja.closings closing JOIN kinerja.periods period"
        " ON period.tenant_id = closing.tenant_id AND period.id = closing.period_id"
    )
    assert tuple(state or ()) == ("running", "open", 0)
    await held.rollback()
    await holder.close()
    return closing
