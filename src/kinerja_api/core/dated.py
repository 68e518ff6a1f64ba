"""Conditions on rows that hold from ``starts_on`` to ``ends_on``, both inside; null is open."""

from typing import Any

from sqlalchemy import Date, FromClause, and_, bindparam, or_
from sqlalchemy.sql.elements import ColumnElement


def holds_on(row: FromClause, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a row holds on the day."""
    return and_(row.c.starts_on <= day, or_(row.c.ends_on.is_(None), row.c.ends_on >= day))


def holds_between(row: FromClause) -> ColumnElement[bool]:
    """Return the condition that a row holds on a day from ``:starts_on`` to ``:ends_on``."""
    first, last = bindparam("starts_on", type_=Date), bindparam("ends_on", type_=Date)
    return and_(
        or_(last.is_(None), row.c.starts_on <= last),
        or_(row.c.ends_on.is_(None), row.c.ends_on >= first),
    )


def share_a_day(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    """Return the condition that two rows hold on at least one same day."""
    return and_(
        or_(other.c.ends_on.is_(None), one.c.starts_on <= other.c.ends_on),
        or_(one.c.ends_on.is_(None), other.c.starts_on <= one.c.ends_on),
    )
