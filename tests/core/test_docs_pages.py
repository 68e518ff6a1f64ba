import asyncio
import re
from html.parser import HTMLParser
from importlib import resources

import httpx
import pytest
from starlette.applications import Starlette

from kinerja_api.core.docs import docs_router

PAGES = ("/docs", "/redoc")


class References(HTMLParser):
    """Collects what a page loads, and any script or handler written into it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.urls += [value for name, value in attrs if name in {"src", "href"} and value]
        self.inline += [name for name in names if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.inline.append(tag)


def get(path: str, *, root_path: str = "", encoding: str = "gzip") -> httpx.Response:
    """Ask a bare application that has these routes only."""

    async def ask() -> httpx.Response:
        app = Starlette(routes=docs_router("/openapi.json"))
        transport = httpx.ASGITransport(app, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path, headers={"Accept-Encoding": encoding})

    return asyncio.run(ask())


@pytest.mark.parametrize("path", PAGES)
def test_page_and_all_it_loads_answer_from_this_host(path: str) -> None:
    page = get(path)
    references = References(page.text)

    assert page.status_code == 200
    assert 'data-openapi="/openapi.json"' in page.text
    assert len(references.urls) >= 4
    assert not references.inline
    for url in references.urls:
        assert re.match(r"/[^/]", url)
        answer = get(url)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert b"sourceMappingURL=" not in answer.content[-300:]


@pytest.mark.parametrize("path", PAGES)
def test_policy_allows_scripts_only_from_own_files(path: str) -> None:
    policy = get(path).headers["Content-Security-Policy"].split("; ")

    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy


def test_page_below_a_prefix_asks_below_that_prefix() -> None:
    html = get("/kinerja/docs", root_path="/kinerja").text

    assert 'data-openapi="/kinerja/openapi.json"' in html
    assert all(url.startswith("/kinerja/static/") for url in References(html).urls)


def test_asset_is_sent_plain_to_a_client_without_gzip() -> None:
    packed = get("/static/swagger-ui.css")
    plain = get("/static/swagger-ui.css", encoding="identity")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert plain.text == packed.text
    assert ".swagger-ui" in plain.text


def test_asset_under_another_version_is_not_kept() -> None:
    answer = get("/static/docs.css?v=old")

    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["absent.js", "README.md", "..%2Fdocs.py"])
def test_returns_404_for_what_is_not_an_asset(name: str) -> None:
    assert get(f"/static/{name}").status_code == 404


def test_redoc_carries_no_remote_logo_and_licences_are_served() -> None:
    assert "cdn.redoc" not in get("/static/redoc.standalone.js").text
    for name in ("swagger-ui-LICENSE.txt", "redoc-LICENSE.txt"):
        assert "icense" in get(f"/static/{name}").text


def test_assets_stay_small() -> None:
    static = resources.files("kinerja_api.core").joinpath("static")

    assert sum(len(file.read_bytes()) for file in static.iterdir()) < 3_000_000
