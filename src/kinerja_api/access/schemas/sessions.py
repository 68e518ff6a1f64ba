"""Sign-in, tokens, sessions."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, Strict
from typing_extensions import TypedDict

from kinerja_api.access.rules import Role
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, In, Name, word

Password = Annotated[
    str,
    Strict(),
    Field(min_length=1, max_length=1024, json_schema_extra={"format": "password"}),
]
Otp = Annotated[str, Strict(), Field(min_length=6, max_length=6, pattern="^[0-9]{6}$")]
"""Six digits of the authenticator app."""
TypedLogin = Annotated[Name, AfterValidator(str.lower)]
"""A login as somebody types it."""


class SessionIn(In):
    """A sign-in."""

    tenant: Annotated[Code, Field(description="The government's code")]
    login: TypedLogin
    password: Password
    otp: Annotated[Otp | None, Field(description="Code of the authenticator app")] = None


class RefreshIn(In):
    """A refresh token to exchange."""

    refresh_token: Annotated[str, Strict(), Field(min_length=1, max_length=200)]


class AccountSummary(TypedDict):
    """The account that signed in."""

    id: UUID
    login: str
    name: str
    employee_id: UUID | None
    roles: list[Annotated[str, word(Role)]]


class TokensOut(TypedDict):
    """Tokens of a session. The refresh token works once."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds until the access token is over")]
    refresh_token: str
    session_id: UUID


class SessionStartedOut(TokensOut):
    """A new session."""

    account: AccountSummary


class SessionOut(TypedDict):
    """A live session of the caller's account."""

    id: UUID
    created_at: dt.datetime
    last_used_at: Annotated[dt.datetime, Field(description="Sign-in or the latest refresh")]
    expires_at: dt.datetime
    is_current: Annotated[bool, Field(description="Whether this request came by it")]


class SessionListParams(ListParams):
    """The list of sessions has no filters; the newest come first."""
