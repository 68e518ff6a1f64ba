"""Proof of who somebody signed in is, before a change of his password or second factor."""

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.throttle import count_failure
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.errors import CredentialWrong
from kinerja_api.access.passwords import verify_password
from kinerja_api.access.queries.credentials import Credentials, credentials_of
from kinerja_api.access.queries.throttle import refuse_throttled
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem


async def prove_password(
    writing: Writing, entrance: Entrance, actor: Actor, password: str, *, pointer: str
) -> Credentials:
    """Return the actor's credentials if the password is his; CredentialWrong, SignInThrottled.

    A stolen token gets no more guesses at the password than a stranger.
    """
    async with entrance.database.read(actor.tenant_id) as reading:
        account = await credentials_of(reading, actor.account_id, today=actor.today)
        await refuse_throttled(reading, entrance.throttle(account.login))
    if not await verify_password(password, account.password_hash):
        raise await wrong(writing, entrance, account, pointer)
    return account


async def wrong(
    writing: Writing, entrance: Entrance, account: Credentials, pointer: str
) -> Problem:
    """Count a wrong proof and return the problem to raise; SignInThrottled."""
    await count_failure(writing, entrance.throttle(account.login))
    return CredentialWrong.at(pointer)
