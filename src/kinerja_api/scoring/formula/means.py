"""Means of achievements: of a target over its indicators, of the work result over its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from kinerja_api.planning.rules import Approach
from kinerja_api.scoring.formula.algebra import B, N, Ops, T
from kinerja_api.scoring.formula.labels import Basis, Label
from kinerja_api.scoring.formula.ratings import MainTargets
from kinerja_api.scoring.rules import MAIN_TARGET


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


def work_result(ops: Ops[N, B, T], approach: T, targets: Sequence[Member[N]]) -> N:
    """Return the work result (hasil kerja); null for a qualitative plan, which has no numbers."""
    return ops.choose(
        [
            (
                ops.is_word(approach, Approach.QUALITATIVE),
                ops.explain(Label.WORK_RESULT_QUALITATIVE, "", ops.no_number(), {}, Basis.POLICY),
            )
        ],
        default=weighted_mean(ops, targets, WORK_RESULT_LABELS),
    )


@dataclass(frozen=True, slots=True)
class Counted(Generic[N, T]):
    """A target: its kind, and how many of its indicators are left out for want of data."""

    kind: T
    excluded: N


def main_targets(ops: Ops[N, B, T], targets: Sequence[Counted[N, T]]) -> MainTargets[N]:
    """Return how many main targets the plan has, and what they lack."""
    one, zero = ops.number(1), ops.number(0)

    def of_main(target: Counted[N, T], number: N) -> N:
        return ops.choose([(ops.is_word(target.kind, MAIN_TARGET), number)], default=zero)

    count = ops.total(targets, lambda target: of_main(target, one))
    excluded = ops.total(targets, lambda target: of_main(target, target.excluded))
    return MainTargets(count=ops.coalesce(count, zero), excluded=ops.coalesce(excluded, zero))
