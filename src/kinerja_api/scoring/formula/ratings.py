"""From numbers and counts to ratings, and from ratings to the predicate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic

from kinerja_api.planning.rules import Approach
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula.algebra import B, N, Ops, PolicyValues, T
from kinerja_api.scoring.formula.labels import Basis, Label
from kinerja_api.scoring.rules import BEHAVIOUR_COUNT, Predicate, UnratedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourCounts(Generic[N]):
    """How many of the seven values are rated, above and below expectation; never null."""

    rated: N
    above: N
    below: N


@dataclass(frozen=True, slots=True, kw_only=True)
class MainTargets(Generic[N]):
    """How many main targets the plan has, and how many of their indicators lack data."""

    count: N
    excluded: N


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


def behaviour_rating(ops: Ops[N, B, T], counts: BehaviourCounts[N], policy: PolicyValues) -> T:
    """Return the rating suggested for the behaviour; null unless all seven values are rated."""
    above, below = counts.above, counts.below
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
    incomplete: dict[str, N | T] = {"rated": counts.rated, "expected": ops.number(BEHAVIOUR_COUNT)}
    return ops.choose(
        [
            (
                ops.greater(ops.number(BEHAVIOUR_COUNT), counts.rated),
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


def predicate(
    ops: Ops[N, B, T], work: T, behaviour: T, matrix: Mapping[tuple[Rating, Rating], Predicate]
) -> T:
    """Return the predicate (predikat kinerja) by the matrix; null unless both ratings are there."""
    cells = [
        (
            ops.both(ops.is_word(work, row), ops.is_word(behaviour, column)),
            ops.word(cell),
        )
        for (row, column), cell in matrix.items()
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


def unrated_reason(
    ops: Ops[N, B, T], approach: T, main: MainTargets[N], work_result: N, behaviour: T
) -> T:
    """Return why no predicate is suggested, the first reason that applies; null when one is.

    approach: of the plan in force; null: there is none.
    """
    zero = ops.number(0)
    return ops.choose(
        [
            (ops.absent(approach), ops.word(UnratedReason.NO_PLAN)),
            (
                ops.is_word(approach, Approach.QUALITATIVE),
                ops.word(UnratedReason.QUALITATIVE_APPROACH),
            ),
            (
                ops.equal(ops.coalesce(main.count, zero), zero),
                ops.word(UnratedReason.NO_MAIN_TARGET),
            ),
            (
                ops.both(
                    ops.absent(work_result), ops.greater(ops.coalesce(main.excluded, zero), zero)
                ),
                ops.word(UnratedReason.NOT_ENOUGH_DATA),
            ),
            (ops.absent(work_result), ops.word(UnratedReason.NOTHING_MEASURABLE)),
            (ops.absent(behaviour), ops.word(UnratedReason.BEHAVIOURS_INCOMPLETE)),
        ],
        default=ops.no_word(),
    )
