"""The sums of logs by unit, month and status: appended with each change, folded, compared.

A change of logs adds what came and takes away what went in its own statement, as new rows, so
people of one unit never wait for each other. Whatever is read at one moment is whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Date,
    DateTime,
    FromClause,
    Insert,
    Integer,
    Select,
    Uuid,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.activities.tables import activity_logs, month_deltas
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.sql_ids import new_id_of_row
from kinerja_api.organisation.tables import units

COUNTED: tuple[ColumnElement[Any], ...] = (
    activity_logs.c.unit_id,
    activity_logs.c.work_date,
    activity_logs.c.status,
    activity_logs.c.starts_minute,
    activity_logs.c.ends_minute,
)
"""What of a log its sums rest on."""

_TENANT = bindparam("tenant_id", type_=Uuid)
_SUMMED = ("unit_id", "month", "status", "logs", "minutes")


def count_new(logs: FromClause) -> Insert:
    """Return the insert that adds logs to the sums; they have the columns ``COUNTED``."""
    return _add([_counts(logs, 1)])


def update_logs(
    rows: Sequence[ColumnElement[bool]], values: Mapping[str, ColumnElement[Any]]
) -> Executable:
    """Return the statement that changes the logs, which must be locked, and their sums.

    rows: the conditions on ``activity_logs``.
    """
    before = select(*COUNTED).where(*rows).cte("before")
    changed = (
        update(activity_logs)
        .where(*rows)
        .values(**values, version=activity_logs.c.version + 1)
        .returning(*COUNTED)
        .cte("changed")
    )
    return _add([_counts(before, -1), _counts(changed, 1)])


def delete_logs(rows: Sequence[ColumnElement[bool]]) -> Executable:
    """Return the statement that removes the logs and takes them from their sums."""
    gone = delete(activity_logs).where(*rows).returning(*COUNTED).cte("gone")
    return _add([_counts(gone, -1)])


async def fold_sums(writing: Writing, *, limit: int) -> int:
    """Make one row of several of the same unit, month and status; return how many were taken.

    Rows that another worker is folding are passed over, rows appended meanwhile stay.
    """
    await writing.hash_joins_only()  # after a burst no statistics tell how many rows there are
    return await writing.value(_fold(), limit=limit)


async def mend_sums(writing: Writing, unit_ids: Sequence[UUID]) -> int:
    """Add to the sums of the units what they differ from their logs by; return of how many.

    A unit that another worker is comparing is passed over.
    """
    held: list[UUID] = await writing.value(_hold_units(), unit_ids=unit_ids)
    if not held:
        return 0
    found = await writing.rows(_mend(), dict[str, object], unit_ids=held)
    by_unit: dict[UUID, list[dict[str, object]]] = {}
    for row in found:
        unit_id = row.pop("unit_id")
        by_unit.setdefault(UUID(str(unit_id)), []).append(row)
    for unit_id, added in by_unit.items():
        writing.record("month_sums.mended", ("unit", unit_id), after={"added": added})
    return len(by_unit)


def _counts(logs: FromClause, sign: int) -> Rows:
    day = cast(logs.c.work_date, DateTime)
    minutes = cast(logs.c.ends_minute - logs.c.starts_minute, Integer)
    return select(
        logs.c.unit_id,
        cast(func.date_trunc("month", day), Date).label("month"),
        logs.c.status,
        literal(sign, Integer, literal_execute=True).label("logs"),
        (minutes * literal(sign, Integer, literal_execute=True)).label("minutes"),
    )


def _add(parts: Sequence[Rows]) -> Insert:
    """Insert the sums of the parts that are not nothing, one row a unit, month and status."""
    whole: Rows | CompoundSelect[*tuple[object, ...]]
    whole = parts[0] if len(parts) == 1 else union_all(*parts)
    summed = whole.subquery("summed").c
    logs, minutes = func.sum(summed.logs), func.sum(summed.minutes)
    return insert(month_deltas).from_select(
        ["tenant_id", "id", *_SUMMED],
        select(_TENANT, new_id_of_row(), summed.unit_id, summed.month, summed.status, logs, minutes)
        .group_by(summed.unit_id, summed.month, summed.status)
        .having(or_(logs != 0, minutes != 0)),
    )


def _summed(table: FromClause) -> list[ColumnElement[Any]]:
    return [table.c[name] for name in _SUMMED]


@statement
def _fold() -> Executable:
    deltas = month_deltas.c
    key = tuple_(*month_deltas.primary_key.columns)
    several = (
        select(deltas.unit_id, deltas.month, deltas.status)
        .where(deltas.tenant_id == _TENANT)
        .group_by(deltas.unit_id, deltas.month, deltas.status)
        .having(func.count() > 1)
    )
    taken = (
        select(*month_deltas.primary_key.columns)
        .where(
            deltas.tenant_id == _TENANT,
            tuple_(deltas.unit_id, deltas.month, deltas.status).in_(several),
        )
        .order_by(*month_deltas.primary_key.columns)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    gone = (
        delete(month_deltas)
        .where(deltas.tenant_id == _TENANT, key.in_(taken))
        .returning(*_summed(month_deltas))
        .cte("gone")
    )
    added = _add([select(*_summed(gone))]).cte("added")
    return select(func.count()).select_from(gone).add_cte(added)


@statement
def _hold_units() -> Executable:
    held = (
        select(units.c.id)
        .where(
            units.c.tenant_id == _TENANT,
            units.c.id == func.any(bindparam("unit_ids", type_=ARRAY(Uuid))),
        )
        .order_by(units.c.id)
        .with_for_update(key_share=True, skip_locked=True)
        .cte("held")
    )
    return select(func.array_agg(held.c.id))


@statement
def _mend() -> Executable:
    deltas, unit_ids = month_deltas.c, bindparam("unit_ids", type_=ARRAY(Uuid))
    logs = (
        select(*COUNTED)
        .where(
            activity_logs.c.tenant_id == _TENANT,
            activity_logs.c.unit_id == func.any(unit_ids),
        )
        .subquery("counted_logs")
    )
    kept: Select[*tuple[object, ...]] = select(
        deltas.unit_id, deltas.month, deltas.status, -deltas.logs, -deltas.minutes
    ).where(deltas.tenant_id == _TENANT, deltas.unit_id == func.any(unit_ids))
    mended: Executable = _add([_counts(logs, 1), kept]).returning(*_summed(month_deltas))
    return mended
