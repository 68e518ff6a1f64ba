"""The application: settings, middleware, problems, routers. The only composition root."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware

from kinerja_api.access.caller import Callers
from kinerja_api.access.entrance import NamedTenants
from kinerja_api.access.errors import TokenExpired, TokenInvalid, Unidentified
from kinerja_api.access.tokens import KeyRing
from kinerja_api.api import ROUTERS
from kinerja_api.core.buckets import Buckets
from kinerja_api.core.db import Database
from kinerja_api.core.docs import docs_router
from kinerja_api.core.files import open_files
from kinerja_api.core.health import health_routes
from kinerja_api.core.listing import Cursors
from kinerja_api.core.middleware import Edge, ExactAddresses, Hosts
from kinerja_api.core.openapi import openapi_routes
from kinerja_api.core.pages import problem_routes
from kinerja_api.core.paths import Paths
from kinerja_api.core.responses import install_problem_handlers
from kinerja_api.core.routes import Route
from kinerja_api.core.secrets import secret_key, token_keys
from kinerja_api.core.settings import ServerSettings, Settings
from kinerja_api.core.tools import open_tools
from kinerja_api.integrations.endpoints.open311 import OPEN311, tell_open311
from kinerja_api.worker import Worker, all_handlers

_DOCUMENT = "/v1/openapi.json"
_SENT = [
    "Accept-Language", "Authorization", "Content-Type", "Idempotency-Key", "If-Match",
    "If-None-Match", "Last-Event-ID", "X-Receipt", "X-Request-Id", "traceparent", "tracestate",
]  # fmt: skip
_SHOWN = [
    "Content-Language", "ETag", "Idempotency-Replayed", "Link", "Location", "Retry-After",
    "X-Data-As-Of", "X-Request-Id",
]  # fmt: skip


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Return the application on a database that its lifespan opens and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        del app
        await database.open()
        try:
            async with _inline_worker(settings, database):
                yield
        finally:
            await database.close()

    app = FastAPI(
        title="kinerja_api",
        version="1.0.0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        root_path=settings.server.root_path,
        lifespan=lifespan,
        telemetry=_telemetry(settings.server),
    )
    _keep_state(app, settings, database)
    _add_middleware(app, settings.server)
    install_problem_handlers(app)
    # Not include_router: its tree of contexts is walked anew for every request.
    for router in ROUTERS:
        app.router.routes += router.routes
    require_permissions(app)
    app.router.routes += [
        *openapi_routes(app),
        *docs_router(_DOCUMENT),
        *problem_routes(),
        *health_routes(database, settings.server),
    ]
    app.state.paths = Paths(app.routes)
    return app


def require_permissions(app: FastAPI) -> None:
    """Refuse to start with a route that declares no permission."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, Route) or not route.permission:
            raise RuntimeError(f"route without a declared permission: {route!r}")


def _keep_state(app: FastAPI, settings: Settings, database: Database) -> None:
    secret = secret_key(settings)
    keys = KeyRing.from_pem(
        token_keys(settings, KeyRing.generate_pem), issuer=settings.server.public_url
    )
    app.state.settings = settings
    app.state.database = database
    app.state.secret = secret
    app.state.keys = keys
    app.state.callers = Callers(keys)
    app.state.caller_problems = (Unidentified, TokenInvalid, TokenExpired)
    app.state.cursors = Cursors(secret)
    app.state.tells = {OPEN311: tell_open311}
    app.state.named_tenants = NamedTenants(database)
    app.state.public_reads = Buckets(settings.security.public_reads_per_minute)
    app.state.files = open_files(settings.files)


def _add_middleware(app: FastAPI, server: ServerSettings) -> None:
    """Add the middleware, the innermost first."""
    app.add_middleware(ExactAddresses)
    origins = _listed(server.cors_origins)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=_SENT,
            expose_headers=_SHOWN,
            max_age=600,
        )
    hosts = _listed(server.allowed_hosts)
    if "*" not in hosts:
        app.add_middleware(Hosts, allowed=hosts)
    app.add_middleware(Edge)


def _listed(setting: str) -> list[str]:
    return [part.strip() for part in setting.split(",") if part.strip()]


def _telemetry(server: ServerSettings) -> TelemetryConfig:
    """Trace only where an endpoint is set; figures are at ``/metrics``, logs are our own."""
    if server.otel_endpoint:
        os.environ.setdefault("OTEL_EXPORTER_OTLP_ENDPOINT", server.otel_endpoint)
        os.environ.setdefault("OTEL_SERVICE_NAME", "kinerja_api")
    traced = bool(server.otel_endpoint)
    return {"tracing": traced, "auto_configure": traced, "metrics": False, "logs": False}


@asynccontextmanager
async def _inline_worker(settings: Settings, database: Database) -> AsyncGenerator[None]:
    if not settings.server.inline_worker:
        yield
        return
    worker = Worker(database, handlers=all_handlers(open_tools(settings)))
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        with suppress(asyncio.CancelledError):
            await task
