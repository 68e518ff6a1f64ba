"""Deletion of rows that have served their time, in batches that hold no lock for long."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, Integer, Table, Uuid, bindparam, delete, select, tuple_
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Database
from kinerja_api.core.sql import statement

_BATCH = 1000


async def delete_older(
    database: Database, tenant_id: UUID, table: Table, column: str, *, before: dt.datetime
) -> int:
    """Delete the tenant's rows whose ``column`` lies before the instant; return how many."""
    deleted = 0
    while True:
        async with database.write(tenant_id) as writing:
            count = await writing.execute(_delete_older(table, column), before=before, limit=_BATCH)
        deleted += count
        if count < _BATCH:
            return deleted


@statement
def _delete_older(table: Table, column: str) -> Executable:
    keys = list(table.primary_key.columns)
    old = (
        select(*keys)
        .where(
            table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            table.c[column] < bindparam("before", type_=DateTime(timezone=True)),
        )
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    return delete(table).where(
        table.c.tenant_id == bindparam("tenant_id", type_=Uuid), tuple_(*keys).in_(old)
    )
