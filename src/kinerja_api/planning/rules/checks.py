"""What a plan must fulfil before it is submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kinerja_api.core.problems import FieldError
from kinerja_api.planning.rules.kinds import Direction, TargetKind


@dataclass(frozen=True, slots=True)
class Bounds:
    """A target in numbers; ``high`` only for a range."""

    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DraftIndicator:
    """What of an indicator is checked."""

    direction: str
    weight: Decimal | None
    annual: Bounds
    periods: Sequence[Bounds]


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """What of a target is checked."""

    kind: str
    weight: Decimal | None
    is_linked: bool
    indicators: Sequence[DraftIndicator]


_WHOLE = Decimal(100)


def plan_faults(targets: Sequence[DraftTarget]) -> list[FieldError]:
    """Return everything that keeps a plan from being submitted."""
    main = {
        f"/targets/{position}": target.weight
        for position, target in enumerate(targets)
        if target.kind == TargetKind.UTAMA
    }
    faults = [] if main else [FieldError("main_target_missing", "/targets")]
    faults += _weight_faults("/targets", main)
    for position, target in enumerate(targets):
        faults += _target_faults(f"/targets/{position}", target)
    return faults


def plan_warnings(
    targets: Sequence[DraftTarget], *, has_superior: bool, superior_has_plan: bool
) -> list[FieldError]:
    """Return what a superior may stumble over, without stopping the submission."""
    if not has_superior:
        return [FieldError("superior_missing", "")]
    return [
        FieldError("superior_target_unlinked", f"/targets/{position}/superior_target_id")
        for position, target in enumerate(targets)
        if superior_has_plan and target.kind == TargetKind.UTAMA and not target.is_linked
    ]


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
    faults = [] if indicator.periods else [
        FieldError("period_target_missing", f"{place}/period_targets")
    ]  # fmt: skip
    faults += _bounds_faults(f"{place}/annual_", indicator.annual, indicator.direction)
    for position, bounds in enumerate(indicator.periods):
        where = f"{place}/period_targets/{position}/"
        faults += _bounds_faults(where, bounds, indicator.direction)
    return faults


def _bounds_faults(place: str, bounds: Bounds, direction: str) -> list[FieldError]:
    if direction == Direction.HIGHER and bounds.low == 0:
        return [FieldError("target_zero", f"{place}low")]
    if bounds.high is not None and bounds.low >= bounds.high:
        return [FieldError("range_reversed", f"{place}high")]
    return []
