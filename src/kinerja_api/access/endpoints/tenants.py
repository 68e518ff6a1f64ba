"""Governments: all of them for operators, one's own for its administrator."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.tenants import change_tenant, found_tenant
from kinerja_api.access.errors import SystemTenantFixed, TenantCodeTaken
from kinerja_api.access.queries.tenants import get_tenant, list_tenants
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.tenants import (
    TenantCreatedOut,
    TenantIn,
    TenantListParams,
    TenantOut,
    TenantPatch,
    TenantSettingsPatch,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Governments")


@router.list("/tenants", permission=Permission.TENANTS_MANAGE, name="tenants_list", item=TenantOut)
async def get_tenants(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[TenantListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[TenantOut]:
    """List governments. Operators see that they exist, and none of their data."""
    del actor
    return await list_tenants(reading, params, cursors)


@router.post(
    "/tenants",
    permission=Permission.TENANTS_MANAGE,
    name="tenants_create",
    model=TenantCreatedOut,
    location="/v1/tenants/{id}",
    key_required=True,
    sealed=True,
    problems=[TenantCodeTaken],
)
async def post_tenant(
    actor: CurrentActor, writing: WritingUnit, given: TenantIn
) -> TenantCreatedOut:
    """Create a government with its first administrator.

    The answer holds the administrator's activation code; only a repeat with the same key shows
    it again.
    """
    del actor
    return await found_tenant(writing, given)


@router.get(
    "/tenants/{tenant_id}",
    permission=Permission.TENANTS_MANAGE,
    name="tenants_get",
    model=TenantOut,
    problems=[ResourceNotFound],
)
async def get_one_tenant(actor: CurrentActor, reading: ReadingUnit, tenant_id: Id) -> TenantOut:
    """Read a government."""
    del actor
    return await get_tenant(reading, tenant_id)


@router.patch(
    "/tenants/{tenant_id}",
    permission=Permission.TENANTS_MANAGE,
    name="tenants_change",
    model=TenantOut,
    problems=[ResourceNotFound, SystemTenantFixed],
)
async def patch_tenant(
    actor: CurrentActor,
    writing: WritingUnit,
    tenant_id: Id,
    patch: TenantPatch,
    version: RequiredVersion,
) -> TenantOut:
    """Rename a government, or switch it off or on."""
    del actor
    return await change_tenant(writing, tenant_id, patch, expected=version)


@router.get("/tenant", permission=Permission.TENANT_SETTINGS, name="tenant_get", model=TenantOut)
async def get_own_tenant(actor: CurrentActor, reading: ReadingUnit) -> TenantOut:
    """Read one's own government."""
    return await get_tenant(reading, actor.tenant_id)


@router.patch(
    "/tenant", permission=Permission.TENANT_SETTINGS, name="tenant_change", model=TenantOut
)
async def patch_own_tenant(
    actor: CurrentActor, writing: WritingUnit, patch: TenantSettingsPatch, version: RequiredVersion
) -> TenantOut:
    """Change name or time zone of one's own government."""
    return await change_tenant(writing, actor.tenant_id, patch, expected=version)
