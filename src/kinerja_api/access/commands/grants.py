"""Giving roles and ending them."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, DateTime, Text, Uuid, bindparam, exists, or_, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.bootstrap import give_role
from kinerja_api.access.commands.principals import bump_principals
from kinerja_api.access.commands.sessions import end_sessions
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.errors import GrantDatesRefused, GrantOverlaps
from kinerja_api.access.policies import check_grantable, check_not_own
from kinerja_api.access.queries.accounts import get_account_for_update
from kinerja_api.access.queries.grants import get_grant, get_grant_for_update
from kinerja_api.access.schemas.grants import GrantEndIn, GrantIn, GrantOut
from kinerja_api.access.tables import grants
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_between
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement

_DAY = dt.timedelta(days=1)


async def grant_role(
    writing: Writing, entrance: Entrance, actor: Actor, given: GrantIn
) -> GrantOut:
    """Give a role; one that needs a second factor ends the sessions begun without.

    The account's row is locked first: of two equal grants at once one is kept. Raises
    OwnAccountRefused, RoleNotGrantable, GrantDatesRefused, GrantOverlaps, UnknownReference.
    """
    check_not_own(actor, given.account_id)
    check_grantable(given.role)
    if given.ends_on is not None and given.ends_on < given.starts_on:
        raise GrantDatesRefused.at("/ends_on")
    await _check_overlap(writing, actor, given)
    grant_id = await give_role(writing, **given.model_dump())
    if given.role in entrance.second_factor_roles:
        await end_sessions(writing, given.account_id, because="second_factor_needed")
    return await get_grant(writing, grant_id)


async def _check_overlap(writing: Writing, actor: Actor, given: GrantIn) -> None:
    try:
        await get_account_for_update(writing, actor, given.account_id)
    except ResourceNotFound:
        raise UnknownReference.at("/account_id") from None
    if await writing.value(_overlaps(), **given.model_dump()):
        raise GrantOverlaps.at("/starts_on")


async def end_grant(
    writing: Writing, actor: Actor, grant_id: UUID, given: GrantEndIn, *, expected: int | None
) -> GrantOut:
    """Set the last day of a role, not later than it was; GrantDatesRefused, VersionStale.

    Setting the day it has already changes nothing.
    """
    grant = await get_grant_for_update(writing, grant_id)
    check_version(grant["version"], expected)
    before_start = grant["starts_on"] - _DAY
    last = given.ends_on or max(actor.today - _DAY, before_start)
    present = grant["ends_on"]
    if last < before_start or (present is not None and last > present):
        raise GrantDatesRefused.at("/ends_on")
    if last == present:
        return grant
    await writing.execute(_end(), id=grant_id, ends_on=last, now=clock.now())
    await bump_principals(writing, [grant["account_id"]])
    subject = ("grant", grant_id)
    before, after = {"ends_on": present}, {"ends_on": last}
    writing.record("grant.ended", subject, before=before, after=after, reason=given.note)
    writing.emit("grant.ended", subject, version=grant["version"] + 1)
    return await get_grant(writing, grant_id)


@statement
def _overlaps() -> Executable:
    """Withdrawn grants hold on no day: they end before they start."""
    return select(
        exists().where(
            grants.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            grants.c.account_id == bindparam("account_id", type_=Uuid),
            grants.c.role == bindparam("role", type_=Text),
            grants.c.unit_id.is_not_distinct_from(bindparam("unit_id", type_=Uuid)),
            or_(grants.c.ends_on.is_(None), grants.c.ends_on >= grants.c.starts_on),
            holds_between(grants),
        )
    )


@statement
def _end() -> Executable:
    return (
        update(grants)
        .where(
            grants.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            grants.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            ends_on=bindparam("ends_on", type_=Date),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=grants.c.version + 1,
        )
    )
