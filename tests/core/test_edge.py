"""The edge: problems in both languages, request ids, headers, hosts, pages, health, metrics."""

import asyncio
import dataclasses
import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import structlog

from kinerja_api.app import create_app
from kinerja_api.core import health
from kinerja_api.core.db import Database
from kinerja_api.core.logging import describe
from kinerja_api.core.problems import Problem
from tests.factories.world import World
from tests.plugins.service import Api, settings_for_tests


@asynccontextmanager
async def service(database: Database, folder: Path, **server: Any) -> AsyncGenerator[Api]:
    """The application with other settings."""
    settings = settings_for_tests(folder)
    changed = settings.server.model_copy(update=server)
    app = create_app(dataclasses.replace(settings, server=changed), database)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield Api(client)


async def test_a_problem_speaks_the_callers_language_and_names_the_request(api: Api):
    own = {"X-Request-Id": "from-the-phone-1"}
    indonesian = await api.get("/v1/nothing", headers=own)
    english = await api.get("/v1/nothing", headers={"Accept-Language": "en-GB, id;q=0.5"})
    assert indonesian.json() == {
        "type": "/problems/not_found",
        "title": "Tidak ditemukan",
        "status": 404,
        "detail": "Tidak ada apa pun di alamat ini, atau Anda tidak berhak melihatnya.",
        "code": "not_found",
        "instance": "urn:request:from-the-phone-1",
    }
    assert indonesian.headers["X-Request-Id"] == "from-the-phone-1"
    assert indonesian.headers["Content-Language"] == "id"
    assert (english.json()["title"], english.headers["Content-Language"]) == ("Not found", "en")
    assert "Accept-Language" in english.headers["Vary"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "has blank", "new\nline"])
async def test_an_unsafe_request_id_is_replaced(api: Api, given: str):
    answer = await api.get("/livez", headers={"X-Request-Id": given})
    assert answer.headers["X-Request-Id"] != given
    assert len(answer.headers["X-Request-Id"]) == 36


async def test_wrong_methods_and_addresses_are_problems(api: Api):
    wrong = await api.delete("/v1/units")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET, HEAD, POST"
    for path in ("/v1/units/", "//v1/units", "/v1//units", "/", "/v1"):
        assert (await api.get(path)).status_code == 404, path


async def test_an_address_without_parameters_has_its_own_methods_only(api: Api, world: World):
    for method in ("GET", "PATCH", "OPTIONS"):
        answer = await api.call(method, "/v1/employees/searches", by=world.agency)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


async def test_head_is_get_without_its_body(api: Api, world: World):
    whole = await api.get("/v1/units", by=world.agency)
    head = await api.call("HEAD", "/v1/units", by=world.agency)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


async def test_every_answer_carries_the_headers_of_caution(api: Api):
    for path in ("/v1/units", "/livez", "/nothing", "/problems"):
        headers = (await api.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (await api.get("/v1/units")).headers["Cache-Control"] == "no-store"


async def test_pages_keep_their_own_policy_and_files_their_caching(api: Api):
    page = await api.get("/docs")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert 'data-openapi="/v1/openapi.json"' in page.text
    asset = await api.get(page.text.split('src="')[1].split('"')[0])
    assert "immutable" in asset.headers["Cache-Control"]


async def test_every_problem_has_its_page_without_scripts(api: Api):
    index = (await api.get("/problems")).json()["problems"]
    assert {entry["code"] for entry in index} == set(Problem.registry)
    page = await api.get("/problems/version_stale")
    assert "Data sudah berubah" in page.text
    assert "The resource has changed" in page.text
    assert "<script" not in page.text
    assert (await api.get("/problems/%3Cb%3E")).json()["code"] == "not_found"


async def test_the_document_is_served_with_a_tag_and_not_twice(api: Api):
    first = await api.get("/v1/openapi.json")
    again = await api.get("/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert first.json()["openapi"].startswith("3.1")
    assert (again.status_code, again.content) == (304, b"")


async def test_it_is_live_ready_and_tells_its_version(api: Api):
    assert (await api.get("/livez")).json() == {"status": "live"}
    ready = await api.get("/readyz")
    assert (ready.status_code, ready.json()["reasons"]) == (200, [])
    assert ready.json()["warnings"] == []
    version = (await api.get("/version")).json()
    assert set(version) == {"version", "commit", "built_at", "schema_revision"}


async def test_it_is_unready_without_its_schema_or_its_database(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(health, "head_revision", lambda: "9999")
    assert await health.find_reasons(database) == ["schema_revision_differs"]
    away = Database(
        settings_for_tests(tmp_path).database, writer_url="postgresql://x@127.0.0.1:1/x"
    )
    with pytest.raises(OSError, match=r".*"):
        await away.open()


async def test_it_is_unready_while_its_pool_is_exhausted(database: Database):
    units = [database.reading() for _ in range(8)]
    try:
        await asyncio.gather(*[unit.value(health._ONE) for unit in units])
        assert await health.find_reasons(database) == ["pool_exhausted"]
    finally:
        await asyncio.gather(*[unit.close() for unit in units])
    assert await health.find_reasons(database) == []


async def test_metrics_count_by_route_never_by_address(api: Api, world: World):
    await api.get(f"/v1/units/{world.root}", by=world.agency)
    text = (await api.get("/metrics")).text
    assert "units/{unit_id}" in text
    assert str(world.root) not in text
    assert 'kinerja_pool_connections{pool="writer",state="limit"} 8.0' in text


async def test_other_hosts_and_origins_are_refused(database: Database, tmp_path: Path):
    async with service(
        database, tmp_path, allowed_hosts="service, *.example.go.id",
        cors_origins="https://app.example.go.id",
    ) as api:  # fmt: skip
        assert (await api.get("/livez")).status_code == 200
        assert (await api.get("/livez", headers={"Host": "a.example.go.id:80"})).status_code == 200
        for host in ("evil.test", "example.go.id", "service.evil.test", ""):
            refused = await api.get("/livez", headers={"Host": host})
            assert (refused.status_code, refused.json()["code"]) == (400, "host_not_allowed")
        ours = await api.get("/livez", headers={"Origin": "https://app.example.go.id"})
        theirs = await api.get("/livez", headers={"Origin": "https://app.example.go.id.evil.test"})
        assert ours.headers["Access-Control-Allow-Origin"] == "https://app.example.go.id"
        assert "ETag" in ours.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Origin" not in theirs.headers


async def test_no_person_reaches_a_log_line(api: Api, world: World):
    with structlog.testing.capture_logs() as lines:
        person = await world.employee("Siti Aminah")
        await api.get("/v1/units?kind=Siti", by=person)
        await api.get("/v1/Siti/198001012005012001")
    text = json.dumps(lines, default=str)
    assert "Siti" not in text
    assert "198001012005012001" not in text
    assert person.token not in text


def test_an_exception_is_logged_without_its_text():
    try:
        try:
            raise asyncpg.UniqueViolationError("Key (nip)=(198001012005012001)")  # noqa: TRY301
        except asyncpg.UniqueViolationError as cause:
            raise ValueError("Siti Aminah") from cause
    except ValueError as error:
        told = describe(error)
    assert "builtins.ValueError" in told
    assert "23505" in told
    assert "test_edge.py" in told
    assert "Siti" not in told
    assert "1980" not in told


def test_logs_hold_only_listed_fields(capsys: pytest.CaptureFixture[str]):
    log = structlog.get_logger()
    log.error("tested", name="Siti", kind="x", exc_info=ValueError("Siti"))
    line = json.loads(capsys.readouterr().out)
    assert line.keys() == {"event", "kind", "level", "timestamp", "exception"}
    assert "Siti" not in json.dumps(line)
    assert logging.getLevelName(logging.WARNING) == "WARNING"
