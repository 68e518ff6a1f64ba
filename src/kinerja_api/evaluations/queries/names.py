"""Names of what an evaluation refers to, as scalar sub-selects for the rows of a page."""

from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, select
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.tables import periods


def name_of(employee_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """Return the employee's name."""
    return _looked_up(employees, "name", employee_id)


def unit_name_of(unit_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """Return the unit's name."""
    return _looked_up(units, "name", unit_id)


def period_code_of(period_id: ColumnElement[UUID]) -> ColumnElement[str]:
    """Return the period's code."""
    return _looked_up(periods, "code", period_id)


def _looked_up(table: Table, column: str, row_id: ColumnElement[UUID]) -> ColumnElement[str]:
    named = table.alias()
    return (
        select(named.c[column])
        .where(named.c.tenant_id == bindparam("tenant_id", type_=Uuid), named.c.id == row_id)
        .scalar_subquery()
    )
