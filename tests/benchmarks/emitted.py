"""What the service sends to the database for a request: to run it alone, beside other SQL."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.plugins.statements import Sent, sent_statements


async def emitted(
    app: Any, path: str, token: str, params: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Sent]]:
    """Return the answer of a GET and its statements, once what is cached for seconds is known."""
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as client:
        (await client.get(path, params=params, headers=headers)).raise_for_status()
        with sent_statements() as sent:
            answer = await client.get(path, params=params, headers=headers)
    return answer.raise_for_status().json(), [one for one in sent if "set_config" not in one[0]]
