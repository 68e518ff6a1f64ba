"""The second factor of one's own account: a new secret, confirmed by its first code."""

from sqlalchemy import DateTime, LargeBinary, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.proof import prove_password, wrong
from kinerja_api.access.commands.sign_in import take_step
from kinerja_api.access.commands.throttle import clear_failures
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.queries.credentials import credentials_of
from kinerja_api.access.queries.throttle import refuse_throttled
from kinerja_api.access.schemas.passwords import (
    ConfirmationIn,
    ConfirmationOut,
    SecondFactorIn,
    SecondFactorOut,
)
from kinerja_api.access.second_factor import new_secret, provisioning_uri, seal_secret
from kinerja_api.access.tables import accounts
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement


async def enrol_second_factor(
    writing: Writing, entrance: Entrance, actor: Actor, given: SecondFactorIn
) -> SecondFactorOut:
    """Give the actor a new second factor, to be confirmed; CredentialWrong, SignInThrottled.

    One that is confirmed is replaced only by who holds it, not by a password and a stolen token.
    """
    account = await prove_password(writing, entrance, actor, given.password, pointer="/password")
    throttle = entrance.throttle(account.login)
    await refuse_throttled(writing, throttle, lock=True)
    if account.totp_confirmed_at is not None and not await take_step(
        writing, entrance, account, given.otp or ""
    ):
        raise await wrong(writing, entrance, account, "/otp")
    await clear_failures(writing, throttle)
    secret = new_secret()
    sealed = seal_secret(entrance.master, account.id, secret)
    await writing.execute(_set_secret(), id=account.id, secret=sealed, now=clock.now())
    writing.record("account.second_factor_given", ("account", account.id))
    writing.emit(
        "account.second_factor_given", ("account", account.id), version=account.version + 1
    )
    uri = provisioning_uri(secret, account.login, actor.tenant_code)
    return {"secret": secret, "otpauth_uri": uri}


async def confirm_second_factor(
    writing: Writing, entrance: Entrance, actor: Actor, given: ConfirmationIn
) -> ConfirmationOut:
    """Confirm the second factor by a code; CredentialWrong, SignInThrottled."""
    account = await credentials_of(writing, actor.account_id, today=actor.today)
    throttle = entrance.throttle(account.login)
    await refuse_throttled(writing, throttle, lock=True)
    if not await take_step(writing, entrance, account, given.otp):
        raise await wrong(writing, entrance, account, "/otp")
    await clear_failures(writing, throttle)
    if account.totp_confirmed_at is None:
        writing.record("account.second_factor_confirmed", ("account", account.id))
        writing.emit("account.second_factor_confirmed", ("account", account.id))
    return {"confirmed_at": account.totp_confirmed_at or clock.now()}


@statement
def _set_secret() -> Executable:
    return (
        update(accounts)
        .where(
            accounts.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            accounts.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            totp_secret=bindparam("secret", type_=LargeBinary),
            totp_confirmed_at=None,
            totp_last_step=None,
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=accounts.c.version + 1,
        )
    )
