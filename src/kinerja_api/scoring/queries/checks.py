"""What is pending before a close: counts, and the first fifty of each kind."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, and_, bindparam, func, literal_column, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.queries.logs import has_status
from kinerja_api.activities.rules import LogStatus
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, Statement, statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.planning.rules import PlanStatus
from kinerja_api.planning.tables import plans
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import behaviour_ratings, indicator_results
from kinerja_api.scoring.queries.people import people_on
from kinerja_api.scoring.rules import BEHAVIOUR_COUNT
from kinerja_api.scoring.schemas import CloseChecksOut, PendingListOut, PendingOut

_FIRST = 50
_TENANT = bindparam("tenant_id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)


class _Pending(TypedDict):
    id: UUID
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    total: int


async def check_close(reading: Reading, actor: Actor, period_id: UUID) -> CloseChecksOut:
    """Return what a close of the period would leave out today; ResourceNotFound."""
    period = await get_period(reading, period_id)
    starts_on, ends_on = period["starts_on"], period["ends_on"]
    seen = reach(actor, Permission.CLOSINGS_READ)
    await reading.hash_joins_only()

    async def pending(wanted: Callable[[Reach], Statement], **values: object) -> PendingListOut:
        scope = scope_values(actor, Permission.CLOSINGS_READ)
        return _counted(await reading.rows(wanted(seen), _Pending, **values, **scope))

    on_last_day: dict[str, object] = {"day": ends_on, "year": ends_on.year}
    days: dict[str, dt.date] = {"starts_on": starts_on, "ends_on": ends_on}
    checks = {
        "submitted_plans": await pending(_submitted_plans, year=ends_on.year),
        "submitted_logs": await pending(_submitted_logs, **days),
        "unverified_results": await pending(_unverified_results, period_id=period_id),
        "people_without_plan": await pending(_people_without_plan, **on_last_day),
        "missing_behaviours": await pending(
            _missing_behaviours, period_id=period_id, **on_last_day
        ),
    }
    left_out = await pending(_not_enough_data, period_id=period_id)
    is_ready = not any(check["count"] for check in checks.values())
    return CloseChecksOut(
        period_id=period_id,
        is_ready=is_ready,
        is_over=ends_on < actor.today,
        not_enough_data=left_out,
        **checks,
    )


def _counted(rows: list[_Pending]) -> PendingListOut:
    items = [
        PendingOut(
            id=row["id"],
            employee_id=row["employee_id"],
            employee_name=row["employee_name"],
            unit_id=row["unit_id"],
        )
        for row in rows
    ]
    return PendingListOut(count=rows[0]["total"] if rows else 0, items=items)


def _first_of(
    subject_id: ColumnElement[Any],
    employee_id: ColumnElement[Any],
    unit_id: ColumnElement[Any],
    *,
    seen: Reach,
) -> Rows:
    person = and_(employees.c.tenant_id == _TENANT, employees.c.id == employee_id)
    return (
        select(
            subject_id.label("id"),
            employee_id.label("employee_id"),
            employees.c.name.label("employee_name"),
            unit_id.label("unit_id"),
            func.count().over().label("total"),
        )
        .join(employees, person)
        .where(in_scope(employee_id, unit_id, reach=seen))
        .order_by(subject_id)
        .limit(_FIRST)
    )


@statement
def _submitted_plans(seen: Reach) -> Executable:
    columns = plans.c
    return _first_of(columns.id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.tenant_id == _TENANT,
        columns.year == bindparam("year", type_=Integer),
        columns.status == PlanStatus.SUBMITTED,
    )


@statement
def _submitted_logs(seen: Reach) -> Executable:
    columns = activity_logs.c
    return _first_of(columns.id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.tenant_id == _TENANT,
        columns.work_date >= bindparam("starts_on", type_=Date),
        columns.work_date <= bindparam("ends_on", type_=Date),
        has_status(activity_logs, LogStatus.SUBMITTED),
    )


@statement
def _unverified_results(seen: Reach) -> Executable:
    columns = indicator_results.c
    return _first_of(columns.id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.tenant_id == _TENANT,
        columns.period_id == _PERIOD,
        columns.status != ResultStatus.VERIFIED,
    )


@statement
def _not_enough_data(seen: Reach) -> Executable:
    columns = indicator_results.c
    return _first_of(columns.id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.tenant_id == _TENANT,
        columns.period_id == _PERIOD,
        columns.figure_id.is_not(None),
        columns.value.is_(None),
    )


@statement
def _people_without_plan(seen: Reach) -> Executable:
    people = people_on(bindparam("day", type_=Date), bindparam("year", type_=Integer)).cte("people")
    columns = people.c
    return _first_of(columns.employee_id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.plan_id.is_(None)
    )


@statement
def _missing_behaviours(seen: Reach) -> Executable:
    people = people_on(bindparam("day", type_=Date), bindparam("year", type_=Integer)).cte("people")
    rated = (
        select(behaviour_ratings.c.employee_id)
        .where(behaviour_ratings.c.tenant_id == _TENANT, behaviour_ratings.c.period_id == _PERIOD)
        .group_by(behaviour_ratings.c.employee_id)
        .having(func.count() == literal_column(str(BEHAVIOUR_COUNT)))
    )
    columns = people.c
    return _first_of(columns.employee_id, columns.employee_id, columns.unit_id, seen=seen).where(
        columns.plan_id.is_not(None), columns.employee_id.not_in(rated)
    )
