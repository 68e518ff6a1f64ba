"""Sign-in: from login and password to a session.

The password is verified before a connection is held for writing. Whatever is wrong, the work
done and the answer are the same, so that nobody learns which logins exist.
"""

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, func, or_, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.throttle import clear_failures, count_failure
from kinerja_api.access.commands.tokens import start_session
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.errors import SecondFactorMissing, SecondFactorRequired, SignInRefused
from kinerja_api.access.passwords import hash_password, needs_rehash, verify_password
from kinerja_api.access.queries.credentials import (
    Credentials,
    credentials_by_login,
    named_tenant,
)
from kinerja_api.access.queries.throttle import refuse_throttled
from kinerja_api.access.schemas.sessions import SessionIn, SessionStartedOut
from kinerja_api.access.second_factor import matching_step, unseal_secret
from kinerja_api.access.tables import accounts
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)


async def sign_in(writing: Writing, entrance: Entrance, given: SessionIn) -> SessionStartedOut:
    """Start a session.

    Raises SignInRefused, SignInThrottled, SecondFactorRequired, SecondFactorMissing.
    """
    throttle = entrance.throttle(given.login)
    tenant = await named_tenant(entrance.database, given.tenant)
    async with entrance.database.read(tenant.id) as reading:
        await refuse_throttled(reading, throttle)
        account = await credentials_by_login(reading, tenant, given.login)
    is_right = await verify_password(given.password, account.password_hash if account else None)
    if account is None or not (is_right and account.may_sign_in):
        writing.bind(tenant.id)
        await count_failure(writing, throttle)
        raise SignInRefused
    needs_code = _needs_code(entrance, account, given.otp)
    new_hash = await _rehashed(account, given.password)
    writing.bind(tenant.id, account.principal)
    await refuse_throttled(writing, throttle, lock=True)
    if needs_code and not await take_step(writing, entrance, account, given.otp or ""):
        await count_failure(writing, throttle)
        raise SignInRefused
    await clear_failures(writing, throttle)
    if new_hash is not None:
        await writing.execute(_store_hash(), id=account.id, old=account.password_hash, new=new_hash)
    return await start_session(writing, entrance, account)


async def take_step(writing: Writing, entrance: Entrance, account: Credentials, otp: str) -> bool:
    """Accept a code of the authenticator app once, and confirm the secret by it."""
    if account.totp_secret is None:
        return False
    secret = unseal_secret(entrance.master, account.id, account.totp_secret)
    now = clock.now()
    step = matching_step(secret, otp, at=now)
    return step is not None and bool(
        await writing.execute(_take_step(), id=account.id, step=step, now=now)
    )


def _needs_code(entrance: Entrance, account: Credentials, otp: str | None) -> bool:
    if not account.needs_second_factor(entrance.second_factor_roles):
        return False
    if account.totp_secret is None:
        raise SecondFactorMissing
    if otp is None:
        raise SecondFactorRequired
    return True


async def _rehashed(account: Credentials, password: str) -> str | None:
    stored = account.password_hash
    return await hash_password(password) if stored and needs_rehash(stored) else None


@statement
def _take_step() -> Executable:
    """A step is taken once, also by two sign-ins at the same instant."""
    step = bindparam("step", type_=Integer)
    now = bindparam("now", type_=DateTime(timezone=True))
    return (
        update(accounts)
        .where(
            accounts.c.tenant_id == _TENANT,
            accounts.c.id == bindparam("id", type_=Uuid),
            or_(accounts.c.totp_last_step.is_(None), accounts.c.totp_last_step < step),
        )
        .values(
            totp_last_step=step,
            totp_confirmed_at=func.coalesce(accounts.c.totp_confirmed_at, now),
        )
    )


@statement
def _store_hash() -> Executable:
    return (
        update(accounts)
        .where(
            accounts.c.tenant_id == _TENANT,
            accounts.c.id == bindparam("id", type_=Uuid),
            accounts.c.password_hash == bindparam("old", type_=Text),
        )
        .values(password_hash=bindparam("new", type_=Text))
    )
