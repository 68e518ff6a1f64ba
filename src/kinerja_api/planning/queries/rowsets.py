"""Rows handed to a statement as one JSON value."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TableValuedAlias, bindparam, column, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine


def rows_of(name: str, columns: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """Return the list of objects in parameter ``name`` as a table with these columns."""
    return (
        func.jsonb_to_recordset(bindparam(name, type_=JSONB))
        .table_valued(*[column(key, kind) for key, kind in columns.items()])
        .render_derived(name=f"{name}_rows", with_types=True)
    )
