"""The live view of a unit and everything below it, in two statements.

The first returns one row for each branch (the unit's own people; each unit directly below with
all under it); the total is their sum, since each person is counted in one branch. The second
returns the lists. A person with several placements counts where his definitive one is.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Integer,
    Numeric,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB, distinct_on
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.rules import LogStatus, ObstacleStatus
from kinerja_api.activities.tables import activity_logs, obstacles
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.core.types import round_half_up
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.monitoring.queries.me import WAITING_DAYS, as_list, as_object
from kinerja_api.monitoring.queries.people import TODAY, of_same
from kinerja_api.monitoring.schemas import (
    STAGES,
    LiveOut,
    LiveProgress,
    LiveStages,
    LiveTotal,
    LiveUnitOut,
    LiveWaiting,
)
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.queries.scope import Reach, holds_on, in_scope, reach, scope_values
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import employees, placements, unit_closure, units
from kinerja_api.planning.rules import PlanStatus, TargetKind
from kinerja_api.planning.tables import indicator_targets, indicators, periods, plans, targets
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import indicator_results
from kinerja_api.scoring import formula
from kinerja_api.scoring.formula import IndicatorTerms
from kinerja_api.scoring.rule_sets.permenpanrb_6_2022 import Policy
from kinerja_api.scoring.rules import ClosingStatus, Predicate
from kinerja_api.scoring.sql_ops import SqlOps
from kinerja_api.scoring.tables import closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_NAMES, _OBSTACLES = 200, 20


@dataclass(frozen=True, slots=True)
class _Branch:
    unit_id: UUID
    unit_code: str
    unit_name: str
    people_count: int
    logged_count: int
    waiting_plans: int
    waiting_logs: int
    waiting_results: int
    indicator_count: int
    reported_count: int
    achievement_sum: Decimal | None
    open_obstacle_count: int
    evaluations: dict[str, int]
    predicates: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Lists:
    period: dict[str, Any] | None
    closing: dict[str, Any] | None
    not_logged: list[Any]
    obstacles: list[Any]


async def get_live(reading: Reading, actor: Actor, unit_id: UUID) -> LiveOut:
    """Return the live view; ResourceNotFound for a unit that is not the actor's to watch."""
    today = actor.today
    norms = await norms_on(reading, today)
    values = {"unit_id": unit_id, **scope_values(actor, Permission.MONITORING_READ)}
    branches = await reading.rows(
        _branches(reach=reach(actor, Permission.MONITORING_READ), cap=norms.score_cap_percent),
        _Branch,
        first_log_day=today - WAITING_DAYS,
        year=today.year,
        **values,
    )
    if not branches:
        raise ResourceNotFound
    lists = await reading.row(_lists(), _Lists, **values)
    if lists is None:
        raise RuntimeError("a select of sub-selects returns a row")
    return LiveOut(
        unit_id=unit_id,
        today=today,
        server_time=clock.now(),
        period=_with_share_gone(lists.period, today),  # pyright: ignore[reportArgumentType] - jsonb has the keys of LivePeriod
        closing=lists.closing,  # pyright: ignore[reportArgumentType] - jsonb, as period
        total=_total(branches),
        units=[_unit(branch) for branch in branches],
        not_logged=lists.not_logged,
        obstacles=lists.obstacles,
    )


def _with_share_gone(period: dict[str, Any] | None, today: dt.date) -> dict[str, Any] | None:
    if period is None:
        return None
    first = dt.date.fromisoformat(period["starts_on"])
    last = dt.date.fromisoformat(period["ends_on"])
    gone, days = (today - first).days + 1, (last - first).days + 1
    return {**period, "gone_percent": round_half_up(Decimal(gone * 100) / days)}


def _total(branches: list[_Branch]) -> LiveTotal:
    def merged(counts: list[dict[str, int]]) -> dict[str, int]:
        names = sorted({name for each in counts for name in each})
        return {name: sum(each.get(name, 0) for each in counts) for name in names}

    sums = [b.achievement_sum for b in branches if b.achievement_sum is not None]
    whole = _Branch(
        unit_id=branches[0].unit_id,
        unit_code="",
        unit_name="",
        people_count=sum(b.people_count for b in branches),
        logged_count=sum(b.logged_count for b in branches),
        waiting_plans=sum(b.waiting_plans for b in branches),
        waiting_logs=sum(b.waiting_logs for b in branches),
        waiting_results=sum(b.waiting_results for b in branches),
        indicator_count=sum(b.indicator_count for b in branches),
        reported_count=sum(b.reported_count for b in branches),
        achievement_sum=sum(sums, Decimal(0)) if sums else None,
        open_obstacle_count=sum(b.open_obstacle_count for b in branches),
        evaluations=merged([b.evaluations for b in branches]),
        predicates=merged([b.predicates for b in branches]),
    )
    return _counts(whole)


def _unit(branch: _Branch) -> LiveUnitOut:
    return LiveUnitOut(
        unit_id=branch.unit_id,
        unit_code=branch.unit_code,
        unit_name=branch.unit_name,
        **_counts(branch),
    )


def _counts(branch: _Branch) -> LiveTotal:
    mean = None
    if branch.achievement_sum is not None and branch.indicator_count:
        mean = round_half_up(branch.achievement_sum / branch.indicator_count)
    return LiveTotal(
        people_count=branch.people_count,
        logged_count=branch.logged_count,
        waiting=LiveWaiting(
            plans=branch.waiting_plans, logs=branch.waiting_logs, results=branch.waiting_results
        ),
        progress=LiveProgress(
            indicator_count=branch.indicator_count,
            reported_count=branch.reported_count,
            mean_achievement_percent=mean,
        ),
        open_obstacle_count=branch.open_obstacle_count,
        evaluations=LiveStages(
            opened=branch.evaluations.get(EvaluationStatus.OPENED, 0),
            decided=branch.evaluations.get(EvaluationStatus.DECIDED, 0),
            final=branch.evaluations.get(EvaluationStatus.FINAL, 0),
        ),
        predicates={each: branch.predicates.get(each, 0) for each in Predicate},
    )


@statement
def _branches(*, reach: Reach, cap: Decimal) -> Executable:
    heads = _heads(reach)
    below = _below(heads).cte("below").prefix_with("MATERIALIZED")
    period, closing = _current_period().cte("period"), _latest_closing().cte("closing")
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
                (tables["people"], "logged_count"),
                (tables["waiting_plans"], "waiting_plans"),
                (tables["waiting_logs"], "waiting_logs"),
                (tables["waiting_results"], "waiting_results"),
                (tables["progress"], "indicator_count"),
                (tables["progress"], "reported_count"),
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


def _heads(reach: Reach) -> FromClause:
    """The unit and those directly below it; nothing if the unit is not the actor's to watch."""
    watched = units.alias("watched")
    nobody = sql_cast(null(), Uuid)
    is_watched = exists(
        select(literal(1)).where(
            watched.c.tenant_id == _TENANT,
            watched.c.id == _UNIT,
            in_scope(nobody, watched.c.id, reach=reach),
        )
    )
    columns = (
        units.c.id.label("unit_id"),
        units.c.code.label("unit_code"),
        units.c.name.label("unit_name"),
    )
    own = select(*columns).where(units.c.tenant_id == _TENANT, units.c.id == _UNIT, is_watched)
    under = select(*columns).where(
        units.c.tenant_id == _TENANT, units.c.parent_id == _UNIT, is_watched
    )
    return own.union_all(under).cte("heads").prefix_with("MATERIALIZED")


def _below(heads: FromClause) -> Select[Any]:
    """Each unit of the subtree with its branch; the unit itself is a branch of its own people."""
    return (
        select(heads.c.unit_id.label("branch_id"), unit_closure.c.descendant_id.label("unit_id"))
        .join_from(heads, unit_closure, unit_closure.c.ancestor_id == heads.c.unit_id)
        .where(
            unit_closure.c.tenant_id == _TENANT,
            (heads.c.unit_id != _UNIT) | (unit_closure.c.depth == 0),
        )
    )


def _people(below: FromClause) -> Select[Any]:
    return (
        select(placements.c.employee_id, below.c.branch_id)
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


def _logged(below: FromClause) -> Select[Any]:
    return (
        select(activity_logs.c.employee_id)
        .distinct()
        .join_from(below, activity_logs, activity_logs.c.unit_id == below.c.unit_id)
        .where(activity_logs.c.tenant_id == _TENANT, activity_logs.c.work_date == TODAY)
    )


def _people_counts(people: FromClause, logged: FromClause) -> Select[Any]:
    return (
        select(
            people.c.branch_id,
            func.count().label("people_count"),
            func.count(logged.c.employee_id).label("logged_count"),
        )
        .outerjoin_from(people, logged, logged.c.employee_id == people.c.employee_id)
        .group_by(people.c.branch_id)
    )


def _counted(below: FromClause, table: FromClause, name: str) -> Select[Any]:
    return (
        select(below.c.branch_id, func.count().label(name))
        .join_from(below, table, table.c.unit_id == below.c.unit_id)
        .where(table.c.tenant_id == _TENANT)
        .group_by(below.c.branch_id)
    )


def _waiting_plans(below: FromClause) -> Select[Any]:
    return _counted(below, plans, "waiting_plans").where(
        plans.c.year >= bindparam("year", type_=Integer) - 1, plans.c.status == PlanStatus.SUBMITTED
    )


def _waiting_logs(below: FromClause) -> Select[Any]:
    return _counted(below, activity_logs, "waiting_logs").where(
        activity_logs.c.work_date >= bindparam("first_log_day", type_=Date),
        activity_logs.c.work_date <= TODAY,
        activity_logs.c.status == LogStatus.SUBMITTED,
    )


def _waiting_results(below: FromClause) -> Select[Any]:
    return _counted(below, indicator_results, "waiting_results").where(
        indicator_results.c.status == ResultStatus.ENTERED
    )


def _open_obstacles(below: FromClause) -> Select[Any]:
    return _counted(below, obstacles, "open_obstacle_count").where(
        obstacles.c.status == ObstacleStatus.OPEN
    )


def _progress(below: FromClause, period: FromClause, cap: Decimal) -> Select[Any]:
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
        missing=indicator_results.c.id.is_(None),
        excluded=false(),
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
            plans.c.status == PlanStatus.APPROVED,
            targets.c.kind == TargetKind.UTAMA,
        )
        .group_by(below.c.branch_id)
    )


def _evaluation_counts(below: FromClause, closing: FromClause) -> Select[Any]:
    rows = (
        _counted(below, evaluations, "tally")
        .add_columns(evaluations.c.status, evaluations.c.predicate)
        .join(closing, closing.c.period_id == evaluations.c.period_id)
        .where(evaluations.c.status != EvaluationStatus.SUPERSEDED)
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


def _current_period() -> Select[Any]:
    """The shortest period that contains today."""
    return (
        select(periods.c.id, periods.c.code, periods.c.starts_on, periods.c.ends_on)
        .where(
            periods.c.tenant_id == _TENANT, periods.c.starts_on <= TODAY, periods.c.ends_on >= TODAY
        )
        .order_by(periods.c.ends_on - periods.c.starts_on, periods.c.id)
        .limit(1)
    )


def _latest_closing() -> Select[Any]:
    return (
        select(
            closings.c.id,
            closings.c.period_id,
            periods.c.code.label("period_code"),
            closings.c.number,
        )
        .join_from(closings, periods, of_same(closings, periods, id="period_id"))
        .where(closings.c.tenant_id == _TENANT, closings.c.status == ClosingStatus.DONE)
        .order_by(closings.c.finished_at.desc(), closings.c.id.desc())
        .limit(1)
    )


@statement
def _lists() -> Executable:
    period, closing = _current_period().cte("period"), _latest_closing().cte("closing")
    parts = {
        "period": select(_object_of(period)),
        "closing": select(_object_of(closing)),
        "not_logged": _not_logged(),
        "obstacles": _newest_obstacles(),
    }
    return select(*[part.scalar_subquery().label(name) for name, part in parts.items()])


def _object_of(row: FromClause) -> ColumnElement[Any]:
    return as_object(**dict(row.c.items()))


def _not_logged() -> Select[Any]:
    """People of the subtree without a log of today, by name."""
    people = (
        select(employees.c.id, employees.c.name)
        .distinct()
        .join_from(unit_closure, placements, placements.c.unit_id == unit_closure.c.descendant_id)
        .join(employees, of_same(placements, employees, id="employee_id"))
        .where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.ancestor_id == _UNIT,
            placements.c.tenant_id == _TENANT,
            holds_on(placements, TODAY),
            ~exists().where(
                activity_logs.c.tenant_id == _TENANT,
                activity_logs.c.employee_id == placements.c.employee_id,
                activity_logs.c.work_date == TODAY,
            ),
        )
        .order_by(employees.c.name, employees.c.id)
        .limit(_NAMES)
        .subquery("idle")
    )
    item = as_object(id=people.c.id, name=people.c.name)
    return select(as_list(item, people.c.name, people.c.id))


def _newest_obstacles() -> Select[Any]:
    """The newest open obstacles: a few from the index of each unit, then the newest of these."""
    newest = (
        select(
            obstacles.c.id,
            obstacles.c.unit_id,
            obstacles.c.employee_id,
            obstacles.c.title,
            obstacles.c.created_at,
        )
        .where(
            obstacles.c.tenant_id == _TENANT,
            obstacles.c.unit_id == unit_closure.c.descendant_id,
            obstacles.c.status == ObstacleStatus.OPEN,
        )
        .order_by(obstacles.c.id.desc())
        .limit(_OBSTACLES)
        .lateral("newest")
    )
    listed = (
        select(newest, employees.c.name.label("employee_name"))
        .join_from(unit_closure, newest, true())
        .join(
            employees,
            and_(employees.c.tenant_id == _TENANT, employees.c.id == newest.c.employee_id),
        )
        .where(unit_closure.c.tenant_id == _TENANT, unit_closure.c.ancestor_id == _UNIT)
        .order_by(newest.c.id.desc())
        .limit(_OBSTACLES)
        .subquery("listed")
    )
    return select(as_list(_object_of(listed), listed.c.id.desc()))
