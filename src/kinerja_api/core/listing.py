"""Keyset lists: signed cursors, enumerated sorts, one statement a page.

A list declares its ``Sort``s (columns of one direction, the id last, each on an index) and builds
its filtered select; ``fetch_page`` adds order, position and limit. A cursor holds the sort key
of the row it stands at, is bound to the filters it was given for and is signed. ``Collection``
is the whole of it for rows of one table that every member of the government may see.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlalchemy import Integer, Select, Table, Uuid, bindparam, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.problems import InvalidCursor, ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, Statement

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_VERSION = 1
_MAC_BYTES = 16


class ListParams(BaseModel):
    """Query parameters of every list; a list subclasses it and adds its filters and sorts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: Annotated[int, Field(ge=1, le=200, description="Rows a page")] = 50
    cursor: Annotated[
        str | None, Field(max_length=1024, description="`next_cursor` or `prev_cursor` of a page")
    ] = None

    paging: ClassVar[frozenset[str]] = frozenset({"limit", "cursor", "sort"})

    def filters(self) -> dict[str, object]:
        """Return the filters that were given, by name."""
        given = self.model_dump(exclude_none=True)
        return {name: value for name, value in given.items() if name not in self.paging}


Only = Annotated[bool | None, AfterValidator(lambda flag: flag or None)]
"""A filter that is on or off; false is as if not given."""


@dataclass(frozen=True)
class Sort:
    """An order of a list: label and column pairs, all of one direction, a unique one last.

    The labels are the names under which the select returns the columns.
    """

    columns: tuple[tuple[str, ColumnElement[Any]], ...]
    descending: bool = False


def both_ways(sorts: type[E], *columns: tuple[str, ColumnElement[Any]]) -> dict[E, Sort]:
    """Return the order of each word, those that begin with ``-`` descending."""
    return {word: Sort(columns, descending=word.startswith("-")) for word in sorts}


Spread = Callable[[Select[Any]], tuple[Select[Any], Sequence[ColumnElement[Any]]]]
"""Makes the select of one group's page the lateral part of a select over many groups.

It gets the select with order, position and limit, and returns the outer select with the columns
to order that by: the newest rows of many units cost a short index scan in each.
"""


@dataclass(frozen=True, slots=True)
class _Position:
    backward: bool
    key: tuple[object, ...]


class Cursors:
    """Signs and reads cursors with the secret of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.sha256(b"cursor" + secret).digest()

    def write(self, bound: bytes, *, backward: bool, key: Sequence[object]) -> str:
        """Return the cursor that stands at ``key``."""
        packed = [_VERSION, int(backward), [_packed(value) for value in key]]
        content = json.dumps(packed, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(bound, content) + content).decode().rstrip("=")

    def read(self, bound: bytes, cursor: str) -> _Position:
        """Return where a cursor stands; InvalidCursor if forged or given for other filters."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except ValueError as error:
            raise InvalidCursor from error
        mac, content = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(bound, content)):
            raise InvalidCursor
        _, backward, key = json.loads(content)
        return _Position(bool(backward), tuple(_unpacked(value) for value in key))

    def _mac(self, bound: bytes, content: bytes) -> bytes:
        return hmac.digest(self._secret, bound + content, "sha256")[:_MAC_BYTES]


def _packed(value: object) -> list[str]:
    kinds: Mapping[type, str] = {dt.datetime: "t", dt.date: "d", Decimal: "n", int: "i", str: "s"}
    if isinstance(value, UUID):
        return ["u", str(value)]
    kind = kinds[type(value)]
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return [kind, text]


_READERS: Mapping[str, Callable[[str], object]] = {
    "u": UUID,
    "t": dt.datetime.fromisoformat,
    "d": dt.date.fromisoformat,
    "n": Decimal,
    "i": int,
    "s": str,
}


def _unpacked(packed: Sequence[str]) -> object:
    return _READERS[packed[0]](packed[1])


async def fetch_page(  # noqa: PLR0913 - a list has that many parts, all by keyword
    reading: Reading,
    build: Callable[[], Select[Any]],
    shape: Callable[..., T],
    *,
    name: str,
    params: ListParams,
    sort: Sort,
    cursors: Cursors,
    shape_key: tuple[object, ...] = (),
    values: Mapping[str, object],
    spread: Spread | None = None,
) -> Page[T]:
    """Return one page of a list, in one statement.

    name: of this list and no other; build: makes the select without order and limit, for the
    filters of ``shape_key`` (the hashable shape of the statement); values: those of its
    parameters; spread: see ``Spread``.
    """
    bound = _binding(reading, name, params, sort)
    position = cursors.read(bound, params.cursor) if params.cursor else None
    backward = position is not None and position.backward
    kind = (name, spread is not None)
    key = (*kind, shape_key, sort.columns[0][0], sort.descending, position is not None, backward)
    wanted = _compiled.get(key)
    if wanted is None:
        paged = _paged(build(), sort, positioned=position is not None, back=backward)
        if spread is not None:
            paged, columns = spread(paged)
            paged = _ordered(paged, columns, down=sort.descending != backward)
        wanted = Statement(paged)
        _compiled[key] = wanted
    stand = {f"key_{i}": value for i, value in enumerate(position.key)} if position else {}
    rows = await reading.rows(wanted, shape, limit=params.limit + 1, **values, **stand)
    more, rows = len(rows) > params.limit, rows[: params.limit]
    if backward:
        rows.reverse()
    first = position is None or (backward and not more)
    last = not more if not backward else False

    def cursor(row: Any, *, back: bool) -> str:
        return cursors.write(bound, backward=back, key=[row[label] for label, _ in sort.columns])

    return Page(
        items=rows,
        next_cursor=cursor(rows[-1], back=False) if rows and not last else None,
        prev_cursor=cursor(rows[0], back=True) if rows and not first else None,
    )


_compiled: dict[tuple[object, ...], Statement] = {}


def _binding(reading: Reading, name: str, params: ListParams, sort: Sort) -> bytes:
    order = (sort.columns[0][0], sort.descending)
    parts = (name, reading.tenant_id, order, sorted(params.filters().items()))
    return hashlib.sha256(repr(parts).encode()).digest()


def _paged(query: Select[Any], sort: Sort, *, positioned: bool, back: bool) -> Select[Any]:
    columns = [column for _, column in sort.columns]
    down = sort.descending != back
    if positioned:
        stand = tuple_(
            *[bindparam(f"key_{i}", type_=column.type) for i, column in enumerate(columns)]
        )
        here = tuple_(*columns)
        query = query.where(here < stand if down else here > stand)
        # Only a plain bound on the leading column lets the planner leave out partitions.
        edge = bindparam("key_0", type_=columns[0].type)
        query = query.where(columns[0] <= edge if down else columns[0] >= edge)
    return _ordered(query, columns, down=down)


def _ordered(
    query: Select[Any], columns: Sequence[ColumnElement[Any]], *, down: bool
) -> Select[Any]:
    ordered = [column.desc() if down else column.asc() for column in columns]
    return query.order_by(*ordered).limit(bindparam("limit", type_=Integer))


class Collection(Generic[T]):
    """Rows of a table that are resources: one of them, one locked, a page of them.

    shape: a TypedDict whose keys are columns of the table; filters: the condition of each query
    parameter, its value bound under the parameter's name; key_share: a locked row may still be
    referred to.
    """

    def __init__(
        self,
        table: Table,
        shape: type[T],
        filters: Mapping[str, ColumnElement[bool]],
        *,
        key_share: bool = False,
    ) -> None:
        self._table, self._shape, self._filters = table, shape, filters
        self._name = f"{table.name} as {shape.__name__}"  # a table may be shown in two shapes
        self._key_share = key_share

    @property
    def rows(self) -> Rows:
        """Return the select of all rows of the tenant, as ``shape``."""
        every = select(*[self._table.c[name] for name in self._shape.__annotations__])
        if "tenant_id" not in self._table.c:
            return every
        return every.where(self._table.c.tenant_id == bindparam("tenant_id", type_=Uuid))

    async def get(self, reading: Reading, row_id: UUID) -> T:
        """Return the row; ResourceNotFound."""
        return _found(await reading.row(self._one, self._shape, id=row_id))

    async def lock(self, writing: Writing, row_id: UUID) -> T:
        """Return the row, locked to the end of the transaction; ResourceNotFound."""
        return _found(await writing.row(self._locked, self._shape, id=row_id))

    async def page(
        self, reading: Reading, params: ListParams, cursors: Cursors, *, sort: Sort
    ) -> Page[T]:
        """Return one page of the rows that pass the filters of ``params``."""
        filters = params.filters()
        shape = tuple(sorted(filters))
        return await fetch_page(
            reading,
            lambda: self.rows.where(*[self._filters[name] for name in shape]),
            self._shape,
            name=self._name,
            params=params,
            sort=sort,
            cursors=cursors,
            shape_key=shape,
            values=filters,
        )

    @cached_property
    def _one(self) -> Statement:
        return Statement(self._by_id)

    @cached_property
    def _locked(self) -> Statement:
        return Statement(self._by_id.with_for_update(key_share=self._key_share))

    @property
    def _by_id(self) -> Rows:
        return self.rows.where(self._table.c.id == bindparam("id", type_=Uuid))


def _found(row: T | None) -> T:
    if row is None:
        raise ResourceNotFound
    return row


async def _cursors(request: Request) -> Cursors:
    return request.app.state.cursors


CursorsOfApp = Annotated[Cursors, Depends(_cursors)]
