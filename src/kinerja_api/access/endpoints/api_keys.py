"""API keys of machine accounts, for the government's administrator."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.api_keys import create_api_key, revoke_api_key
from kinerja_api.access.errors import KeyLifetimeRefused, NotAMachine
from kinerja_api.access.queries.api_keys import get_api_key, list_api_keys
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.api_keys import (
    ApiKeyCreatedOut,
    ApiKeyIn,
    ApiKeyListParams,
    ApiKeyOut,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Accounts")


@router.list(
    "/api-keys", permission=Permission.ACCOUNTS_MANAGE, name="api_keys_list", item=ApiKeyOut
)
async def get_api_keys(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ApiKeyListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ApiKeyOut]:
    """List the keys of machines, revoked ones too; the newest first."""
    del actor
    return await list_api_keys(reading, params, cursors)


@router.post(
    "/accounts/{account_id}/api-keys",
    permission=Permission.ACCOUNTS_MANAGE,
    name="api_keys_create",
    model=ApiKeyCreatedOut,
    location="/v1/api-keys/{id}",
    sealed=True,
    problems=[ResourceNotFound, NotAMachine, KeyLifetimeRefused, TransitionRefused],
)
async def post_api_key(
    actor: CurrentActor, writing: WritingUnit, account_id: Id, given: ApiKeyIn
) -> ApiKeyCreatedOut:
    """Create a key of a machine; it is shown this once."""
    return await create_api_key(writing, actor, account_id, given)


@router.get(
    "/api-keys/{key_id}",
    permission=Permission.ACCOUNTS_MANAGE,
    name="api_keys_get",
    model=ApiKeyOut,
    problems=[ResourceNotFound],
)
async def get_one_api_key(actor: CurrentActor, reading: ReadingUnit, key_id: Id) -> ApiKeyOut:
    """Read a key, without its secret."""
    del actor
    return await get_api_key(reading, key_id)


@router.post(
    "/api-keys/{key_id}/revocations",
    permission=Permission.ACCOUNTS_MANAGE,
    name="api_keys_revoke",
    model=ApiKeyOut,
    problems=[ResourceNotFound, TransitionRefused],
)
async def post_revocation(
    actor: CurrentActor, writing: WritingUnit, key_id: Id, version: OptionalVersion
) -> ApiKeyOut:
    """Revoke a key for good."""
    del actor
    return await revoke_api_key(writing, key_id, expected=version)
