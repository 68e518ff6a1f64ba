"""The snapshot of a closing: freezing its inputs, scoring them, hashing them. Set-based.

A freshly written closing is in no table's statistics, so the planner takes its rows for a
handful. Joins of two such sets are therefore full joins, which run as hash or merge and never
as a nested loop over everybody.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    collate,
    false,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.base import Executable

from kinerja_api.core.sql import Rows, statement
from kinerja_api.planning.tables import indicator_targets, indicators, targets
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import behaviour_ratings, indicator_results
from kinerja_api.scoring.formula import PolicyValues
from kinerja_api.scoring.queries.people import people_on
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rules import UnratedReason
from kinerja_api.scoring.tables import (
    closing_behaviours,
    closing_indicators,
    closing_people,
    closing_scores,
    closings,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_CLOSING = bindparam("closing_id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)
_LINE = literal_column("E'\\n'", Text)


@statement
def freeze_people() -> Executable:
    """Freeze everybody with a definitive placement on ``day``, with plan and superior."""
    people = people_on(bindparam("day", type_=Date), bindparam("year", type_=Integer)).subquery()
    columns = ["employee_id", "plan_id", "unit_id", "superior_id", "is_head"]
    return insert(closing_people).from_select(
        ["tenant_id", "closing_id", *columns],
        select(_TENANT, _CLOSING, *[people.c[name] for name in columns]),
    )


@statement
def freeze_indicators() -> Executable:
    """Freeze the indicators with a target in the period; only verified results count."""
    people, result = closing_people.c, indicator_results.c
    verified = and_(
        result.tenant_id == indicator_targets.c.tenant_id,
        result.period_id == indicator_targets.c.period_id,
        result.indicator_id == indicator_targets.c.indicator_id,
        result.status == ResultStatus.VERIFIED,
    )
    values: dict[str, Any] = {
        "tenant_id": people.tenant_id,
        "closing_id": people.closing_id,
        "employee_id": people.employee_id,
        "target_id": targets.c.id,
        "target_number": targets.c.number,
        "target_kind": targets.c.kind,
        "target_title": targets.c.title,
        "target_weight": targets.c.weight_percent,
        "indicator_id": indicators.c.id,
        "indicator_number": indicators.c.number,
        "indicator_title": indicators.c.title,
        "indicator_unit": indicators.c.unit,
        "indicator_weight": indicators.c.weight_percent,
        "direction": indicators.c.direction,
        "target_low": indicator_targets.c.low,
        "target_high": indicator_targets.c.high,
        "result": result.value,
        "source": indicators.c.source,
        "is_missing": result.value.is_(None),
        "is_excluded": false(),
    }
    query = (
        select(*values.values())
        .join_from(
            closing_people,
            indicators,
            and_(
                indicators.c.tenant_id == people.tenant_id, indicators.c.plan_id == people.plan_id
            ),
        )
        .join(
            targets,
            and_(
                targets.c.tenant_id == indicators.c.tenant_id,
                targets.c.id == indicators.c.target_id,
            ),
        )
        .join(
            indicator_targets,
            and_(
                indicator_targets.c.tenant_id == indicators.c.tenant_id,
                indicator_targets.c.indicator_id == indicators.c.id,
                indicator_targets.c.period_id == _PERIOD,
            ),
        )
        .outerjoin(indicator_results, verified)
        .where(people.tenant_id == _TENANT, people.closing_id == _CLOSING)
        .order_by(people.employee_id, indicators.c.id)
    )
    return insert(closing_indicators).from_select(list(values), query)


@statement
def freeze_behaviours() -> Executable:
    """Freeze the behaviour values rated in the period."""
    people, rated = closing_people.c, behaviour_ratings.c
    query = (
        select(people.tenant_id, people.closing_id, people.employee_id, rated.value, rated.rating)
        .join_from(
            closing_people,
            behaviour_ratings,
            and_(
                rated.tenant_id == people.tenant_id,
                rated.period_id == _PERIOD,
                rated.employee_id == people.employee_id,
            ),
        )
        .where(people.tenant_id == _TENANT, people.closing_id == _CLOSING)
        .order_by(people.employee_id, rated.value)
    )
    columns = ["tenant_id", "closing_id", "employee_id", "value", "rating"]
    return insert(closing_behaviours).from_select(columns, query)


_SCORES = [
    "employee_id",
    "work_result",
    "work_rating",
    "behaviour_rating",
    "predicate",
    "unrated_reason",
    "missing_count",
    "is_provisional",
]


def scores_of_snapshot(rule_set: str, policy: PolicyValues) -> Rows:
    """Select the scores of everybody frozen in the closing, as ``closing_scores`` keeps them."""
    inputs = _frozen(closing_indicators), _frozen(closing_behaviours)
    everybody = RULE_SETS[rule_set].score_select(*inputs, policy).employees.subquery("scored")
    person = _frozen(closing_people)
    scored, people = everybody.c, person.c
    no_plan = people.plan_id.is_(None)
    reason = func.coalesce(scored.unrated_reason, UnratedReason.NO_MAIN_TARGET)
    values: dict[str, Any] = {
        "employee_id": people.employee_id,
        "work_result": scored.work_result,
        "work_rating": scored.work_rating,
        "behaviour_rating": scored.behaviour_rating,
        "predicate": scored.predicate,
        "unrated_reason": case(
            (scored.predicate.is_not(None), None), (no_plan, UnratedReason.NO_PLAN), else_=reason
        ),
        "missing_count": func.coalesce(scored.missing_count, 0),
        "is_provisional": people.is_head,
    }
    return select(*[values[name].label(name) for name in _SCORES]).join_from(
        person,
        everybody,
        scored.employee_id == people.employee_id,
        full=True,  # everybody scored was frozen: it is a left join (see the module's docstring)
    )


@statement
def score_snapshot(rule_set: str, policy: PolicyValues) -> Executable:
    """Score everybody frozen in the closing."""
    scores = scores_of_snapshot(rule_set, policy).subquery("scores")
    return insert(closing_scores).from_select(
        ["tenant_id", "closing_id", *_SCORES],
        select(_TENANT, _CLOSING, *[scores.c[name] for name in _SCORES]),
    )


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


@statement
def hash_snapshot() -> Executable:
    """Hash the snapshot and its policy: one hash an employee, then the hash of those in order.

    The closing's own id and number are left out, so unchanged inputs give the same hash again.
    """
    people = _frozen(closing_people)
    indicators_text = _texts(closing_indicators, closing_indicators.c.indicator_id)
    behaviours_text = _texts(closing_behaviours, collate(closing_behaviours.c.value, "C"))
    employee_id = people.c.employee_id
    text = func.concat_ws(
        _LINE, _row(people, closing_people), indicators_text.c.text, behaviours_text.c.text
    )
    each = (
        select(employee_id, func.encode(_sha256(text), "hex").label("hash"))
        .join_from(people, indicators_text, indicators_text.c.employee_id == employee_id, full=True)
        .join(behaviours_text, behaviours_text.c.employee_id == employee_id, full=True)
        .subquery("each")
    )
    hashes = func.string_agg(each.c.hash, aggregate_order_by(_LINE, each.c.employee_id))
    everybody = select(hashes).scalar_subquery()
    return select(
        _sha256(
            func.concat_ws(_LINE, closings.c.rule_set, cast(closings.c.policy, Text), everybody)
        )
    ).where(closings.c.tenant_id == _TENANT, closings.c.id == _CLOSING)


def _frozen(table: Table) -> FromClause:
    return (
        select(table)
        .where(table.c.tenant_id == _TENANT, table.c.closing_id == _CLOSING)
        .subquery(f"frozen_{table.name}")
    )


def _texts(table: Table, order: ColumnElement[Any]) -> FromClause:
    """Return each employee's rows of a part of the snapshot as one text."""
    columns = table.c
    text = func.string_agg(_row(table, table), aggregate_order_by(_LINE, order))
    return (
        select(columns.employee_id, text.label("text"))
        .where(columns.tenant_id == _TENANT, columns.closing_id == _CLOSING)
        .group_by(columns.employee_id)
        .subquery(f"text_of_{table.name}")
    )


def _row(rows: FromClause, table: Table) -> ColumnElement[str]:
    """Return a row of the table as text, without the keys of the closing."""
    keys = ("tenant_id", "closing_id")
    return cast(func.row(*[rows.c[each.name] for each in table.c if each.name not in keys]), Text)


def _sha256(text: ColumnElement[str]) -> ColumnElement[bytes]:
    return func.sha256(func.convert_to(text, "UTF8"))
