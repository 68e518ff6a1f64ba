"""The application: settings, middleware, problems, routers. The only composition root."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kinerja_api.access.caller import Callers
from kinerja_api.access.tokens import KeyRing
from kinerja_api.api import ROUTERS
from kinerja_api.core.db import Database
from kinerja_api.core.listing import Cursors
from kinerja_api.core.middleware import Edge
from kinerja_api.core.responses import install_problem_handlers
from kinerja_api.core.routes import Route
from kinerja_api.core.secrets import secret_key, token_keys
from kinerja_api.core.settings import Settings


def create_app(settings: Settings, database: Database) -> FastAPI:
    """Return the application on a database that its lifespan opens and closes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        del app
        await database.open()
        try:
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
        max_body_size=settings.server.max_body_bytes,
        lifespan=lifespan,
    )
    secret = secret_key(settings)
    keys = KeyRing.from_pem(
        token_keys(settings, KeyRing.generate_pem), issuer=settings.server.public_url
    )
    app.state.settings = settings
    app.state.database = database
    app.state.secret = secret
    app.state.keys = keys
    app.state.callers = Callers(keys)
    app.state.cursors = Cursors(secret)
    app.add_middleware(Edge)
    install_problem_handlers(app)
    for router in ROUTERS:
        _require_permissions(router.routes)
        app.include_router(router, prefix="/v1")
    return app


def _require_permissions(routes: Sequence[object]) -> None:
    """Refuse to start with a route that declares no permission."""
    for route in routes:
        if not isinstance(route, Route) or not route.permission:
            raise RuntimeError(f"route without a declared permission: {route!r}")
