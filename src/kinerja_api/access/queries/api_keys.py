"""Reads of API keys."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.schemas.api_keys import ApiKeyListParams, ApiKeyOut
from kinerja_api.access.tables import api_keys
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement

_NEWEST = Sort((("id", api_keys.c.id),), descending=True)


def _all_keys() -> Select[*tuple[Any, ...]]:
    return select(
        api_keys.c.id,
        api_keys.c.account_id,
        api_keys.c.name,
        api_keys.c.hint,
        api_keys.c.expires_on,
        api_keys.c.last_used_on,
        api_keys.c.revoked_at,
        api_keys.c.created_at,
        api_keys.c.updated_at,
        api_keys.c.version,
    ).where(api_keys.c.tenant_id == bindparam("tenant_id", type_=Uuid))


@statement
def _key(*, lock: bool) -> Executable:
    query = _all_keys().where(api_keys.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_api_key(reading: Reading, key_id: UUID) -> ApiKeyOut:
    """Return the key without its secret; ResourceNotFound."""
    return _found(await reading.row(_key(lock=False), ApiKeyOut, id=key_id))


async def get_api_key_for_update(writing: Writing, key_id: UUID) -> ApiKeyOut:
    """Return the key, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_key(lock=True), ApiKeyOut, id=key_id))


async def list_api_keys(
    reading: Reading, params: ApiKeyListParams, cursors: Cursors
) -> Page[ApiKeyOut]:
    """Return one page of keys, the newest first."""
    filters = params.filters()
    return await fetch_page(
        reading,
        lambda: _filtered(tuple(filters)),
        ApiKeyOut,
        name="api_keys",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=tuple(filters),
        values=filters,
    )


def _filtered(shape: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = _all_keys()
    if "account_id" in shape:
        query = query.where(api_keys.c.account_id == bindparam("account_id", type_=Uuid))
    return query


def _found(row: ApiKeyOut | None) -> ApiKeyOut:
    if row is None:
        raise ResourceNotFound
    return row
