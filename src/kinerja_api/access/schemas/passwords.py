"""Activation, passwords, second factors."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.access.schemas.sessions import Otp, Password, TypedLogin
from kinerja_api.core.schemas import Code, Flag, In


class ActivationIn(In):
    """A one-time code and the password its holder chooses."""

    tenant: Annotated[Code, Field(description="The government's code")]
    login: TypedLogin
    code: Annotated[Code, Field(description="As given; capitals, spaces and dashes do not matter")]
    password: Password


class SecondFactorOut(TypedDict):
    """A second factor to put into an authenticator app; shown this once."""

    secret: Annotated[str, Field(description="Base32, for typing")]
    otpauth_uri: Annotated[str, Field(description="To be shown as a QR code")]


class ActivationOut(TypedDict):
    """An account that can sign in now."""

    account_id: UUID
    login: str
    second_factor: Annotated[
        SecondFactorOut | None,
        Field(description="Present if the account must have one; its first code confirms it"),
    ]


class PasswordChangeIn(In):
    """A new password, and the current one as proof."""

    current_password: Password
    new_password: Password


class PasswordResetIn(In):
    """What a reset is to cover."""

    second_factor: Annotated[
        Flag, Field(description="Also forget the second factor, such as of a lost phone")
    ] = False


class CodeOut(TypedDict):
    """A one-time code to hand to its account's holder; shown this once."""

    account_id: UUID
    login: str
    code: str
    expires_at: dt.datetime


class SecondFactorIn(In):
    """Proof for a new second factor."""

    password: Password
    otp: Annotated[
        Otp | None, Field(description="Code of the present second factor, if there is one")
    ] = None


class ConfirmationIn(In):
    """A code of the new second factor."""

    otp: Otp


class ConfirmationOut(TypedDict):
    """The second factor is demanded from now on."""

    confirmed_at: dt.datetime
