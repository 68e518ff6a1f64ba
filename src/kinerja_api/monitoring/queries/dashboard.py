"""The year of a unit in months: logs and minutes by status, in one statement.

It reads the sums that are kept beside the logs, never the logs, so a year of many units costs
little; what stands today is in the live view.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Date, Uuid, bindparam, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.queries.months import month_sums
from kinerja_api.activities.rules import LogStatus
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.monitoring.queries.branches import branches, units_of
from kinerja_api.monitoring.schemas import DashboardMonth, DashboardOut, DashboardUnit, StatusSum
from kinerja_api.organisation.queries.scope import Reach, reach, scope_values

_UNIT = bindparam("unit_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class _Row:
    unit_id: UUID
    unit_code: str
    unit_name: str
    month: dt.date | None
    status: str | None
    logs: int | None
    minutes: int | None


async def get_dashboard(reading: Reading, actor: Actor, unit_id: UUID, year: int) -> DashboardOut:
    """Return the months of the year; ResourceNotFound for a unit that is not the actor's."""
    permission = Permission.MONITORING_READ
    rows = await reading.rows(
        _branch_sums(reach=reach(actor, permission)),
        _Row,
        unit_id=unit_id,
        first_month=dt.date(year, 1, 1),
        last_month=dt.date(year, 12, 1),
        **scope_values(actor, permission),
    )
    if not rows:
        raise ResourceNotFound
    named = {row.unit_id: row for row in rows}
    return DashboardOut(
        unit_id=unit_id,
        year=year,
        total=_months(year, rows),
        units=[
            DashboardUnit(
                unit_id=branch_id,
                unit_code=name.unit_code,
                unit_name=name.unit_name,
                months=_months(year, [row for row in rows if row.unit_id == branch_id]),
            )
            for branch_id, name in named.items()
        ],
    )


def _months(year: int, rows: Iterable[_Row]) -> list[DashboardMonth]:
    """Return all months of the year with all statuses, those without a log too."""
    sums = [{str(status): StatusSum(logs=0, minutes=0) for status in LogStatus} for _ in range(12)]
    for row in rows:
        if row.month is not None and row.status is not None:
            each = sums[row.month.month - 1][row.status]
            each["logs"] += row.logs or 0
            each["minutes"] += row.minutes or 0
    return [
        DashboardMonth(month=dt.date(year, number, 1), **each)
        for number, each in enumerate(sums, start=1)
    ]


@statement
def _branch_sums(*, reach: Reach) -> Executable:
    heads = branches(reach)
    below = units_of(heads).cte("below").prefix_with("MATERIALIZED")
    first, last = bindparam("first_month", type_=Date), bindparam("last_month", type_=Date)
    of_unit = month_sums(below, first, last).subquery("of_unit")
    of_branch = (
        select(
            below.c.branch_id,
            of_unit.c.month,
            of_unit.c.status,
            sql_cast(func.sum(of_unit.c.logs), BigInteger).label("logs"),
            sql_cast(func.sum(of_unit.c.minutes), BigInteger).label("minutes"),
        )
        .join_from(of_unit, below, below.c.unit_id == of_unit.c.unit_id)
        .group_by(below.c.branch_id, of_unit.c.month, of_unit.c.status)
        .subquery("of_branch")
    )
    return (
        select(
            heads.c.unit_id,
            heads.c.unit_code,
            heads.c.unit_name,
            of_branch.c.month,
            of_branch.c.status,
            of_branch.c.logs,
            of_branch.c.minutes,
        )
        .outerjoin_from(heads, of_branch, of_branch.c.branch_id == heads.c.unit_id)
        .order_by(heads.c.unit_id != _UNIT, heads.c.unit_code, heads.c.unit_id)
    )
