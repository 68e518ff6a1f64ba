"""Passwords: chosen with a one-time code, changed with the current one."""

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.principals import bump_principals, set_principal
from kinerja_api.access.commands.proof import prove_password, wrong
from kinerja_api.access.commands.sessions import end_sessions
from kinerja_api.access.commands.throttle import clear_failures, count_failure
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.errors import CodeRefused
from kinerja_api.access.one_time import digest, normalise_code
from kinerja_api.access.passwords import check_strength, hash_password
from kinerja_api.access.queries.credentials import (
    Credentials,
    NamedTenant,
    credentials_by_login,
    named_tenant,
)
from kinerja_api.access.queries.throttle import refuse_throttled
from kinerja_api.access.rules import (
    AccountEvent,
    AccountKind,
    AccountStatus,
    CodePurpose,
    next_account_status,
)
from kinerja_api.access.schemas.passwords import (
    ActivationIn,
    ActivationOut,
    PasswordChangeIn,
    SecondFactorOut,
)
from kinerja_api.access.second_factor import new_secret, provisioning_uri, seal_secret
from kinerja_api.access.tables import accounts, one_time_codes
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_EVENTS = {
    CodePurpose.ACTIVATION: AccountEvent.ACTIVATE,
    CodePurpose.PASSWORD_RESET: AccountEvent.RESET_PASSWORD,
}


class Activation:
    """One use of a one-time code: looked up and hashed first, then written in one transaction."""

    def __init__(self, entrance: Entrance, given: ActivationIn) -> None:
        self._entrance = entrance
        self._given = given
        self._throttle = entrance.throttle(given.login)
        self._digest = digest(normalise_code(given.code))
        self._account: Credentials | None = None
        self._hash = ""
        self.tenant: NamedTenant

    async def prepare(self) -> None:
        """Look account and code up and hash the password; SignInThrottled, PasswordTooWeak."""
        given = self._given
        check_strength(given.password, forbidden=[given.login])
        self.tenant = await named_tenant(self._entrance.database, given.tenant)
        async with self._entrance.database.read(self.tenant.id) as reading:
            await refuse_throttled(reading, self._throttle)
            account = await credentials_by_login(reading, self.tenant, given.login)
            if account is None or not await reading.value(
                _is_usable(), digest=self._digest, account_id=account.id, now=clock.now()
            ):
                return
        check_strength(given.password, forbidden=account.names)
        self._hash = await hash_password(given.password)
        self._account = account

    async def apply(self, writing: Writing) -> ActivationOut:
        """Take the code and set the password; CodeRefused, SignInThrottled."""
        await refuse_throttled(writing, self._throttle, lock=True)
        account = self._account
        purpose = await self._take_code(writing, account) if account else None
        if account is None or purpose is None:
            await count_failure(writing, self._throttle)
            raise CodeRefused
        secret = self._needed_secret(account)
        await writing.execute(
            _set_password(new_secret=secret is not None),
            id=account.id,
            hash=self._hash,
            secret=seal_secret(self._entrance.master, account.id, secret) if secret else None,
            now=clock.now(),
        )
        await set_principal(writing, account.id, is_active=True)
        await end_sessions(writing, account.id, because=purpose)
        await clear_failures(writing, self._throttle)
        action = "activated" if purpose is CodePurpose.ACTIVATION else "password_reset"
        writing.record(f"account.{action}", ("account", account.id))
        writing.emit(f"account.{action}", ("account", account.id), version=account.version + 1)
        shown = _second_factor(account, secret, self.tenant.name) if secret else None
        return {"account_id": account.id, "login": account.login, "second_factor": shown}

    async def _take_code(self, writing: Writing, account: Credentials) -> CodePurpose | None:
        """Take the code once, also from two requests at the same instant, if the status allows."""
        status = await writing.value(_lock_status(), id=account.id)
        now = clock.now()
        taken = await writing.value(
            _take_code(), digest=self._digest, account_id=account.id, now=now
        )
        if taken is None or account.kind == AccountKind.MACHINE:
            return None
        purpose = CodePurpose(taken)
        event = _EVENTS[purpose]
        if next_account_status(AccountStatus(status), event, was_activated=True) is None:
            return None
        await writing.execute(_void_rest(), account_id=account.id, now=now)
        return purpose

    def _needed_secret(self, account: Credentials) -> str | None:
        roles = self._entrance.second_factor_roles
        is_needed = not roles.isdisjoint(account.roles) and account.totp_confirmed_at is None
        return new_secret() if is_needed else None


async def change_password(
    writing: Writing, entrance: Entrance, actor: Actor, given: PasswordChangeIn
) -> None:
    """Change the actor's password and end his other sessions.

    Raises CredentialWrong, PasswordTooWeak, SignInThrottled.
    """
    account = await prove_password(
        writing, entrance, actor, given.current_password, pointer="/current_password"
    )
    check_strength(given.new_password, forbidden=account.names)
    new_hash = await hash_password(given.new_password)
    changed = await writing.execute(
        _change_password(), id=account.id, old=account.password_hash, hash=new_hash, now=clock.now()
    )
    if not changed:
        raise await wrong(writing, entrance, account, "/current_password")
    await clear_failures(writing, entrance.throttle(account.login))
    await end_sessions(writing, account.id, because="password_changed", but=actor.session_id)
    await bump_principals(writing, [account.id])
    writing.record("account.password_changed", ("account", account.id))
    writing.emit("account.password_changed", ("account", account.id), version=account.version + 1)


def _second_factor(account: Credentials, secret: str, issuer: str) -> SecondFactorOut:
    return {"secret": secret, "otpauth_uri": provisioning_uri(secret, account.login, issuer)}


@statement
def _is_usable() -> Executable:
    return (
        select(one_time_codes.c.digest)
        .where(
            one_time_codes.c.tenant_id == _TENANT,
            one_time_codes.c.digest == bindparam("digest", type_=LargeBinary),
            one_time_codes.c.account_id == bindparam("account_id", type_=Uuid),
            one_time_codes.c.used_at.is_(None),
            one_time_codes.c.expires_at > _NOW,
        )
        .exists()
        .select()
    )


@statement
def _lock_status() -> Executable:
    return (
        select(accounts.c.status)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .with_for_update()
    )


@statement
def _take_code() -> Executable:
    return (
        update(one_time_codes)
        .where(
            one_time_codes.c.tenant_id == _TENANT,
            one_time_codes.c.digest == bindparam("digest", type_=LargeBinary),
            one_time_codes.c.account_id == bindparam("account_id", type_=Uuid),
            one_time_codes.c.used_at.is_(None),
            one_time_codes.c.expires_at > _NOW,
        )
        .values(used_at=_NOW)
        .returning(one_time_codes.c.purpose)
    )


@statement
def _void_rest() -> Executable:
    return (
        update(one_time_codes)
        .where(
            one_time_codes.c.tenant_id == _TENANT,
            one_time_codes.c.account_id == bindparam("account_id", type_=Uuid),
            one_time_codes.c.used_at.is_(None),
        )
        .values(used_at=_NOW)
    )


@statement
def _set_password(*, new_secret: bool) -> Executable:
    secret = bindparam("secret", type_=LargeBinary)
    factor = {"totp_secret": secret, "totp_last_step": None} if new_secret else {}
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(
            status=AccountStatus.ACTIVE,
            password_hash=bindparam("hash", type_=Text),
            epoch=accounts.c.epoch + 1,
            updated_at=_NOW,
            version=accounts.c.version + 1,
            **factor,
        )
    )


@statement
def _change_password() -> Executable:
    """Of two changes at once, only one knew the current password."""
    return (
        update(accounts)
        .where(
            accounts.c.tenant_id == _TENANT,
            accounts.c.id == bindparam("id", type_=Uuid),
            accounts.c.password_hash == bindparam("old", type_=Text),
        )
        .values(
            password_hash=bindparam("hash", type_=Text),
            updated_at=_NOW,
            version=accounts.c.version + 1,
        )
    )
