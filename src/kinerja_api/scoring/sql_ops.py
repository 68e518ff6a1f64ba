"""The formula as SQL: one set-based statement for a whole government.

The selects take FROM clauses, so that the close runs them over its snapshot and a re-derivation
over the stored one. Columns they read (numbers are ``numeric``):

    indicators  employee_id, target_id, target_kind, target_weight, indicator_id,
                indicator_weight, direction, target_low, target_high, result,
                is_missing, is_excluded (both not null)
    behaviours  employee_id, value, rating; unique by the first two
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy import cast as sql_cast

from kinerja_api.scoring import formula
from kinerja_api.scoring.formula import Basis, IndicatorTerms, Label, Member, PolicyValues

Number = ColumnElement[Decimal]
Truth = ColumnElement[bool]
Word = ColumnElement[str]
Rows = Select[*tuple[Any, ...]]  # of as many columns as the docstring names

X = TypeVar("X")
M = TypeVar("M")

_HUNDREDTH = literal(Decimal("0.01"), Numeric(), literal_execute=True)


class SqlOps:
    """``formula.Ops`` over column expressions; constants stand in the text, policies are binds."""

    def number(self, value: int) -> Number:
        return literal(Decimal(value), Numeric(), literal_execute=True)

    def percent(self, value: int) -> Number:
        return self.number(value)

    def parameter(self, value: Decimal | int) -> Number:
        return literal(Decimal(value), Numeric())

    def word(self, value: str) -> Word:
        return literal(str(value), String(), literal_execute=True)

    def no_number(self) -> Number:
        return type_coerce(null(), Numeric())

    def no_word(self) -> Word:
        return type_coerce(null(), String())

    def add(self, left: Number, right: Number) -> Number:
        return left + right

    def subtract(self, left: Number, right: Number) -> Number:
        return left - right

    def multiply(self, left: Number, right: Number) -> Number:
        return left * right

    def minimum(self, left: Number, right: Number) -> Number:
        return func.least(left, right, type_=Numeric())

    def maximum(self, left: Number, right: Number) -> Number:
        return func.greatest(left, right, type_=Numeric())

    def quotient(self, part: Number, whole: Number) -> Number:
        # div() is the exact whole quotient; "/" would cut after some 16 digits and make ties.
        hundredths = func.div(
            part * self.number(200) + whole, whole * self.number(2), type_=Numeric()
        )
        return case((whole > self.number(0), hundredths * _HUNDREDTH))

    def coalesce(self, value: Number, default: Number) -> Number:
        return func.coalesce(value, default)

    def equal(self, left: Number, right: Number) -> Truth:
        return left == right

    def greater(self, left: Number, right: Number) -> Truth:
        return left > right

    def at_least(self, left: Number, right: Number) -> Truth:
        return left >= right

    def is_word(self, value: Word, word: str) -> Truth:
        return value == self.word(word)

    def absent(self, value: Number | Word) -> Truth:
        return value.is_(None)

    def both(self, left: Truth, right: Truth) -> Truth:
        return and_(left, right)

    def either(self, left: Truth, right: Truth) -> Truth:
        return or_(left, right)

    def negate(self, value: Truth) -> Truth:
        return not_(value)

    def choose(self, branches: Sequence[tuple[Truth, X]], default: X) -> X:
        return cast("X", case(*branches, else_=default))

    def total(self, members: Sequence[M], term: Callable[[M], Number]) -> Number:
        (row,) = members
        return func.sum(term(row))

    def explain(
        self,
        label: Label,  # noqa: ARG002 - SQL keeps the value only
        formula: str,  # noqa: ARG002 - see label
        value: Number,
        inputs: Mapping[str, Number | Word],  # noqa: ARG002 - see label
        basis: Basis,  # noqa: ARG002 - see label
    ) -> Number:
        return value

    def explain_word(
        self,
        label: Label,  # noqa: ARG002 - SQL keeps the value only
        formula: str,  # noqa: ARG002 - see label
        value: Word,
        inputs: Mapping[str, Number | Word],  # noqa: ARG002 - see label
        basis: Basis,  # noqa: ARG002 - see label
    ) -> Word:
        return value


_OPS = SqlOps()


@dataclass(frozen=True, slots=True)
class ScoreSelects:
    """The three levels of one calculation; each select contains the ones before it."""

    achievements: Rows
    targets: Rows
    employees: Rows


def score_select(
    indicators: FromClause, behaviours: FromClause, policy: PolicyValues
) -> ScoreSelects:
    """Return the selects that score everybody found in the two FROM clauses."""
    achievements = achievement_select(indicators, policy)
    # Materialised: merged into its reader, each achievement would be computed five times.
    rows = achievements.cte("achievements").prefix_with("MATERIALIZED")
    targets = target_select(rows)
    employees = employee_select(targets.subquery("targets"), behaviours, policy)
    return ScoreSelects(achievements, targets, employees)


def achievement_select(indicators: FromClause, policy: PolicyValues) -> Rows:
    """Return one row per indicator with its ``achievement`` (null: left out).

    ``is_missing`` comes out as it counted: also true without a result, false when excluded.
    """
    columns = indicators.c
    terms: IndicatorTerms[Number, Truth, Word] = IndicatorTerms(
        direction=columns.direction,
        target_low=columns.target_low,
        target_high=columns.target_high,
        result=columns.result,
        missing=columns.is_missing,
        excluded=columns.is_excluded,
    )
    return select(
        columns.employee_id,
        columns.target_id,
        columns.target_kind,
        columns.target_weight,
        columns.indicator_id,
        columns.indicator_weight,
        formula.achievement(_OPS, terms, policy).label("achievement"),
        formula.is_missing(_OPS, terms).label("is_missing"),
    )


def target_select(achievements: FromClause) -> Rows:
    """Return one row per target: ``achievement`` (null: nothing left) and ``missing_count``."""
    columns = achievements.c
    member: Member[Number] = Member(columns.achievement, columns.indicator_weight)
    mean = formula.weighted_mean(_OPS, [member], formula.TARGET_LABELS)
    keys = (columns.employee_id, columns.target_id, columns.target_kind, columns.target_weight)
    return select(
        *keys,
        mean.label("achievement"),
        func.count().filter(columns.is_missing).label("missing_count"),
    ).group_by(*keys)


def employee_select(targets: FromClause, behaviours: FromClause, policy: PolicyValues) -> Rows:
    """Return one row per employee who has a target or a behaviour.

    Columns: employee_id, work_result, work_rating, behaviour_rating, predicate, rated,
    unrated_reason, missing_count. targets: as ``target_select`` returns them.
    """
    works = _works(targets).subquery("works")
    conducts = _conducts(behaviours, policy).subquery("conducts")
    joined = works.outerjoin(conducts, works.c.employee_id == conducts.c.employee_id, full=True)
    ratings = (
        select(
            func.coalesce(works.c.employee_id, conducts.c.employee_id).label("employee_id"),
            works.c.main_targets,
            works.c.work_result,
            formula.work_rating(_OPS, works.c.work_result, policy).label("work_rating"),
            conducts.c.behaviour_rating,
            func.coalesce(works.c.missing_count, 0).label("missing_count"),
        )
        .select_from(joined)
        .subquery("ratings")
    )
    columns = ratings.c
    predicate = formula.predicate(_OPS, columns.work_rating, columns.behaviour_rating)
    reason = formula.unrated_reason(
        _OPS, columns.main_targets, columns.work_result, columns.behaviour_rating
    )
    return select(
        columns.employee_id,
        columns.work_result,
        columns.work_rating,
        columns.behaviour_rating,
        predicate.label("predicate"),
        and_(columns.work_rating.is_not(None), columns.behaviour_rating.is_not(None)).label(
            "rated"
        ),
        reason.label("unrated_reason"),
        columns.missing_count,
    )


def _works(targets: FromClause) -> Rows:
    columns = targets.c
    counted = formula.counted_achievement(_OPS, columns.target_kind, columns.achievement)
    member: Member[Number] = Member(counted, columns.target_weight)
    work_result = formula.weighted_mean(_OPS, [member], formula.WORK_RESULT_LABELS)
    return select(
        columns.employee_id,
        work_result.label("work_result"),
        formula.main_target_count(_OPS, [columns.target_kind]).label("main_targets"),
        sql_cast(func.sum(columns.missing_count), Integer()).label("missing_count"),
    ).group_by(columns.employee_id)


def _conducts(behaviours: FromClause, policy: PolicyValues) -> Rows:
    columns = behaviours.c
    rating = formula.behaviour_rating(_OPS, [columns.rating], policy)
    return select(columns.employee_id, rating.label("behaviour_rating")).group_by(
        columns.employee_id
    )
