"""Routes: each declares its permission and problems; the route is the unit of work.

A write's route class reads the body whole, lets the endpoint run on a ``Writing``, takes its
finished answer, stores it under the idempotency key, commits, and only then answers. It repeats
the whole on serialisation failures, deadlocks, stale plans and connections lost before the
commit (at most three times).
"""

import asyncio
import functools
import hashlib
import inspect
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Annotated, Any, Literal, TypeVar, cast

import asyncpg
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from kinerja_api.core import problems
from kinerja_api.core.arguments import ABSENT, Arguments, Faults, JsonRequest
from kinerja_api.core.db import LOST, RETRYABLE, CommitUnknown, Database, Reading, Replayed, Writing
from kinerja_api.core.files import Upload, receive_upload
from kinerja_api.core.i18n import DEFAULT, Language
from kinerja_api.core.idempotency import Answer, canonical, use_key
from kinerja_api.core.json import read_json
from kinerja_api.core.principal import PrincipalChanged
from kinerja_api.core.problems import FieldError, Problem, constraint_problems
from kinerja_api.core.schemas import Page

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
Run = Callable[[JsonRequest], Coroutine[Any, Any, Response]]

PUBLIC: Literal["public"] = "public"
"""The permission of a route that needs no caller."""

_TRIES = 3
_LONGEST_ETAG = 11  # an int32 in quotes
_JSON_TYPES = ("application/json", "application/merge-patch+json")
_VARYING = ("vary", "content-language")
_UNIT = "kinerja.unit"
_PATH = "kinerja.path"
_UPLOAD = "kinerja.upload"

ALWAYS: tuple[type[Problem], ...] = (
    problems.InvalidRequest,
    problems.DatabaseBusy,
    problems.DatabaseUnavailable,
    problems.InternalError,
)
WITH_CALLER: tuple[type[Problem], ...] = (problems.PermissionDenied, PrincipalChanged)
WITH_BODY: tuple[type[Problem], ...] = (
    problems.InvalidJson,
    problems.UnsupportedMediaType,
    problems.ContentTooLarge,
)
WITH_KEY: tuple[type[Problem], ...] = (
    problems.KeyInvalid,
    problems.KeyInUse,
    problems.KeyReused,
)
WITH_VERSION: tuple[type[Problem], ...] = (problems.VersionStale,)


class Route(APIRoute):
    """A route of this service: FastAPI documents it, this class runs it."""

    permission: str = ""
    problems: Sequence[type[Problem]] = ()
    idempotent: bool = False
    key_required: bool = False
    sealed: bool = False
    raw: bool = False
    location: str | None = None
    max_age: int | None = None
    page: TypeAdapter[Any] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writes = not ((self.methods or set()) <= {"GET", "HEAD"})
        self._arguments = Arguments(self.dependant)
        self.app = self._serve

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return whether the request is for this route.

        The fixed start of the address is compared first: a service has a hundred routes, and
        matching each by its pattern costs more than the rest of a request.
        """
        path: str | None = scope.get(_PATH)
        if path is None:
            path = scope[_PATH] = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        if not path.startswith(self._start):
            return Match.NONE, {}
        return super().matches(scope)

    @functools.cached_property
    def _start(self) -> str:
        return self.path.partition("{")[0]

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = JsonRequest(scope, receive)
        if self._writes and not self.raw:
            await _read_body(request)
        try:
            response = await _repeat(self.run, request, writes=self._writes)
            if self.max_age is not None:
                response = _cacheable(request, response, self.max_age)
        finally:
            if self.raw and _UPLOAD in scope:
                scope[_UPLOAD].file.close()
        await response(scope, receive, send)

    async def run(self, request: JsonRequest) -> Response:
        """Call the endpoint once, inside the request's unit of work; return its answer."""
        faults: Faults = []
        given = Response(status_code=self.status_code or 200)
        values = await self._arguments.read(request, given, faults)
        if faults:
            raise RequestValidationError(faults)
        outcome: Any = await self.endpoint(**values)
        if isinstance(outcome, Response):
            return outcome
        if self.page is not None:
            content = self.page.dump_json(outcome, warnings="none")
            return Response(content, media_type="application/json")
        self._add_headers(unit_of(request), outcome)
        if self.response_field is None:
            return Response(status_code=given.status_code)
        return Response(self._content(outcome), given.status_code, media_type="application/json")

    def _add_headers(self, unit: Reading, outcome: Any) -> None:
        if not isinstance(outcome, dict):
            return
        made = cast("dict[str, Any]", outcome)
        if "version" in made:
            unit.headers["ETag"] = f'"{made["version"]}"'
        if self.location is not None:
            unit.headers["Location"] = self.location.format(**made)

    def _content(self, outcome: Any) -> bytes:
        field: Any = self.response_field
        checked, wrong = field.validate(outcome, {}, loc=("response",))
        if wrong:
            raise ResponseValidationError(wrong)
        return field.serialize_json(checked)


def _cacheable(request: Request, response: Response, max_age: int) -> Response:
    """Let everybody keep the answer for so many seconds; 304 where the caller has it."""
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in known:
        kept = {name: response.headers[name] for name in _VARYING if name in response.headers}
        response = Response(status_code=304, headers=kept)
    response.headers["Cache-Control"] = f"public, max-age={max_age}"
    response.headers["ETag"] = etag
    return response


async def _read_body(request: JsonRequest) -> None:
    content = await read_bounded(request)
    if not content:
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON_TYPES:
        raise problems.UnsupportedMediaType(expected="application/json")
    request.value = read_json(content)


async def read_bounded(request: Request) -> bytes:
    """Return the whole body; ContentTooLarge as soon as it is known to be."""
    most: int = request.app.state.settings.server.max_body_bytes
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > most:
        raise problems.ContentTooLarge
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            raise problems.ContentTooLarge
    return bytes(content)


async def _repeat(run: Run, request: JsonRequest, *, writes: bool) -> Response:
    database: Database = request.app.state.database
    for attempt in range(1, _TRIES + 1):
        unit = database.writing() if writes else database.reading()
        unit.request_id = request.scope["state"].get("request_id")
        request.scope[_UNIT] = unit
        try:
            return await _run(run, request, unit)
        except Replayed as replayed:
            return answered(replayed.answer)
        except (PrincipalChanged, CommitUnknown, *RETRYABLE, *LOST) as error:
            if attempt == _TRIES or not _may_repeat(error, unit):
                raise
            request.scope["state"]["forget_actor"] = isinstance(error, PrincipalChanged)
        finally:
            await _close(unit)
        await asyncio.sleep(random.uniform(0, 0.02) * attempt)  # noqa: S311 - jitter, no secret
    raise problems.DatabaseBusy(retry_after=1)


def _may_repeat(error: Exception, unit: Reading) -> bool:
    """Return whether the whole request may run again.

    Whether a lost commit is durable is known only through the key, by which the repeat finds out.
    """
    return not isinstance(error, CommitUnknown) or (
        isinstance(unit, Writing) and unit.key is not None
    )


async def _close(unit: Reading) -> None:
    try:
        await unit.close()
    except LOST:
        return


async def _run(run: Run, request: JsonRequest, unit: Reading) -> Response:
    try:
        response = await run(request)
        if isinstance(unit, Writing):
            await unit.commit(_stored(response, unit) if unit.key else None)
    except asyncpg.IntegrityConstraintViolationError as error:
        raise _constraint_problem(error) from error
    except Problem as problem:
        if problem.commits and isinstance(unit, Writing):
            await unit.commit()
        raise
    if unit.headers:
        response.headers.update(unit.headers)
    return response


def _stored(response: Response, unit: Writing) -> Answer:
    """Return the answer as a repeat of the key is to get it."""
    kind = response.headers.get("content-type")
    headers = {**unit.headers, **({"content-type": kind} if kind else {})}
    return Answer(
        response.status_code, headers, bytes(response.body) if hasattr(response, "body") else b""
    )


def answer_of(
    body: bytes, *, status: int = 201, version: int | None = None, location: str | None = None
) -> Answer:
    """Return a finished JSON answer, for a write whose answer is known before its statement."""
    headers = {"content-type": "application/json"}
    if version is not None:
        headers["ETag"] = f'"{version}"'
    if location is not None:
        headers["Location"] = location
    return Answer(status, headers, body)


def answered(answer: Answer) -> Response:
    """Return the response that gives a finished or stored answer."""
    return Response(answer.body, answer.status, dict(answer.headers))


def _constraint_problem(error: asyncpg.IntegrityConstraintViolationError) -> Exception:
    known = constraint_problems.get(error.constraint_name or "")
    if known is None:
        return error
    problem, pointer = known
    return problem.at(pointer) if pointer else problem()


def take_key(request: Request) -> None:
    """Give the request's idempotency key to its unit of work; called once the caller is known.

    A raw body is not read yet: its key is taken with its hash (``UploadedFile``).
    """
    if not cast("Route", request.scope["route"]).raw:
        value = cast("JsonRequest", request).value
        _take_key(request, b"" if value is ABSENT else canonical(value))


def _take_key(request: Request, content: bytes) -> None:
    route = cast("Route", request.scope["route"])
    unit = request.scope[_UNIT]
    if not (route.idempotent and isinstance(unit, Writing)):
        return
    header = request.headers.get("idempotency-key")
    if header is None:
        if route.key_required:
            raise problems.KeyRequired
        return
    unit.key = use_key(
        header,
        account_id=unit.principal.account_id if unit.principal else None,
        method=request.method,
        path=request.scope["path"],
        content=request.headers.get("x-receipt", "").encode() + content,
        sealed=route.sealed,
    )


def unit_of(request: Request) -> Reading:
    """Return the unit of work of a request."""
    return cast("Reading", request.scope[_UNIT])


async def _reading(request: Request) -> Reading:
    return unit_of(request)


async def _writing(request: Request) -> Writing:
    unit = unit_of(request)
    if not isinstance(unit, Writing):
        raise TypeError("a GET route asked for a Writing")
    if cast("Route", request.scope["route"]).permission == PUBLIC:
        take_key(request)
    return unit


async def _language(request: Request) -> Language:
    return request.scope["state"].get("language", DEFAULT)


async def _upload(request: Request) -> Upload:
    """Read a raw body; once, however often the request is repeated."""
    received: Upload | None = request.scope.get(_UPLOAD)
    if received is None:
        largest: int = request.app.state.settings.server.max_evidence_bytes
        received = await receive_upload(request, largest=largest)
        request.scope[_UPLOAD] = received
    _take_key(request, request.url.query.encode() + received.sha256)
    return received


UploadedFile = Annotated[Upload, Depends(_upload)]
"""The body of a ``raw`` route; asked for after ``CurrentActor``, so strangers upload nothing."""

ReadingUnit = Annotated[Reading, Depends(_reading)]
WritingUnit = Annotated[Writing, Depends(_writing)]
CallerLanguage = Annotated[Language, Depends(_language)]
"""The language that the caller prefers, for texts in the answer."""


def _version(header: str | None) -> int | None:
    if header is None or header.strip() == "*":
        return None
    text = header.strip()
    digits = text[1:-1]
    if not (
        text[:1] == text[-1:] == '"'
        and digits.isascii()
        and digits.isdigit()
        and len(text) <= _LONGEST_ETAG
    ):
        raise problems.InvalidRequest(errors=[FieldError("invalid_etag", parameter="If-Match")])
    return int(digits)


_IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="ETag of the version you saw", max_length=64),
]


async def _required_version(if_match: _IfMatch = None) -> int | None:
    if if_match is None:
        raise problems.VersionRequired
    return _version(if_match)


async def _optional_version(if_match: _IfMatch = None) -> int | None:
    return _version(if_match)


RequiredVersion = Annotated[int | None, Depends(_required_version)]
"""The version in ``If-Match``; 428 without; None stands for ``*``."""
OptionalVersion = Annotated[int | None, Depends(_optional_version)]
"""The version in ``If-Match``, where the caller gave one."""


def check_version(current: int, expected: int | None) -> None:
    """Raise VersionStale (with the current ETag) if the caller saw another version."""
    if expected is not None and expected != current:
        raise problems.VersionStale(headers={"ETag": f'"{current}"'}, current=f'"{current}"')


class Router(APIRouter):
    """A domain's routes. Every route names its permission, or ``PUBLIC``.

    Each method adds what all routes of its kind have: problems in the document, ETag from
    ``version`` of the answer, Location, the idempotency key.
    """

    def __init__(self, *, tag: str, prefix: str = "/v1") -> None:
        super().__init__(tags=[tag], prefix=prefix, route_class=Route)

    def get(  # type: ignore[override]
        self, path: str, *, permission: str, name: str, model: Any = None,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a route that reads one resource.

        max_age: seconds for which everybody may keep the answer; for public addresses only.
        csv: it is also given as a table (``core/csv_out.py``).
        """
        return self._declare("GET", path, permission, name, model, 200, problems, extra)

    def list(
        self, path: str, *, permission: str, name: str, item: Any,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a route that reads a page; the endpoint returns ``Page`` of rows."""
        found = (*problems, _InvalidCursor)
        paged: Any = Page
        extra["page"] = TypeAdapter[Any](paged[item])
        return self._declare("GET", path, permission, name, paged[item], 200, found, extra)

    def post(  # type: ignore[override]
        self, path: str, *, permission: str, name: str, model: Any = None, status: int = 201,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a route that creates a resource or performs an action.

        location: template of the new resource's address; sealed: the answer holds a secret;
        idempotent=False: the key is not honoured (sign-in, refresh).
        """
        extra.setdefault("idempotent", True)
        return self._declare("POST", path, permission, name, model, status, problems, extra)

    def patch(  # type: ignore[override]
        self, path: str, *, permission: str, name: str, model: Any = None,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a merge-patch route; the endpoint takes a ``RequiredVersion``."""
        return self._declare("PATCH", path, permission, name, model, 200, problems, extra)

    def put(  # type: ignore[override]
        self, path: str, *, permission: str, name: str, model: Any = None,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a route that sets a resource whole.

        creates: it may be new; the endpoint then sets 201 on its response.
        """
        return self._declare("PUT", path, permission, name, model, 200, problems, extra)

    def delete(  # type: ignore[override]
        self, path: str, *, permission: str, name: str,
        problems: Sequence[type[Problem]] = (), **extra: Any,
    ) -> Callable[[F], F]:  # fmt: skip
        """Declare a route that removes a resource; 204."""
        return self._declare("DELETE", path, permission, name, None, 204, problems, extra)

    def _declare(  # noqa: PLR0913, PLR0917 - the one place where all kinds of routes meet
        self, method: str, path: str, permission: str, name: str, model: Any, status: int,
        found: Sequence[type[Problem]], extra: dict[str, Any],
    ) -> Callable[[F], F]:  # fmt: skip
        location = extra.pop("location", None)
        page: TypeAdapter[Any] | None = extra.pop("page", None)
        max_age: int | None = extra.pop("max_age", None)
        created = {201: {"model": model}} if extra.pop("creates", False) else {}
        tables = {200: {"content": dict(_CSV)}} if extra.pop("csv", False) else {}
        flags = {
            flag: extra.pop(flag, False) for flag in ("idempotent", "key_required", "sealed", "raw")
        }

        def decorate(endpoint: F) -> F:
            listed = _all_problems(method, permission, found, **flags)
            takes = [one.annotation for one in inspect.signature(endpoint).parameters.values()]
            if OptionalVersion in takes:
                listed = list(dict.fromkeys([*listed, *WITH_VERSION]))
            self.add_api_route(
                path,
                endpoint,
                methods=[method],
                operation_id=name,
                summary=(endpoint.__doc__ or name).split("\n", maxsplit=1)[0].rstrip("."),
                response_model=model,
                status_code=status,
                responses={**created, **tables, **_documented(listed)},
                openapi_extra={
                    **_openapi_extra(permission, **flags),
                    "x-version-required": RequiredVersion in takes,
                },
                **extra,
            )
            route = cast("Route", self.routes[-1])
            route.permission = permission
            route.problems = listed
            route.location = location
            route.page = page
            route.max_age = max_age
            for flag, value in flags.items():
                setattr(route, flag, value)
            return endpoint

        return decorate


_InvalidCursor = problems.InvalidCursor
_CSV = {"text/csv": {"schema": {"type": "string", "description": "With `format=csv`; RFC 4180"}}}


def _all_problems(
    method: str, permission: str, found: Sequence[type[Problem]], **flags: bool
) -> list[type[Problem]]:
    listed = [*found, *ALWAYS]
    if permission != PUBLIC:
        listed += WITH_CALLER
    if method in ("POST", "PATCH", "PUT"):
        listed += WITH_BODY
    if flags["idempotent"]:
        listed += WITH_KEY
    if flags["key_required"]:
        listed.append(problems.KeyRequired)
    if method in ("PATCH", "PUT", "DELETE"):
        listed += [*WITH_VERSION, problems.VersionRequired]
    return list(dict.fromkeys(listed))


def _documented(listed: Sequence[type[Problem]]) -> dict[int | str, dict[str, Any]]:
    codes: dict[int, list[str]] = {}
    for problem in listed:
        codes.setdefault(problem.status, []).append(problem.code)
    return {
        status: {
            "description": " · ".join(f"`{code}`" for code in sorted(set(names))),
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
        for status, names in sorted(codes.items())
    }


_KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Makes a repeat safe: the stored answer is given again for 48 hours.",
    "schema": {"type": "string", "minLength": 16, "maxLength": 255},
}


def _openapi_extra(permission: str, **flags: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-permission": permission}
    if permission != PUBLIC:
        extra["security"] = [{"bearer": []}]
    if flags["idempotent"]:
        extra["parameters"] = [{**_KEY_PARAMETER, "required": flags["key_required"]}]
    if flags["raw"]:
        binary = {"schema": {"type": "string", "format": "binary"}}
        extra["requestBody"] = {"required": True, "content": {"application/octet-stream": binary}}
    return extra
