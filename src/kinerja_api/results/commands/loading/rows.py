"""What both files share: people, periods, the way of a file."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Table,
    Uuid,
    and_,
    bindparam,
    func,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Rows, Statement, statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    fault_select,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.queries.scope import superior_of
from kinerja_api.organisation.rules import RowFault
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.tables import periods
from kinerja_api.results.commands.periods import hold_periods
from kinerja_api.results.rules import BehaviourRow, ResultRow

R = TypeVar("R", ResultRow, BehaviourRow)

_TENANT = bindparam("tenant_id", type_=Uuid)


class _Period(TypedDict):
    id: UUID
    code: str


async def load_rows(
    writing: Writing,
    rows: Sequence[R],
    what: str,
    records: Sequence[tuple[object, ...]],
    key: Callable[[R], Hashable],
    steps: tuple[Table, Statement, Statement],
) -> list[RowFault]:
    """Take a file wholly or not at all; return its faults.

    steps: its table, the statement that finds faults, the one that takes it in.
    """
    given, find_faults, upsert = steps
    faults = doubles(rows, key, "person_ref")
    if faults:
        return faults
    numbered = zip(rows, records, strict=True)
    await put_given(writing, given, ((row.line, new_id(), *record) for row, record in numbered))
    faults = await _closed_periods(writing, given, rows)
    faults += await writing.rows(find_faults, RowFault)
    if faults:
        return sorted(faults, key=lambda fault: fault.line)
    changed = await writing.execute(upsert, now=clock.now())
    tell_loaded(writing, what, records, changed=changed)
    return []


async def _closed_periods(writing: Writing, given: Table, rows: Sequence[R]) -> list[RowFault]:
    """Hold the periods of the file open; return a fault for each row of a closed one."""
    found = await writing.rows(_periods_of(given), _Period)
    closed = await hold_periods(writing, [period["id"] for period in found])
    codes = {period["code"] for period in found if period["id"] in closed}
    return [
        RowFault(row.line, "period_code", "period_closed")
        for row in rows
        if row.period_code in codes
    ]


@statement
def _periods_of(given: Table) -> Executable:
    return select(periods.c.id, periods.c.code).where(
        periods.c.tenant_id == _TENANT, periods.c.code.in_(select(given.c.period_code))
    )


def _today() -> ColumnElement[Any]:
    """Return what day it is for the government."""
    return (
        select(sql_cast(func.timezone(tenants.c.time_zone, func.now()), Date))
        .where(tenants.c.id == _TENANT)
        .scalar_subquery()
    )


def people_of(given: Table) -> FromClause:
    """Return the people and periods of the file, each pair once, with the superior of today."""
    persons = (
        select(
            employees.c.ref,
            employees.c.id,
            superior_of(employees.c.id, _today()).label("superior_id"),
        )
        .where(employees.c.tenant_id == _TENANT, employees.c.ref.in_(select(given.c.person_ref)))
        .cte("persons")
        .prefix_with("MATERIALIZED")
    )
    pairs = select(given.c.person_ref, given.c.period_code).distinct().subquery("pairs")
    is_period = and_(periods.c.tenant_id == _TENANT, periods.c.code == pairs.c.period_code)
    return (
        select(
            pairs.c.person_ref,
            pairs.c.period_code,
            persons.c.id.label("employee_id"),
            periods.c.id.label("period_id"),
            periods.c.starts_on,
            periods.c.ends_on,
            persons.c.superior_id,
        )
        .outerjoin_from(pairs, persons, persons.c.ref == pairs.c.person_ref)
        .outerjoin(periods, is_period)
        .cte("people")
        .prefix_with("MATERIALIZED")
    )


def is_of_people(given: Table, people: FromClause) -> ColumnElement[bool]:
    """Return the join of the rows of a file to their people and periods."""
    return and_(
        people.c.person_ref == given.c.person_ref, people.c.period_code == given.c.period_code
    )


def unknown_rows(given: Table, people: FromClause, column: str, found: str) -> Rows:
    """Return a fault for each row whose person or period is not found."""
    rows = fault_select(given, column, "unknown_reference")
    return rows.join_from(given, people, is_of_people(given, people)).where(
        people.c[found].is_(None)
    )
