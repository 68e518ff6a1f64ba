"""Reads of grants."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Text, Uuid, bindparam, or_, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.schemas.grants import GrantListParams, GrantOut
from kinerja_api.access.tables import grants
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement

_NEWEST = Sort((("id", grants.c.id),), descending=True)


def _all_grants() -> Select[*tuple[Any, ...]]:
    return select(
        grants.c.id,
        grants.c.account_id,
        grants.c.role,
        grants.c.unit_id,
        grants.c.starts_on,
        grants.c.ends_on,
        grants.c.basis,
        grants.c.created_at,
        grants.c.updated_at,
        grants.c.version,
    ).where(grants.c.tenant_id == bindparam("tenant_id", type_=Uuid))


@statement
def _grant(*, lock: bool) -> Executable:
    query = _all_grants().where(grants.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_grant(reading: Reading, grant_id: UUID) -> GrantOut:
    """Return the grant; ResourceNotFound."""
    return _found(await reading.row(_grant(lock=False), GrantOut, id=grant_id))


async def get_grant_for_update(writing: Writing, grant_id: UUID) -> GrantOut:
    """Return the grant, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_grant(lock=True), GrantOut, id=grant_id))


async def list_grants(
    reading: Reading, params: GrantListParams, cursors: Cursors
) -> Page[GrantOut]:
    """Return one page of grants, the newest first."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        GrantOut,
        name="grants",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=shape,
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = _all_grants()
    if "account_id" in shape:
        query = query.where(grants.c.account_id == bindparam("account_id", type_=Uuid))
    if "role" in shape:
        query = query.where(grants.c.role == bindparam("role", type_=Text))
    if "on" in shape:
        day = bindparam("on", type_=Date)
        query = query.where(
            grants.c.starts_on <= day, or_(grants.c.ends_on.is_(None), grants.c.ends_on >= day)
        )
    return query


def _found(row: GrantOut | None) -> GrantOut:
    if row is None:
        raise ResourceNotFound
    return row
