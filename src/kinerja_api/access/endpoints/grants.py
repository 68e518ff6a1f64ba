"""Roles of accounts, for the government's administrator."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.grants import end_grant, grant_role
from kinerja_api.access.entrance import CurrentEntrance
from kinerja_api.access.errors import (
    GrantDatesRefused,
    GrantOverlaps,
    OwnAccountRefused,
    RoleNotGrantable,
)
from kinerja_api.access.queries.grants import get_grant, list_grants
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.grants import GrantEndIn, GrantIn, GrantListParams, GrantOut
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Accounts")


@router.list("/grants", permission=Permission.ACCOUNTS_READ, name="grants_list", item=GrantOut)
async def get_grants(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[GrantListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[GrantOut]:
    """List the roles given, past and future ones too; the newest first."""
    del actor
    return await list_grants(reading, params, cursors)


@router.post(
    "/grants",
    permission=Permission.ACCOUNTS_MANAGE,
    name="grants_create",
    model=GrantOut,
    location="/v1/grants/{id}",
    problems=[
        OwnAccountRefused,
        RoleNotGrantable,
        GrantDatesRefused,
        GrantOverlaps,
        UnknownReference,
    ],
)
async def post_grant(
    actor: CurrentActor, entrance: CurrentEntrance, writing: WritingUnit, given: GrantIn
) -> GrantOut:
    """Give a role to another account.

    Employee, superior and head of unit are no grants: they follow from placements. A role that
    needs a second factor ends the account's sessions.
    """
    return await grant_role(writing, entrance, actor, given)


@router.get(
    "/grants/{grant_id}",
    permission=Permission.ACCOUNTS_READ,
    name="grants_get",
    model=GrantOut,
    problems=[ResourceNotFound],
)
async def get_one_grant(actor: CurrentActor, reading: ReadingUnit, grant_id: Id) -> GrantOut:
    """Read a grant."""
    del actor
    return await get_grant(reading, grant_id)


@router.post(
    "/grants/{grant_id}/endings",
    permission=Permission.ACCOUNTS_MANAGE,
    name="grants_end",
    model=GrantOut,
    problems=[ResourceNotFound, GrantDatesRefused],
)
async def post_ending(
    actor: CurrentActor,
    writing: WritingUnit,
    grant_id: Id,
    given: GrantEndIn,
    version: OptionalVersion,
) -> GrantOut:
    """End a role on a day, or at once. An end is never moved to a later day."""
    return await end_grant(writing, actor, grant_id, given, expected=version)
