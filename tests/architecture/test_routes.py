"""What holds for every route, so that a new one need not be remembered here."""

import inspect
import subprocess
import sys
from collections import Counter
from typing import Any, get_args, get_origin

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from kinerja_api.access.rules import Permission
from kinerja_api.app import require_permissions
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.routes import PUBLIC, Route, Router


def routes_of(app: FastAPI) -> list[tuple[str, Route]]:
    """Every route of ours with its whole path; pages and health are plain routes."""
    return [
        (context.path, context.original_route)
        for context in iter_route_contexts(app.routes)
        if context.path and isinstance(context.original_route, Route)
    ]


def methods_of(route: Route) -> set[str]:
    return set(route.methods or ())


def unit_type(route: Route, name: str) -> Any:
    hint = inspect.get_annotations(route.endpoint, eval_str=True).get(name)
    return get_args(hint)[0] if get_origin(hint) is not None or get_args(hint) else hint


def test_every_route_names_a_known_permission(app: FastAPI):
    for path, route in routes_of(app):
        assert route.permission == PUBLIC or Permission(route.permission), path


def test_a_route_without_a_permission_stops_the_start():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    router = Router(tag="Rogue")

    async def rogue() -> None:
        """Do something."""

    router.add_api_route("/rogue", rogue)
    app.include_router(router, prefix="/v1")
    with pytest.raises(RuntimeError, match="without a declared permission"):
        require_permissions(app)


def test_a_plain_route_beside_ours_stops_the_start():
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/rogue", lambda: None)
    with pytest.raises(RuntimeError, match="without a declared permission"):
        require_permissions(app)


def test_operation_ids_are_unique_and_all_is_told(app: FastAPI):
    routes = routes_of(app)
    names = Counter(route.operation_id for _, route in routes)
    assert [name for name, count in names.items() if count > 1] == []
    for path, route in routes:
        assert route.operation_id, path
        assert route.summary, path
        assert route.summary[0].isupper(), path
        assert route.tags, path
        assert route.problems, path
        silent = route.status_code == 204 or route.raw or route.response_model is not None
        assert silent or "content" in str(route.responses), f"{path}: no response model"


def test_reads_take_a_reading_and_changes_a_writing(app: FastAPI):
    for path, route in routes_of(app):
        reads = methods_of(route) <= {"GET", "HEAD"}
        parameters = inspect.signature(route.endpoint).parameters
        assert ("writing" in parameters) <= (not reads), path
        assert ("reading" in parameters) <= reads, path
        if "reading" in parameters:
            assert unit_type(route, "reading") is Reading, path
        if "writing" in parameters:
            assert unit_type(route, "writing") is Writing, path


def test_every_route_with_a_permission_takes_the_caller(app: FastAPI):
    for path, route in routes_of(app):
        has_actor = "actor" in inspect.signature(route.endpoint).parameters
        assert has_actor == (route.permission != PUBLIC), path


def test_every_post_takes_an_idempotency_key_but_sign_in_and_searches(app: FastAPI):
    without = sorted(
        path
        for path, route in routes_of(app)
        if "POST" in methods_of(route) and not route.idempotent
    )
    assert without == [
        "/open311/v2/requests.{form}",
        "/v1/citizen-reports/{report_id}/disclosures",
        "/v1/employees/searches",
        "/v1/public/{tenant}/reports/candidates",
        "/v1/sessions",
        "/v1/sessions/refreshes",
    ]


def test_addresses_are_plain(app: FastAPI):
    for path, _ in routes_of(app):
        assert path == path.lower(), path
        assert not path.endswith("/"), path
        assert "//" not in path, path


def test_alembic_is_not_part_of_the_running_service():
    code = (
        "import sys, kinerja_api.app, kinerja_api.worker\n"
        "sys.exit(sorted(m for m in sys.modules if m.split('.')[0] == 'alembic') != [])"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
