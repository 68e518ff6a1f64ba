"""Changes of accounts by an administrator."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.commands.bootstrap import create_account, issue_code
from kinerja_api.access.commands.principals import set_principal
from kinerja_api.access.commands.sessions import end_sessions
from kinerja_api.access.errors import NotAPerson
from kinerja_api.access.policies import check_not_own
from kinerja_api.access.queries.accounts import get_account, get_account_for_update
from kinerja_api.access.queries.credentials import credentials_of
from kinerja_api.access.rules import (
    CODE_LIFETIMES,
    AccountEvent,
    AccountKind,
    AccountStatus,
    CodePurpose,
    next_account_status,
)
from kinerja_api.access.schemas.accounts import (
    AccountCreatedOut,
    AccountIn,
    AccountNoteIn,
    AccountOut,
    AccountPatch,
)
from kinerja_api.access.schemas.passwords import CodeOut, PasswordResetIn
from kinerja_api.access.tables import accounts
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import FieldError, InvalidRequest, TransitionRefused
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def open_account(writing: Writing, actor: Actor, given: AccountIn) -> AccountCreatedOut:
    """Create an account; a person gets an activation code. LoginTaken, EmployeeHasAccount."""
    is_person = given.kind is AccountKind.PERSON
    if not is_person and given.employee_id is not None:
        raise InvalidRequest(errors=[FieldError("machine_is_nobody", "/employee_id")])
    account_id = await create_account(writing, **given.model_dump())
    purpose = CodePurpose.ACTIVATION
    code = await issue_code(writing, account_id, purpose) if is_person else None
    account = await get_account(writing, actor, account_id)
    expires_at = clock.now() + CODE_LIFETIMES[purpose] if is_person else None
    return {**account, "code": code, "code_expires_at": expires_at}


async def change_account(
    writing: Writing, actor: Actor, account_id: UUID, patch: AccountPatch, *, expected: int | None
) -> AccountOut:
    """Change login or name; VersionStale, LoginTaken."""
    account = await get_account_for_update(writing, actor, account_id)
    check_version(account["version"], expected)
    changes = patch.changes(account)
    if not changes:
        return account
    await writing.execute(_update_names(), **{**account, **changes, "now": clock.now()})
    before = {name: value for name, value in account.items() if name in changes}
    writing.record("account.changed", ("account", account_id), before=before, after=changes)
    writing.emit("account.changed", ("account", account_id), version=account["version"] + 1)
    return await get_account(writing, actor, account_id)


async def disable_account(
    writing: Writing, actor: Actor, account_id: UUID, given: AccountNoteIn, *, expected: int | None
) -> AccountOut:
    """Shut the account out: its writes at once, its reads within seconds; sessions end.

    Raises TransitionRefused, OwnAccountRefused, VersionStale.
    """
    check_not_own(actor, account_id)
    event = AccountEvent.DISABLE
    account = await _turn(writing, actor, account_id, event, given, expected=expected)
    await end_sessions(writing, account_id, because="account_disabled")
    return account


async def enable_account(
    writing: Writing, actor: Actor, account_id: UUID, given: AccountNoteIn, *, expected: int | None
) -> AccountOut:
    """Let the account in again; one that never had a password is invited as before.

    Raises TransitionRefused, OwnAccountRefused, VersionStale.
    """
    check_not_own(actor, account_id)
    event = AccountEvent.ENABLE
    return await _turn(writing, actor, account_id, event, given, expected=expected)


async def reset_password(
    writing: Writing, actor: Actor, account_id: UUID, given: PasswordResetIn
) -> CodeOut:
    """Issue a one-time code for a new password, or again for the first.

    The present password stays until the code is used. One's own is changed with the present one,
    so a stolen token is no way to it. NotAPerson, OwnAccountRefused, TransitionRefused.
    """
    check_not_own(actor, account_id)
    account = await get_account_for_update(writing, actor, account_id)
    if account["kind"] == AccountKind.MACHINE:
        raise NotAPerson
    if account["status"] == AccountStatus.DISABLED:
        event = AccountEvent.RESET_PASSWORD
        raise TransitionRefused(status=account["status"], event=event)
    is_invited = account["status"] == AccountStatus.INVITED
    purpose = CodePurpose.ACTIVATION if is_invited else CodePurpose.PASSWORD_RESET
    code = await issue_code(writing, account_id, purpose)
    if given.second_factor:
        await writing.execute(_forget_second_factor(), id=account_id, now=clock.now())
        writing.record("account.second_factor_forgotten", ("account", account_id))
        writing.emit("account.second_factor_forgotten", ("account", account_id))
    return {
        "account_id": account_id,
        "login": account["login"],
        "code": code,
        "expires_at": clock.now() + CODE_LIFETIMES[purpose],
    }


async def _turn(
    writing: Writing,
    actor: Actor,
    account_id: UUID,
    event: AccountEvent,
    given: AccountNoteIn,
    *,
    expected: int | None,
) -> AccountOut:
    account = await get_account_for_update(writing, actor, account_id)
    check_version(account["version"], expected)
    credentials = await credentials_of(writing, account_id, today=actor.today)
    status = next_account_status(
        AccountStatus(account["status"]), event, was_activated=credentials.was_activated
    )
    if status is None:
        raise TransitionRefused(status=account["status"], event=event)
    await writing.execute(_update_status(), id=account_id, status=status, now=clock.now())
    await set_principal(writing, account_id, is_active=status is AccountStatus.ACTIVE)
    before, after = {"status": account["status"]}, {"status": status}
    action = f"account.{event}d"
    subject = ("account", account_id)
    writing.record(action, subject, before=before, after=after, reason=given.note)
    writing.emit(action, subject, version=account["version"] + 1)
    return await get_account(writing, actor, account_id)


@statement
def _update_names() -> Executable:
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(
            login=bindparam("login", type_=Text),
            name=bindparam("name", type_=Text),
            updated_at=_NOW,
            version=accounts.c.version + 1,
        )
    )


@statement
def _update_status() -> Executable:
    """Tokens given before are refused for good: the account may be enabled again."""
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            epoch=accounts.c.epoch + 1,
            updated_at=_NOW,
            version=accounts.c.version + 1,
        )
    )


@statement
def _forget_second_factor() -> Executable:
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(
            totp_secret=None,
            totp_confirmed_at=None,
            totp_last_step=None,
            updated_at=_NOW,
            version=accounts.c.version + 1,
        )
    )
