"""What all files share: the temporary table of their rows, doubles, and the trail."""

import functools
import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, delete, literal, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.rules import RowFault


class _Row(Protocol):
    @property
    def line(self) -> int: ...


R = TypeVar("R", bound=_Row)


def given_table(name: str, *columns: Column[Any]) -> Table:
    """Return a temporary table for the rows of a file: ``line``, ``id`` and the columns.

    ``id`` is that of a row which turns out to be new.
    """
    return Table(
        name,
        MetaData(),
        Column("line", Integer),
        Column("id", Uuid),
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )


async def put_given(writing: Writing, table: Table, records: Iterable[tuple[object, ...]]) -> None:
    """Fill the table, whatever it held before in this transaction."""
    await writing.script(_definition(table))
    await writing.execute(_empty(table))
    await writing.copy_rows(table.name, [column.name for column in table.columns], list(records))


@functools.cache
def _definition(table: Table) -> str:
    dialect: Any = postgresql.dialect()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - the dialect is untyped
    return str(CreateTable(table, if_not_exists=True).compile(dialect=dialect))


@statement
def _empty(table: Table) -> Executable:
    return delete(table)


def doubles(rows: Iterable[R], key: Callable[[R], Hashable], column: str) -> list[RowFault]:
    """Return a fault for each row whose key an earlier row of the file has."""
    first: dict[Hashable, int] = {}
    return [
        RowFault(row.line, column, "row_repeated", {"first_line": line})
        for row in rows
        if (line := first.setdefault(key(row), row.line)) != row.line
    ]


def fault_select(given: Table, column: str, code: str) -> Rows:
    """Return the select of a fault for each given row that the caller's conditions leave."""
    return select(
        given.c.line, literal(column, Text).label("column"), literal(code, Text).label("code")
    )


def tell_loaded(
    writing: Writing, what: str, records: Sequence[tuple[object, ...]], *, changed: int
) -> None:
    """Record the file with its hash and, where it changed anything, emit ``<what>.loaded``."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(repr(record).encode())
    subject = (f"{what}_file", new_id())
    counts = {"rows": len(records), "changed": changed}
    after = {**counts, "sha256": digest.hexdigest()}
    writing.record(f"{what}.loaded", subject, after=after)
    if changed:
        writing.emit(f"{what}.loaded", subject, **counts)
