"""Reads of services and their standards. Every member of a government sees them."""

from uuid import UUID

from sqlalchemy import Boolean, Date, Uuid, bindparam, exists

from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, Sort, both_ways, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.organisation.tables import unit_closure
from kinerja_api.services.schemas.services import (
    ServiceListParams,
    ServiceOut,
    ServiceSort,
    StandardListParams,
    StandardOut,
    StandardSort,
)
from kinerja_api.services.tables import service_standards, services

_SORTS = both_ways(ServiceSort, ("code", services.c.code), ("id", services.c.id))
_SERVICES = Collection(
    services,
    ServiceOut,
    {
        "unit_id": services.c.unit_id == bindparam("unit_id", type_=Uuid),
        "below_id": exists().where(
            unit_closure.c.tenant_id == services.c.tenant_id,
            unit_closure.c.descendant_id == services.c.unit_id,
            unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
        ),
        "is_public": services.c.is_public == bindparam("is_public", type_=Boolean),
        "is_active": services.c.is_active == bindparam("is_active", type_=Boolean),
    },
    key_share=True,
)
_STARTS = (("starts_on", service_standards.c.starts_on), ("id", service_standards.c.id))
_STANDARD_SORTS = {
    StandardSort.STARTS_ON: Sort(_STARTS),
    StandardSort.STARTS_ON_DESC: Sort(_STARTS, descending=True),
}
_STANDARDS = Collection(service_standards, StandardOut, {})


async def get_service(reading: Reading, service_id: UUID) -> ServiceOut:
    """Return the service; ResourceNotFound."""
    return await _SERVICES.get(reading, service_id)


async def lock_service(writing: Writing, service_id: UUID) -> ServiceOut:
    """Return the service, locked to the end of the transaction; ResourceNotFound."""
    return await _SERVICES.lock(writing, service_id)


async def list_services(
    reading: Reading, params: ServiceListParams, cursors: Cursors
) -> Page[ServiceOut]:
    """Return one page of services."""
    return await _SERVICES.page(reading, params, cursors, sort=_SORTS[params.sort])


async def get_standard(reading: Reading, standard_id: UUID) -> StandardOut:
    """Return the standard; ResourceNotFound."""
    return await _STANDARDS.get(reading, standard_id)


async def list_standards(
    reading: Reading, service_id: UUID, params: StandardListParams, cursors: Cursors
) -> Page[StandardOut]:
    """Return one page of a service's standards; ResourceNotFound."""
    conditions = [service_standards.c.service_id == bindparam("service_id", type_=Uuid)]
    if params.on is not None:
        conditions.append(holds_on(service_standards, bindparam("on", type_=Date)))
    page = await fetch_page(
        reading,
        lambda: _STANDARDS.rows.where(*conditions),
        StandardOut,
        name="service_standards",
        params=params,
        sort=_STANDARD_SORTS[params.sort],
        cursors=cursors,
        shape_key=(params.on is not None,),
        values={**params.filters(), "service_id": service_id},
    )
    if not page["items"]:
        await get_service(reading, service_id)
    return page
