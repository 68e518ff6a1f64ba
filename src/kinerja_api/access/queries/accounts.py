"""Reads of accounts. Without secrets: those are ``credentials``."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Text, Uuid, bindparam, column, exists, func, or_, select, table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.policies import allowed_actions
from kinerja_api.access.rules import AccountKind, AccountStatus
from kinerja_api.access.schemas.accounts import AccountListParams, AccountOut, AccountSort
from kinerja_api.access.tables import accounts, grants
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.core.tables import SCHEMA

_COLUMNS = (("login", accounts.c.login), ("id", accounts.c.id))
_SORTS = {
    AccountSort.LOGIN: Sort(_COLUMNS),
    AccountSort.LOGIN_DESC: Sort(_COLUMNS, descending=True),
}
_TENANT = bindparam("tenant_id", type_=Uuid)


def _all_accounts() -> Select[*tuple[Any, ...]]:
    return select(
        accounts.c.id,
        accounts.c.kind,
        accounts.c.login,
        accounts.c.name,
        accounts.c.employee_id,
        accounts.c.status,
        accounts.c.totp_confirmed_at.is_not(None).label("has_second_factor"),
        accounts.c.created_at,
        accounts.c.updated_at,
        accounts.c.version,
    ).where(accounts.c.tenant_id == _TENANT)


class _Rows:
    """Builds accounts as one actor sees them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def __call__(  # noqa: PLR0913 - the columns of the select, by name
        self,
        *,
        id: UUID,  # noqa: A002 - the column's name
        kind: str,
        login: str,
        name: str,
        employee_id: UUID | None,
        status: str,
        has_second_factor: bool,
        created_at: dt.datetime,
        updated_at: dt.datetime,
        version: int,
    ) -> AccountOut:
        actions = allowed_actions(
            self._actor, id, status=AccountStatus(status), kind=AccountKind(kind)
        )
        return {
            "id": id,
            "kind": kind,
            "login": login,
            "name": name,
            "employee_id": employee_id,
            "status": status,
            "has_second_factor": has_second_factor,
            "allowed_actions": actions,
            "created_at": created_at,
            "updated_at": updated_at,
            "version": version,
        }


@statement
def _account(*, lock: bool) -> Executable:
    query = _all_accounts().where(accounts.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update() if lock else query


async def get_account(reading: Reading, actor: Actor, account_id: UUID) -> AccountOut:
    """Return the account; ResourceNotFound."""
    return _found(await reading.row(_account(lock=False), _Rows(actor), id=account_id))


async def get_account_for_update(writing: Writing, actor: Actor, account_id: UUID) -> AccountOut:
    """Return the account, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_account(lock=True), _Rows(actor), id=account_id))


async def list_accounts(
    reading: Reading, actor: Actor, params: AccountListParams, cursors: Cursors
) -> Page[AccountOut]:
    """Return one page of accounts."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        _Rows(actor),
        name="accounts",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values={**filters, "today": actor.today},
    )


@dataclass(frozen=True, slots=True)
class _Taken:
    login: str
    employee_id: UUID | None


@statement
def _taken() -> Executable:
    """Read which of many logins and employees have an account already."""
    logins = bindparam("logins", type_=ARRAY(Text))
    employee_ids = bindparam("employee_ids", type_=ARRAY(Uuid))
    return select(accounts.c.login, accounts.c.employee_id).where(
        accounts.c.tenant_id == _TENANT,
        or_(
            accounts.c.login == func.any(logins),
            accounts.c.employee_id == func.any(employee_ids),
        ),
    )


async def taken_names(
    reading: Reading, logins: list[str], employee_ids: list[UUID]
) -> set[str | UUID | None]:
    """Return those of the logins and employees that have an account already."""
    rows = await reading.rows(_taken(), _Taken, logins=logins, employee_ids=employee_ids)
    return {name for row in rows for name in (row.login, row.employee_id)}


_EMPLOYEES = table("employees", column("tenant_id", Uuid), column("id", Uuid), schema=SCHEMA)
"""Known here by name alone: the organisation lies above."""


@statement
def _known_employees() -> Executable:
    return select(_EMPLOYEES.c.id).where(
        _EMPLOYEES.c.tenant_id == _TENANT,
        _EMPLOYEES.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID


async def known_employees(reading: Reading, employee_ids: list[UUID]) -> set[UUID]:
    """Return those of the ids that are of employees."""
    return {row.id for row in await reading.rows(_known_employees(), _Known, ids=employee_ids)}


def _filtered(shape: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = _all_accounts()
    for name, kind in (("status", Text), ("kind", Text), ("employee_id", Uuid)):
        if name in shape:
            query = query.where(accounts.c[name] == bindparam(name, type_=kind))
    if "q" in shape:
        part = func.lower(bindparam("q", type_=Text))
        text = func.concat(accounts.c.login, "\n", func.lower(accounts.c.name))
        query = query.where(func.strpos(text, part) > 0)
    if "role" in shape:
        today = bindparam("today", type_=Date)
        query = query.where(
            exists().where(
                grants.c.tenant_id == accounts.c.tenant_id,
                grants.c.account_id == accounts.c.id,
                grants.c.role == bindparam("role", type_=Text),
                holds_on(grants, today),
            )
        )
    return query


def _found(row: AccountOut | None) -> AccountOut:
    if row is None:
        raise ResourceNotFound
    return row
