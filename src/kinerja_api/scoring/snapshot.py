"""The snapshot of a closing: freezing its inputs, hashing them, scoring them. Set-based.

What is read here has often just been written and is in no table's statistics; the close forbids
nested loops, so that every join stays linear.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.sql.base import Executable

from kinerja_api.core.sql import Rows, statement
from kinerja_api.planning.rules import BehaviourValue, PeriodKind
from kinerja_api.planning.tables import indicator_targets, indicators, periods, targets
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import behaviour_ratings, derived_figures, indicator_results
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.queries.people import people_on
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rules import MAIN_TARGET
from kinerja_api.scoring.tables import closing_people, closing_scores, closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_CLOSING = bindparam("closing_id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)
_LINE, _NONE = literal_column("E'\\n'", Text), literal_column("''", Text)
_PERSON = ("employee_id", "plan_id", "unit_id", "superior_id", "is_head", "approach")
_KEYS = ("tenant_id", "closing_id", "sha256")
# Columns that closings of earlier releases have empty, and that their hashes know nothing of.
_LATER = ("samples", "minimums", "part_samples", "part_minimums")
_SHORTER = {
    PeriodKind.YEAR: (PeriodKind.QUARTER, PeriodKind.MONTH),
    PeriodKind.QUARTER: (PeriodKind.MONTH,),
}
_FROZEN: list[str] = [column.name for column in closing_people.c if column.name not in _KEYS]


@statement
def freeze(kind: PeriodKind) -> Executable:
    """Freeze everybody with a definitive placement on ``day``, and all he is scored on.

    kind: of the period from ``day`` (its last) back to ``first_day``.
    """
    people = (
        people_on(bindparam("day", type_=Date), bindparam("year", type_=Integer))
        .cte("people")
        .prefix_with("MATERIALIZED")
    )
    sources = [_lines(people, kind), _behaviours()]
    if kind != PeriodKind.MONTH:
        sources.append(_parts(people, kind))
    columns: dict[str, ColumnElement[Any]] = {
        name: _empty(closing_people.c[name]) for name in _FROZEN
    }
    columns |= {name: people.c[name] for name in _PERSON}
    joined: FromClause = people
    for source in sources:
        joined = joined.outerjoin(source, source.c.employee_id == people.c.employee_id)
        for name in set(source.c.keys()) - {"employee_id"}:
            columns[name] = func.coalesce(source.c[name], columns[name])
    frozen = (
        select(*[columns[name].label(name) for name in _FROZEN])
        .select_from(joined)
        .subquery("frozen")
    )
    return insert(closing_people).from_select(
        ["tenant_id", "closing_id", *_FROZEN, "sha256"],
        select(_TENANT, _CLOSING, *frozen.c, hash_of(frozen)),
    )


def _empty(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(literal_column("'{}'"), column.type)


def _lines(people: CTE, kind: PeriodKind) -> FromClause:
    """Return each employee's indicators in the order of the plan, with the period's own results.

    In a year all of the plan count, against the annual target; else those with a target.
    """
    line, target, wanted = indicators.c, targets.c, indicator_targets.c
    own, figure = indicator_results.alias("own"), derived_figures.alias("figure")
    is_year = kind == PeriodKind.YEAR
    of_plan = and_(line.tenant_id == _TENANT, line.plan_id == people.c.plan_id)
    of_target = and_(target.tenant_id == line.tenant_id, target.id == line.target_id)
    joined = people.join(indicators, of_plan).join(targets, of_target)
    if not is_year:
        joined = joined.join(indicator_targets, _of_indicator(indicator_targets, _PERIOD))
    values: dict[str, ColumnElement[Any]] = {
        "target_ids": target.id,
        "target_kinds": target.kind,
        "target_titles": target.title,
        "target_weights": target.weight_percent,
        "indicator_ids": line.id,
        "indicator_titles": line.title,
        "indicator_units": line.unit,
        "indicator_weights": line.weight_percent,
        "directions": line.direction,
        "accumulations": line.accumulation,
        "target_lows": line.annual_low if is_year else wanted.low,
        "target_highs": line.annual_high if is_year else wanted.high,
        "results": own.c.value,
        "exclusions": and_(own.c.value.is_(None), own.c.figure_id.is_not(None)),
        "samples": figure.c.sample,
        "minimums": figure.c.minimum,
    }
    order = (target.kind != MAIN_TARGET, target.number, line.number)
    return (
        select(people.c.employee_id, *_lists(values, *order))
        .select_from(
            joined.outerjoin(own, _of_indicator(own, _PERIOD)).outerjoin(
                figure, _of_result(figure, own)
            )
        )
        .where(line.direction.is_not(None))
        .group_by(people.c.employee_id)
        .subquery("lines")
    )


def _parts(people: CTE, kind: PeriodKind) -> FromClause:
    """Return what was reached in the shorter periods, where ``formula.accumulation`` wants it."""
    wanted, period = indicator_targets.c, periods.c
    result, own = indicator_results.alias("result"), indicator_results.alias("own")
    figure = derived_figures.alias("figure")
    of_plan = and_(indicators.c.tenant_id == _TENANT, indicators.c.plan_id == people.c.plan_id)
    of_period = and_(
        period.tenant_id == wanted.tenant_id,
        period.id == wanted.period_id,
        period.kind.in_(_SHORTER[kind]),
        period.starts_on >= bindparam("first_day", type_=Date),
        period.ends_on <= bindparam("day", type_=Date),
    )
    joined = (
        people.join(indicators, of_plan)
        .join(indicator_targets, _of_indicator(indicator_targets))
        .join(periods, of_period)
        .outerjoin(result, _of_indicator(result, wanted.period_id))
        .outerjoin(figure, _of_result(figure, result))
        .outerjoin(own, _of_indicator(own, _PERIOD))
    )
    in_months = period.kind == PeriodKind.MONTH
    found = (
        select(
            people.c.employee_id,
            indicators.c.id.label("indicator_id"),
            period.code,
            period.starts_on,
            result.c.value,
            figure.c.sample,
            figure.c.minimum,
            in_months.label("in_months"),
            func.bool_and(in_months).over(partition_by=indicators.c.id).label("only_months"),
            func.count(result.c.value).over(partition_by=indicators.c.id).label("given"),
            func.count(case((~in_months, result.c.value)))
            .over(partition_by=indicators.c.id)
            .label("given_quarters"),
            own.c.value.label("own"),
        )
        .select_from(joined)
        .subquery("found")
    )
    columns = found.c
    used = {
        PeriodKind.YEAR: columns.in_months
        == or_(columns.only_months, and_(columns.given > 0, columns.given_quarters == 0)),
        PeriodKind.QUARTER: and_(columns.own.is_(None), columns.given > 0),
    }
    lists = {
        "part_indicator_ids": columns.indicator_id,
        "part_periods": columns.code,
        "part_results": columns.value,
        "part_samples": columns.sample,
        "part_minimums": columns.minimum,
    }
    return (
        select(columns.employee_id, *_lists(lists, columns.indicator_id, columns.starts_on))
        .where(used[kind])
        .group_by(columns.employee_id)
        .subquery("parts")
    )


def _behaviours() -> FromClause:
    """Return all behaviour values, each with its rating in the period, null for none.

    One pass over a table of seven rows a head, without sorting it.
    """
    rated = behaviour_ratings.c
    ratings = [
        func.max(rated.rating).filter(rated.value == literal_column(f"'{value}'", Text))
        for value in BehaviourValue
    ]
    values = [literal_column(f"'{value}'", Text) for value in BehaviourValue]
    return (
        select(
            rated.employee_id,
            array(values).label("behaviour_values"),
            array(ratings).label("behaviour_ratings"),
        )
        .where(rated.tenant_id == _TENANT, rated.period_id == _PERIOD)
        .group_by(rated.employee_id)
        .subquery("behaviours")
    )


def _of_indicator(
    rows: FromClause, period_id: ColumnElement[Any] | None = None
) -> ColumnElement[bool]:
    """Return the condition that a target or a verified result is one of the indicator."""
    conditions = [
        rows.c.tenant_id == indicators.c.tenant_id,
        rows.c.indicator_id == indicators.c.id,
    ]
    if period_id is not None:
        conditions.append(rows.c.period_id == period_id)
    if "status" in rows.c:
        conditions.append(rows.c.status == ResultStatus.VERIFIED)
    return and_(*conditions)


def _of_result(figure: FromClause, result: FromClause) -> ColumnElement[bool]:
    return and_(
        figure.c.tenant_id == result.c.tenant_id,
        figure.c.id == result.c.figure_id,
        figure.c.period_id == result.c.period_id,
    )


def _lists(
    values: Mapping[str, ColumnElement[Any]], *order: ColumnElement[Any]
) -> list[ColumnElement[Any]]:
    return [
        func.array_agg(aggregate_order_by(value, *order)).label(name)
        for name, value in values.items()
    ]


@statement
def hash_closing(*, again: bool) -> Executable:
    """Hash rule set, policy and the hashes of all employees in their order.

    again: each employee's hash is computed anew instead of read. The closing's own id and number
    are left out, so unchanged inputs give the same hash again.
    """
    people = closing_people.c
    each = hash_of(closing_people) if again else people.sha256
    nothing = literal_column("''::bytea", LargeBinary)
    everybody = (
        select(func.string_agg(each, aggregate_order_by(nothing, people.employee_id)))
        .where(people.tenant_id == _TENANT, people.closing_id == _CLOSING)
        .scalar_subquery()
    )
    method = func.concat(closings.c.rule_set, _LINE, cast(closings.c.policy, Text), _LINE)
    text = func.convert_to(method, "UTF8", type_=LargeBinary)
    hashed = func.sha256(text.concat(func.coalesce(everybody, nothing)))
    return select(hashed).where(closings.c.tenant_id == _TENANT, closings.c.id == _CLOSING)


def hash_of(rows: FromClause) -> ColumnElement[bytes]:
    """Return the hash of all that is frozen of an employee, as texts, one a line.

    A list writes a line feed inside quotes, so no two contents have one text. Later columns are
    added where one of them holds anything, so that older rows keep their hash.
    """
    texts = [
        func.coalesce(cast(rows.c[name], Text), _NONE) for name in _FROZEN if name not in _LATER
    ]
    joined = reduce(lambda text, each: text + _LINE + each, texts)
    later = [_LINE + cast(rows.c[name], Text) for name in _LATER]
    none = and_(*[func.cardinality(rows.c[name]) == literal_column("0") for name in _LATER])
    added = case((none, _NONE), else_=reduce(lambda text, each: text + each, later))
    return func.sha256(func.convert_to(joined + added, "UTF8"))


SCORES = (
    "employee_id",
    "work_result",
    "work_rating",
    "behaviour_rating",
    "predicate",
    "unrated_reason",
    "missing_count",
    "is_provisional",
)


@statement
def score_snapshot(rule_set: str, policy: PolicyValues) -> Executable:
    """Score everybody frozen in the closing."""
    scores = scores_of_snapshot(rule_set, policy).subquery("scores")
    return insert(closing_scores).from_select(
        ["tenant_id", "closing_id", *SCORES],
        select(_TENANT, _CLOSING, *[scores.c[name] for name in SCORES]),
    )


def scores_of_snapshot(rule_set: str, policy: PolicyValues) -> Rows:
    """Select the scores of everybody frozen in the closing, as ``closing_scores`` keeps them."""
    people = (
        select(closing_people)
        .where(closing_people.c.tenant_id == _TENANT, closing_people.c.closing_id == _CLOSING)
        .subquery("people")
    )
    return RULE_SETS[rule_set].score_select(people, policy)


@statement
def count_scores() -> Executable:
    """Count the scored people, those rated and those unrated."""
    scores = closing_scores.c
    rated = func.count().filter(scores.predicate.is_not(None))
    return select(
        func.count().label("people"),
        rated.label("rated"),
        (func.count() - rated).label("unrated"),
    ).where(scores.tenant_id == _TENANT, scores.closing_id == _CLOSING)
