"""The formula as SQL: one set-based statement for a whole government.

The selects take a FROM clause with one row an employee, whose arrays hold what is frozen of him
(the columns of ``closing_people``; numbers are ``numeric``), and score each row by itself: no join
of thousands with thousands, so the cost is linear, the memory is one employee's, and no plan
depends on statistics.
"""

from collections.abc import Callable, Mapping, Sequence
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
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kinerja_api.results.rules import Rating
from kinerja_api.scoring import formula
from kinerja_api.scoring.formula import (
    Basis,
    BehaviourCounts,
    Counted,
    IndicatorTerms,
    Label,
    MainTargets,
    Member,
    Part,
    PolicyValues,
    Tally,
)
from kinerja_api.scoring.method import Method

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

    def last(
        self, members: Sequence[M], order: Callable[[M], Number], term: Callable[[M], Number]
    ) -> Number:
        (row,) = members
        value = term(row)
        latest_first = func.array_agg(aggregate_order_by(value, order(row).desc()))
        return latest_first.filter(value.is_not(None))[1]

    def listed(
        self,
        members: Sequence[M],  # noqa: ARG002 - only sentences list
        term: Callable[[M], Number | Word],  # noqa: ARG002 - see members
        separator: str,  # noqa: ARG002 - see members
    ) -> Word:
        return self.no_word()

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
# OFFSET 0: without it the reader of a select would compute its columns again and again.
_FENCE = literal_column("0", Integer())

_LINE = {
    "target_id": "target_ids",
    "target_kind": "target_kinds",
    "target_weight": "target_weights",
    "indicator_id": "indicator_ids",
    "indicator_weight": "indicator_weights",
    "direction": "directions",
    "accumulation": "accumulations",
    "target_low": "target_lows",
    "target_high": "target_highs",
    "own_result": "results",
    "is_excluded": "exclusions",
}
_TALLY = ("count", "passed_over", "given", "total", "latest")
_PART = {
    "indicator_id": "part_indicator_ids",
    "period": "part_periods",
    "result": "part_results",
    "sample": "part_samples",
    "minimum": "part_minimums",
}


def score_select(people: FromClause, policy: PolicyValues, method: Method) -> Rows:
    """Return the suggestion for each employee in ``people``.

    Columns: employee_id, work_result, work_rating, behaviour_rating, predicate, unrated_reason,
    missing_count, is_provisional (of heads: the organisation's achievement is not rated yet).
    """
    works = _works(people, policy, method).lateral("works")
    ratings = (
        select(
            people.c.employee_id,
            people.c.approach,
            people.c.is_head,
            works.c.main_targets,
            works.c.excluded_count,
            works.c.missing_count,
            works.c.work_result,
            formula.work_rating(_OPS, works.c.work_result, policy).label("work_rating"),
            formula.behaviour_rating(_OPS, _counts(people), policy).label("behaviour_rating"),
        )
        .join_from(people, works, true())
        .offset(_FENCE)
        .subquery("ratings")
        .c
    )
    predicate = formula.predicate(
        _OPS, ratings.work_rating, ratings.behaviour_rating, method.matrix
    )
    reason = formula.unrated_reason(
        _OPS,
        ratings.approach,
        MainTargets(count=ratings.main_targets, excluded=ratings.excluded_count),
        ratings.work_result,
        ratings.behaviour_rating,
    )
    return select(
        ratings.employee_id,
        ratings.work_result,
        ratings.work_rating,
        ratings.behaviour_rating,
        predicate.label("predicate"),
        reason.label("unrated_reason"),
        func.coalesce(ratings.missing_count, 0).label("missing_count"),
        ratings.is_head.label("is_provisional"),
    )


def achievement_select(people: FromClause, policy: PolicyValues, method: Method) -> Rows:
    """Return an employee's indicators, each with its ``achievement`` (null: left out).

    people: the row of the enclosing statement that is about him.
    """
    columns = _indicators(people).c
    terms: IndicatorTerms[Number, Truth, Word] = IndicatorTerms(
        direction=columns.direction,
        target_low=columns.target_low,
        target_high=columns.target_high,
        result=columns.result,
        excluded=columns.is_left_out,
        sample=_OPS.no_number(),
        minimum=_OPS.no_number(),
    )
    return select(
        columns.target_id,
        columns.target_kind,
        columns.target_weight,
        columns.indicator_id,
        columns.indicator_weight,
        method.achievement(_OPS, terms, policy).label("achievement"),
        formula.is_missing(_OPS, terms).label("is_missing"),
        columns.is_left_out,
    ).offset(_FENCE)


def target_select(people: FromClause, policy: PolicyValues, method: Method) -> Rows:
    """Return an employee's targets: ``achievement`` (null: nothing left), and counts of indicators.

    missing_count: without a verified result; excluded_count: without enough data.
    """
    columns = achievement_select(people, policy, method).subquery("achievements").c
    member: Member[Number] = Member(columns.achievement, columns.indicator_weight)
    mean = formula.weighted_mean(_OPS, [member], formula.TARGET_LABELS)
    keys = (columns.target_id, columns.target_kind, columns.target_weight)
    missing = func.count().filter(columns.is_missing)
    excluded = func.count().filter(columns.is_left_out)
    return (
        select(
            *keys,
            mean.label("achievement"),
            missing.label("missing_count"),
            excluded.label("excluded_count"),
        )
        .group_by(*keys)
        .offset(_FENCE)
    )


def _works(people: FromClause, policy: PolicyValues, method: Method) -> Rows:
    columns = target_select(people, policy, method).subquery("targets").c
    counted = formula.counted_achievement(_OPS, columns.target_kind, columns.achievement)
    member: Member[Number] = Member(counted, columns.target_weight)
    excluded = sql_cast(columns.excluded_count, Numeric())
    main = formula.main_targets(_OPS, [Counted(columns.target_kind, excluded)])
    return select(
        formula.work_result(_OPS, people.c.approach, [member]).label("work_result"),
        main.count.label("main_targets"),
        main.excluded.label("excluded_count"),
        sql_cast(func.sum(columns.missing_count), Integer()).label("missing_count"),
    ).correlate(people)


def _indicators(people: FromClause) -> FromClause:
    """Return an employee's indicators, the result of each accumulated where it has parts."""
    lines, tallies = _elements(people, _LINE, "lines"), _tallies(people)
    tally: Tally[Number, Word] = Tally(
        **{name: tallies.c[name] for name in _TALLY},
        results=_OPS.no_word(),
        missing_periods=_OPS.no_word(),
    )
    result = formula.accumulated(
        _OPS, lines.c.own_result, lines.c.direction, lines.c.accumulation, tally
    )
    left_out = formula.lacks_data(_OPS, lines.c.own_result, lines.c.is_excluded, tally)
    return (
        select(*lines.c, result.label("result"), left_out.label("is_left_out"))
        .outerjoin_from(lines, tallies, tallies.c.indicator_id == lines.c.indicator_id)
        .offset(_FENCE)
        .subquery("indicators")
    )


def _tallies(people: FromClause) -> FromClause:
    """Return what was reached in shorter periods, one row an indicator."""
    columns = _elements(people, _PART, "parts").c
    part: Part[Number, Word] = Part(
        number=columns.position,
        period=columns.period,
        result=columns.result,
        sample=columns.sample,
        minimum=columns.minimum,
    )
    tally = formula.tally(_OPS, [part])
    return (
        select(columns.indicator_id, *[getattr(tally, name).label(name) for name in _TALLY])
        .group_by(columns.indicator_id)
        .subquery("tallies")
    )


def _elements(people: FromClause, arrays: Mapping[str, str], name: str) -> FromClause:
    """Return the elements at each position of an employee's arrays as one row."""
    first = people.c[next(iter(arrays.values()))]
    at = func.generate_subscripts(first, 1).column_valued(f"position_of_{name}")
    elements = [people.c[array][at].label(column) for column, array in arrays.items()]
    return select(at.label("position"), *elements).correlate(people).subquery(name)


def _counts(people: FromClause) -> BehaviourCounts[Number]:
    ratings = people.c.behaviour_ratings

    def count(rating: Rating) -> Number:
        return func.cardinality(func.array_positions(ratings, _OPS.word(rating)), type_=Numeric())

    return BehaviourCounts(
        rated=func.cardinality(func.array_remove(ratings, null()), type_=Numeric()),
        above=count(Rating.DI_ATAS),
        below=count(Rating.DI_BAWAH),
    )
