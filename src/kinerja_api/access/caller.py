"""From the Authorization header to the actor, for every route with a permission.

A token is verified once and cached with its actor for at most five seconds, so a read costs no
query for the account; every write proves the cached version in its own transaction
(``core/principal.py``), so a disabled account or a changed grant stops writes at once.
"""

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.api_keys import note_use
from kinerja_api.access.errors import Unidentified
from kinerja_api.access.one_time import digest, tenant_of
from kinerja_api.access.queries import callers as queries
from kinerja_api.access.rules import Permission
from kinerja_api.access.tokens import KeyRing
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Reading, Writing
from kinerja_api.core.problems import PermissionDenied
from kinerja_api.core.routes import PUBLIC, Route, take_key, unit_of

_FRESH_SECONDS = 5
_MOST_CACHED = 20_000
_API_KEY = "knj_"


@dataclass(frozen=True, slots=True)
class _Known:
    actor: Actor
    until: dt.datetime


class Callers:
    """The callers known to this process, by the hash of their credential."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._noted: dict[bytes, dt.date] = {}

    async def identify(self, credential: str, reading: Reading, *, afresh: bool) -> Actor:
        """Return the actor of an access token or API key.

        afresh: look the account up although it is cached. Raises Unidentified, TokenInvalid.
        """
        name = digest(credential)
        known = self._known.get(name)
        now = clock.now()
        if known is not None and not afresh and now < known.until:
            return known.actor
        actor, expires_at = await self._look_up(credential, reading, now)
        fresh_until = now + dt.timedelta(seconds=_FRESH_SECONDS)
        self._known[name] = _Known(actor, min(fresh_until, expires_at))
        self._known.move_to_end(name)
        if len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)
        return actor

    async def note_use(self, credential: str, actor: Actor, database: Database) -> None:
        """Note the day of an API key's use, once a day and process."""
        name, today = digest(credential), clock.now().date()
        if self._noted.get(name) == today:
            return
        async with database.write(actor.tenant_id) as writing:
            await note_use(writing, credential)
        self._noted[name] = today

    async def _look_up(
        self, credential: str, reading: Reading, now: dt.datetime
    ) -> tuple[Actor, dt.datetime]:
        if credential.startswith(_API_KEY):
            tenant_id = tenant_of(credential)
            if tenant_id is None:
                raise Unidentified
            reading.bind(tenant_id)
            actor = await queries.actor_of_key(reading, digest(credential))
            expires_at = now + dt.timedelta(seconds=_FRESH_SECONDS)
        else:
            claims = self._keys.verify(credential, now=now)
            reading.bind(claims.tenant_id)
            actor = await queries.actor_of_session(
                reading, account_id=claims.subject, session_id=claims.session_id, epoch=claims.epoch
            )
            expires_at = claims.expires_at
        if actor is None:
            raise Unidentified
        return actor, expires_at


async def current_actor(request: Request) -> Actor:
    """Return the caller, having checked the route's permission; bind the unit of work to him."""
    callers: Callers = request.app.state.callers
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise Unidentified
    afresh = bool(request.scope["state"].pop("forget_actor", False))
    unit = unit_of(request)
    actor = await _identify(request, callers, credential, unit, afresh=afresh)
    route = cast("Route", request.scope["route"])
    if route.permission == PUBLIC or not actor.may(Permission(route.permission)):
        raise PermissionDenied(permission=route.permission)
    if credential.startswith(_API_KEY):
        await callers.note_use(credential, actor, request.app.state.database)
    unit.bind(actor.tenant_id, actor.principal)
    take_key(request)
    return actor


async def _identify(
    request: Request, callers: Callers, credential: str, unit: Reading, *, afresh: bool
) -> Actor:
    if not isinstance(unit, Writing):
        return await callers.identify(credential, unit, afresh=afresh)
    lookup = request.app.state.database.reading()
    try:
        return await callers.identify(credential, lookup, afresh=afresh)
    finally:
        await lookup.close()


CurrentActor = Annotated[Actor, Depends(current_actor)]


async def actor_of_api_key(request: Request, key: str, tenant_id: UUID) -> Actor:
    """Return the machine of a key that came in a form; Unidentified.

    It is looked up every time, because the write is not made in the machine's name: a report
    carries nobody's.
    """
    if not key.startswith(_API_KEY) or tenant_of(key) != tenant_id:
        raise Unidentified
    callers: Callers = request.app.state.callers
    database: Database = request.app.state.database
    async with database.read(tenant_id) as lookup:
        actor = await callers.identify(key, lookup, afresh=True)
    await callers.note_use(key, actor, database)
    return actor
