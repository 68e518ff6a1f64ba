"""Reads of governments. A reference table: no tenant's row-level security applies."""

from uuid import UUID

from sqlalchemy import Boolean, bindparam

from kinerja_api.access.schemas.tenants import TenantListParams, TenantOut, TenantSort
from kinerja_api.access.tables import tenants
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page

_SORTS = both_ways(TenantSort, ("code", tenants.c.code), ("id", tenants.c.id))
_TENANTS = Collection(
    tenants, TenantOut, {"is_active": tenants.c.is_active == bindparam("is_active", type_=Boolean)}
)


async def get_tenant(reading: Reading, tenant_id: UUID) -> TenantOut:
    """Return the government; ResourceNotFound."""
    return await _TENANTS.get(reading, tenant_id)


async def get_tenant_for_update(writing: Writing, tenant_id: UUID) -> TenantOut:
    """Return the government, locked to the end of the transaction; ResourceNotFound."""
    return await _TENANTS.lock(writing, tenant_id)


async def list_tenants(
    reading: Reading, params: TenantListParams, cursors: Cursors
) -> Page[TenantOut]:
    """Return one page of governments."""
    return await _TENANTS.page(reading, params, cursors, sort=_SORTS[params.sort])
