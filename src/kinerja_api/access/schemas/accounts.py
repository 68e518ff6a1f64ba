"""Accounts of people and machines."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from kinerja_api.access.rules import AccountKind, AccountStatus, Role
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Id, In, Name, Patch, Sentence, word

Login = Annotated[
    Code, Field(min_length=3, pattern="^[A-Za-z0-9][A-Za-z0-9._@+-]*$"), AfterValidator(str.lower)
]
"""Kept in lower case."""

_EMPLOYEE = Field(description="The employee whose account it is; null for machines and officers")


class AccountIn(In):
    """An account to create."""

    kind: AccountKind = AccountKind.PERSON
    login: Login
    name: Name
    employee_id: Annotated[Id | None, _EMPLOYEE] = None


class AccountPatch(Patch):
    """Changes of an account (merge patch)."""

    login: Login | None = None
    name: Name | None = None


class AccountNoteIn(In):
    """Why something is done."""

    note: Annotated[Sentence | None, Field(description="Kept in the trail")] = None


class AccountOut(TypedDict):
    """An account. Whom it is given to stands in its employee."""

    id: UUID
    kind: Annotated[str, word(AccountKind)]
    login: str
    name: str
    employee_id: UUID | None
    status: Annotated[str, word(AccountStatus)]
    has_second_factor: bool
    allowed_actions: Annotated[list[str], Field(description="What the caller may do with it now")]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class AccountCreatedOut(AccountOut):
    """A new account with its activation code, which is shown this once."""

    code: Annotated[str | None, Field(description="null for machines, which get API keys")]
    code_expires_at: dt.datetime | None


class InvitationIn(In):
    """One employee to invite."""

    employee_id: Id
    login: Annotated[Login, Field(description="Such as the employee number or e-mail address")]
    name: Name


class InvitationsIn(In):
    """Employees to invite at once, wholly or not at all."""

    accounts: Annotated[list[InvitationIn], Field(min_length=1, max_length=500)]


class InvitationOut(TypedDict):
    """An invited account with its activation code."""

    account_id: UUID
    employee_id: UUID
    login: str
    code: str


class InvitationsOut(TypedDict):
    """The invitations, in the order asked; the codes are shown this once."""

    items: list[InvitationOut]
    expires_at: dt.datetime


class AccountSort(StrEnum):
    LOGIN = "login"
    LOGIN_DESC = "-login"


class AccountListParams(ListParams):
    """Filters of the list of accounts."""

    status: AccountStatus | None = None
    kind: AccountKind | None = None
    role: Annotated[Role | None, Field(description="Held today by a grant")] = None
    employee_id: Id | None = None
    q: Annotated[Name | None, Field(description="Part of login or name")] = None
    sort: AccountSort = AccountSort.LOGIN
