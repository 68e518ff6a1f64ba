"""Reads of norms (tenant policy). ``norms_on`` is what other domains ask."""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, or_, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import NormKey, Norms, read_norm
from kinerja_api.organisation.tables import norms

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
    day = bindparam("day", type_=Date)
    return select(norms.c.key, norms.c.value).where(
        norms.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        norms.c.starts_on <= day,
        or_(norms.c.ends_on.is_(None), norms.c.ends_on >= day),
    )
