"""One pure-ASGI middleware: request id, language, access log, metrics, security headers."""

import re
import time
from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinerja_api.core.i18n import preferred
from kinerja_api.core.ids import new_id
from kinerja_api.core.logging import log

_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
_DEFAULTS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}

registry = CollectorRegistry()
_requests = Counter(
    "kinerja_requests", "Requests answered", ["method", "route", "status"], registry=registry
)
_seconds = Histogram(
    "kinerja_request_seconds", "Time to answer", ["method", "route"], registry=registry
)


class Edge:
    """The edge of the service: everything that every request and answer has in common."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = _request_id(headers)
        language = preferred(headers.get(b"accept-language", b"").decode("latin-1"))
        state = scope.setdefault("state", {})
        state["request_id"], state["language"] = request_id, language
        status = 500

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(raw=message["headers"])
                out["X-Request-Id"] = request_id
                for name, value in _SECURITY.items():
                    out[name] = value
                for name, value in _DEFAULTS.items():
                    out.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, finish)
        finally:
            _account(scope, status, time.perf_counter() - started, request_id)


def _request_id(headers: Mapping[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _SAFE_ID.fullmatch(given) else str(new_id())


def _account(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    found: Any = scope.get("route")
    route: str = getattr(found, "path", "unmatched")
    method: str = scope["method"] if found is not None else "OTHER"
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(method, route).observe(seconds)
    log.info(
        "request",
        request_id=request_id,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
    )
