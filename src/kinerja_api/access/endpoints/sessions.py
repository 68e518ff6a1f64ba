"""Sign-in, refresh, sign-out, and the caller's own sessions."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.sessions import end_session, sign_out_everywhere
from kinerja_api.access.commands.sign_in import sign_in
from kinerja_api.access.commands.tokens import refresh
from kinerja_api.access.entrance import CurrentEntrance
from kinerja_api.access.errors import (
    RefreshTokenInvalid,
    RefreshTokenReused,
    SecondFactorMissing,
    SecondFactorRequired,
    SignInRefused,
    SignInThrottled,
)
from kinerja_api.access.queries.sessions import list_my_sessions
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.sessions import (
    RefreshIn,
    SessionIn,
    SessionListParams,
    SessionOut,
    SessionStartedOut,
    TokensOut,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import PUBLIC, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Sign-in")


@router.post(
    "/sessions",
    permission=PUBLIC,
    name="sessions_create",
    model=SessionStartedOut,
    idempotent=False,
    problems=[SignInRefused, SignInThrottled, SecondFactorRequired, SecondFactorMissing],
)
async def post_session(
    entrance: CurrentEntrance, writing: WritingUnit, given: SessionIn
) -> SessionStartedOut:
    """Sign in.

    An unknown login, a wrong password and a disabled account get the same answer. With
    `second_factor_required`, send the same again with `otp`.
    """
    return await sign_in(writing, entrance, given)


@router.post(
    "/sessions/refreshes",
    permission=PUBLIC,
    name="sessions_refresh",
    model=TokensOut,
    idempotent=False,
    problems=[RefreshTokenInvalid, RefreshTokenReused],
)
async def post_refresh(
    entrance: CurrentEntrance, writing: WritingUnit, given: RefreshIn
) -> TokensOut:
    """Exchange a refresh token for new tokens.

    Each works once. The token just replaced is accepted for 60 seconds while its successor is
    unused, so an answer lost on the way may be asked for again; any later use ends the session.
    """
    return await refresh(writing, entrance, given.refresh_token)


@router.delete(
    "/sessions/current",
    permission=Permission.ME,
    name="sessions_end_current",
    problems=[ResourceNotFound],
)
async def delete_current_session(actor: CurrentActor, writing: WritingUnit) -> None:
    """Sign out."""
    await end_session(writing, actor, actor.session_id)


@router.post("/me/sign-outs", permission=Permission.ME, name="me_sign_out", status=204)
async def post_sign_out(actor: CurrentActor, writing: WritingUnit) -> None:
    """Sign out everywhere.

    All sessions of the account end and every token given so far is refused.
    """
    await sign_out_everywhere(writing, actor)


@router.list("/me/sessions", permission=Permission.ME, name="me_sessions_list", item=SessionOut)
async def get_my_sessions(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[SessionListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[SessionOut]:
    """List the live sessions of one's own account, the newest first."""
    return await list_my_sessions(reading, actor, params, cursors)


@router.delete(
    "/me/sessions/{session_id}",
    permission=Permission.ME,
    name="me_sessions_end",
    problems=[ResourceNotFound],
)
async def delete_my_session(actor: CurrentActor, writing: WritingUnit, session_id: Id) -> None:
    """End one of one's own sessions, such as that of a lost phone."""
    await end_session(writing, actor, session_id)
