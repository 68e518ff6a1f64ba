"""The plan of an endpoint's arguments finds what FastAPI would find, and refuses what it cannot."""

import dataclasses
import uuid
from contextlib import AsyncExitStack
from typing import Annotated, Any

import pytest
from fastapi import Body, Cookie, FastAPI, Query, Request, Response
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import iter_route_contexts

from kinerja_api.core.arguments import ABSENT, Arguments, JsonRequest
from kinerja_api.core.routes import PUBLIC, Route, Router

ODD_QUERIES = [
    "",
    "limit=x&sort=&colour=red&colour=blue&cursor=",
    "limit=5&limit=7&on=2026-02-30&unit_id=1&status=none&status=draft&work_date_from=20260101",
    "employee_id=00000000-0000-7000-8000-000000000001&limit=3&updated_since=now&waits_for_me=1",
]
ODD_BODIES: list[Any] = [ABSENT, None, [], {}, 7, {"name": 1, "colour": "red", "items": [{}]}]


def routes_of(app: FastAPI) -> list[Route]:
    found = [context.original_route for context in iter_route_contexts(app.routes)]
    return [route for route in found if isinstance(route, Route)]


def request_for(route: Route, query: str, value: Any) -> JsonRequest:
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": route.path, "query_string": query.encode(),
        "headers": [(b"if-match", b'"1"')],
        "path_params": dict.fromkeys(route.param_convertors, "odd"),
    }  # fmt: skip
    request = JsonRequest(scope)
    request.value = value
    return request


async def fastapi_finds(route: Route, request: JsonRequest) -> tuple[Any, list[Any]]:
    alone = dataclasses.replace(route.dependant, dependencies=[])
    async with AsyncExitStack() as stack:
        request.scope["fastapi_inner_astack"] = request.scope["fastapi_function_astack"] = stack
        body = {} if request.value is ABSENT else {"body": request.value}
        solved = await solve_dependencies(
            request=request,
            dependant=alone,
            async_exit_stack=stack,
            embed_body_fields=False,
            **body,
        )
    return solved.values, solved.errors


def plain(faults: list[Any]) -> list[tuple[str, tuple[Any, ...]]]:
    return [(fault["type"], tuple(fault["loc"])) for fault in faults]


async def test_every_route_finds_what_fastapi_would_find(app: FastAPI):
    compared = 0
    for route in routes_of(app):
        alone = dataclasses.replace(route.dependant, dependencies=[])
        plan = Arguments(alone)
        for query in ODD_QUERIES if route.dependant.query_params else ODD_QUERIES[:1]:
            for value in ODD_BODIES if route.dependant.body_params else ODD_BODIES[:1]:
                request, faults = request_for(route, query, value), []
                found = await plan.read(request, Response(), faults)
                expected, errors = await fastapi_finds(route, request)
                assert plain(faults) == plain(errors), (route.path, query, value)
                compared += 1
                if not errors:
                    shown = {name: one for name, one in found.items() if name != "response"}
                    assert shown == {k: v for k, v in expected.items() if k != "response"}
    assert compared > len(routes_of(app))


async def _cookie(session: Annotated[str, Cookie()]) -> None:
    """Read a cookie."""


async def _two_bodies(first: Annotated[int, Body()], second: Annotated[int, Body()]) -> None:
    """Read two bodies."""


async def _list(several: Annotated[list[int], Query()]) -> None:
    """Read a list beside a model."""


def _blocking(request: Request) -> None:
    """Hold the loop."""


@pytest.mark.parametrize("endpoint", [_cookie, _two_bodies, _list, _blocking])
def test_an_argument_without_a_plan_stops_the_start(endpoint: Any):
    with pytest.raises(TypeError):
        Router(tag="Rogue").post("/rogue", permission=PUBLIC, name="rogue")(endpoint)


async def test_who_is_unknown_hears_nothing_of_his_faults(api: Any):
    answer = await api.get("/v1/logs", params={"limit": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unidentified")
    odd = await api.post(f"/v1/plans/{uuid.uuid4().hex}/submissions")
    assert odd.status_code == 401
