"""A client of PyPI, which knows nothing of us, reads over HTTP."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
import uvicorn
from georeport import GeoReport

from tests.factories.complaints import new_category
from tests.factories.open311 import published
from tests.factories.world import Person, World
from tests.integrations.test_open311_reporting import ASKED
from tests.plugins.service import Api


@pytest.fixture
async def address(app: Any) -> AsyncIterator[str]:
    """The service at an address of this machine."""
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells it by this flag only
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/open311/v2/"
    server.should_exit = True
    await serving


async def test_who_asks_for_headers_only_keeps_the_connection(address: str, world: World):
    url, params = f"{address}services.json", {"jurisdiction_id": world.code}

    def ask() -> list[tuple[int, bytes, str | None]]:
        with requests.Session() as client:
            answers = [client.request(how, url, params=params) for how in ("HEAD", "GET", "HEAD")]
        return [(one.status_code, one.content, one.headers.get("Connection")) for one in answers]

    head, whole, again = await asyncio.to_thread(ask)
    assert head == again == (200, b"", None)
    assert whole == (200, b"[]", None)


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_it_reads_services_definitions_and_requests(
    api: Api, world: World, officer: Person, address: str, form: str
):
    road = await new_category(world, code="LUBANG", description="Lubang & retak")
    await new_category(world, code="LAMPU", name="Lampu jalan")
    await api.put(f"/v1/report-categories/{road}/questions", ASKED, by=officer, version=0)
    now = dt.datetime.now(dt.UTC)
    await published(world, ticket="AAAA-0001", category_id=road, received_at=now)
    await published(world, ticket="AAAA-0002", status="closed",
                    received_at=now - dt.timedelta(days=3))  # fmt: skip
    client = GeoReport(address, jurisdiction=world.code, output_format=form)
    call = asyncio.to_thread

    services = await call(client.get_service_list)
    assert [one["service_code"] for one in services] == ["LAMPU", "LUBANG"]
    assert services[1]["description"] == "Lubang & retak"
    assert str(services[1]["metadata"]).lower() == "true"

    definition = await call(client.get_service_definition, "LUBANG")
    asked: Any = definition["attributes"]
    asked = asked if form == "json" else asked["attribute"]
    assert [one["code"] for one in asked] == [one["code"] for one in ASKED["questions"]]

    found = await call(client.get_service_requests)
    assert [one["service_request_id"] for one in found] == ["AAAA-0001", "AAAA-0002"]
    since = (now - dt.timedelta(days=5)).isoformat(timespec="seconds")
    until = (now - dt.timedelta(days=1)).isoformat(timespec="seconds")
    before = await call(client.get_service_requests, start_date=since, end_date=until)
    only: Any = before[0] if form == "json" else before
    assert (only["service_request_id"], only["status"]) == ("AAAA-0002", "closed")

    one = await call(client.get_service_request, "AAAA-0001")
    assert one["description"] == "Lubang di depan pasar."
    with pytest.raises(requests.HTTPError, match="404"):
        await call(client.get_service_request, "NONE-0000")
    with pytest.raises(requests.HTTPError, match="404"):
        await call(GeoReport(address, jurisdiction="tidak-ada").get_service_list)
