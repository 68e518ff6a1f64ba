"""Writing transactions with their pauses: whatever their number, two statements."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Text, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Rows, statement
from kinerja_api.services.rules import Facts
from kinerja_api.services.tables import transaction_pauses, transactions

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransaction:
    """A transaction to enter; its service and handler are known to be there."""

    id: UUID
    service_id: UUID
    unit_id: UUID
    ref: str
    facts: Facts
    cancel_reason: str | None
    handler_id: UUID | None
    client_ref: str | None
    content_hash: bytes | None


@dataclass(frozen=True, slots=True)
class NameTaken:
    """A client_ref that was given before."""

    client_ref: str
    id: UUID
    content_hash: bytes


async def insert_new(
    writing: Writing, news: Sequence[NewTransaction], account_id: UUID, now: dt.datetime
) -> dict[str | None, NameTaken]:
    """Write the transactions whose names are free; return the names that were taken before.

    A name being taken at the same moment is waited for: all in the same order.
    """
    if not news:
        return {}
    ordered = sorted(news, key=lambda new: new.client_ref or "")
    values = transaction_lists(ordered)
    made = await writing.rows(_insert(), dict[str, UUID], account_id=account_id, now=now, **values)
    ids = {row["id"] for row in made}
    await insert_pauses(writing, [new for new in ordered if new.id in ids])
    names = [new.client_ref for new in ordered if new.id not in ids]
    if not names:
        return {}
    rows = await writing.rows(names_taken(), NameTaken, account_id=account_id, names=names)
    return {row.client_ref: row for row in rows}


async def insert_pauses(writing: Writing, news: Sequence[NewTransaction]) -> None:
    """Write the pauses of the transactions."""
    pauses = [(new.id, pause) for new in news for pause in new.facts.pauses]
    if pauses:
        await writing.execute(
            _insert_pauses(),
            pause_id=[new_id() for _ in pauses],
            pause_transaction_id=[transaction_id for transaction_id, _ in pauses],
            **{
                f"pause_{name}": [getattr(pause, name) for _, pause in pauses]
                for name in ("reason", "note", "starts_at", "ends_at")
            },
        )


_INSTANT = DateTime(timezone=True)
TRANSACTION_LISTS: Mapping[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "service_id": Uuid(),
    "unit_id": Uuid(),
    "ref": Text(),
    "status": Text(),
    "received_at": _INSTANT,
    "complete_at": _INSTANT,
    "done_at": _INSTANT,
    "cancelled_at": _INSTANT,
    "cancel_reason": Text(),
    "handler_id": Uuid(),
    "client_ref": Text(),
    "content_hash": LargeBinary(),
}
_PAUSE_LISTS: Mapping[str, TypeEngine[Any]] = {
    "id": Uuid(),
    "transaction_id": Uuid(),
    "reason": Text(),
    "note": Text(),
    "starts_at": _INSTANT,
    "ends_at": _INSTANT,
}
_OF_FACTS = ("status", "received_at", "complete_at", "done_at", "cancelled_at")


def transaction_lists(news: Sequence[NewTransaction]) -> dict[str, object]:
    """Return the values of ``lists`` for the transactions."""
    return {
        f"new_{name}": [getattr(new.facts if name in _OF_FACTS else new, name) for new in news]
        for name in TRANSACTION_LISTS
    }


def lists(prefix: str, kinds: Mapping[str, TypeEngine[Any]]) -> Any:  # noqa: ANN401 - a table
    """Return the lists in the parameters of the prefix as a table."""
    return (
        func.unnest(
            *[bindparam(f"{prefix}_{name}", type_=ARRAY(kind)) for name, kind in kinds.items()]
        )
        .table_valued(*[column(name, kind) for name, kind in kinds.items()])
        .render_derived(name=f"{prefix}_rows")
    )


@statement
def _insert() -> Executable:
    rows, now = lists("new", TRANSACTION_LISTS), bindparam("now", type_=_INSTANT)
    given: Rows = select(
        _TENANT,
        bindparam("account_id", type_=Uuid),
        *[rows.c[name] for name in TRANSACTION_LISTS],
        now,
        now,
    )
    columns = ["tenant_id", "account_id", *TRANSACTION_LISTS, "created_at", "updated_at"]
    return (
        insert(transactions)
        .from_select(columns, given)
        .on_conflict_do_nothing()
        .returning(transactions.c.id)
    )


@statement
def _insert_pauses() -> Executable:
    rows = lists("pause", _PAUSE_LISTS)
    return insert(transaction_pauses).from_select(
        ["tenant_id", *_PAUSE_LISTS], select(_TENANT, *[rows.c[name] for name in _PAUSE_LISTS])
    )


@statement
def names_taken() -> Executable:
    """Select the transactions of these client_refs."""
    found = transactions.c
    return select(found.client_ref, found.id, found.content_hash).where(
        found.tenant_id == _TENANT,
        found.account_id == bindparam("account_id", type_=Uuid),
        found.client_ref == any_of("names", Text()),
    )


def any_of(name: str, kind: TypeEngine[Any]) -> Any:  # noqa: ANN401 - an operand
    """Return ``ANY`` of the list in the parameter."""
    return func.any(bindparam(name, type_=ARRAY(kind)))
