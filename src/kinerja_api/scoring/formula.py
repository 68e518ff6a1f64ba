"""The scoring formula, written once and executed twice.

Each step is an expression over ``Ops``: ``decimal_ops`` runs it for one employee and records why,
``sql_ops`` compiles it for a whole government; a property test holds the two equal. Null means
"nothing to count" in both. There is no plain division: ``quotient`` divides and rounds in one
exact step, because a quotient cut to some digits can turn into a tie that is not there.
Order of a step: measure, round half up to two decimals, then cap, then compare. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from kinerja_api.planning.rules import Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rules import (
    BEHAVIOUR_COUNT,
    MAIN_TARGET,
    PREDICATE_MATRIX,
    UnratedReason,
)

N = TypeVar("N")  # a number
B = TypeVar("B")  # a truth value
T = TypeVar("T")  # a word
X = TypeVar("X")  # a number or a word
M = TypeVar("M")  # a member of a group


class Basis(StrEnum):
    """What a step rests on: the tenant's policy (every number) or the regulation."""

    POLICY = "policy"
    REGULATION = "regulation"


class Label(StrEnum):
    """Code of an explained step; the words are in ``core/messages/<language>/scoring.toml``."""

    ACHIEVEMENT_HIGHER = "achievement_higher"
    ACHIEVEMENT_LOWER = "achievement_lower"
    ACHIEVEMENT_LOWER_ZERO = "achievement_lower_zero"
    ACHIEVEMENT_RANGE_INSIDE = "achievement_range_inside"
    ACHIEVEMENT_RANGE_BELOW = "achievement_range_below"
    ACHIEVEMENT_RANGE_ABOVE = "achievement_range_above"
    ACHIEVEMENT_CAPPED = "achievement_capped"
    ACHIEVEMENT_MISSING = "achievement_missing"
    ACHIEVEMENT_EXCLUDED = "achievement_excluded"
    ACHIEVEMENT_UNMEASURABLE = "achievement_unmeasurable"
    TARGET_WEIGHTED = "target_weighted"
    TARGET_MEAN = "target_mean"
    TARGET_NOTHING_LEFT = "target_nothing_left"
    TARGET_ADDITIONAL = "target_additional"
    WORK_RESULT_WEIGHTED = "work_result_weighted"
    WORK_RESULT_MEAN = "work_result_mean"
    WORK_RESULT_NOTHING_LEFT = "work_result_nothing_left"
    WORK_RATING = "work_rating"
    BEHAVIOUR_RATING = "behaviour_rating"
    BEHAVIOUR_INCOMPLETE = "behaviour_incomplete"
    PREDICATE = "predicate"
    PREDICATE_NONE = "predicate_none"


class PolicyValues(Protocol):
    """The numbers a tenant sets, and the text they rest on."""

    @property
    def cap_percent(self) -> Decimal: ...
    @property
    def above_over(self) -> Decimal: ...
    @property
    def as_from(self) -> Decimal: ...
    @property
    def behaviour_above_from(self) -> int: ...
    @property
    def behaviour_below_from(self) -> int: ...
    @property
    def basis(self) -> str: ...


class Ops(Protocol[N, B, T]):
    """The algebra of the formula.

    Arithmetic with null is null. A comparison with null is not true. ``minimum`` and ``maximum``
    pass over null, ``total`` too (nothing but null: null), as LEAST, GREATEST and SUM do.
    """

    def number(self, value: int) -> N: ...
    def percent(self, value: int) -> N: ...
    def parameter(self, value: Decimal | int) -> N: ...
    def word(self, value: str) -> T: ...
    def no_number(self) -> N: ...
    def no_word(self) -> T: ...
    def add(self, left: N, right: N) -> N: ...
    def subtract(self, left: N, right: N) -> N: ...
    def multiply(self, left: N, right: N) -> N: ...
    def minimum(self, left: N, right: N) -> N: ...
    def maximum(self, left: N, right: N) -> N: ...

    def quotient(self, part: N, whole: N) -> N:
        """Return part / whole rounded half up to two decimals; null unless whole > 0.

        part: not negative.
        """
        ...

    def coalesce(self, value: N, default: N) -> N: ...
    def equal(self, left: N, right: N) -> B: ...
    def greater(self, left: N, right: N) -> B: ...
    def at_least(self, left: N, right: N) -> B: ...
    def is_word(self, value: T, word: str) -> B: ...
    def absent(self, value: N | T) -> B: ...
    def both(self, left: B, right: B) -> B: ...
    def either(self, left: B, right: B) -> B: ...

    def negate(self, value: B) -> B:
        """Return the opposite; the operand is never null."""
        ...

    def choose(self, branches: Sequence[tuple[B, X]], default: X) -> X:
        """Return the value of the first branch that is true."""
        ...

    def total(self, members: Sequence[M], term: Callable[[M], N]) -> N:
        """Return the sum of the term over a group.

        SQL gives one member that stands for every row of the group.
        """
        ...

    def explain(
        self, label: Label, formula: str, value: N, inputs: Mapping[str, N | T], basis: Basis
    ) -> N:
        """Return the value unchanged; the decimal back end records the step."""
        ...

    def explain_word(
        self, label: Label, formula: str, value: T, inputs: Mapping[str, N | T], basis: Basis
    ) -> T:
        """Do the same for a word."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorTerms(Generic[N, B, T]):
    """One indicator. target_high is read for ranges only; missing and excluded are never null."""

    direction: T
    target_low: N
    target_high: N
    result: N
    missing: B
    excluded: B


@dataclass(frozen=True, slots=True)
class Member(Generic[N]):
    """A part of a mean; a null value is left out and the weights of the rest renormalised."""

    value: N
    weight: N


@dataclass(frozen=True, slots=True)
class MeanLabels:
    """How a mean explains itself: with weights, without, with nothing left."""

    weighted: Label
    plain: Label
    nothing: Label


TARGET_LABELS = MeanLabels(Label.TARGET_WEIGHTED, Label.TARGET_MEAN, Label.TARGET_NOTHING_LEFT)
WORK_RESULT_LABELS = MeanLabels(
    Label.WORK_RESULT_WEIGHTED, Label.WORK_RESULT_MEAN, Label.WORK_RESULT_NOTHING_LEFT
)


def achievement(ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T], policy: PolicyValues) -> N:
    """Return the achievement (capaian) of one indicator in percent, 0 to the cap.

    No verified result: 0. Below its minimum sample: null. A target that cannot be divided by
    (refused at submission) is left out too, so that no stray row stops a whole close.
    """
    cap = ops.parameter(policy.cap_percent)
    rounded = _uncapped(ops, indicator)
    return ops.choose(
        [
            (
                indicator.excluded,
                ops.explain(Label.ACHIEVEMENT_EXCLUDED, "", ops.no_number(), {}, Basis.POLICY),
            ),
            (
                _is_unmeasurable(ops, indicator),
                ops.explain(
                    Label.ACHIEVEMENT_UNMEASURABLE,
                    "",
                    ops.no_number(),
                    {"target": indicator.target_low},
                    Basis.POLICY,
                ),
            ),
            (
                ops.either(indicator.missing, ops.absent(indicator.result)),
                ops.explain(Label.ACHIEVEMENT_MISSING, "0", ops.percent(0), {}, Basis.POLICY),
            ),
        ],
        default=ops.explain(
            Label.ACHIEVEMENT_CAPPED,
            "min(achievement, cap)",
            ops.minimum(rounded, cap),
            {"achievement": rounded, "cap": cap},
            Basis.POLICY,
        ),
    )


def is_missing(ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T]) -> B:
    """Return whether the indicator counts 0 for want of a verified result."""
    lacking = ops.either(indicator.missing, ops.absent(indicator.result))
    return ops.both(lacking, ops.negate(indicator.excluded))


def _is_unmeasurable(ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T]) -> B:
    zero = ops.number(0)
    higher = ops.is_word(indicator.direction, Direction.HIGHER)
    lower = ops.is_word(indicator.direction, Direction.LOWER)
    return ops.either(
        ops.both(higher, ops.at_least(zero, indicator.target_low)),
        ops.both(lower, ops.greater(zero, indicator.target_low)),
    )


def _uncapped(ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T]) -> N:
    result, low = indicator.result, indicator.target_low
    high = ops.coalesce(indicator.target_high, low)
    zero, hundred = ops.percent(0), ops.percent(100)
    lower = ops.is_word(indicator.direction, Direction.LOWER)
    all_or_nothing = ops.choose([(ops.equal(result, zero), hundred)], default=zero)
    one_target = {"result": result, "target": low}
    two_bounds = {"result": result, "low": low, "high": high}

    def step(label: Label, formula: str, value: N, inputs: Mapping[str, N]) -> N:
        return ops.explain(label, formula, value, inputs, Basis.POLICY)

    return ops.choose(
        [
            (
                ops.is_word(indicator.direction, Direction.HIGHER),
                step(
                    Label.ACHIEVEMENT_HIGHER,
                    "result * 100 / target",
                    _share(ops, result, low),
                    one_target,
                ),
            ),
            (
                ops.both(lower, ops.equal(low, zero)),
                step(
                    Label.ACHIEVEMENT_LOWER_ZERO,
                    "100 if result = 0 else 0",
                    all_or_nothing,
                    one_target,
                ),
            ),
            (
                lower,
                step(
                    Label.ACHIEVEMENT_LOWER,
                    "max(2 * target - result, 0) * 100 / target",
                    _saving(ops, result, low),
                    one_target,
                ),
            ),
            (
                ops.greater(low, result),
                step(
                    Label.ACHIEVEMENT_RANGE_BELOW,
                    "result * 100 / low",
                    ops.coalesce(_share(ops, result, low), zero),
                    two_bounds,
                ),
            ),
            (
                ops.greater(result, high),
                step(
                    Label.ACHIEVEMENT_RANGE_ABOVE,
                    "max(2 * high - result, 0) * 100 / high",
                    ops.coalesce(_saving(ops, result, high), zero),
                    two_bounds,
                ),
            ),
        ],
        default=step(Label.ACHIEVEMENT_RANGE_INSIDE, "100", hundred, two_bounds),
    )


def _share(ops: Ops[N, B, T], part: N, whole: N) -> N:
    positive = ops.maximum(part, ops.number(0))
    return ops.quotient(ops.multiply(positive, ops.number(100)), whole)


def _saving(ops: Ops[N, B, T], result: N, target: N) -> N:
    return _share(ops, ops.subtract(ops.add(target, target), result), target)


def weighted_mean(ops: Ops[N, B, T], members: Sequence[Member[N]], labels: MeanLabels) -> N:
    """Return the mean of the members that have a value, rounded; null when none counts.

    No member with a value has a weight: sum / n. Otherwise by weight, over the weights left.
    """
    nothing = ops.no_number()

    def if_counted(member: Member[N], value: N) -> N:
        return ops.choose([(ops.absent(member.value), nothing)], default=value)

    total = ops.total(members, lambda m: m.value)
    count = ops.total(members, lambda m: if_counted(m, ops.number(1)))
    weights = ops.total(members, lambda m: if_counted(m, m.weight))
    weighted = ops.total(members, lambda m: ops.multiply(m.value, m.weight))
    return ops.choose(
        [
            (
                ops.absent(total),
                ops.explain(labels.nothing, "", nothing, {"total": total}, Basis.POLICY),
            ),
            (
                ops.absent(weights),
                ops.explain(
                    labels.plain,
                    "total / count",
                    ops.quotient(total, count),
                    {"total": total, "count": count},
                    Basis.POLICY,
                ),
            ),
        ],
        default=ops.explain(
            labels.weighted,
            "weighted_total / weights",
            ops.quotient(weighted, weights),
            {"weighted_total": weighted, "weights": weights},
            Basis.POLICY,
        ),
    )


def counted_achievement(ops: Ops[N, B, T], kind: T, target_achievement: N) -> N:
    """Return what a target brings into the work result: additional ones (tambahan) nothing."""
    return ops.choose(
        [(ops.is_word(kind, MAIN_TARGET), target_achievement)],
        default=ops.explain(
            Label.TARGET_ADDITIONAL,
            "",
            ops.no_number(),
            {"achievement": target_achievement},
            Basis.POLICY,
        ),
    )


def work_rating(ops: Ops[N, B, T], work_result: N, policy: PolicyValues) -> T:
    """Return the rating suggested for the work result (rating hasil kerja)."""
    above_over, as_from = ops.parameter(policy.above_over), ops.parameter(policy.as_from)
    rating = ops.choose(
        [
            (ops.absent(work_result), ops.no_word()),
            (ops.greater(work_result, above_over), ops.word(Rating.DI_ATAS)),
            (ops.at_least(work_result, as_from), ops.word(Rating.SESUAI)),
        ],
        default=ops.word(Rating.DI_BAWAH),
    )
    inputs: dict[str, N | T] = {
        "work_result": work_result,
        "above_over": above_over,
        "as_from": as_from,
    }
    return ops.explain_word(
        Label.WORK_RATING,
        "above if work_result > above_over, as if work_result >= as_from, else below",
        rating,
        inputs,
        Basis.POLICY,
    )


def behaviour_rating(ops: Ops[N, B, T], ratings: Sequence[T], policy: PolicyValues) -> T:
    """Return the rating suggested for the behaviour; null unless all seven values are rated."""

    def count(is_counted: Callable[[T], B]) -> N:
        one, zero = ops.number(1), ops.number(0)
        counted = ops.total(ratings, lambda r: ops.choose([(is_counted(r), one)], default=zero))
        return ops.coalesce(counted, zero)

    rated = count(lambda rating: ops.negate(ops.absent(rating)))
    above = count(lambda rating: ops.is_word(rating, Rating.DI_ATAS))
    below = count(lambda rating: ops.is_word(rating, Rating.DI_BAWAH))
    above_from = ops.parameter(policy.behaviour_above_from)
    below_from = ops.parameter(policy.behaviour_below_from)
    none_below = ops.equal(below, ops.number(0))
    rating = ops.choose(
        [
            (ops.both(none_below, ops.at_least(above, above_from)), ops.word(Rating.DI_ATAS)),
            (ops.at_least(below, below_from), ops.word(Rating.DI_BAWAH)),
        ],
        default=ops.word(Rating.SESUAI),
    )
    inputs: dict[str, N | T] = {
        "above": above,
        "below": below,
        "above_from": above_from,
        "below_from": below_from,
    }
    incomplete: dict[str, N | T] = {"rated": rated, "expected": ops.number(BEHAVIOUR_COUNT)}
    return ops.choose(
        [
            (
                ops.greater(ops.number(BEHAVIOUR_COUNT), rated),
                ops.explain_word(
                    Label.BEHAVIOUR_INCOMPLETE, "", ops.no_word(), incomplete, Basis.POLICY
                ),
            )
        ],
        default=ops.explain_word(
            Label.BEHAVIOUR_RATING,
            "above if below = 0 and above >= above_from, below if below >= below_from, else as",
            rating,
            inputs,
            Basis.POLICY,
        ),
    )


def predicate(ops: Ops[N, B, T], work: T, behaviour: T) -> T:
    """Return the predicate (predikat kinerja) by the matrix; null unless both ratings are there."""
    cells = [
        (
            ops.both(ops.is_word(work, row), ops.is_word(behaviour, column)),
            ops.word(cell),
        )
        for (row, column), cell in PREDICATE_MATRIX.items()
    ]
    inputs: dict[str, N | T] = {"work_rating": work, "behaviour_rating": behaviour}
    return ops.choose(
        [
            (
                ops.either(ops.absent(work), ops.absent(behaviour)),
                ops.explain_word(Label.PREDICATE_NONE, "", ops.no_word(), inputs, Basis.REGULATION),
            )
        ],
        default=ops.explain_word(
            Label.PREDICATE,
            "matrix(work_rating, behaviour_rating)",
            ops.choose(cells, default=ops.no_word()),
            inputs,
            Basis.REGULATION,
        ),
    )


def main_target_count(ops: Ops[N, B, T], kinds: Sequence[T]) -> N:
    """Return how many main targets the plan has."""
    one, zero = ops.number(1), ops.number(0)
    counted = ops.total(
        kinds, lambda kind: ops.choose([(ops.is_word(kind, MAIN_TARGET), one)], default=zero)
    )
    return ops.coalesce(counted, zero)


def unrated_reason(ops: Ops[N, B, T], main_targets: N, work_result: N, behaviour: T) -> T:
    """Return why no predicate is suggested, the first reason that applies; null when one is."""
    return ops.choose(
        [
            (
                ops.equal(ops.coalesce(main_targets, ops.number(0)), ops.number(0)),
                ops.word(UnratedReason.NO_MAIN_TARGET),
            ),
            (ops.absent(work_result), ops.word(UnratedReason.NOTHING_MEASURABLE)),
            (ops.absent(behaviour), ops.word(UnratedReason.BEHAVIOURS_INCOMPLETE)),
        ],
        default=ops.no_word(),
    )
