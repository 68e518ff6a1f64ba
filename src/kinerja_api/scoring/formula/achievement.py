"""The achievement (capaian) of one indicator in percent.

Order of a step: measure, round half up to two decimals, then cap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from kinerja_api.planning.rules import Direction
from kinerja_api.scoring.formula.algebra import B, N, Ops, PolicyValues, T
from kinerja_api.scoring.formula.labels import Basis, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorTerms(Generic[N, B, T]):
    """One indicator. target_high is read for ranges only; excluded is never null.

    A null result is a missing one. excluded: there is not enough data. sample, minimum: of the
    own figure, null where that is not the reason.
    """

    direction: T
    target_low: N
    target_high: N
    result: N
    excluded: B
    sample: N
    minimum: N


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
                ops.both(indicator.excluded, ops.absent(indicator.sample)),
                ops.explain(
                    Label.ACHIEVEMENT_EXCLUDED,
                    "",
                    ops.no_number(),
                    {"result": indicator.result},
                    Basis.POLICY,
                ),
            ),
            (
                indicator.excluded,
                ops.explain(
                    Label.ACHIEVEMENT_NOT_ENOUGH,
                    "",
                    ops.no_number(),
                    {
                        "result": indicator.result,
                        "sample": indicator.sample,
                        "minimum": indicator.minimum,
                    },
                    Basis.POLICY,
                ),
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
                ops.absent(indicator.result),
                ops.explain(
                    Label.ACHIEVEMENT_MISSING,
                    "0",
                    ops.percent(0),
                    {"result": indicator.result},
                    Basis.POLICY,
                ),
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
    return ops.both(ops.absent(indicator.result), ops.negate(indicator.excluded))


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
