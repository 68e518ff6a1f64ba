"""What a plan must fulfil before it is submitted, and what its superior may stumble over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kinerja_api.core.problems import FieldError
from kinerja_api.planning.rules.kinds import Accumulation, Direction, PeriodKind, TargetKind
from kinerja_api.planning.rules.periods import period_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """A target in numbers; ``high`` only for a range."""

    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DraftIndicator:
    """What of an indicator is checked. direction None: a measure of success in words.

    periods: what it should reach, by the code of the period, in the order of the plan.
    """

    direction: str | None
    weight: Decimal | None = None
    annual: Bounds | None = None
    periods: Mapping[str, Bounds] = field(default_factory=dict[str, Bounds])
    accumulation: str | None = None


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """What of a target is checked.

    is_linked: it carries a target of the superior or a goal; is_lapsed: that target of the
    superior is not of a plan in force.
    """

    kind: str
    weight: Decimal | None
    is_linked: bool
    indicators: Sequence[DraftIndicator]
    is_lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the government matters to a plan.

    can_link: the superior has targets, or there are goals, that it could carry; open_periods:
    codes of the year's periods that are open and in which the placement holds.
    """

    has_superior: bool = True
    can_link: bool = False
    open_periods: Sequence[str] = ()


_WHOLE = Decimal(100)


def plan_faults(
    targets: Sequence[DraftTarget], *, alignment_required: bool = False
) -> list[FieldError]:
    """Return everything that keeps a plan from being submitted."""
    main = {
        f"/targets/{position}": target.weight
        for position, target in enumerate(targets)
        if target.kind == TargetKind.UTAMA
    }
    faults = [] if main else [FieldError("main_target_missing", "/targets")]
    faults += _weight_faults("/targets", main)
    if alignment_required:
        faults += _unlinked(targets, "alignment_missing")
    for position, target in enumerate(targets):
        faults += _target_faults(f"/targets/{position}", target)
    return faults


def plan_warnings(targets: Sequence[DraftTarget], around: Surroundings) -> list[FieldError]:
    """Return what a superior may stumble over, without stopping the submission."""
    found = [] if around.has_superior else [FieldError("superior_missing", "")]
    if around.can_link:
        found += _unlinked(targets, "superior_target_unlinked")
    for position, target in enumerate(targets):
        place = f"/targets/{position}"
        if target.is_lapsed:
            where = f"{place}/superior_target_id"
            found.append(FieldError("superior_target_not_in_force", where))
        for number, indicator in enumerate(target.indicators):
            where = f"{place}/indicators/{number}/period_targets"
            found += _spread_warnings(where, indicator, around.open_periods)
    return found


def _unlinked(targets: Sequence[DraftTarget], code: str) -> list[FieldError]:
    return [
        FieldError(code, f"/targets/{position}/superior_target_id")
        for position, target in enumerate(targets)
        if target.kind == TargetKind.UTAMA and not target.is_linked
    ]


def _spread_warnings(
    where: str, indicator: DraftIndicator, open_periods: Sequence[str]
) -> Iterator[FieldError]:
    """Compare the targets of the periods with the year's, and look for periods without one."""
    by_kind: dict[PeriodKind, dict[str, Bounds]] = {}
    for code, bounds in indicator.periods.items():
        if (dates := period_of(code)) is not None:
            by_kind.setdefault(dates.kind, {})[code] = bounds
    if indicator.annual is None or not by_kind:
        return
    if indicator.accumulation == Accumulation.SUM:
        sums = [_sum(bounds.values()) for bounds in by_kind.values()]
        if indicator.annual in sums:
            return
        params = {"sum": str(sums[0].low), "annual": str(indicator.annual.low)}
        yield FieldError("period_sum_differs", where, params=params)
    missing = [
        [code for code in open_periods if _kind(code) is kind and code not in bounds]
        for kind, bounds in by_kind.items()
    ]
    least = min(missing, key=len)
    if least:
        yield FieldError("period_target_gap", where, params={"periods": ", ".join(least)})


def _kind(code: str) -> PeriodKind | None:
    dates = period_of(code)
    return dates.kind if dates else None


def _sum(all_bounds: Iterable[Bounds]) -> Bounds:
    listed = list(all_bounds)
    highs = [bounds.high for bounds in listed if bounds.high is not None]
    high = sum(highs, Decimal()) if highs else None
    return Bounds(sum((bounds.low for bounds in listed), Decimal()), high)


def _target_faults(place: str, target: DraftTarget) -> list[FieldError]:
    faults: list[FieldError] = []
    if target.kind == TargetKind.TAMBAHAN and target.weight is not None:
        faults.append(FieldError("additional_target_weighted", f"{place}/weight_percent"))
    if not target.indicators:
        faults.append(FieldError("indicator_missing", f"{place}/indicators"))
    weights = {
        f"{place}/indicators/{position}": indicator.weight
        for position, indicator in enumerate(target.indicators)
    }
    faults += _weight_faults(f"{place}/indicators", weights)
    for where, indicator in zip(weights, target.indicators, strict=True):
        faults += _indicator_faults(where, indicator)
    return faults


def _weight_faults(group: str, weights: Mapping[str, Decimal | None]) -> list[FieldError]:
    """All weights of a group are given and sum to 100, or none is given."""
    given = [weight for weight in weights.values() if weight is not None]
    if given and len(given) < len(weights):
        return [
            FieldError("weight_missing", f"{place}/weight_percent")
            for place, weight in weights.items()
            if weight is None
        ]
    if given and sum(given) != _WHOLE:
        return [FieldError("weights_not_100", group, params={"sum": str(sum(given))})]
    return []


def _indicator_faults(place: str, indicator: DraftIndicator) -> list[FieldError]:
    if indicator.direction is None or indicator.annual is None:
        return []
    faults = [] if indicator.periods else [
        FieldError("period_target_missing", f"{place}/period_targets")
    ]  # fmt: skip
    faults += _bounds_faults(f"{place}/annual_", indicator.annual, indicator.direction)
    for position, bounds in enumerate(indicator.periods.values()):
        where = f"{place}/period_targets/{position}/"
        faults += _bounds_faults(where, bounds, indicator.direction)
    return faults


def _bounds_faults(place: str, bounds: Bounds, direction: str) -> list[FieldError]:
    if direction == Direction.HIGHER and bounds.low == 0:
        return [FieldError("target_zero", f"{place}low")]
    if bounds.high is not None and bounds.low >= bounds.high:
        return [FieldError("range_reversed", f"{place}high")]
    return []
