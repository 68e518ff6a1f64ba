"""Open311 GeoReport v2, for clients that speak it already.

The protocol has its own documents, formats and errors; the reports are the same as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from pydantic import ValidationError

from kinerja_api.access.caller import actor_of_api_key
from kinerja_api.access.entrance import CurrentEntrance, Entrance, bind_public_tenant
from kinerja_api.access.errors import Unidentified
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.i18n import DEFAULT, Language, field_text, label, problem_text
from kinerja_api.core.problems import InvalidRequest, Problem, RateLimited, ResourceNotFound
from kinerja_api.core.responses import field_errors
from kinerja_api.core.routes import (
    PUBLIC,
    CallerLanguage,
    ReadingUnit,
    Router,
    WritingUnit,
    read_bounded,
)
from kinerja_api.integrations.commands.submissions import Client, submit
from kinerja_api.integrations.errors import (
    ApiKeyRefused,
    JurisdictionUnknown,
    ServiceCodeUnknown,
)
from kinerja_api.integrations.queries.categories import find_service, list_services
from kinerja_api.integrations.queries.requests import get_request, get_ticket, list_requests
from kinerja_api.integrations.rules.documents import MEDIA_TYPES, Form, Value, render
from kinerja_api.integrations.rules.parameters import (
    Pairs,
    content_of,
    read_attributes,
    read_wanted,
    refuse,
    single,
)
from kinerja_api.integrations.schemas.open311 import SubmissionForm

OPEN311 = "/open311/"
"""Below here everything is told in the protocol's own shape."""
PREFIX = f"{OPEN311}v2"

router = Router(tag="Open311", prefix=PREFIX)

_CHANGED_ON = "2026-11-20T00:00:00Z"
_SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_FORM = "kinerja.open311_form"
_FORM_TYPE = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500
_HIDDEN: Mapping[str, Any] = {"include_in_schema": False}
_KEPT_STATUSES = frozenset({400, 403, 404, 405, 413, 429, 500, 503})
_FORBIDDEN = 401
_SHORT, _LONG = 60, 3600


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The government that a client named, and what it sent to it."""

    tenant: NamedTenant
    code: str
    pairs: Pairs


async def _of_address(request: Request, entrance: CurrentEntrance) -> Jurisdiction:
    return await _jurisdiction(request, entrance, request.query_params.multi_items())


async def _of_form(request: Request, entrance: Entrance) -> Jurisdiction:
    """Read the form; what stands in the address too counts where the form lacks it."""
    pairs: Pairs | None = request.scope.get(_FORM)
    if pairs is None:
        sent = _read_form(request, await read_bounded(request))
        pairs = request.scope[_FORM] = [*sent, *request.query_params.multi_items()]
    return await _jurisdiction(request, entrance, pairs)


async def _jurisdiction(request: Request, entrance: Entrance, pairs: Pairs) -> Jurisdiction:
    _form(request)
    code = single(pairs).get("jurisdiction_id")
    if code is None:
        raise refuse("missing", "jurisdiction_id")
    try:
        return Jurisdiction(await bind_public_tenant(request, entrance, code), code, pairs)
    except ResourceNotFound as error:
        raise JurisdictionUnknown from error


def _read_form(request: Request, content: bytes) -> Pairs:
    kind = request.headers.get("content-type", _FORM_TYPE).partition(";")[0].strip().lower()
    if content and kind != _FORM_TYPE:
        raise refuse("open311_form", "Content-Type")
    try:
        return parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise refuse("open311_form", "body") from error


OfAddress = Annotated[Jurisdiction, Depends(_of_address)]


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client that proved its key, and what it sent."""

    key: str
    jurisdiction: Jurisdiction


async def _known_client(request: Request, entrance: CurrentEntrance) -> KnownClient:
    """Return the client; its key needs no role, only to be one of this government."""
    jurisdiction = await _of_form(request, entrance)
    key = single(jurisdiction.pairs).get("api_key", "")
    try:
        await actor_of_api_key(request, key, jurisdiction.tenant.id)
    except Unidentified as error:
        raise ApiKeyRefused from error
    return KnownClient(key, jurisdiction)


CurrentClient = Annotated[KnownClient, Depends(_known_client)]


@router.get(
    "/discovery.{form}",
    permission=PUBLIC,
    name="open311_discovery",
    problems=[ResourceNotFound],
    max_age=_LONG,
    **_HIDDEN,
)
async def get_discovery(request: Request, language: CallerLanguage) -> Response:
    """Tell where the endpoints are, in which formats, and how to get a key.

    Both have one address: who wants to try names the jurisdiction of a government made for it.
    """
    url: str = request.app.state.settings.server.public_url.rstrip("/")
    endpoints: list[Value] = [
        {
            "specification": _SPECIFICATION,
            "url": f"{url}{PREFIX}",
            "changeset": _CHANGED_ON,
            "type": kind,
            "formats": list(MEDIA_TYPES.values()),
        }
        for kind in ("production", "test")
    ]
    document: Mapping[str, Value] = {
        "changeset": _CHANGED_ON,
        "contact": label("open311_contact", language, url=url),
        "key_service": label("open311_key_service", language, url=url),
        "endpoints": endpoints,
    }
    return _answer(request, "discovery", document, is_plain=True)


@router.get(
    "/services.{form}",
    permission=PUBLIC,
    name="open311_services_list",
    problems=[JurisdictionUnknown, ResourceNotFound, RateLimited],
    max_age=_SHORT,
    **_HIDDEN,
)
async def get_services(request: Request, jurisdiction: OfAddress, reading: ReadingUnit) -> Response:
    """List what can be reported."""
    del jurisdiction
    services = await list_services(reading)
    return _answer(request, "services", [service.document for service in services])


@router.get(
    "/services/{code}.{form}",
    permission=PUBLIC,
    name="open311_services_get",
    problems=[JurisdictionUnknown, ServiceCodeUnknown, ResourceNotFound, RateLimited],
    max_age=_SHORT,
    **_HIDDEN,
)
async def get_service(request: Request, jurisdiction: OfAddress, reading: ReadingUnit) -> Response:
    """Read the questions of a service; one without any has an empty list."""
    del jurisdiction
    service = await find_service(reading, _part(request, "code"))
    return _answer(request, "service_definition", service.definition)


@router.get(
    "/requests.{form}",
    permission=PUBLIC,
    name="open311_requests_list",
    problems=[JurisdictionUnknown, ResourceNotFound, RateLimited],
    max_age=_SHORT,
    **_HIDDEN,
)
async def get_requests(
    request: Request, jurisdiction: OfAddress, reading: ReadingUnit, language: CallerLanguage
) -> Response:
    """List published reports, the newest first."""
    wanted = read_wanted(jurisdiction.pairs, clock.now())
    found = await list_requests(reading, wanted)
    extended = wanted.is_extended
    documents = [one.document(jurisdiction.tenant, language, is_extended=extended) for one in found]
    return _answer(request, "service_requests", documents)


@router.get(
    "/requests/{ticket}.{form}",
    permission=PUBLIC,
    name="open311_requests_get",
    problems=[JurisdictionUnknown, ResourceNotFound, RateLimited],
    max_age=_SHORT,
    **_HIDDEN,
)
async def get_one_request(
    request: Request, jurisdiction: OfAddress, reading: ReadingUnit, language: CallerLanguage
) -> Response:
    """Read a published report."""
    extended = read_wanted(jurisdiction.pairs, clock.now()).is_extended
    found = await get_request(reading, _part(request, "ticket"))
    document = found.document(jurisdiction.tenant, language, is_extended=extended)
    return _answer(request, "service_requests", [document])


@router.get(
    "/tokens/{token}.{form}",
    permission=PUBLIC,
    name="open311_tokens_get",
    problems=[JurisdictionUnknown, ResourceNotFound, RateLimited],
    **_HIDDEN,
)
async def get_token(request: Request, jurisdiction: OfAddress, reading: ReadingUnit) -> Response:
    """Read the number that a token stands for; it has none before the report is verified."""
    del jurisdiction
    token = _part(request, "token")
    ticket = await get_ticket(reading, token)
    return _answer(request, "service_requests", [{"service_request_id": ticket, "token": token}])


@router.post(
    "/requests.{form}",
    permission=Permission.ME,
    name="open311_requests_create",
    status=200,
    problems=[JurisdictionUnknown, ServiceCodeUnknown, ApiKeyRefused, RateLimited],
    raw=True,
    idempotent=False,
    **_HIDDEN,
)
async def post_request(
    request: Request,
    actor: CurrentClient,
    writing: WritingUnit,
    entrance: CurrentEntrance,
    language: CallerLanguage,
) -> Response:
    """Take a report in; the same form by the same key within minutes gets the same answer."""
    jurisdiction = actor.jurisdiction
    given, attributes = single(jurisdiction.pairs), read_attributes(jurisdiction.pairs)
    client = Client(
        key=actor.key,
        tenant_code=jurisdiction.code,
        language=language,
        master=entrance.master,
        limit=entrance.settings.open311_reports_per_hour,
    )
    content = content_of(given, attributes)
    answer = await submit(writing, client, _checked(given), attributes, content=content)
    return _answer(request, "service_requests", [answer])


def _checked(given: Mapping[str, str]) -> SubmissionForm:
    try:
        return SubmissionForm.model_validate(given)
    except ValidationError as error:
        found = [{**one, "loc": ("form", *one["loc"])} for one in error.errors()]
        raise InvalidRequest(errors=field_errors(found)) from error


def _part(request: Request, name: str) -> str:
    """Return a part of the address; what no address of ours holds names nothing."""
    text: str = request.path_params[name]
    if not text.isprintable():
        raise ResourceNotFound
    return text


def _form(request: Request) -> Form:
    try:
        return Form(request.path_params["form"])
    except ValueError as error:
        raise ResourceNotFound from error


def _answer(request: Request, root: str, value: Value, *, is_plain: bool = False) -> Response:
    form = _form(request)
    return _rendered(form, root, value, is_plain=is_plain)


def _rendered(
    form: Form, root: str, value: Value, *, status: int = 200, is_plain: bool = False
) -> Response:
    """Return the document; is_plain: clients of the discovery want no charset."""
    kind = MEDIA_TYPES[form] if is_plain else f"{MEDIA_TYPES[form]}; charset=utf-8"
    headers = {"Content-Type": kind, "Vary": "Accept-Language"}
    return Response(render(root, value, form), status, headers)


def tell_open311(request: Request, problem: Problem) -> Response:
    """Return a problem in the protocol's own shape, in the format of the address."""
    form = Form.JSON if request.scope["path"].endswith(".json") else Form.XML
    language: Language = request.scope.get("state", {}).get("language", DEFAULT)
    status = 403 if problem.status == _FORBIDDEN else problem.status
    status = status if status in _KEPT_STATUSES else 400
    texts = [
        f"{error.parameter or error.pointer}: {field_text(error.code, language, error.params)}"
        for error in problem.errors
    ] or [problem_text(problem.code, language, problem.params)[1]]
    errors: list[Value] = [{"code": status, "description": text} for text in texts]
    response = _rendered(form, "errors", errors, status=status)
    response.headers.update({"Cache-Control": "no-store", **problem.headers})
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response
