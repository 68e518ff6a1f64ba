"""What the reads of monitoring share."""

from typing import Any

from sqlalchemy import Date, FromClause, and_, bindparam
from sqlalchemy.sql.elements import ColumnElement

TODAY: ColumnElement[Any] = bindparam("scope_today", type_=Date)


def of_same(left: FromClause, right: FromClause, **columns: str) -> ColumnElement[bool]:
    """Return the join of two tables of one tenant: ``right`` column = name of the ``left`` one."""
    return and_(
        left.c.tenant_id == right.c.tenant_id,
        *[right.c[theirs] == left.c[ours] for theirs, ours in columns.items()],
    )
