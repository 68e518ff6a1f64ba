"""The OpenAPI 3.1 document: made once from the routes, the same text for the same code.

What FastAPI writes is completed here: our problem in place of its own errors, headers, examples
(``openapi/examples/<Schema>.json``) and the description that a stranger needs first.
"""

import functools
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kinerja_api.core.i18n import DEFAULT
from kinerja_api.core.problems import Problem
from kinerja_api.core.responses import problem_body

_EXAMPLES = Path(__file__).parents[3] / "openapi" / "examples"
_REQUEST_ID = "0193b0a2-7c4e-7d21-9a53-6f2b8c1d4e70"

DESCRIPTION = """\
Performance management of civil servants (ASN) in Indonesian regional governments.

**Words.** *Plan*: sasaran kinerja pegawai (SKP). *Target*: rencana hasil kerja (RHK). *Log*: a
daily activity (aktivitas harian). *Result*: realisasi of an indicator. *Behaviours*: the seven
BerAKHLAK values (perilaku kerja). *Evaluation*: evaluasi kinerja, with its predicate (predikat).
*Unit*: unit kerja; *placement*: penempatan, also acting (PLT, PLH); *NIP*: a civil servant's
number, never part of an address.

**Conventions.** Decimals are strings of exact scale. Instants are UTC, days are the
government's own. Lists are paged by cursor. Every change takes an `Idempotency-Key` where it is
a POST, so a repeat is safe; resources carry an `ETag`, and PATCH, PUT and DELETE demand it back
in `If-Match`. What a caller may not see is 404, what he sees but may not do is 403. Unknown
fields and parameters are refused. Enumerations may grow.

**Open311.** The same reports of citizens are at `/open311/v2` for clients that speak GeoReport
v2, in XML and JSON. That protocol has documents and errors of its own, which are not repeated
here; it begins at `/open311/v2/discovery.json`.

**Errors** are problems (RFC 9457, `application/problem+json`) with a stable `code`, explained
at `/problems/{code}` in Indonesian and English; `Accept-Language` chooses (`id` by default).
"""

TAGS: Mapping[str, str] = {
    "Sign-in": "Sessions, passwords, second factor, activation.",
    "Me": "What a phone needs at start, and one's own account.",
    "Accounts": "Accounts, grants and API keys of a government.",
    "Tenants": "Governments (instansi) of this installation; for operators.",
    "Organisation": "Units, positions, employees, placements, calendar and norms.",
    "Notices": "Each person's feed.",
    "Feedback": "Notes of leaders about a log, target, result or plan.",
    "Periods": "Months, quarters and years of evaluation.",
    "Plans": "Plans (SKP) with targets, indicators and expected behaviours.",
    "Activities": "Daily logs with evidence, their approval, and obstacles.",
    "Results": "Results of indicators and ratings of behaviour.",
    "Closings": "Closing of periods, what is pending before, what could not be rated.",
    "Scores": "Explained scores.",
    "Evaluations": "Suggestion, decision, acknowledgement, correction; summary and gaps of a unit.",
    "Objections": "Objections to decisions: reasons, the assessor's statement, the final decision.",
    "Surveys": "Satisfaction surveys (SKM) with index and publication, and ratings of services.",
    "Citizen reports": "Reports of citizens: verified, handled, answered.",
    "Findings": "What was found about accused officials, their disputes, and what counts.",
    "Public": "What everybody may do and read without login.",
    "Channels": "Clients of Open311 and the national complaint channel: questions, files, links.",
    "Monitoring": "The live view of a unit and everything below it.",
    "Imports": "Files of a personnel agency.",
    "Audit": "Who changed what, as what, and why.",
}

_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {
        "description": "Version of the resource; give back in `If-Match`",
        "schema": {"type": "string", "maxLength": 64, "examples": ['"3"']},
    },
    "Location": {
        "description": "Address of the new resource",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 2048},
    },
    "Idempotency-Replayed": {
        "description": "`true` where the stored answer of an earlier request is given again",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "X-Request-Id": {
        "description": "Names the request in logs and in `instance` of a problem",
        "schema": {"type": "string", "maxLength": 64},
    },
    "Retry-After": {
        "description": "Seconds to wait before trying again",
        "schema": {"type": "integer", "minimum": 0, "maximum": 86400},
    },
    "Allow": {
        "description": "The methods of this address",
        "schema": {"type": "string", "maxLength": 100},
    },
}

_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "maxLength": 200},
        "title": {"type": "string", "maxLength": 200},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "maxLength": 2000},
        "code": {"type": "string", "maxLength": 100, "description": "Stable, never translated"},
        "instance": {"type": "string", "format": "uri", "maxLength": 200},
        "params": {"type": "object", "description": "What the texts mention, for machines"},
        "retryable": {"type": "boolean", "description": "The same request may succeed later"},
        "retry_after": {"type": "integer", "minimum": 0, "maximum": 86400},
        "errors": {
            "type": "array",
            "maxItems": 10000,
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
}
_FIELD_ERROR: Mapping[str, Any] = {
    "type": "object",
    "title": "FieldError",
    "description": "One faulty place: `pointer` (RFC 6901) into the body, or `parameter`.",
    "required": ["code", "message"],
    "properties": {
        "pointer": {"type": "string", "maxLength": 500},
        "parameter": {"type": "string", "maxLength": 200},
        "code": {"type": "string", "maxLength": 100},
        "message": {"type": "string", "maxLength": 1000},
        "params": {"type": "object"},
    },
}


_PAGE = re.compile(r"\bPage_(\w+?)Out_")


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """Return the document of the application's routes."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        servers=[{"url": "..", "description": "The service that serves this document"}],
    )
    components: dict[str, Any] = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = {**_PROBLEM, "examples": [_problem_example()]}
    schemas["FieldError"] = dict(_FIELD_ERROR)
    _add_examples(schemas)
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of `POST /v1/sessions`, or an API key",
        }
    }
    components["headers"] = {name: dict(header) for name, header in _HEADERS.items()}
    used: set[str] = set()
    of_caller = sorted(problem.code for problem in app.state.caller_problems)
    for method, operation in _operations(document):
        used.update(operation.get("tags", []))
        _complete_parameters(operation)
        _complete_body(method, operation)
        if "security" in operation:
            unauthenticated = operation["responses"]["401"]
            unauthenticated["description"] += "".join(f" · `{code}`" for code in of_caller)
        _complete_responses(method, operation)
    document["tags"] = [
        {"name": name, "description": TAGS.get(name, name)}
        for name in [*(name for name in TAGS if name in used), *sorted(used - TAGS.keys())]
    ]
    return _name_pages(document)


def _name_pages(document: dict[str, Any]) -> dict[str, Any]:
    """Call the page of ``LogOut`` a ``LogPage``: generated clients need a name of its own."""
    renamed: dict[str, Any] = json.loads(_PAGE.sub(r"\1Page", json.dumps(document)))
    for name, schema in renamed["components"]["schemas"].items():
        if name.endswith("Page"):
            schema["title"] = name
    return renamed


def render_openapi(app: FastAPI) -> str:
    """Return the document as it is committed: two spaces, final newline, keys as made."""
    return json.dumps(build_openapi(app), indent=2, ensure_ascii=False) + "\n"


def openapi_routes(app: FastAPI) -> list[BaseRoute]:
    """Return the route that serves the document; made at the first request, then kept."""

    @functools.cache
    def made() -> tuple[bytes, str]:
        content = json.dumps(build_openapi(app), ensure_ascii=False, separators=(",", ":")).encode()
        return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'

    async def serve(request: Request) -> Response:
        content, etag = made()
        headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
        known = [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]
        if etag in known or f"W/{etag}" in known or "*" in known:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="application/json", headers=headers)

    return [Route("/v1/openapi.json", serve, include_in_schema=False)]


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    paths = cast("dict[str, dict[str, dict[str, Any]]]", document.get("paths", {}))
    for path in paths.values():
        yield from path.items()


def _complete_parameters(operation: dict[str, Any]) -> None:
    """Leave out null, which no parameter can be, and demand If-Match where it is demanded."""
    needed = operation.pop("x-version-required", False)
    for parameter in operation.get("parameters", []):
        schema: dict[str, Any] = parameter["schema"]
        choices = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
        if len(choices) == 1:
            schema.update(choices[0])
        elif choices:
            schema["anyOf"] = choices
        if parameter["name"] == "If-Match":
            parameter["required"] = needed
            schema["pattern"] = '^("[0-9]{1,9}"|\\*)$'
            schema["examples"] = ['"3"']


def _complete_body(method: str, operation: dict[str, Any]) -> None:
    """Say what a merge patch is; one media type only, for generated clients stumble over two."""
    if method == "patch" and "requestBody" in operation:
        operation["requestBody"]["description"] = (
            "JSON Merge Patch (RFC 7396): what is absent stays, null clears."
            " `application/merge-patch+json` is accepted too."
        )


def _complete_responses(method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, dict[str, Any]] = operation["responses"]
    idempotent = any(
        parameter.get("name") == "Idempotency-Key" for parameter in operation.get("parameters", [])
    )
    for status, response in responses.items():
        names = ["X-Request-Id"]
        if status.startswith("2"):
            names += _success_headers(method, status, idempotent=idempotent)
            response["description"] = _SUCCESS.get(status, response["description"])
        elif status in ("409", "429", "503"):
            names.append("Retry-After")
        elif status == "412":
            names.append("ETag")
        for name in names:
            response.setdefault("headers", {})[name] = {"$ref": f"#/components/headers/{name}"}
    operation["responses"] = dict(sorted(responses.items()))


_SUCCESS = {
    "200": "Done",
    "201": "Created or done",
    "202": "Accepted: a job does it; follow `Location`",
    "204": "Done; nothing to tell",
    "207": "Each item has its own outcome",
}


def _success_headers(method: str, status: str, *, idempotent: bool) -> list[str]:
    names = ["ETag"] if status in ("200", "201") else []
    if status in ("201", "202") and method == "post":
        names.append("Location")
    if idempotent:
        names.append("Idempotency-Replayed")
    return names


def _problem_example() -> dict[str, Any]:
    problem = Problem.registry["version_stale"](current='"4"')
    return problem_body(problem, language=DEFAULT, request_id=_REQUEST_ID)


def _add_examples(schemas: dict[str, Any]) -> None:
    for file in sorted(_EXAMPLES.glob("*.json")):
        if file.stem in schemas:
            example = json.loads(file.read_text("utf-8"))
            schemas[file.stem]["examples"] = [example]
            page = schemas.get(f"Page_{file.stem}_")
            if page is not None:
                one = {"items": [example], "next_cursor": None, "prev_cursor": None}
                page["examples"] = [one]
