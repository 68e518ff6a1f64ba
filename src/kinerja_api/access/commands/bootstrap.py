"""What makes a government's access: tenant, accounts, roles, codes; also for the command line.

Each function records and emits what it did. None asks who may do it: that is their callers' part.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.principals import bump_principals
from kinerja_api.access.one_time import digest, new_activation_code
from kinerja_api.access.rules import CODE_LIFETIMES, AccountKind, AccountStatus, CodePurpose, Role
from kinerja_api.access.second_factor import seal_secret
from kinerja_api.access.tables import accounts, grants, one_time_codes, tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.principal import principals
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to create; active when it has a password hash or is a machine's, else invited."""

    login: str
    name: str
    employee_id: UUID | None = None
    kind: AccountKind = AccountKind.PERSON
    password_hash: str | None = None

    @property
    def status(self) -> AccountStatus:
        """Return the status it starts in."""
        is_ready = self.password_hash is not None or self.kind is AccountKind.MACHINE
        return AccountStatus.ACTIVE if is_ready else AccountStatus.INVITED


async def create_tenant(writing: Writing, *, code: str, name: str, time_zone: str) -> UUID:
    """Create the government whose id the writing is bound to (a fresh one); TenantCodeTaken."""
    tenant_id = writing.tenant_id
    values = {"code": code, "name": name, "time_zone": time_zone}
    await writing.execute(_insert_tenant(), now=clock.now(), **values)
    writing.record("tenant.created", ("tenant", tenant_id), after=values)
    writing.emit("tenant.created", ("tenant", tenant_id), code=code)
    return tenant_id


async def create_account(  # noqa: PLR0913 - an account has that many parts, all by keyword
    writing: Writing,
    *,
    login: str,
    name: str,
    kind: AccountKind,
    employee_id: UUID | None = None,
    password_hash: str | None = None,
    totp_secret: str | None = None,
    master: bytes = b"",
) -> UUID:
    """Create an account, active when a password hash is given, else invited.

    totp_secret: of a second factor that is demanded from the first sign-in on; it is sealed with
    ``master``. Raises LoginTaken, EmployeeHasAccount.
    """
    account = NewAccount(login, name, employee_id, kind, password_hash)
    (account_id,) = await create_accounts(writing, [account])
    if totp_secret is not None:
        sealed = seal_secret(master, account_id, totp_secret)
        await writing.execute(_set_secret(), id=account_id, secret=sealed, now=clock.now())
    return account_id


async def create_accounts(writing: Writing, rows: Sequence[NewAccount]) -> list[UUID]:
    """Create many accounts in two statements; their ids in the order of the rows."""
    ids = [new_id() for _ in rows]
    await writing.execute(
        _insert_principals(), ids=ids, active=[row.status is AccountStatus.ACTIVE for row in rows]
    )
    await writing.execute(
        _insert_accounts(),
        now=clock.now(),
        ids=ids,
        kinds=[row.kind.value for row in rows],
        logins=[row.login.lower() for row in rows],
        names=[row.name for row in rows],
        employee_ids=[row.employee_id for row in rows],
        statuses=[row.status.value for row in rows],
        password_hashes=[row.password_hash for row in rows],
    )
    for account_id, row in zip(ids, rows, strict=True):
        after = {"login": row.login.lower(), "kind": row.kind, "employee_id": row.employee_id}
        writing.record("account.created", ("account", account_id), after=after)
        writing.emit("account.created", ("account", account_id), employee_id=row.employee_id)
    return ids


async def give_role(  # noqa: PLR0913 - a grant has that many parts, all by keyword
    writing: Writing,
    account_id: UUID,
    role: Role,
    *,
    unit_id: UUID | None = None,
    starts_on: dt.date,
    ends_on: dt.date | None = None,
    basis: str | None,
) -> UUID:
    """Give a role on dates, for a unit with its subtree or the whole tenant; the grant's id."""
    grant_id = new_id()
    values = {
        "account_id": account_id,
        "role": role,
        "unit_id": unit_id,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "basis": basis,
    }
    await writing.execute(_insert_grant(), id=grant_id, now=clock.now(), **values)
    await bump_principals(writing, [account_id])
    writing.record("grant.given", ("grant", grant_id), after=values)
    writing.emit("grant.given", ("grant", grant_id), account_id=account_id, role=role)
    return grant_id


async def issue_code(writing: Writing, account_id: UUID, purpose: CodePurpose) -> str:
    """Return a new one-time code of the account; its earlier ones are void."""
    (code,) = await issue_codes(writing, [account_id], purpose)
    return code


async def issue_codes(
    writing: Writing, account_ids: Sequence[UUID], purpose: CodePurpose
) -> list[str]:
    """Return a new one-time code for each account, in their order; earlier ones are void."""
    codes = [new_activation_code() for _ in account_ids]
    now = clock.now()
    await writing.execute(_void_codes(), account_ids=list(account_ids), now=now)
    await writing.execute(
        _insert_codes(),
        account_ids=list(account_ids),
        digests=[digest(code) for code in codes],
        purpose=purpose,
        expires_at=now + CODE_LIFETIMES[purpose],
        now=now,
    )
    for account_id in account_ids:
        writing.record("code.issued", ("account", account_id), after={"purpose": purpose})
    return codes


@statement
def _insert_tenant() -> Executable:
    return insert(tenants).values(
        id=_TENANT,
        code=bindparam("code", type_=Text),
        name=bindparam("name", type_=Text),
        time_zone=bindparam("time_zone", type_=Text),
        is_active=true(),
        created_at=_NOW,
        updated_at=_NOW,
    )


@statement
def _insert_principals() -> Executable:
    ids = bindparam("ids", type_=ARRAY(Uuid))
    active = bindparam("active", type_=ARRAY(principals.c.is_active.type))
    rows = (
        func.unnest(ids, active)
        .table_valued(column("id", Uuid), column("is_active", principals.c.is_active.type))
        .render_derived(name="new_rows")
    )
    return insert(principals).from_select(
        ["tenant_id", "id", "is_active", "access_version"],
        select(_TENANT, rows.c.id, rows.c.is_active, literal_column("1", Integer)),
    )


@statement
def _insert_accounts() -> Executable:
    lists = {
        "id": ("ids", Uuid()),
        "kind": ("kinds", Text()),
        "login": ("logins", Text()),
        "name": ("names", Text()),
        "employee_id": ("employee_ids", Uuid()),
        "status": ("statuses", Text()),
        "password_hash": ("password_hashes", Text()),
    }
    rows = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in lists.values()])
        .table_valued(*[column(label, kind) for label, (_, kind) in lists.items()])
        .render_derived(name="new_rows")
    )
    one = literal_column("1", Integer)
    return insert(accounts).from_select(
        ["tenant_id", "epoch", "created_at", "updated_at", *lists],
        select(_TENANT, one, _NOW, _NOW, *[rows.c[label] for label in lists]),
    )


@statement
def _set_secret() -> Executable:
    return (
        update(accounts)
        .where(accounts.c.tenant_id == _TENANT, accounts.c.id == bindparam("id", type_=Uuid))
        .values(totp_secret=bindparam("secret", type_=LargeBinary), totp_confirmed_at=_NOW)
    )


@statement
def _insert_grant() -> Executable:
    return insert(grants).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        account_id=bindparam("account_id", type_=Uuid),
        role=bindparam("role", type_=Text),
        unit_id=bindparam("unit_id", type_=Uuid),
        starts_on=bindparam("starts_on", type_=Date),
        ends_on=bindparam("ends_on", type_=Date),
        basis=bindparam("basis", type_=Text),
        created_at=_NOW,
        updated_at=_NOW,
    )


@statement
def _void_codes() -> Executable:
    ids = bindparam("account_ids", type_=ARRAY(Uuid))
    return (
        update(one_time_codes)
        .where(
            one_time_codes.c.tenant_id == _TENANT,
            one_time_codes.c.account_id == func.any(ids),
            one_time_codes.c.used_at.is_(None),
        )
        .values(used_at=_NOW)
    )


@statement
def _insert_codes() -> Executable:
    lists = (
        bindparam("account_ids", type_=ARRAY(Uuid)),
        bindparam("digests", type_=ARRAY(LargeBinary)),
    )
    rows = (
        func.unnest(*lists)
        .table_valued(column("account_id", Uuid), column("digest", LargeBinary))
        .render_derived(name="new_rows")
    )
    purpose, expires_at = (
        bindparam("purpose", type_=Text),
        bindparam("expires_at", type_=DateTime(timezone=True)),
    )
    return insert(one_time_codes).from_select(
        ["tenant_id", "purpose", "expires_at", "created_at", "account_id", "digest"],
        select(_TENANT, purpose, expires_at, _NOW, rows.c.account_id, rows.c.digest),
    )
