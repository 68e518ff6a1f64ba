"""``make soak``: kills at random, two hundred of them, under load and with closes on the way.

``python -m tests.robustness.soak 20 7`` kills twenty times, by seed 7. Ends with 0 if everything
held, else with 1 and the reason.
"""

import asyncio
import random
import sys
import time

from tests.robustness import closes
from tests.robustness.checks import check
from tests.robustness.city import City, Violation, city
from tests.robustness.writers import Writers

_KILLS, _CHECK_EVERY, _WRITERS, _SCORED = 200, 20, 30, 400
_VICTIMS = ("server", "postmaster", "worker", "worker", "backend")


async def soak(kills: int, chance: random.Random) -> None:
    """Kill so many times; Violation."""
    started, slowest = time.monotonic(), 0.0
    async with city(writers=_WRITERS, scored=_SCORED) as place:
        writers = Writers(place)
        for first in range(0, kills, _CHECK_EVERY):
            writers.start()
            closing = asyncio.create_task(_keep_closing(place))
            for number in range(first, min(first + _CHECK_EVERY, kills)):
                await asyncio.sleep(chance.uniform(0.1, 2.0))
                victim = chance.choice(_VICTIMS)
                seconds = await place.kill(victim)
                slowest = max(slowest, seconds)
                print(
                    f"{number + 1:4d}/{kills} {victim:<10} ready after {seconds:4.1f} s,"
                    f" {len(writers.acknowledged)} logs acknowledged",
                    flush=True,
                )
            if closing.done():
                await closing  # it never ends by itself: this raises what it found
            closing.cancel()
            await writers.finish()
            await check(place, writers)
            print("     checked: all there, once", flush=True)
        closings = await _count_closings(place)
        print(
            f"PASS: {kills} kills, {len(writers.acknowledged)} logs, {closings} closings;"
            f" ready again after {slowest:.1f} s at most; {time.monotonic() - started:.0f} s in all"
        )


async def _keep_closing(place: City) -> None:
    """Close the period, open it again, and so on; whatever is killed, each close gets done."""
    while True:
        await closes.close_and_reopen(place)


async def _count_closings(place: City) -> int:
    connection = await place.superuser()
    count: int = await connection.fetchval(
        "SELECT count(*) FROM kinerja.closings WHERE status IN ('done', 'reopened')"
    )
    await connection.close()
    return count


def main() -> int:
    """Soak; return the exit code."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else _KILLS
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10_000)
    print(f"{kills} kills by seed {seed}", flush=True)
    try:
        asyncio.run(soak(kills, random.Random(seed)))
    except Violation as violation:
        print(f"FAIL: {violation}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
