"""Reads of grants."""

from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam

from kinerja_api.access.schemas.grants import GrantListParams, GrantOut
from kinerja_api.access.tables import grants
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, Sort
from kinerja_api.core.schemas import Page

_NEWEST = Sort((("id", grants.c.id),), descending=True)
_GRANTS = Collection(
    grants,
    GrantOut,
    {
        "account_id": grants.c.account_id == bindparam("account_id", type_=Uuid),
        "role": grants.c.role == bindparam("role", type_=Text),
        "on": holds_on(grants, bindparam("on", type_=Date)),
    },
)


async def get_grant(reading: Reading, grant_id: UUID) -> GrantOut:
    """Return the grant; ResourceNotFound."""
    return await _GRANTS.get(reading, grant_id)


async def get_grant_for_update(writing: Writing, grant_id: UUID) -> GrantOut:
    """Return the grant, locked to the end of the transaction; ResourceNotFound."""
    return await _GRANTS.lock(writing, grant_id)


async def list_grants(
    reading: Reading, params: GrantListParams, cursors: Cursors
) -> Page[GrantOut]:
    """Return one page of grants, the newest first."""
    return await _GRANTS.page(reading, params, cursors, sort=_NEWEST)
