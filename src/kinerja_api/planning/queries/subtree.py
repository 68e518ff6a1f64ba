"""Lists over a unit and everything below it: the first rows of each unit, then the rest of them."""

from typing import Any

from sqlalchemy import FromClause, Select, Uuid, and_, bindparam, select, true
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.organisation.queries.below import UNITS_BELOW

_TENANT = bindparam("tenant_id", type_=Uuid)


def found_rows(page: Select[Any], *, below: bool) -> tuple[FromClause, FromClause]:
    """Return the rows of a page as ``found``, and what to select them from."""
    if below:
        found = page.lateral("found")
        return found, UNITS_BELOW.join(found, true())
    found = page.subquery("found")
    return found, found


def looked_up(
    value: ColumnElement[Any], table: FromClause, row_id: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return the value of the row of this id; for a select list.

    No join: the database looks it up for the rows of the page only, after it has ordered them.
    """
    return select(value).where(same_row(table, row_id)).scalar_subquery()


def same_row(table: FromClause, row_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the join to the row of this id."""
    return and_(table.c.tenant_id == _TENANT, table.c.id == row_id)
