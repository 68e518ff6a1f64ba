"""The row that every write checks: a raised version refuses what was cached before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Boolean, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Writing
from kinerja_api.core.principal import principals
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)


async def bump_principals(writing: Writing, account_ids: Sequence[UUID]) -> None:
    """Make whatever is cached of these accounts worthless for writes, from the commit on."""
    await writing.execute(_bump(), ids=list(account_ids))


async def bump_all_principals(writing: Writing) -> None:
    """Do the same for every account of the tenant."""
    await writing.execute(_bump_all())


async def set_principal(writing: Writing, account_id: UUID, *, is_active: bool) -> None:
    """Let the account act or not, and make whatever is cached of it worthless for writes."""
    await writing.execute(_set(), id=account_id, is_active=is_active)


@statement
def _bump() -> Executable:
    """Rows in the order of ids, so that two changes of many accounts cannot block each other."""
    chosen = (
        select(principals.c.id)
        .where(
            principals.c.tenant_id == _TENANT,
            principals.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
        )
        .order_by(principals.c.id)
        .with_for_update(key_share=True)
        .cte("chosen")
    )
    return (
        update(principals)
        .where(principals.c.tenant_id == _TENANT, principals.c.id.in_(select(chosen.c.id)))
        .values(access_version=principals.c.access_version + 1)
    )


@statement
def _bump_all() -> Executable:
    return (
        update(principals)
        .where(principals.c.tenant_id == _TENANT)
        .values(access_version=principals.c.access_version + 1)
    )


@statement
def _set() -> Executable:
    return (
        update(principals)
        .where(principals.c.tenant_id == _TENANT, principals.c.id == bindparam("id", type_=Uuid))
        .values(
            is_active=bindparam("is_active", type_=Boolean),
            access_version=principals.c.access_version + 1,
        )
    )
