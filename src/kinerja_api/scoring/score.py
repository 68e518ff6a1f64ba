"""The score of one employee over decimals, with its explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kinerja_api.planning.rules import Accumulation, Approach, Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring import formula
from kinerja_api.scoring.decimal_ops import DecimalOps, Explanation, Number, Traced, Word
from kinerja_api.scoring.formula import (
    Basis,
    BehaviourCounts,
    Counted,
    IndicatorTerms,
    Label,
    Member,
    Part,
    PolicyValues,
)
from kinerja_api.scoring.method import Method
from kinerja_api.scoring.rules import Predicate, UnratedReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPart:
    """The result of a shorter period inside the one that is scored; None: missing.

    sample, minimum: of the figure that the result is. A figure without a result is passed over.
    """

    period: str
    result: Decimal | None
    sample: int | None = None
    minimum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredIndicator:
    """An indicator with its target and result of the period; a result of None is missing.

    target_high: upper bound, for ranges only. is_excluded: the result is a figure on fewer cases
    (``sample``) than its minimum. parts: accumulated instead of the result, in their order.
    """

    indicator_id: UUID
    direction: Direction
    target_low: Decimal
    target_high: Decimal | None = None
    result: Decimal | None = None
    weight: Decimal | None = None
    is_excluded: bool = False
    sample: int | None = None
    minimum: int | None = None
    accumulation: Accumulation | None = None
    parts: Sequence[ScoredPart] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTarget:
    """A target (rencana hasil kerja); kind: ``utama`` counts, any other is shown only.

    Without indicators it is as if it were not there.
    """

    target_id: UUID
    kind: str
    weight: Decimal | None = None
    indicators: Sequence[ScoredIndicator]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPlan:
    """What one employee is scored on; behaviours: value → rating, None where not rated yet.

    approach: of the plan in force; None: there is none.
    """

    targets: Sequence[ScoredTarget]
    behaviours: Mapping[str, Rating | None]
    approach: Approach | None = Approach.QUANTITATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredResult:
    """The suggestion; None in an achievement means left out. missing: indicators counted as 0."""

    achievements: Mapping[UUID, Decimal | None]
    target_achievements: Mapping[UUID, Decimal | None]
    work_result: Decimal | None
    work_rating: Rating | None
    behaviour_rating: Rating | None
    predicate: Predicate | None
    unrated_reason: UnratedReason | None
    missing: tuple[UUID, ...]
    explanation: Explanation

    @property
    def is_rated(self) -> bool:
        return self.predicate is not None


def score_employee(plan: ScoredPlan, policy: PolicyValues, method: Method) -> ScoredResult:
    """Return the suggested predicate of one employee and every step that led to it."""
    ops = DecimalOps({Basis.POLICY: policy.basis, Basis.REGULATION: method.matrix_source})
    indicators = {each.indicator_id: each for target in plan.targets for each in target.indicators}
    terms = {key: _terms(ops, each) for key, each in indicators.items()}
    achievements = {
        key: method.achievement(ops, each, policy).about(str(key), indicators[key].weight)
        for key, each in terms.items()
    }
    targets = {
        target.target_id: _target_achievement(ops, target, achievements) for target in plan.targets
    }
    approach = _word(plan.approach)
    work_result = formula.work_result(ops, approach, _counted(ops, plan, targets))
    work_rating = formula.work_rating(ops, work_result, policy)
    behaviour = formula.behaviour_rating(ops, _counts(ops, plan.behaviours), policy)
    predicate = formula.predicate(ops, work_rating, behaviour, method.matrix)
    main = formula.main_targets(
        ops, [_counted_target(ops, each, terms) for each in plan.targets if each.indicators]
    )
    reason = formula.unrated_reason(ops, approach, main, work_result, behaviour).value
    return ScoredResult(
        achievements={key: each.value for key, each in achievements.items()},
        target_achievements={key: each.value for key, each in targets.items()},
        work_result=work_result.value,
        work_rating=_rating(work_rating),
        behaviour_rating=_rating(behaviour),
        predicate=None if predicate.value is None else Predicate(predicate.value),
        unrated_reason=None if reason is None else UnratedReason(reason),
        missing=tuple(key for key, each in terms.items() if formula.is_missing(ops, each)),
        explanation=predicate.because[0],
    )


def _terms(ops: DecimalOps, indicator: ScoredIndicator) -> IndicatorTerms[Number, bool, Word]:
    direction = _word(indicator.direction)
    parts = [
        Part(
            number=ops.number(number),
            period=_word(part.period),
            result=Traced(part.result),
            sample=_count(part.sample),
            minimum=_count(part.minimum),
        )
        for number, part in enumerate(indicator.parts)
    ]
    own, tally = Traced(indicator.result), formula.tally(ops, parts)
    is_own = indicator.is_excluded
    return IndicatorTerms(
        direction=direction,
        target_low=Traced(indicator.target_low),
        target_high=Traced(indicator.target_high),
        result=formula.accumulated(ops, own, direction, _word(indicator.accumulation), tally),
        excluded=formula.lacks_data(ops, own, is_own, tally),
        sample=_count(indicator.sample if is_own else None),
        minimum=_count(indicator.minimum if is_own else None),
    )


def _counted_target(
    ops: DecimalOps,
    target: ScoredTarget,
    terms: Mapping[UUID, IndicatorTerms[Number, bool, Word]],
) -> Counted[Number, Word]:
    excluded = sum(terms[each.indicator_id].excluded for each in target.indicators)
    return Counted(ops.word(target.kind), ops.number(excluded))


def _count(value: int | None) -> Number:
    return Traced(None if value is None else Decimal(value))


def _target_achievement(
    ops: DecimalOps, target: ScoredTarget, achievements: Mapping[UUID, Number]
) -> Number:
    members = [
        Member(achievements[each.indicator_id], Traced(each.weight)) for each in target.indicators
    ]
    mean = formula.weighted_mean(ops, members, formula.TARGET_LABELS)
    return mean.about(str(target.target_id), target.weight)


def _counted(
    ops: DecimalOps, plan: ScoredPlan, achievements: Mapping[UUID, Number]
) -> list[Member[Number]]:
    return [
        Member(
            formula.counted_achievement(ops, ops.word(target.kind), achievements[target.target_id]),
            Traced(target.weight),
        )
        for target in plan.targets
    ]


def _counts(ops: DecimalOps, behaviours: Mapping[str, Rating | None]) -> BehaviourCounts[Number]:
    """Count the rated values; each count rests on all of them."""
    given = {value: rating for value, rating in behaviours.items() if rating is not None}
    steps = [
        ops.explain_word(
            Label.BEHAVIOUR_VALUE, "", _word(rating), {"behaviour": _word(value)}, Basis.POLICY
        )
        for value, rating in given.items()
    ]
    because = tuple(step for each in steps for step in each.because)
    ratings = list(given.values())
    return BehaviourCounts(
        rated=Traced(Decimal(len(ratings)), because),
        above=Traced(Decimal(ratings.count(Rating.DI_ATAS)), because),
        below=Traced(Decimal(ratings.count(Rating.DI_BAWAH)), because),
    )


def _word(value: str | None) -> Word:
    return Traced(value)


def _rating(word: Word) -> Rating | None:
    return None if word.value is None else Rating(word.value)
