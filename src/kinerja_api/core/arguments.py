"""What an endpoint is called with, read from the request by a plan made once at the start.

FastAPI reads the endpoint's signature and documents it; finding every argument anew for every
request would cost it a quarter of the processor time of a list. So its own reading of the
signature (``Dependant``) becomes a plan here. A kind of argument that no route had before stops
the start instead of being passed over.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast, get_origin

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

Faults = list[dict[str, Any]]
"""Faults as pydantic tells them; ``loc`` begins with path, query, header or body."""

ABSENT: Any = object()
"""Stands for a value that the caller did not send; null is sent."""

_Fetch = Callable[[Request], Any]
_KNOWN = {
    "path_params", "query_params", "header_params", "body_params", "dependencies", "name", "call",
    "request_param_name", "response_param_name", "use_cache", "path", "own_oauth_scopes",
    "parent_oauth_scopes", "scope",
}  # fmt: skip


class JsonRequest(Request):
    """A request whose JSON body was read strictly, if it has one."""

    value: Any = ABSENT


class Arguments:
    """The arguments of one endpoint, or of one of its dependencies."""

    def __init__(self, wanted: Dependant) -> None:
        _refuse_unknown(wanted)
        self._request_name = wanted.request_param_name
        self._response_name = wanted.response_param_name
        self._needed: list[tuple[str, Callable[..., Awaitable[Any]], Arguments]] = [
            (one.name or "", cast("Any", one.call), Arguments(one)) for one in wanted.dependencies
        ]
        self._fields = [
            *[_Field(one, "path", _from_path(one.alias)) for one in wanted.path_params],
            *[_query_field(one) for one in wanted.query_params],
            *[_Field(one, "header", _from_header(one.alias)) for one in wanted.header_params],
            *[_Field(one, "body", _from_body, whole=True) for one in wanted.body_params],
        ]

    async def read(
        self, request: JsonRequest, response: Response, faults: Faults
    ) -> dict[str, Any]:
        """Return the arguments by name; where faults were added, some are missing.

        Dependencies are asked first: a caller who is unknown hears nothing of his faults.
        """
        values: dict[str, Any] = {}
        for name, call, arguments in self._needed:
            known = len(faults)
            given = await arguments.read(request, response, faults)
            if len(faults) == known:
                values[name] = await call(**given)
        for field in self._fields:
            values[field.name] = field.read(request, faults)
        if self._request_name is not None:
            values[self._request_name] = request
        if self._response_name is not None:
            values[self._response_name] = response
        return values


class _Field:
    """One value of the request: where it is and what it must be."""

    __slots__ = ("_fetch", "_field", "_place", "name")

    def __init__(self, field: Any, source: str, fetch: _Fetch, *, whole: bool = False) -> None:
        self.name: str = field.name
        self._field = field
        self._fetch = fetch
        self._place = (source,) if whole else (source, field.alias)

    def read(self, request: Request, faults: Faults) -> Any:
        """Return the value; a fault is added and None returned where it is not as it must be."""
        value = self._fetch(request)
        if value is ABSENT:
            if self._field.field_info.is_required():
                faults.append({"type": "missing", "loc": self._place})
                return None
            return self._field.get_default()
        found, wrong = self._field.validate(value, {}, loc=self._place)
        faults.extend(wrong)
        return found


def _query_field(field: Any) -> _Field:
    kind = field.field_info.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        several = [name for name, one in kind.model_fields.items() if _is_list(one.annotation)]
        return _Field(field, "query", _whole_query(several), whole=True)
    if _is_list(kind):
        raise TypeError(f"{field.name}: a list in the address belongs into a model")
    return _Field(field, "query", _from_query(field.alias))


def _is_list(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, (list, tuple, set, frozenset))


def _whole_query(several: Sequence[str]) -> _Fetch:
    def fetch(request: Request) -> Mapping[str, Any]:
        query = request.query_params
        given: dict[str, Any] = dict(query)
        for name in several:
            if name in given:
                given[name] = query.getlist(name)
        return given

    return fetch


def _from_path(name: str) -> _Fetch:
    return lambda request: request.path_params[name]


def _from_query(name: str) -> _Fetch:
    return lambda request: request.query_params.get(name, ABSENT)


def _from_header(name: str) -> _Fetch:
    return lambda request: request.headers.get(name, ABSENT)


def _from_body(request: Any) -> Any:
    return request.value


def _refuse_unknown(wanted: Dependant) -> None:
    for name in Dependant.__slots__:
        if name not in _KNOWN and getattr(wanted, name):
            raise TypeError(f"{wanted.call}: no plan for {name}")
    if not inspect.iscoroutinefunction(wanted.call):
        raise TypeError(f"{wanted.call}: not a coroutine function")
    if len(wanted.body_params) > 1:
        raise TypeError(f"{wanted.call}: one body only")
