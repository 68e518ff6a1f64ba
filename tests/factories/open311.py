"""Clients of Open311, and reports as they read them."""

import datetime as dt
from typing import Any
from uuid import UUID

import httpx

from kinerja_api.access.rules import AccountKind, Role
from kinerja_api.core import clock
from tests.factories.access import member
from tests.factories.complaints import new_report
from tests.factories.world import World
from tests.plugins.service import Api


async def client_key(
    api: Api, world: World, login: str = "aplikasi-kota", *, role: Role | None = None
) -> str:
    """Return an API key of a new machine, which has no role by default."""
    machine = await member(world, login, kind=AccountKind.MACHINE, role=role)
    body = {"name": login, "expires_on": (clock.now() + dt.timedelta(days=30)).date().isoformat()}
    path = f"/v1/accounts/{machine.account_id}/api-keys"
    made = await api.post(
        path, body, by=world.admin, key=f"key-for-{login}-{world.code}-0123456789"
    )
    assert made.status_code == 201, made.text
    return made.json()["key"]


async def published(world: World, **values: Any) -> UUID:
    """Create a published report; further columns and the arguments of ``new_report``."""
    shown: dict[str, Any] = {
        "status": "verified",
        "public_title": "Jalan berlubang",
        "public_body": "Lubang di depan pasar.",
        "published_at": clock.now(),
        **values,
    }
    return await new_report(world, **shown)


class Open311:
    """Calls the service as a client of Open311 does."""

    def __init__(self, api: Api, world: World, key: str = "") -> None:
        self._api, self._world, self._key = api, world, key

    async def get(self, path: str, **params: Any) -> httpx.Response:
        params = {"jurisdiction_id": self._world.code, **params}
        return await self._api.get(f"/open311/v2/{path}", params=params)

    async def post(self, form: str = "json", **fields: Any) -> httpx.Response:
        sent = {"jurisdiction_id": self._world.code, "api_key": self._key, **fields}
        return await self._api.call(
            "POST",
            f"/open311/v2/requests.{form}",
            content=str(httpx.QueryParams(sent)).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
