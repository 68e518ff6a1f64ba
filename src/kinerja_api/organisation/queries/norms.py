"""Reads of norms (tenant policy). ``norms_on`` is what other domains ask."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.kept import Kept
from kinerja_api.organisation.rules import NormKey, Norms, read_norm
from kinerja_api.organisation.schemas.norms import NormListParams, NormOut, NormSort
from kinerja_api.organisation.tables import norms

_TENANT = bindparam("tenant_id", type_=Uuid)
_SORTS = both_ways(NormSort, ("starts_on", norms.c.starts_on), ("id", norms.c.id))


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    value: object


async def _ask_norms(reading: Reading, day: dt.date) -> Norms:
    rows = await reading.rows(_effective(), _Row, day=day)
    values = {row.key: read_norm(NormKey(row.key), row.value) for row in rows}
    return Norms(**values)  # pyright: ignore[reportArgumentType] - read_norm gives each key its type


_norms = Kept(_ask_norms)


async def norms_on(reading: Reading, day: dt.date) -> Norms:
    """Return the government's policy as it holds on the day; at most five seconds old."""
    return await _norms.on(reading, day)


def forget_norms(tenant_id: UUID) -> None:
    """Make this process read the government's norms again."""
    _norms.forget(tenant_id)


@statement
def _effective() -> Executable:
    return select(norms.c.key, norms.c.value).where(
        norms.c.tenant_id == _TENANT, holds_on(norms, bindparam("day", type_=Date))
    )


_NORMS = Collection(
    norms,
    NormOut,
    {
        "key": norms.c.key == bindparam("key", type_=Text),
        "on": holds_on(norms, bindparam("on", type_=Date)),
    },
)


async def get_norm(reading: Reading, norm_id: UUID) -> NormOut:
    """Return the norm; ResourceNotFound."""
    return await _NORMS.get(reading, norm_id)


async def get_norm_for_update(writing: Writing, norm_id: UUID) -> NormOut:
    """Return the norm, locked to the end of the transaction; ResourceNotFound."""
    return await _NORMS.lock(writing, norm_id)


async def list_norms(reading: Reading, params: NormListParams, cursors: Cursors) -> Page[NormOut]:
    """Return one page of norms."""
    return await _NORMS.page(reading, params, cursors, sort=_SORTS[params.sort])
