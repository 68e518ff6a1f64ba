"""Accounts with passwords, second factors and tenants of operators."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pyotp.totp import TOTP

from kinerja_api.access.commands.bootstrap import create_account, give_role, issue_code
from kinerja_api.access.passwords import hash_password
from kinerja_api.access.rules import AccountKind, CodePurpose, Role
from kinerja_api.core import clock
from tests.factories.world import LONG_AGO, World

PASSWORD = "burung-enggang-hinggap-9"


@dataclass(frozen=True)
class Member:
    """Somebody who signs in with a password."""

    tenant: str
    account_id: UUID
    login: str

    def sign_in(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a sign-in."""
        body = {"tenant": self.tenant, "login": self.login, "password": PASSWORD}
        return {**body, **changes}


async def member(
    world: World,
    login: str = "siti",
    *,
    role: Role | None = None,
    totp_secret: str | None = None,
    kind: AccountKind = AccountKind.PERSON,
    invited: bool = False,
) -> Member:
    """Create an account with the password above (or none), with a role on the whole tenant."""
    hashed = None if invited else await hash_password(PASSWORD)
    async with world.database.write(world.tenant_id) as writing:
        account_id = await create_account(
            writing, login=login, name="Siti Rahmawati", kind=kind, password_hash=hashed,
            totp_secret=totp_secret, master=world.app.state.secret,
        )  # fmt: skip
        if role is not None:
            await give_role(writing, account_id, role, starts_on=LONG_AGO, basis="SK 1/2020")
    return Member(world.code, account_id, login)


async def code_for(
    world: World, someone: Member, purpose: CodePurpose = CodePurpose.ACTIVATION
) -> str:
    """Issue a one-time code."""
    async with world.database.write(world.tenant_id) as writing:
        return await issue_code(writing, someone.account_id, purpose)


def bearer(token: str) -> dict[str, str]:
    """Return the header that presents a token or key."""
    return {"Authorization": f"Bearer {token}"}


def later(**delta: float) -> dt.datetime:
    """Return an instant after now."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(**delta)


def code_now(secret: str) -> str:
    """Return what the authenticator app shows now for the secret."""
    return TOTP(secret).at(clock.now())
