"""The API pages: Swagger UI at ``/docs``, ReDoc at ``/redoc``, and the files they load.

Everything is served from ``core/static``: the pages work without the internet and tell no third
party who reads them. Scripts run only from our own files (no inline script, no eval).
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from string import Template
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}

# Both pages write style elements at run time; ReDoc runs its search in a blob worker.
PAGE_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kinerja API</title>
$links
</head>
<body>
<div id="$element" data-openapi="$openapi"></div>
$scripts
</body>
</html>
""")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of ``core/static``; ``body`` is gzipped when ``is_gzip``."""

    body: bytes
    media_type: str
    is_gzip: bool
    version: str


def load_assets() -> Mapping[str, Asset]:
    """Return every servable file by the name it is asked for (without ``.gz``)."""
    assets: dict[str, Asset] = {}
    for file in resources.files("kinerja_api.core").joinpath("static").iterdir():
        name = file.name.removesuffix(".gz")
        media_type = MEDIA_TYPES.get(name[name.rfind(".") :])
        if media_type is not None:
            body = file.read_bytes()
            version = hashlib.sha256(body).hexdigest()[:12]
            assets[name] = Asset(body, media_type, file.name != name, version)
    return assets


def docs_router(openapi_path: str) -> list[BaseRoute]:
    """Return the routes of ``/docs``, ``/redoc`` and ``/static/{name}``."""
    assets = load_assets()

    def page(request: Request, *, element: str, files: tuple[str, ...]) -> Response:
        root = escape(quote(str(request.scope.get("root_path", "")).rstrip("/")))
        urls = [f"{root}/static/{name}?v={assets[name].version}" for name in files]
        icon = f"{root}/static/favicon-32x32.png?v={assets['favicon-32x32.png'].version}"
        links = [f'<link rel="icon" type="image/png" href="{icon}">']
        links += [f'<link rel="stylesheet" href="{url}">' for url in urls if ".css?" in url]
        scripts = [f'<script src="{url}"></script>' for url in urls if ".js?" in url]
        html = PAGE.substitute(
            element=element,
            openapi=root + escape(openapi_path),
            links="\n".join(links),
            scripts="\n".join(scripts),
        )
        return HTMLResponse(html, headers=PAGE_HEADERS)

    async def swagger(request: Request) -> Response:
        files = ("swagger-ui.css", "docs.css", "swagger-ui-bundle.js", "swagger-start.js")
        return page(request, element="swagger-ui", files=files)

    async def redoc(request: Request) -> Response:
        files = ("docs.css", "redoc.standalone.js", "redoc-start.js")
        return page(request, element="redoc", files=files)

    async def static(request: Request) -> Response:
        asset = assets.get(str(request.path_params["name"]))
        if asset is None:
            return PlainTextResponse("not found", status_code=404)
        return send_asset(request, asset)

    return [
        Route("/docs", swagger, include_in_schema=False),
        Route("/redoc", redoc, include_in_schema=False),
        Route("/static/{name}", static, include_in_schema=False),
    ]


def send_asset(request: Request, asset: Asset) -> Response:
    """Return the file, to be kept for a year only under the address that names its version.

    Without that condition a page of the previous release, asking the new one during a roll-out,
    would keep the wrong file for a year.
    """
    is_current = request.query_params.get("v") == asset.version
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if is_current else "no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    body = asset.body
    if asset.is_gzip:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    return Response(body, media_type=asset.media_type, headers=headers)
