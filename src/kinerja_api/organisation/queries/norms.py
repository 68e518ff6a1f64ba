"""Reads of norms (tenant policy). ``norms_on`` is what other domains ask."""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, or_, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core import clock
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.rules import NormKey, Norms, read_norm
from kinerja_api.organisation.schemas.norms import NormListParams, NormOut, NormSort
from kinerja_api.organisation.tables import norms

_TENANT = bindparam("tenant_id", type_=Uuid)
_BY_START = (("starts_on", norms.c.starts_on), ("id", norms.c.id))
_SORTS = {
    NormSort.STARTS_ON: Sort(_BY_START),
    NormSort.STARTS_ON_DESC: Sort(_BY_START, descending=True),
}
_FRESH = dt.timedelta(seconds=5)
_MOST_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class _Known:
    norms: Norms
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    value: object


_known: OrderedDict[tuple[UUID, dt.date], _Known] = OrderedDict()


async def norms_on(reading: Reading, day: dt.date) -> Norms:
    """Return the government's policy as it holds on the day; at most five seconds old."""
    name, now = (reading.tenant_id, day), clock.now()
    known = _known.get(name)
    if known is not None and now < known.until:
        return known.norms
    rows = await reading.rows(_effective(), _Row, day=day)
    values = {row.key: read_norm(NormKey(row.key), row.value) for row in rows}
    found = Norms(**values)  # pyright: ignore[reportArgumentType] - read_norm gives each key its type
    _known[name] = _Known(found, now + _FRESH)
    _known.move_to_end(name)
    if len(_known) > _MOST_CACHED:
        _known.popitem(last=False)
    return found


def forget_norms(tenant_id: UUID) -> None:
    """Make this process read the government's norms again."""
    for name in [name for name in _known if name[0] == tenant_id]:
        del _known[name]


@statement
def _effective() -> Executable:
    return select(norms.c.key, norms.c.value).where(
        norms.c.tenant_id == _TENANT, _holds_on(bindparam("day", type_=Date))
    )


def all_norms() -> Rows:
    """Select norms, as ``NormOut``."""
    return select(
        norms.c.id,
        norms.c.key,
        norms.c.value,
        norms.c.basis,
        norms.c.starts_on,
        norms.c.ends_on,
        norms.c.created_at,
        norms.c.updated_at,
        norms.c.version,
    ).where(norms.c.tenant_id == _TENANT)


@statement
def _norm(*, lock: bool) -> Executable:
    query = all_norms().where(norms.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_norm(reading: Reading, norm_id: UUID) -> NormOut:
    """Return the norm; ResourceNotFound."""
    return _found(await reading.row(_norm(lock=False), NormOut, id=norm_id))


async def get_norm_for_update(writing: Writing, norm_id: UUID) -> NormOut:
    """Return the norm, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_norm(lock=True), NormOut, id=norm_id))


async def list_norms(reading: Reading, params: NormListParams, cursors: Cursors) -> Page[NormOut]:
    """Return one page of norms."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        NormOut,
        name="norms",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = all_norms()
    if "key" in shape:
        query = query.where(norms.c.key == bindparam("key", type_=Text))
    if "on" in shape:
        query = query.where(_holds_on(bindparam("on", type_=Date)))
    return query


def _holds_on(day: ColumnElement[dt.date]) -> ColumnElement[bool]:
    return and_(norms.c.starts_on <= day, or_(norms.c.ends_on.is_(None), norms.c.ends_on >= day))


def _found(row: NormOut | None) -> NormOut:
    if row is None:
        raise ResourceNotFound
    return row
