"""Reads of services that are shown to everybody, with the standard in force."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.tables import units
from kinerja_api.services.tables import service_standards, services
from kinerja_api.transparency.schemas.offers import (
    PublicServiceListParams,
    PublicServiceOut,
    PublicServiceSort,
    PublicStandardOut,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_SORTS = both_ways(PublicServiceSort, ("code", services.c.code), ("id", services.c.id))
_OWN = ("id", "code", "name", "description", "unit_id")
_STANDARD = tuple(PublicStandardOut.__annotations__)
_FILTERS = {
    "unit_id": services.c.unit_id == bindparam("unit_id", type_=Uuid),
    "below_id": services.c.unit_id.in_(select(UNITS_BELOW.c.unit_id)),
}


def _services() -> Rows:
    standard, today = service_standards, bindparam("today", type_=Date)
    of_service = and_(
        standard.c.tenant_id == services.c.tenant_id,
        standard.c.service_id == services.c.id,
        holds_on(standard, today),
    )
    of_unit = and_(units.c.tenant_id == services.c.tenant_id, units.c.id == services.c.unit_id)
    return (
        select(
            *[services.c[name] for name in _OWN],
            units.c.name.label("unit_name"),
            *[standard.c[name].label(f"standard_{name}") for name in _STANDARD],
        )
        .join_from(services, units, of_unit)
        .outerjoin(standard, of_service)
        .where(services.c.tenant_id == _TENANT, services.c.is_public, services.c.is_active)
    )


@statement
def _service() -> Executable:
    return _services().where(services.c.id == bindparam("id", type_=Uuid))


def _out(**row: Any) -> PublicServiceOut:  # noqa: ANN401 - the columns of a row
    standard = {name: row.pop(f"standard_{name}") for name in _STANDARD}
    is_in_force = standard["starts_on"] is not None
    return PublicServiceOut(**row, standard=PublicStandardOut(**standard) if is_in_force else None)


async def get_public_service(
    reading: Reading, service_id: UUID, *, today: dt.date
) -> PublicServiceOut:
    """Return the service; ResourceNotFound."""
    found = await reading.row(_service(), _out, id=service_id, today=today)
    if found is None:
        raise ResourceNotFound
    return found


async def list_public_services(
    reading: Reading, params: PublicServiceListParams, cursors: Cursors, *, today: dt.date
) -> Page[PublicServiceOut]:
    """Return one page of services."""
    filters = params.filters()
    given = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _services().where(*[_FILTERS[name] for name in given]),
        _out,
        name="public_services",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values={**filters, "today": today},
    )
