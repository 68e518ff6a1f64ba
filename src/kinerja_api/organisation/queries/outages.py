"""Reads of outages. ``windows_on`` is what other domains ask."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.queries.kept import Kept
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.rules import Windows, windows_of
from kinerja_api.organisation.schemas.outages import OutageListParams, OutageOut, OutageSort
from kinerja_api.organisation.tables import outages

_SORTS = both_ways(OutageSort, ("starts_on", outages.c.starts_on), ("id", outages.c.id))
_OUTAGES = Collection(outages, OutageOut, {"on": holds_on(outages, bindparam("on", type_=Date))})


@dataclass(frozen=True, slots=True)
class _Days:
    starts_on: dt.date
    ends_on: dt.date


async def _ask_outages(reading: Reading, day: dt.date) -> list[DateRange]:
    rows = await reading.rows(_begun(), _Days, day=day)
    return [DateRange(row.starts_on, row.ends_on) for row in rows]


_known_outages = Kept(_ask_outages)


async def windows_on(reading: Reading, day: dt.date) -> Windows:
    """Return the first days that may still be entered and decided on the day.

    Days of an outage are not counted. Norms and outages are at most five seconds old.
    """
    norms = await norms_on(reading, day)
    return windows_of(day, norms, await _known_outages.on(reading, day))


def forget_outages(tenant_id: UUID) -> None:
    """Make this process read the government's outages again."""
    _known_outages.forget(tenant_id)


@statement
def _begun() -> Executable:
    return select(outages.c.starts_on, outages.c.ends_on).where(
        outages.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        outages.c.starts_on <= bindparam("day", type_=Date),
    )


async def get_outage(reading: Reading, outage_id: UUID) -> OutageOut:
    """Return the outage; ResourceNotFound."""
    return await _OUTAGES.get(reading, outage_id)


async def get_outage_for_update(writing: Writing, outage_id: UUID) -> OutageOut:
    """Return the outage, locked to the end of the transaction; ResourceNotFound."""
    return await _OUTAGES.lock(writing, outage_id)


async def list_outages(
    reading: Reading, params: OutageListParams, cursors: Cursors
) -> Page[OutageOut]:
    """Return one page of outages."""
    return await _OUTAGES.page(reading, params, cursors, sort=_SORTS[params.sort])
