"""Reads of transactions: those of the units that the actor serves or may read."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    DateTime,
    FromClause,
    Subquery,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, both_ways, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import Reach, reach, scope_values
from kinerja_api.organisation.tables import employees, unit_closure, units
from kinerja_api.services.policies import transaction_actions
from kinerja_api.services.queries.staff import is_staff, sees
from kinerja_api.services.rules import (
    Facts,
    PauseFact,
    TransactionStatus,
)
from kinerja_api.services.schemas.transactions import (
    TransactionListParams,
    TransactionOut,
    TransactionPauseOut,
    TransactionSort,
)
from kinerja_api.services.tables import (
    services,
    transaction_pauses,
    transactions,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_READ = Permission.TRANSACTIONS_READ
_found = transactions.c
_SORTS = both_ways(TransactionSort, ("received_at", _found.received_at), ("id", _found.id))
_ALONE = frozenset({"service_id", "handler_id", "ref"})
"""Filters with an index of their own; other lists take the newest rows of each unit."""
_OF_UNITS = frozenset({"unit_id", "below_id"})
_INSTANT = DateTime(timezone=True)


class LockedTransaction(TypedDict):
    """A transaction as commands see it; its row is locked."""

    id: UUID
    service_id: UUID
    unit_id: UUID
    ref: str
    handler_id: UUID | None
    version: int
    is_staff: bool
    facts: Facts


def _named(
    column: ColumnElement[Any], table: FromClause, row_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return a column of the row that a transaction names, for the rows of the page only."""
    named = select(column).where(table.c.tenant_id == _TENANT, table.c.id == row_id)
    return named.scalar_subquery()


def pauses_of(transaction_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the pauses in their order, as one JSON value; a scalar sub-select."""
    pause = transaction_pauses.c
    parts: list[Any] = []
    for name in TransactionPauseOut.__annotations__:
        parts += [literal(name, Text, literal_execute=True), pause[name]]
    one = func.jsonb_build_object(*parts)
    every = func.jsonb_agg(aggregate_order_by(one, pause.starts_at, pause.id))
    return (
        select(func.coalesce(every, func.jsonb_build_array()))
        .where(pause.tenant_id == _TENANT, pause.transaction_id == transaction_id)
        .scalar_subquery()
    )


def _shown(found: FromClause) -> list[ColumnElement[Any]]:
    looked_up: dict[str, ColumnElement[Any]] = {
        "service_name": _named(services.c.name, services, found.c.service_id),
        "unit_name": _named(units.c.name, units, found.c.unit_id),
        "handler_name": _named(employees.c.name, employees, found.c.handler_id),
        "pauses": pauses_of(found.c.id),
    }
    names = [name for name in TransactionOut.__annotations__ if name != "allowed_actions"]
    columns = [looked_up[name] if name in looked_up else found.c[name] for name in names]
    return [
        *[column.label(name) for name, column in zip(names, columns, strict=True)],
        is_staff(found.c.unit_id).label("is_staff"),
    ]


def _transaction_out(**row: Any) -> TransactionOut:  # noqa: ANN401 - the columns of a row
    row["allowed_actions"] = transaction_actions(row["status"], staff=row.pop("is_staff"))
    return cast("TransactionOut", row)


@statement
def _transaction(*, reach: Reach) -> Executable:
    return select(*_shown(transactions)).where(
        _found.tenant_id == _TENANT,
        _found.id == bindparam("id", type_=Uuid),
        sees(_found.unit_id, reach=reach),
    )


async def get_transaction(reading: Reading, actor: Actor, transaction_id: UUID) -> TransactionOut:
    """Return the transaction; ResourceNotFound."""
    wanted = _transaction(reach=reach(actor, _READ))
    values = scope_values(actor, _READ)
    row = await reading.row(wanted, _transaction_out, id=transaction_id, **values)
    if row is None:
        raise ResourceNotFound
    return row


_LOCKED = (
    "id", "service_id", "unit_id", "ref", "handler_id", "version", "received_at", "complete_at",
    "done_at", "cancelled_at",
)  # fmt: skip


@statement
def _locked(*, reach: Reach) -> Executable:
    columns = [*[_found[name] for name in _LOCKED], is_staff(_found.unit_id).label("is_staff")]
    return (
        select(*columns)
        .where(
            _found.tenant_id == _TENANT,
            _found.id == bindparam("id", type_=Uuid),
            sees(_found.unit_id, reach=reach),
        )
        .with_for_update(of=transactions)
    )


@statement
def pauses_in_order() -> Executable:
    """Select the pauses of the transaction ``:id``."""
    pause = transaction_pauses.c
    return (
        select(pause.reason, pause.starts_at, pause.ends_at, pause.note)
        .where(
            pause.tenant_id == _TENANT,
            pause.transaction_id == bindparam("id", type_=Uuid),
        )
        .order_by(pause.starts_at, pause.id)
    )


async def lock_transaction(
    writing: Writing, actor: Actor, transaction_id: UUID
) -> LockedTransaction:
    """Return the transaction, locked to the end of the write; ResourceNotFound."""
    wanted = _locked(reach=reach(actor, _READ))
    values = scope_values(actor, _READ)
    row = await writing.row(wanted, dict[str, Any], id=transaction_id, **values)
    if row is None:
        raise ResourceNotFound
    pauses = await writing.rows(pauses_in_order(), PauseFact, id=transaction_id)
    facts = Facts(
        row.pop("received_at"),
        row.pop("complete_at"),
        pauses,
        row.pop("done_at"),
        row.pop("cancelled_at"),
    )
    return cast("LockedTransaction", {**row, "facts": facts})


async def list_transactions(
    reading: Reading, actor: Actor, params: TransactionListParams, cursors: Cursors
) -> Page[TransactionOut]:
    """Return one page of transactions."""
    filters = params.filters()
    shape, scope = tuple(sorted(filters)), reach(actor, _READ)
    unit = None if _ALONE & filters.keys() else _units(shape, scope)
    return await fetch_page(
        reading,
        lambda: _filtered(shape, scope, params.status, unit),
        _transaction_out,
        name="transactions",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(*shape, scope, params.status),
        values={**filters, **scope_values(actor, _READ)},
        spread=None if unit is None else lambda page: _spread(page, unit),
    )


def _units(shape: tuple[str, ...], scope: Reach) -> Subquery:
    """Return the units with services over which the list runs."""
    offered = exists().where(services.c.tenant_id == _TENANT, services.c.unit_id == units.c.id)
    query = select(units.c.id.label("unit_id")).where(
        units.c.tenant_id == _TENANT, sees(units.c.id, reach=scope), offered
    )
    if "unit_id" in shape:
        query = query.where(units.c.id == bindparam("unit_id", type_=Uuid))
    if "below_id" in shape:
        query = query.where(units.c.id.in_(_below()))
    return query.subquery("listed_units")


def _below() -> Rows:
    return select(unit_closure.c.descendant_id).where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
    )


def _filtered(
    shape: tuple[str, ...],
    scope: Reach,
    status: TransactionStatus | None,
    unit: Subquery | None,
) -> Rows:
    wanted = [name for name in shape if name in _FILTERS]
    if unit is not None:
        wanted = [name for name in wanted if name not in _OF_UNITS]
        query: Rows = select(transactions).where(_found.unit_id == unit.c.unit_id).correlate(unit)
    else:
        query = select(*_shown(transactions)).where(sees(_found.unit_id, reach=scope))
    query = query.where(_found.tenant_id == _TENANT)
    if status is not None:
        # Written into the text: the index of the open ones needs it.
        query = query.where(_found.status == literal(status, Text, literal_execute=True))
    return query.where(*[_FILTERS[name] for name in wanted])


_FILTERS: Mapping[str, ColumnElement[bool]] = {
    "unit_id": _found.unit_id == bindparam("unit_id", type_=Uuid),
    "below_id": _found.unit_id.in_(_below()),
    "service_id": _found.service_id == bindparam("service_id", type_=Uuid),
    "handler_id": _found.handler_id == bindparam("handler_id", type_=Uuid),
    "ref": _found.ref == bindparam("ref", type_=Text),
    "received_from": _found.received_at >= bindparam("received_from", type_=_INSTANT),
    "received_to": _found.received_at < bindparam("received_to", type_=_INSTANT),
}


def _spread(page: Rows, unit: Subquery) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the newest rows of each unit; names are looked up at the end."""
    newest = page.lateral("found")
    rows = select(*_shown(newest)).select_from(unit.join(newest, true()))
    return rows, [newest.c.received_at, newest.c.id]
