"""Whole files of results and of behaviour ratings.

Each function returns the faults of its file and changes nothing if there are any. A repeated
file changes nothing; a changed row replaces the result or rating that is there. What the file
calls verified, and every rating, stands as the decision of the superior of today.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    extract,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Statement, statement
from kinerja_api.organisation.commands.loading.given import (
    doubles,
    fault_select,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.queries.scope import holds_on, superior_of
from kinerja_api.organisation.rules import PlacementKind, RowFault
from kinerja_api.organisation.tables import employees, placements
from kinerja_api.planning.rules import PlanStatus
from kinerja_api.planning.tables import indicators, periods, plans, targets
from kinerja_api.results.commands.periods import hold_periods
from kinerja_api.results.rules import BehaviourRow, ResultRow, ResultSource, ResultStatus
from kinerja_api.results.tables import behaviour_ratings, indicator_results

R = TypeVar("R", ResultRow, BehaviourRow)

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_results = given_table(
    "given_results",
    Column("person_ref", Text),
    Column("period_code", Text),
    Column("target_no", Integer),
    Column("indicator_no", Integer),
    Column("value", Numeric(14, 2)),
    Column("note", Text),
    Column("status", Text),
)
_behaviours = given_table(
    "given_behaviours",
    Column("person_ref", Text),
    Column("period_code", Text),
    Column("value", Text),
    Column("rating", Text),
    Column("note", Text),
)


class _Period(TypedDict):
    id: UUID
    code: str


async def load_results(writing: Writing, rows: Sequence[ResultRow]) -> list[RowFault]:
    """Enter results by person, period and the numbers of target and indicator."""
    records = [(*_result_key(row), row.value, row.note, str(row.status)) for row in rows]
    steps = (_results, _result_faults(), _upsert_results())
    return await _load(writing, rows, "results", records, _result_key, steps)


async def load_behaviours(writing: Writing, rows: Sequence[BehaviourRow]) -> list[RowFault]:
    """Rate behaviours by person, period and value."""
    records = [(*_behaviour_key(row), str(row.rating), row.note) for row in rows]
    steps = (_behaviours, _behaviour_faults(), _upsert_behaviours())
    return await _load(writing, rows, "behaviours", records, _behaviour_key, steps)


def _result_key(row: ResultRow) -> tuple[str, str, int, int]:
    return (row.person_ref, row.period_code, row.target_no, row.indicator_no)


def _behaviour_key(row: BehaviourRow) -> tuple[str, str, str]:
    return (row.person_ref, row.period_code, str(row.value))


async def _load(
    writing: Writing,
    rows: Sequence[R],
    what: str,
    records: Sequence[tuple[object, ...]],
    key: Callable[[R], Hashable],
    steps: tuple[Table, Statement, Statement],
) -> list[RowFault]:
    given, find_faults, upsert = steps
    faults = doubles(rows, key, "person_ref")
    if faults:
        return faults
    numbered = zip(rows, records, strict=True)
    await put_given(writing, given, ((row.line, new_id(), *record) for row, record in numbered))
    faults = await _closed_periods(writing, given, rows)
    faults += await writing.rows(find_faults, RowFault)
    if faults:
        return sorted(faults, key=lambda fault: fault.line)
    changed = await writing.execute(upsert, now=clock.now())
    tell_loaded(writing, what, records, changed=changed)
    return []


async def _closed_periods(writing: Writing, given: Table, rows: Sequence[R]) -> list[RowFault]:
    """Hold the periods of the file open; return a fault for each row of a closed one."""
    found = await writing.rows(_periods_of(given), _Period)
    closed = await hold_periods(writing, [period["id"] for period in found])
    codes = {period["code"] for period in found if period["id"] in closed}
    return [
        RowFault(row.line, "period_code", "period_closed")
        for row in rows
        if row.period_code in codes
    ]


@statement
def _periods_of(given: Table) -> Executable:
    return select(periods.c.id, periods.c.code).where(
        periods.c.tenant_id == _TENANT, periods.c.code.in_(select(given.c.period_code))
    )


def _today() -> Any:
    """Return what day it is for the government."""
    return (
        select(sql_cast(func.timezone(tenants.c.time_zone, func.now()), Date))
        .where(tenants.c.id == _TENANT)
        .scalar_subquery()
    )


def _people(given: Table) -> FromClause:
    """Return the people and periods of the file, each pair once, with the superior of today."""
    pairs = select(given.c.person_ref, given.c.period_code).distinct().subquery("pairs")
    is_person = and_(employees.c.tenant_id == _TENANT, employees.c.ref == pairs.c.person_ref)
    is_period = and_(periods.c.tenant_id == _TENANT, periods.c.code == pairs.c.period_code)
    return (
        select(
            pairs.c.person_ref,
            pairs.c.period_code,
            employees.c.id.label("employee_id"),
            periods.c.id.label("period_id"),
            periods.c.starts_on,
            periods.c.ends_on,
            superior_of(employees.c.id, _today()).label("superior_id"),
        )
        .outerjoin_from(pairs, employees, is_person)
        .outerjoin(periods, is_period)
        .cte("people")
        .prefix_with("MATERIALIZED")
    )


def _of_people(given: Table, people: FromClause) -> Any:
    return and_(
        people.c.person_ref == given.c.person_ref, people.c.period_code == given.c.period_code
    )


def _unknown(given: Table, people: FromClause, column: str, found: str) -> Select[Any]:
    rows = fault_select(given, column, "unknown_reference")
    return rows.join_from(given, people, _of_people(given, people)).where(people.c[found].is_(None))


def _resolved_results() -> FromClause:
    """Return the rows of the file with the indicator of the plan in force at the period's end."""
    people = _people(_results)
    is_plan = and_(
        plans.c.tenant_id == placements.c.tenant_id, plans.c.placement_id == placements.c.id
    )
    plan = (
        select(plans.c.id, plans.c.status, plans.c.unit_id)
        .join_from(plans, placements, is_plan)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.employee_id == people.c.employee_id,
            plans.c.year == extract("year", people.c.starts_on),
        )
        .order_by(
            holds_on(placements, people.c.ends_on).desc(),
            placements.c.kind != PlacementKind.DEFINITIVE,
            placements.c.starts_on.desc(),
            plans.c.id,
        )
        .limit(1)
        .lateral("plan")
    )
    planned = (
        select(
            people, plan.c.id.label("plan_id"), plan.c.status.label("plan_status"), plan.c.unit_id
        )
        .outerjoin_from(people, plan, true())
        .cte("planned")
        .prefix_with("MATERIALIZED")
    )
    is_target = and_(
        targets.c.tenant_id == _TENANT,
        targets.c.plan_id == planned.c.plan_id,
        targets.c.number == _results.c.target_no,
    )
    is_indicator = and_(
        indicators.c.tenant_id == _TENANT,
        indicators.c.target_id == targets.c.id,
        indicators.c.number == _results.c.indicator_no,
    )
    return (
        select(
            _results,
            planned.c.employee_id,
            planned.c.period_id,
            planned.c.superior_id,
            planned.c.unit_id,
            planned.c.plan_id,
            planned.c.plan_status,
            indicators.c.id.label("indicator_id"),
        )
        .join_from(_results, planned, _of_people(_results, planned))
        .outerjoin(targets, is_target)
        .outerjoin(indicators, is_indicator)
        .cte("resolved")
        .prefix_with("MATERIALIZED")
    )


@statement
def _result_faults() -> Executable:
    """One fault a row, the first that applies."""
    rows = _resolved_results().c
    checks = (
        (rows.employee_id.is_(None), "person_ref", "unknown_reference"),
        (rows.period_id.is_(None), "period_code", "unknown_reference"),
        (rows.plan_id.is_(None), "person_ref", "result_without_plan"),
        (rows.plan_status != PlanStatus.APPROVED, "person_ref", "result_plan_not_approved"),
        (rows.indicator_id.is_(None), "indicator_no", "unknown_reference"),
    )
    return (
        select(
            rows.line,
            case(*[(check, literal(place, Text)) for check, place, _ in checks]).label("column"),
            case(*[(check, literal(code, Text)) for check, _, code in checks]).label("code"),
        )
        .where(or_(*[check for check, _, _ in checks]))
        .order_by(rows.line)
    )


@statement
def _upsert_results() -> Executable:
    rows = _resolved_results().c
    is_entered = rows.status == ResultStatus.ENTERED
    columns = {
        "tenant_id": _TENANT,
        "id": rows.id,
        "indicator_id": rows.indicator_id,
        "period_id": rows.period_id,
        "employee_id": rows.employee_id,
        "unit_id": rows.unit_id,
        "value": rows.value,
        "note": rows.note,
        "source": literal(str(ResultSource.ENTERED), Text),
        "status": rows.status,
        "decided_by_id": case((is_entered, None), else_=rows.superior_id),
        "decided_at": case((is_entered, None), else_=_NOW),
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    made = insert(indicator_results).from_select(list(columns), select(*columns.values()))
    new, old = made.excluded, indicator_results.c
    kept = ("value", "note", "source", "status")
    return made.on_conflict_do_update(
        constraint="indicator_results_key",
        set_={
            **{name: new[name] for name in (*kept, "decided_by_id", "decided_at", "updated_at")},
            "version": old.version + 1,
        },
        where=or_(*[old[name].is_distinct_from(new[name]) for name in kept]),
    )


@statement
def _behaviour_faults() -> Executable:
    people = _people(_behaviours)
    nobody = fault_select(_behaviours, "person_ref", "behaviour_without_superior")
    return union_all(
        _unknown(_behaviours, people, "person_ref", "employee_id"),
        _unknown(_behaviours, people, "period_code", "period_id"),
        nobody.join_from(_behaviours, people, _of_people(_behaviours, people)).where(
            people.c.employee_id.is_not(None), people.c.superior_id.is_(None)
        ),
    )


@statement
def _upsert_behaviours() -> Executable:
    people = _people(_behaviours)
    columns = {
        "tenant_id": _TENANT,
        "employee_id": people.c.employee_id,
        "period_id": people.c.period_id,
        "value": _behaviours.c.value,
        "rating": _behaviours.c.rating,
        "note": _behaviours.c.note,
        "rated_by_id": people.c.superior_id,
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    rows = select(*columns.values()).join_from(_behaviours, people, _of_people(_behaviours, people))
    made = insert(behaviour_ratings).from_select(list(columns), rows)
    new, old = made.excluded, behaviour_ratings.c
    kept = ("rating", "note")
    return made.on_conflict_do_update(
        constraint="behaviour_ratings_pkey",
        set_={
            **{name: new[name] for name in (*kept, "rated_by_id", "updated_at")},
            "version": old.version + 1,
        },
        where=or_(*[old[name] != new[name] for name in kept]),
    )
