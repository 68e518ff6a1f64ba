"""Reads of the live sessions of one account."""

from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, Uuid, bindparam, select

from kinerja_api.access.actor import Actor
from kinerja_api.access.schemas.sessions import SessionListParams, SessionOut
from kinerja_api.access.tables import sessions
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page

_NEWEST = Sort((("id", sessions.c.id),), descending=True)
_NO_SESSION = UUID(int=0)


async def list_my_sessions(
    reading: Reading, actor: Actor, params: SessionListParams, cursors: Cursors
) -> Page[SessionOut]:
    """Return one page of the actor's live sessions, the newest first."""
    return await fetch_page(
        reading,
        _live_sessions,
        SessionOut,
        name="sessions",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        values={
            "account_id": actor.account_id,
            "current_id": actor.session_id or _NO_SESSION,
            "now": clock.now(),
        },
    )


def _live_sessions() -> Select[*tuple[Any, ...]]:
    return select(
        sessions.c.id,
        sessions.c.created_at,
        sessions.c.last_used_at,
        sessions.c.expires_at,
        (sessions.c.id == bindparam("current_id", type_=Uuid)).label("is_current"),
    ).where(
        sessions.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        sessions.c.account_id == bindparam("account_id", type_=Uuid),
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > bindparam("now", type_=DateTime(timezone=True)),
    )
