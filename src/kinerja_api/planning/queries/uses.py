"""Whether anything outside of a plan's content refers to a target or indicator of it.

Which tables may do so is read from the tables of all domains: those with a foreign key to targets
or indicators, and those whose column says ``info={"refers_to": …}`` in the place of one.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Uuid, bindparam, func, select, union
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.tables import metadata
from kinerja_api.planning.tables import indicator_targets, indicators, targets

_CONTENT = (indicators, indicator_targets)


class _Used(TypedDict):
    id: UUID


@statement
def _used() -> Executable:
    return union(*[_referring(table, column) for table, column in _references()])


def _references() -> Iterator[tuple[SqlTable, Column[Any]]]:
    names = {targets.name, indicators.name}
    for table in metadata.sorted_tables:
        if table in _CONTENT:
            continue
        for key in table.foreign_key_constraints:
            if key.referred_table.name in names and key.ondelete is None:
                yield table, table.c[key.column_keys[1]]
        for column in table.columns:
            if column.info.get("refers_to") in names:
                yield table, column


def _referring(table: SqlTable, column: Column[Any]) -> Rows:
    query = select(column.label("id")).where(
        table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        column == func.any(bindparam("ids", type_=ARRAY(Uuid))),
    )
    if "refers_to" in column.info:  # no foreign key, so no index leads from it: by the employee
        query = query.where(table.c.employee_id == bindparam("employee_id", type_=Uuid))
    return query


async def find_used(reading: Reading, employee_id: UUID, ids: Collection[str]) -> set[str]:
    """Return which of the employee's targets and indicators something else refers to."""
    if not ids:
        return set()
    rows = await reading.rows(_used(), _Used, ids=list(ids), employee_id=employee_id)
    return {str(row["id"]) for row in rows}
