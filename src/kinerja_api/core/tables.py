"""The metadata of all tables, their naming convention and their shared columns.

Every tenant table leads its keys with ``tenant_id`` and carries forced row-level security
(``tenant_isolation``); reference tables (``info={"reference": True}``) have neither.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Uuid,
)

SCHEMA = "kinerja"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_1_name)s_fkey",
    },
)

tenant_isolation = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
"""The row-level security policy of every tenant table, nothing else (no sub-selects)."""


def tenant_column() -> Column[Any]:
    """Return the leading column of every tenant table."""
    return Column("tenant_id", Uuid, nullable=False)


def id_column() -> Column[Any]:
    """Return the id column (UUIDv7, made by the application)."""
    return Column("id", Uuid, nullable=False)


def version_columns() -> list[Column[Any]]:
    """Return creation and change instants and the version behind the ETag."""
    return [
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        Column("version", Integer, nullable=False, server_default="1"),
    ]


def one_of(column: str, values: Sequence[str], *, name: str | None = None) -> CheckConstraint:
    """Return the check that a text column holds one of the values (statuses are no enum types)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def belongs_to(
    column: str, table: str, *, name: str | None = None, cascades: bool = False
) -> ForeignKeyConstraint:
    """Return the composite foreign key ``(tenant_id, column)`` → ``table (tenant_id, id)``.

    cascades: the row goes with the one it belongs to.
    """
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{SCHEMA}.{table}.tenant_id", f"{SCHEMA}.{table}.id"],
        name=name,
        ondelete="CASCADE" if cascades else None,
    )
