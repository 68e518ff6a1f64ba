"""Activation by a one-time code, one's own password and second factor."""

from fastapi import Request

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.passwords import Activation, change_password
from kinerja_api.access.commands.second_factors import confirm_second_factor, enrol_second_factor
from kinerja_api.access.entrance import CurrentEntrance
from kinerja_api.access.errors import (
    CodeRefused,
    CredentialWrong,
    PasswordTooWeak,
    SignInThrottled,
)
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.passwords import (
    ActivationIn,
    ActivationOut,
    ConfirmationIn,
    ConfirmationOut,
    PasswordChangeIn,
    SecondFactorIn,
    SecondFactorOut,
)
from kinerja_api.core.routes import PUBLIC, Router, WritingUnit, take_key

router = Router(tag="Sign-in")


@router.post(
    "/activations",
    permission=PUBLIC,
    name="activations_create",
    model=ActivationOut,
    sealed=True,
    problems=[CodeRefused, PasswordTooWeak, SignInThrottled],
)
async def post_activation(
    request: Request, entrance: CurrentEntrance, writing: WritingUnit, given: ActivationIn
) -> ActivationOut:
    """Choose a password with a one-time code.

    For a new account and for a password reset alike. The code works once; a second factor, where
    the account must have one, is shown this once.
    """
    activation = Activation(entrance, given)
    await activation.prepare()
    writing.bind(activation.tenant.id)
    take_key(request)
    return await activation.apply(writing)


@router.post(
    "/me/password-changes",
    permission=Permission.ME,
    name="me_password_change",
    status=204,
    problems=[CredentialWrong, PasswordTooWeak, SignInThrottled],
)
async def post_password_change(
    actor: CurrentActor, entrance: CurrentEntrance, writing: WritingUnit, given: PasswordChangeIn
) -> None:
    """Change one's own password; one's other sessions end."""
    await change_password(writing, entrance, actor, given)


@router.post(
    "/me/second-factors",
    permission=Permission.ME,
    name="me_second_factor_enrol",
    model=SecondFactorOut,
    sealed=True,
    problems=[CredentialWrong, SignInThrottled],
)
async def post_second_factor(
    actor: CurrentActor, entrance: CurrentEntrance, writing: WritingUnit, given: SecondFactorIn
) -> SecondFactorOut:
    """Get a new second factor, to be confirmed by its first code.

    Whoever has a confirmed one proves it with `otp`.
    """
    return await enrol_second_factor(writing, entrance, actor, given)


@router.post(
    "/me/second-factors/confirmations",
    permission=Permission.ME,
    name="me_second_factor_confirm",
    model=ConfirmationOut,
    problems=[CredentialWrong, SignInThrottled],
)
async def post_confirmation(
    actor: CurrentActor, entrance: CurrentEntrance, writing: WritingUnit, given: ConfirmationIn
) -> ConfirmationOut:
    """Confirm one's second factor by a code; it is demanded from now on."""
    return await confirm_second_factor(writing, entrance, actor, given)
