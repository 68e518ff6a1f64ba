"""Responses: problems as ``application/problem+json`` (RFC 9457), in the caller's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from kinerja_api.core import problems
from kinerja_api.core.db import CommitUnknown
from kinerja_api.core.i18n import DEFAULT, Language, field_text, problem_text
from kinerja_api.core.logging import log
from kinerja_api.core.paths import Paths
from kinerja_api.core.problems import FieldError, Problem

_BY_STATUS: Mapping[int, type[Problem]] = {
    400: problems.InvalidJson,
    404: problems.ResourceNotFound,
    405: problems.MethodNotAllowed,
    406: problems.NotAcceptable,
    413: problems.ContentTooLarge,
    415: problems.UnsupportedMediaType,
}
_RETRYABLE = {409: problems.KeyInUse.code, 429: None, 503: None}


def problem_body(problem: Problem, *, language: Language, request_id: str | None) -> dict[str, Any]:
    """Return the problem as a JSON object."""
    title, detail = problem_text(problem.code, language, problem.params)
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": title,
        "status": problem.status,
        "detail": detail,
        "code": problem.code,
    }
    if request_id:
        body["instance"] = f"urn:request:{request_id}"
    if problem.params:
        body["params"] = problem.params
    if problem.errors:
        body["errors"] = [_field_body(error, language) for error in problem.errors]
    if problem.status in _RETRYABLE and _RETRYABLE[problem.status] in (None, problem.code):
        body["retryable"] = True
    if problem.retry_after is not None:
        body["retry_after"] = problem.retry_after
    return body


Tell = Callable[[Request, Problem], Response]
"""How a problem is told."""


def problem_response(request: Request, problem: Problem) -> Response:
    """Return the response that tells the caller of a problem.

    Below some addresses a foreign protocol demands another shape: ``app.state.tells``.
    """
    tells: Mapping[str, Tell] = request.app.state.tells
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    for start, tell in tells.items():
        if path.startswith(start):
            return tell(request, problem)
    return _problem_json(request, problem)


def _problem_json(request: Request, problem: Problem) -> Response:
    state = request.scope.get("state", {})
    language: Language = state.get("language", DEFAULT)
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    if problem.status == 401:  # noqa: PLR2004 - the status itself
        headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return Response(
        to_json(problem_body(problem, language=language, request_id=state.get("request_id"))),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def _field_body(error: FieldError, language: Language) -> dict[str, Any]:
    place = (
        {"pointer": error.pointer} if error.pointer is not None else {"parameter": error.parameter}
    )
    body: dict[str, Any] = {
        **place,
        "code": error.code,
        "message": field_text(error.code, language, error.params),
    }
    if error.params:
        body["params"] = error.params
    return body


def pointer_to(place: Iterable[str | int]) -> str:
    """Return the RFC 6901 pointer to a place in the body."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)


_KEPT_PARAMS = frozenset({"ge", "le", "gt", "lt", "min_length", "max_length", "expected"})


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Return pydantic's errors as ours; the refused value itself is never repeated."""
    faults: list[FieldError] = []
    for error in errors:
        source, *place = error["loc"]
        context = cast("dict[str, Any]", error.get("ctx") or {})
        params = {key: str(value) for key, value in context.items() if key in _KEPT_PARAMS}
        if "expected" in params:
            params["expected"] = params["expected"].replace(" or ", ", ")
        code = _code_of(error)
        if source == "body":
            faults.append(FieldError(code, pointer=pointer_to(place), params=params))
        else:
            name = str(place[0]) if place else str(source)
            faults.append(FieldError(code, parameter=name, params=params))
    return faults


def _code_of(error: Mapping[str, Any]) -> str:
    """Return the code of an error; a text is told as a text where it was measured like a list."""
    code: str = error["type"]
    is_of_text = isinstance(error.get("input"), str) and code in {"too_long", "too_short"}
    return f"string_{code}" if is_of_text else code


_LOST = (
    CommitUnknown,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)
_BUSY = (
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)


async def _on_problem(request: Request, error: Exception) -> Response:
    return problem_response(request, cast("Problem", error))


async def _on_invalid(request: Request, error: Exception) -> Response:
    errors = cast("RequestValidationError", error).errors()
    return problem_response(request, problems.InvalidRequest(errors=field_errors(errors)))


async def _on_http(request: Request, error: Exception) -> Response:
    refusal = cast("HTTPException", error)
    kind = _BY_STATUS.get(refusal.status_code, problems.InternalError)
    headers = dict(refusal.headers or {})
    if kind is problems.MethodNotAllowed:
        headers["Allow"] = _allowed(request)
    return problem_response(request, kind(headers=headers))


async def _on_lost(request: Request, error: Exception) -> Response:
    log.warning("database_unavailable", error=type(error).__name__)
    return problem_response(request, problems.DatabaseUnavailable(retry_after=2))


async def _on_busy(request: Request, error: Exception) -> Response:
    log.warning("database_busy", error=type(error).__name__)
    return problem_response(request, problems.DatabaseBusy(retry_after=1))


async def _on_fault(request: Request, error: Exception) -> Response:
    log.error("unhandled_error", exc_info=error)
    return problem_response(request, problems.InternalError())


def _allowed(request: Request) -> str:
    """Return all methods of the address; the framework tells those of one route only."""
    paths: Paths = request.app.state.paths
    return paths.allowed(request.url.path.removeprefix(request.scope.get("root_path", "")))


def install_problem_handlers(app: FastAPI) -> None:
    """Make every refusal and fault of the application a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for kind in _LOST:
        app.add_exception_handler(kind, _on_lost)
    for kind in _BUSY:
        app.add_exception_handler(kind, _on_busy)
    app.add_exception_handler(Exception, _on_fault)
