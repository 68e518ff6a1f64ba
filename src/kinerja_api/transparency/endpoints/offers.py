"""Units and services, for everybody."""

from typing import Annotated

from fastapi import Query, Response

from kinerja_api.access.entrance import PublicTenant
from kinerja_api.core import clock
from kinerja_api.core.csv_out import Format, TooManyRows, whole_table
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import RateLimited, ResourceNotFound
from kinerja_api.core.routes import PUBLIC, ReadingUnit, Router
from kinerja_api.core.schemas import Id, Page
from kinerja_api.transparency.queries.services import get_public_service, list_public_services
from kinerja_api.transparency.queries.units import get_public_unit, list_public_units
from kinerja_api.transparency.schemas.offers import (
    SERVICE_COLUMNS,
    UNIT_COLUMNS,
    PublicServiceListParams,
    PublicServiceOut,
    PublicUnitListParams,
    PublicUnitOut,
)

router = Router(tag="Public", prefix="/v1/public/{tenant}")

_MAX_AGE = 300


@router.list(
    "/units",
    permission=PUBLIC,
    name="public_units_list",
    item=PublicUnitOut,
    problems=[ResourceNotFound, RateLimited, TooManyRows],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_units(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[PublicUnitListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublicUnitOut] | Response:
    """List the units of a government, as JSON or CSV."""
    del tenant
    if params.format is Format.JSON:
        return await list_public_units(reading, params, cursors)
    return await whole_table(
        lambda page: list_public_units(reading, page, cursors), params, UNIT_COLUMNS, name="units"
    )


@router.get(
    "/units/{unit_id}",
    permission=PUBLIC,
    name="public_units_get",
    model=PublicUnitOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_unit(tenant: PublicTenant, reading: ReadingUnit, unit_id: Id) -> PublicUnitOut:
    """Read a unit."""
    del tenant
    return await get_public_unit(reading, unit_id)


@router.list(
    "/services",
    permission=PUBLIC,
    name="public_services_list",
    item=PublicServiceOut,
    problems=[ResourceNotFound, RateLimited, TooManyRows],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_services(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[PublicServiceListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublicServiceOut] | Response:
    """List the public services with their standards in force, as JSON or CSV."""
    today = clock.today(tenant.time_zone)
    if params.format is Format.JSON:
        return await list_public_services(reading, params, cursors, today=today)
    return await whole_table(
        lambda page: list_public_services(reading, page, cursors, today=today),
        params,
        SERVICE_COLUMNS,
        name="services",
    )


@router.get(
    "/services/{service_id}",
    permission=PUBLIC,
    name="public_services_get",
    model=PublicServiceOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_service(
    tenant: PublicTenant, reading: ReadingUnit, service_id: Id
) -> PublicServiceOut:
    """Read a public service with its standard in force."""
    return await get_public_service(reading, service_id, today=clock.today(tenant.time_zone))
