"""The result of a longer period from those of the shorter ones in it.

A month compares its own result with its own target. A quarter does too, unless it has no verified
result of its own and its months have some: then theirs are accumulated. A year compares the
accumulated results with the annual target. What is accumulated are the shorter periods for which
the indicator has a target: the quarters, or the months where no quarter has one, or where results
came by the month only (then the quarters were made of the same months); where neither has a target,
the year's own result counts.

``sum`` adds the verified results, a missing one adds nothing. ``average`` divides that sum by the
number of periods with a target, rounded half up to two decimals. ``latest`` is the last verified
result. Periods without one are listed as missing; one whose figure rests on too small a sample is
passed over as if it had no target, and where all are, there is not enough data. A gap may never be
an advantage: where less is better, or a range is wanted, one gap makes the whole indicator missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from kinerja_api.planning.rules import Accumulation, Direction
from kinerja_api.scoring.formula.algebra import B, N, Ops, T
from kinerja_api.scoring.formula.labels import Basis, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[N, T]):
    """A shorter period: its place among the others, its code and its result (null: missing).

    sample, minimum: of the figure that the result is, both null where it is none. A figure
    without a result rests on too small a sample.
    """

    number: N
    period: T
    result: N
    sample: N
    minimum: N


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(Generic[N, T]):
    """The parts of one indicator, counted; ``count`` is null or 0 where there are none.

    passed_over: parts without enough data, which ``count`` leaves out.
    """

    count: N
    passed_over: N
    given: N
    total: N
    latest: N
    results: T
    missing_periods: T


def tally(ops: Ops[N, B, T], parts: Sequence[Part[N, T]]) -> Tally[N, T]:
    """Return the counts and sums that any accumulation needs."""
    one, nothing = ops.number(1), ops.no_number()

    def is_passed(part: Part[N, T]) -> B:
        return ops.both(ops.absent(part.result), ops.negate(ops.absent(part.sample)))

    def result(part: Part[N, T]) -> N:
        period: dict[str, N | T] = {"period": part.period}
        sampled = {**period, "sample": part.sample, "minimum": part.minimum}
        passed = ops.explain(Label.PART_NOT_ENOUGH, "", nothing, sampled, Basis.POLICY)
        given = ops.explain(Label.PART, "", part.result, period, Basis.POLICY)
        missing = ops.explain(Label.PART_MISSING, "", nothing, period, Basis.POLICY)
        return ops.choose(
            [(is_passed(part), passed), (ops.absent(part.result), missing)], default=given
        )

    def missing_period(part: Part[N, T]) -> T:
        return ops.choose(
            [(is_passed(part), ops.no_word()), (ops.absent(part.result), part.period)],
            default=ops.no_word(),
        )

    return Tally(
        count=ops.total(parts, lambda part: ops.choose([(is_passed(part), nothing)], default=one)),
        passed_over=ops.total(
            parts, lambda part: ops.choose([(is_passed(part), one)], default=nothing)
        ),
        given=ops.total(
            parts, lambda part: ops.choose([(ops.absent(part.result), nothing)], default=one)
        ),
        total=ops.total(parts, result),
        latest=ops.last(parts, lambda part: part.number, lambda part: part.result),
        results=ops.listed(parts, lambda part: part.result, " + "),
        missing_periods=ops.listed(parts, missing_period, ", "),
    )


def accumulated(ops: Ops[N, B, T], own: N, direction: T, accumulation: T, parts: Tally[N, T]) -> N:
    """Return the result that counts: the own one without parts; null: missing.

    Results are never negative.
    """
    zero, nothing = ops.number(0), ops.no_number()
    count, given = ops.coalesce(parts.count, zero), ops.coalesce(parts.given, zero)
    passed = ops.coalesce(parts.passed_over, zero)
    has_gap = ops.greater(count, given)
    inputs: dict[str, N | T] = {
        "total": parts.total,
        "count": count,
        "results": parts.results,
        "missing_periods": parts.missing_periods,
    }

    def step(label: Label, formula: str, value: N) -> N:
        return ops.explain(label, formula, value, inputs, Basis.POLICY)

    return ops.choose(
        [
            (
                ops.both(
                    ops.absent(own), ops.both(ops.equal(count, zero), ops.greater(passed, zero))
                ),
                step(Label.ACCUMULATED_NOT_ENOUGH, "", nothing),
            ),
            (ops.equal(count, zero), own),
            (ops.equal(given, zero), step(Label.ACCUMULATED_NOTHING, "", nothing)),
            (
                ops.both(has_gap, ops.negate(ops.is_word(direction, Direction.HIGHER))),
                step(Label.ACCUMULATED_GAP, "", nothing),
            ),
            (
                ops.is_word(accumulation, Accumulation.SUM),
                step(Label.ACCUMULATED_SUM, "total", parts.total),
            ),
            (
                ops.is_word(accumulation, Accumulation.AVERAGE),
                step(Label.ACCUMULATED_AVERAGE, "total / count", ops.quotient(parts.total, count)),
            ),
        ],
        default=step(Label.ACCUMULATED_LATEST, "last result", parts.latest),
    )


def lacks_data(ops: Ops[N, B, T], own: N, own_lacks_data: B, parts: Tally[N, T]) -> B:
    """Return whether an indicator has no result for want of data, its parts considered.

    own_lacks_data: the own result is a figure on too small a sample.
    """
    zero = ops.number(0)
    without_parts = ops.equal(ops.coalesce(parts.count, zero), zero)
    all_passed = ops.both(ops.absent(own), ops.greater(ops.coalesce(parts.passed_over, zero), zero))
    return ops.both(without_parts, ops.either(own_lacks_data, all_passed))
