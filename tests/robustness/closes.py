"""The close of a period, killed on the way."""

import asyncio
import time
import uuid
from typing import Any

import asyncpg

from tests.robustness.city import City, Violation

_PATIENCE = 150.0


async def order(city: City) -> str:
    """Order the close of the scored period; return the closing's id."""
    body = {"early_reason": "Uji ketahanan"}
    return (await _call(city, "POST", f"/v1/periods/{city.scored.period_id}/closings", body))["id"]


async def done(city: City, closing_id: str) -> None:
    """Wait until the closing is done."""
    until = time.monotonic() + _PATIENCE
    while (found := await _call(city, "GET", f"/v1/closings/{closing_id}"))["status"] != "done":
        if found["status"] == "failed" or time.monotonic() > until:
            raise Violation(f"the closing is not done: {found}")
        await asyncio.sleep(0.1)


async def close_and_reopen(city: City) -> None:
    """See the standing closing, or a new one, through to its end; open the period again."""
    path = f"/v1/periods/{city.scored.period_id}/closings?limit=1"
    newest = (await _call(city, "GET", path))["items"]
    standing = [one["id"] for one in newest if one["status"] in ("queued", "running", "done")]
    closing_id = standing[0] if standing else await order(city)
    await done(city, closing_id)
    reason = {"reason": "Uji ketahanan"}
    await _call(city, "POST", f"/v1/closings/{closing_id}/reopenings", reason)


async def stuck(connection: asyncpg.Connection) -> None:
    """Wait until a close waits for the lock that the connection holds."""
    until = time.monotonic() + _PATIENCE
    while not await connection.fetchval(
        "SELECT count(*) FROM pg_locks WHERE NOT granted"
        " AND relation = 'kinerja.closing_scores'::regclass"
    ):
        if time.monotonic() > until:
            raise Violation("no close came as far as its scores")
        await asyncio.sleep(0.02)


async def _call(city: City, method: str, path: str, body: Any = None) -> Any:
    key = str(uuid.uuid4()) if method == "POST" else None
    async with city.client() as client:
        return await city.answered(client, city.world.agency, method, path, body, key=key)
