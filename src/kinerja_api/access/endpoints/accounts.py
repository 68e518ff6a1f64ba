"""Accounts of a government, for its administrator."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.commands.accounts import (
    change_account,
    disable_account,
    enable_account,
    open_account,
    reset_password,
)
from kinerja_api.access.commands.invitations import invite
from kinerja_api.access.errors import (
    EmployeeHasAccount,
    InvitationsRefused,
    LoginTaken,
    NotAPerson,
    OwnAccountRefused,
)
from kinerja_api.access.queries.accounts import get_account, list_accounts
from kinerja_api.access.rules import Permission
from kinerja_api.access.schemas.accounts import (
    AccountCreatedOut,
    AccountIn,
    AccountListParams,
    AccountNoteIn,
    AccountOut,
    AccountPatch,
    InvitationsIn,
    InvitationsOut,
)
from kinerja_api.access.schemas.passwords import CodeOut, PasswordResetIn
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Accounts")


@router.list(
    "/accounts", permission=Permission.ACCOUNTS_READ, name="accounts_list", item=AccountOut
)
async def get_accounts(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[AccountListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[AccountOut]:
    """List accounts."""
    return await list_accounts(reading, actor, params, cursors)


@router.post(
    "/accounts",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_create",
    model=AccountCreatedOut,
    location="/v1/accounts/{id}",
    sealed=True,
    problems=[LoginTaken, EmployeeHasAccount, UnknownReference],
)
async def post_account(
    actor: CurrentActor, writing: WritingUnit, given: AccountIn
) -> AccountCreatedOut:
    """Create an account of a person or a machine.

    A person's answer holds an activation code, which is shown this once; a lost one is replaced
    by `POST /v1/accounts/{id}/password-resets`.
    """
    return await open_account(writing, actor, given)


@router.post(
    "/accounts/invitations",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_invite",
    model=InvitationsOut,
    key_required=True,
    sealed=True,
    problems=[InvitationsRefused, LoginTaken, EmployeeHasAccount],
)
async def post_invitations(
    actor: CurrentActor, writing: WritingUnit, given: InvitationsIn
) -> InvitationsOut:
    """Invite up to 500 employees at once, all or none.

    The answer holds their activation codes; only a repeat with the same key shows them again.
    """
    del actor
    return await invite(writing, given)


@router.get(
    "/accounts/{account_id}",
    permission=Permission.ACCOUNTS_READ,
    name="accounts_get",
    model=AccountOut,
    problems=[ResourceNotFound],
)
async def get_one_account(actor: CurrentActor, reading: ReadingUnit, account_id: Id) -> AccountOut:
    """Read an account."""
    return await get_account(reading, actor, account_id)


@router.patch(
    "/accounts/{account_id}",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_change",
    model=AccountOut,
    problems=[ResourceNotFound, LoginTaken],
)
async def patch_account(
    actor: CurrentActor,
    writing: WritingUnit,
    account_id: Id,
    patch: AccountPatch,
    version: RequiredVersion,
) -> AccountOut:
    """Change login or name of an account."""
    return await change_account(writing, actor, account_id, patch, expected=version)


@router.post(
    "/accounts/{account_id}/disablements",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_disable",
    model=AccountOut,
    problems=[ResourceNotFound, TransitionRefused, OwnAccountRefused],
)
async def post_disablement(
    actor: CurrentActor,
    writing: WritingUnit,
    account_id: Id,
    given: AccountNoteIn,
    version: OptionalVersion,
) -> AccountOut:
    """Shut an account out.

    Its writes are refused at once, its reads within five seconds; its sessions end.
    """
    return await disable_account(writing, actor, account_id, given, expected=version)


@router.post(
    "/accounts/{account_id}/enablements",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_enable",
    model=AccountOut,
    problems=[ResourceNotFound, TransitionRefused, OwnAccountRefused],
)
async def post_enablement(
    actor: CurrentActor,
    writing: WritingUnit,
    account_id: Id,
    given: AccountNoteIn,
    version: OptionalVersion,
) -> AccountOut:
    """Let an account in again; it signs in anew."""
    return await enable_account(writing, actor, account_id, given, expected=version)


@router.post(
    "/accounts/{account_id}/password-resets",
    permission=Permission.ACCOUNTS_MANAGE,
    name="accounts_reset_password",
    model=CodeOut,
    sealed=True,
    problems=[ResourceNotFound, NotAPerson, OwnAccountRefused, TransitionRefused],
)
async def post_password_reset(
    actor: CurrentActor, writing: WritingUnit, account_id: Id, given: PasswordResetIn
) -> CodeOut:
    """Issue a one-time code for a new password, or again for the first.

    Its holder uses it at `POST /v1/activations`; the present password works until then. Earlier
    codes are void.
    """
    return await reset_password(writing, actor, account_id, given)
