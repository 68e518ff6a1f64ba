"""Logs and minutes of units by month and status, from the sums kept beside the logs."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import FromClause, Uuid, and_, bindparam, func, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.activities.tables import month_deltas
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.tables import units


@dataclass(frozen=True, slots=True)
class _Unit:
    id: UUID


def month_sums(
    of_units: FromClause, first_month: ColumnElement[dt.date], last_month: ColumnElement[dt.date]
) -> Rows:
    """Select ``unit_id``, ``month``, ``status``, ``logs`` and ``minutes``; no row is 0 logs.

    of_units: has ``unit_id``, each once. Months are their first days, both ends are included.
    """
    deltas = month_deltas.c
    of_unit = and_(
        deltas.tenant_id == bindparam("tenant_id", type_=Uuid),
        deltas.unit_id == of_units.c.unit_id,
        deltas.month.between(first_month, last_month),
    )
    return (
        select(
            deltas.unit_id,
            deltas.month,
            deltas.status,
            func.sum(deltas.logs).label("logs"),
            func.sum(deltas.minutes).label("minutes"),
        )
        .join_from(of_units, month_deltas, of_unit)
        .group_by(deltas.unit_id, deltas.month, deltas.status)
        .having(func.sum(deltas.logs) != 0)
    )


async def list_unit_ids(reading: Reading) -> list[UUID]:
    """Return all units of the government, in id order."""
    return [unit.id for unit in await reading.rows(_unit_ids(), _Unit)]


@statement
def _unit_ids() -> Executable:
    tenant = bindparam("tenant_id", type_=Uuid)
    return select(units.c.id).where(units.c.tenant_id == tenant).order_by(units.c.id)
