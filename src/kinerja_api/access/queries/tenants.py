"""Reads of governments. A reference table: no tenant's row-level security applies."""

from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Select, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.schemas.tenants import TenantListParams, TenantOut, TenantSort
from kinerja_api.access.tables import tenants
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement

_COLUMNS = (("code", tenants.c.code), ("id", tenants.c.id))
_SORTS = {TenantSort.CODE: Sort(_COLUMNS), TenantSort.CODE_DESC: Sort(_COLUMNS, descending=True)}


def _all_tenants() -> Select[*tuple[Any, ...]]:
    return select(
        tenants.c.id,
        tenants.c.code,
        tenants.c.name,
        tenants.c.time_zone,
        tenants.c.is_active,
        tenants.c.created_at,
        tenants.c.updated_at,
        tenants.c.version,
    )


@statement
def _tenant(*, lock: bool) -> Executable:
    query = _all_tenants().where(tenants.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_tenant(reading: Reading, tenant_id: UUID) -> TenantOut:
    """Return the government; ResourceNotFound."""
    return _found(await reading.row(_tenant(lock=False), TenantOut, id=tenant_id))


async def get_tenant_for_update(writing: Writing, tenant_id: UUID) -> TenantOut:
    """Return the government, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_tenant(lock=True), TenantOut, id=tenant_id))


async def list_tenants(
    reading: Reading, params: TenantListParams, cursors: Cursors
) -> Page[TenantOut]:
    """Return one page of governments."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        TenantOut,
        name="tenants",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = _all_tenants()
    if "is_active" in shape:
        query = query.where(tenants.c.is_active == bindparam("is_active", type_=Boolean))
    return query


def _found(row: TenantOut | None) -> TenantOut:
    if row is None:
        raise ResourceNotFound
    return row
