"""The counts of the live view: one row for each branch, in one statement."""

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Numeric,
    Uuid,
    and_,
    bindparam,
    case,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.activities.queries.logs import has_status
from kinerja_api.activities.queries.obstacles import OPEN
from kinerja_api.activities.rules import LogStatus
from kinerja_api.activities.tables import activity_logs, obstacles
from kinerja_api.core.dated import holds_on
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.monitoring.queries.branches import branches, units_of
from kinerja_api.monitoring.queries.me import as_object
from kinerja_api.monitoring.queries.moment import current_period, latest_closing
from kinerja_api.monitoring.queries.people import TODAY, of_same
from kinerja_api.monitoring.schemas import (
    STAGES,
)
from kinerja_api.organisation.queries.schedules import works_on
from kinerja_api.organisation.queries.scope import Reach
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.rules import IN_FORCE, WAITING, TargetKind
from kinerja_api.planning.tables import indicator_targets, indicators, plans, targets
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import indicator_results
from kinerja_api.scoring import formula
from kinerja_api.scoring.formula import IndicatorTerms
from kinerja_api.scoring.rule_sets.permenpanrb_6_2022 import Policy
from kinerja_api.scoring.rules import Predicate
from kinerja_api.scoring.sql_ops import SqlOps

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)


@statement
def branch_counts(*, reach: Reach, cap: Decimal) -> Executable:
    """Return the counts of each branch; no row if the unit is not the actor's to watch.

    cap: most percent that an indicator can reach.
    """
    heads = branches(reach)
    below = _with_work(units_of(heads)).cte("below").prefix_with("MATERIALIZED")
    period, closing = current_period().cte("period"), latest_closing().cte("closing")
    people = _people(below).cte("people").prefix_with("MATERIALIZED")
    logged = _logged(below).cte("logged").prefix_with("MATERIALIZED")
    counted = {
        "people": _people_counts(people, logged),
        "waiting_plans": _waiting_plans(below),
        "waiting_logs": _waiting_logs(below),
        "waiting_results": _waiting_results(below),
        "progress": _progress(below, period, cap),
        "obstacles": _open_obstacles(below),
        "stages": _evaluation_counts(below, closing),
    }
    tables = {name: query.subquery(name) for name, query in counted.items()}
    query = select(
        heads.c.unit_id,
        heads.c.unit_code,
        heads.c.unit_name,
        *[
            func.coalesce(table.c[name], 0).label(name)
            for table, name in (
                (tables["people"], "people_count"),
                (tables["people"], "working_count"),
                (tables["people"], "logged_count"),
                (tables["people"], "missing_count"),
                (tables["people"], "planned_count"),
                (tables["waiting_plans"], "waiting_plans"),
                (tables["waiting_logs"], "waiting_logs"),
                (tables["waiting_results"], "waiting_results"),
                (tables["progress"], "indicator_count"),
                (tables["progress"], "reported_count"),
                (tables["progress"], "verified_count"),
                (tables["obstacles"], "open_obstacle_count"),
            )
        ],
        tables["progress"].c.achievement_sum,
        *[
            func.coalesce(tables["stages"].c[name], func.jsonb_build_object(), type_=JSONB).label(
                name
            )
            for name in ("evaluations", "predicates")
        ],
    ).select_from(heads)
    for table in tables.values():
        query = query.outerjoin(table, table.c.branch_id == heads.c.unit_id)
    return query.order_by(heads.c.unit_id != _UNIT, heads.c.unit_code, heads.c.unit_id)


def _with_work(below: Rows) -> Rows:
    """Tell of each unit whether its people work today; asked once a unit, not once a person."""
    unit = below.subquery("unit_below")
    return select(unit, works_on(unit.c.unit_id, TODAY).label("works_today"))


def _people(below: FromClause) -> Rows:
    return (
        select(
            placements.c.employee_id,
            below.c.branch_id,
            below.c.works_today,
            (placements.c.kind != PlacementKind.DEFINITIVE).label("is_acting"),
        )
        .ext(distinct_on(placements.c.employee_id))
        .join_from(below, placements, placements.c.unit_id == below.c.unit_id)
        .where(placements.c.tenant_id == _TENANT, holds_on(placements, TODAY))
        .order_by(
            placements.c.employee_id,
            placements.c.kind != PlacementKind.DEFINITIVE,
            placements.c.starts_on,
            placements.c.id,
        )
    )


def _logged(below: FromClause) -> Rows:
    return (
        select(activity_logs.c.employee_id)
        .distinct()
        .join_from(below, activity_logs, activity_logs.c.unit_id == below.c.unit_id)
        .where(activity_logs.c.tenant_id == _TENANT, activity_logs.c.work_date == TODAY)
    )


def _people_counts(people: FromClause, logged: FromClause) -> Rows:
    # IN is hashed whatever the planner believes; a join without statistics is quadratic.
    in_units = people.c.employee_id.in_(select(logged.c.employee_id))
    has_logged = or_(in_units, and_(people.c.is_acting, _has_logged_elsewhere(people)))
    return select(
        people.c.branch_id,
        func.count().label("people_count"),
        func.count().filter(people.c.works_today).label("working_count"),
        func.count().filter(has_logged).label("logged_count"),
        func.count().filter(people.c.works_today, ~has_logged).label("missing_count"),
        func.count().filter(_has_plan(people)).label("planned_count"),
    ).group_by(people.c.branch_id)


def _has_logged_elsewhere(people: FromClause) -> ColumnElement[bool]:
    """Return whether somebody acting here has a log of today, which is of his own unit."""
    found = select(true()).where(
        activity_logs.c.tenant_id == _TENANT,
        activity_logs.c.employee_id == people.c.employee_id,
        activity_logs.c.work_date == TODAY,
    )
    return func.coalesce(found.limit(1).scalar_subquery(), false())


def _has_plan(people: FromClause) -> ColumnElement[bool]:
    planned = select(plans.c.employee_id).where(
        plans.c.tenant_id == _TENANT,
        plans.c.year == bindparam("year", type_=Integer),
        plans.c.status.in_(IN_FORCE),
    )
    return people.c.employee_id.in_(planned)


def _counted(below: FromClause, table: FromClause, name: str) -> Rows:
    return (
        select(below.c.branch_id, func.count().label(name))
        .join_from(below, table, table.c.unit_id == below.c.unit_id)
        .where(table.c.tenant_id == _TENANT)
        .group_by(below.c.branch_id)
    )


def _waiting_plans(below: FromClause) -> Rows:
    return _counted(below, plans, "waiting_plans").where(
        plans.c.year >= bindparam("year", type_=Integer) - 1, plans.c.status.in_(WAITING)
    )


def _waiting_logs(below: FromClause) -> Rows:
    return _counted(below, activity_logs, "waiting_logs").where(
        activity_logs.c.work_date >= bindparam("first_log_day", type_=Date),
        activity_logs.c.work_date <= TODAY,
        has_status(activity_logs, LogStatus.SUBMITTED),
    )


def _waiting_results(below: FromClause) -> Rows:
    return _counted(below, indicator_results, "waiting_results").where(
        indicator_results.c.status == ResultStatus.ENTERED
    )


def _open_obstacles(below: FromClause) -> Rows:
    return _counted(below, obstacles, "open_obstacle_count").where(obstacles.c.status == OPEN)


def _progress(below: FromClause, period: FromClause, cap: Decimal) -> Rows:
    """Achievement of each indicator with a target in the period, as the close would find it.

    Results not yet verified count here too, and a missing one is 0.
    """
    reported = and_(
        indicator_results.c.tenant_id == _TENANT,
        indicator_results.c.period_id == indicator_targets.c.period_id,
        indicator_results.c.indicator_id == indicator_targets.c.indicator_id,
        indicator_results.c.status != ResultStatus.RETURNED,
    )
    terms: IndicatorTerms[Any, Any, Any] = IndicatorTerms(
        direction=indicators.c.direction,
        target_low=indicator_targets.c.low,
        target_high=indicator_targets.c.high,
        result=indicator_results.c.value,
        excluded=and_(
            indicator_results.c.value.is_(None), indicator_results.c.figure_id.is_not(None)
        ),
        sample=null(),
        minimum=null(),
    )
    achievement = formula.achievement(SqlOps(), terms, Policy(cap_percent=cap))
    is_target = and_(
        indicator_targets.c.tenant_id == _TENANT,
        indicator_targets.c.indicator_id == indicators.c.id,
        indicator_targets.c.period_id == period.c.id,
    )
    return (
        select(
            below.c.branch_id,
            func.count(achievement).label("indicator_count"),
            func.count(indicator_results.c.id).label("reported_count"),
            func.count()
            .filter(indicator_results.c.status == ResultStatus.VERIFIED)
            .label("verified_count"),
            func.sum(achievement, type_=Numeric()).label("achievement_sum"),
        )
        .join_from(below, plans, plans.c.unit_id == below.c.unit_id)
        .join(targets, of_same(plans, targets, plan_id="id"))
        .join(indicators, of_same(targets, indicators, target_id="id"))
        .join(period, true())
        .join(indicator_targets, is_target)
        .outerjoin(indicator_results, reported)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.year == bindparam("year", type_=Integer),
            plans.c.status.in_(IN_FORCE),
            targets.c.kind == TargetKind.UTAMA,
        )
        .group_by(below.c.branch_id)
    )


def _evaluation_counts(below: FromClause, closing: FromClause) -> Rows:
    rows = (
        _counted(below, evaluations, "tally")
        .add_columns(evaluations.c.status, evaluations.c.predicate)
        .join(closing, closing.c.period_id == evaluations.c.period_id)
        .where(evaluations.c.status.in_(STAGES))
        .group_by(evaluations.c.status, evaluations.c.predicate)
        .subquery("evaluation_rows")
    )
    return select(
        rows.c.branch_id,
        _as_counts(rows, "status").label("evaluations"),
        _as_counts(rows, "predicate").label("predicates"),
    ).group_by(rows.c.branch_id)


def _as_counts(rows: FromClause, word: str) -> ColumnElement[Any]:
    """Return {word: sum of counts} over a group; null words are left out."""
    words = [str(value) for value in (STAGES if word == "status" else Predicate)]
    counts = {each: case((rows.c[word] == each, rows.c.tally), else_=0) for each in words}
    return as_object(**{each: func.sum(count) for each, count in counts.items()})
