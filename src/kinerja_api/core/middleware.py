"""One pure-ASGI middleware: request id, language, access log, metrics, security headers."""

import functools
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinerja_api.core.i18n import preferred
from kinerja_api.core.ids import new_id
from kinerja_api.core.logging import log
from kinerja_api.core.paths import Paths
from kinerja_api.core.problems import HostNotAllowed, MethodNotAllowed
from kinerja_api.core.responses import problem_response

_PORT = re.compile(r":[0-9]*$")
_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_UNLESS_SET = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)

registry = CollectorRegistry()
_requests = Counter(
    "kinerja_requests", "Requests answered", ["method", "route", "status"], registry=registry
)
_seconds = Histogram(
    "kinerja_request_seconds", "Time to answer", ["method", "route"], registry=registry
)
_counter, _timer = functools.cache(_requests.labels), functools.cache(_seconds.labels)


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
        wants_body = scope["method"] != "HEAD"
        if not wants_body:
            # A copy: the server reads its own, and sends no body where it says HEAD.
            scope = {**scope, "method": "GET"}

        async def finish(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.body" and not wants_body:
                message = {**message, "body": b""}
            if message["type"] == "http.response.start":
                status = message["status"]
                out: list[tuple[bytes, bytes]] = message["headers"]
                own = {name for name, _ in out}
                out += [header for header in _UNLESS_SET if header[0] not in own]
                out.append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self._app(scope, receive, finish)
        finally:
            _account(scope, status, time.perf_counter() - started, request_id)


class Hosts:
    """Refuses requests for other hosts than ours; ``*.example.go.id`` allows every name below."""

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._exact = frozenset(allowed)
        self._endings = tuple(host[1:] for host in allowed if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and not self._is_ours(dict(scope["headers"]).get(b"host", b"")):
            refusal = problem_response(Request(scope), HostNotAllowed())
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, header: bytes) -> bool:
        host = _PORT.sub("", header.decode("latin-1").lower())
        return host in self._exact or host.endswith(self._endings)


class ExactAddresses:
    """Answers 405 where an address without parameters lacks the method.

    The framework would go on to a route with a parameter in that place.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            paths: Paths = scope["app"].state.paths
            path: str = scope["path"].removeprefix(scope.get("root_path", ""))
            if paths.lacks(path, scope["method"]):
                refusal = MethodNotAllowed(headers={"Allow": paths.allowed(path)})
                await problem_response(Request(scope), refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _request_id(headers: Mapping[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _SAFE_ID.fullmatch(given) else str(new_id())


def _account(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    found: Any = scope.get("route")
    route: str = getattr(found, "path", "unmatched")
    method: str = scope["method"] if found is not None else "OTHER"
    _counter(method, route, str(status)).inc()
    _timer(method, route).observe(seconds)
    log.info(
        "request",
        request_id=request_id,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
    )
