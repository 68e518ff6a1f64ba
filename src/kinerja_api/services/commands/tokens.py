"""One-time tokens for the rating of a service.

Only hashes are kept, without instants: nothing leads from a token back to the document for
which it was handed out, nor from a rating to its token's owner.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, DateTime, LargeBinary, Uuid, bindparam, func, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.one_time import digest, new_public_token, secret_of_public_token
from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.services.commands.services import require_keeper
from kinerja_api.services.errors import RatingTokenRefused, ServiceInactive, TokenDaysRefused
from kinerja_api.services.queries.services import get_service
from kinerja_api.services.queries.transactions import LockedTransaction
from kinerja_api.services.schemas.figures import RatingTokensIn, RatingTokensOut
from kinerja_api.services.tables import service_tokens, services

_TENANT = bindparam("tenant_id", type_=Uuid)
_MOST_DAYS = 366
_DAYS_AFTER_END = 14
_SUNDAY = 7


@dataclass(frozen=True, slots=True)
class UsedToken:
    """What a token was issued for."""

    service_id: UUID
    unit_id: UUID


async def issue_tokens(
    writing: Writing, actor: Actor, service_id: UUID, given: RatingTokensIn
) -> RatingTokensOut:
    """Issue tokens to print; NotServiceKeeper, ServiceInactive, TokenDaysRefused."""
    service = await get_service(writing, service_id)
    await require_keeper(writing, actor, service["unit_id"])
    if not service["is_active"]:
        raise ServiceInactive
    if not 0 <= (given.expires_on - actor.today).days <= _MOST_DAYS:
        raise TokenDaysRefused.at("/expires_on", most=_MOST_DAYS)
    tokens = await _issue(
        writing, actor.tenant_code, (service_id, service["unit_id"]), given.count, given.expires_on
    )
    subject = ("service", service_id)
    after = {"count": given.count, "expires_on": given.expires_on}
    writing.record("service_tokens.issued", subject, after=after)
    writing.emit("service_tokens.issued", subject, count=given.count)
    return RatingTokensOut(service_id=service_id, expires_on=given.expires_on, tokens=tokens)


async def issue_for_transaction(
    writing: Writing, actor: Actor, transaction: LockedTransaction
) -> str:
    """Return a token for a document just done."""
    place = (transaction["service_id"], transaction["unit_id"])
    return await issue_for_citizen(writing, actor.tenant_code, place, today=actor.today)


async def issue_for_citizen(
    writing: Writing, tenant_code: str, place: tuple[UUID, UUID], *, today: dt.date
) -> str:
    """Return a token for somebody who was just served; place: the service and who served.

    It holds to the end of the second week to come: a day of its own would tell the document.
    """
    day = today + dt.timedelta(days=_DAYS_AFTER_END)
    sunday = day + dt.timedelta(days=_SUNDAY - day.isoweekday())
    (token,) = await _issue(writing, tenant_code, place, 1, sunday)
    return token


async def use_token(writing: Writing, token: str) -> UsedToken:
    """Use the token up; return its service and unit. RatingTokenRefused: used, expired, unknown.

    Of two at the same moment one is refused: the second waits for the row of the first.
    """
    used = await writing.row(
        _use(), UsedToken, token_hash=digest(secret_of_public_token(token)), now=clock.now()
    )
    if used is None:
        raise RatingTokenRefused
    return used


async def _issue(
    writing: Writing, tenant_code: str, place: tuple[UUID, UUID], count: int, expires_on: dt.date
) -> list[str]:
    tokens = [new_public_token(tenant_code) for _ in range(count)]
    await writing.execute(
        _insert(),
        hashes=sorted(digest(secret_of_public_token(token)) for token in tokens),
        service_id=place[0],
        unit_id=place[1],
        expires_on=expires_on,
    )
    return tokens


@statement
def _insert() -> Executable:
    hashes = func.unnest(bindparam("hashes", type_=ARRAY(LargeBinary)))
    names = ["tenant_id", "token_hash", "service_id", "unit_id", "expires_on"]
    return insert(service_tokens).from_select(
        names,
        select(
            _TENANT,
            hashes,
            bindparam("service_id", type_=Uuid),
            bindparam("unit_id", type_=Uuid),
            bindparam("expires_on", type_=Date),
        ),
    )


@statement
def _use() -> Executable:
    token = service_tokens.c
    now = bindparam("now", type_=DateTime(timezone=True))
    zone = select(tenants.c.time_zone).where(tenants.c.id == _TENANT).scalar_subquery()
    active = select(services.c.id).where(
        services.c.tenant_id == _TENANT, services.c.id == token.service_id, services.c.is_active
    )
    return (
        update(service_tokens)
        .where(
            token.tenant_id == _TENANT,
            token.token_hash == bindparam("token_hash", type_=LargeBinary),
            ~token.is_used,
            token.expires_on >= cast_to(func.timezone(zone, now), Date),
            active.exists(),
        )
        .values(is_used=True)
        .returning(token.service_id, token.unit_id)
    )
