"""Changes of governments, by operators and by the government's own administrator."""

from uuid import UUID

from sqlalchemy import Boolean, DateTime, Text, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.bootstrap import (
    create_account,
    create_tenant,
    give_role,
    issue_code,
)
from kinerja_api.access.commands.principals import bump_all_principals
from kinerja_api.access.errors import SystemTenantFixed
from kinerja_api.access.queries.tenants import get_tenant, get_tenant_for_update
from kinerja_api.access.rules import (
    CODE_LIFETIMES,
    SYSTEM_TENANT,
    AccountKind,
    CodePurpose,
    Role,
)
from kinerja_api.access.schemas.tenants import (
    TenantCreatedOut,
    TenantIn,
    TenantOut,
    TenantPatch,
    TenantSettingsPatch,
)
from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement


async def found_tenant(writing: Writing, given: TenantIn) -> TenantCreatedOut:
    """Create a government with its first administrator, who activates the account with a code.

    Raises TenantCodeTaken.
    """
    first = given.administrator
    tenant_id = new_id()
    async with writing.inside(tenant_id):
        await create_tenant(
            writing, code=given.code, name=given.name, time_zone=given.time_zone.value
        )
        account_id = await create_account(
            writing, login=first.login, name=first.name, kind=AccountKind.PERSON
        )
        today = clock.today(given.time_zone)
        role = Role.TENANT_ADMINISTRATOR
        await give_role(writing, account_id, role, starts_on=today, basis=None)
        code = await issue_code(writing, account_id, CodePurpose.ACTIVATION)
        tenant = await get_tenant(writing, tenant_id)
    return {
        **tenant,
        "administrator": {
            "account_id": account_id,
            "login": first.login,
            "code": code,
            "expires_at": clock.now() + CODE_LIFETIMES[CodePurpose.ACTIVATION],
        },
    }


async def change_tenant(
    writing: Writing,
    tenant_id: UUID,
    patch: TenantPatch | TenantSettingsPatch,
    *,
    expected: int | None,
) -> TenantOut:
    """Change a government; when it is switched off, its accounts can write nothing more.

    Raises VersionStale, SystemTenantFixed.
    """
    tenant = await get_tenant_for_update(writing, tenant_id)
    check_version(tenant["version"], expected)
    changes = patch.changes(tenant)
    if not changes:
        return tenant
    if tenant["code"] == SYSTEM_TENANT and "is_active" in changes:
        raise SystemTenantFixed
    await writing.execute(_update_tenant(), **{**tenant, **changes, "now": clock.now()})
    before = {name: value for name, value in tenant.items() if name in changes}
    async with writing.inside(tenant_id):
        if "is_active" in changes:
            await bump_all_principals(writing)
        writing.record("tenant.changed", ("tenant", tenant_id), before=before, after=changes)
        writing.emit("tenant.changed", ("tenant", tenant_id), version=tenant["version"] + 1)
    return await get_tenant(writing, tenant_id)


@statement
def _update_tenant() -> Executable:
    return (
        update(tenants)
        .where(tenants.c.id == bindparam("id", type_=Uuid))
        .values(
            name=bindparam("name", type_=Text),
            time_zone=bindparam("time_zone", type_=Text),
            is_active=bindparam("is_active", type_=Boolean),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=tenants.c.version + 1,
        )
    )
