"""Kinds, states, dates and checks of periods and plans. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kinerja_api.core.problems import FieldError, TransitionRefused


class PeriodKind(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


class PeriodStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Approach(StrEnum):
    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class PlanStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class TargetKind(StrEnum):
    """Part of the plan a target belongs to: A utama (main) or B tambahan (additional)."""

    UTAMA = "utama"
    TAMBAHAN = "tambahan"


class Cascading(StrEnum):
    """How a target carries the superior's: its own share, or a different supporting output."""

    DIRECT = "direct"
    NON_DIRECT = "non_direct"


class Aspect(StrEnum):
    """Aspect of an indicator (aspek indikator kinerja individu)."""

    KUANTITAS = "kuantitas"
    KUALITAS = "kualitas"
    WAKTU = "waktu"
    BIAYA = "biaya"


class Direction(StrEnum):
    """Which results are good: more, fewer, or those between two bounds."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Accumulation(StrEnum):
    """How period results add up over the year."""

    SUM = "sum"
    AVERAGE = "average"
    LATEST = "latest"


class Source(StrEnum):
    """Where an indicator's result comes from."""

    ENTERED = "entered"
    APPROVED_VOLUME = "approved_volume"


class BehaviourValue(StrEnum):
    """The seven BerAKHLAK values, in their legal order."""

    BERORIENTASI_PELAYANAN = "berorientasi_pelayanan"
    AKUNTABEL = "akuntabel"
    KOMPETEN = "kompeten"
    HARMONIS = "harmonis"
    LOYAL = "loyal"
    ADAPTIF = "adaptif"
    KOLABORATIF = "kolaboratif"


class PlanEvent(StrEnum):
    """What may be done with a plan; also the words of ``allowed_actions``."""

    WRITE = "write"
    EXPECT = "expect"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    REVISE = "revise"


_PLAN_STATES: Mapping[tuple[str, str], PlanStatus] = {
    (PlanStatus.DRAFT, PlanEvent.WRITE): PlanStatus.DRAFT,
    (PlanStatus.DRAFT, PlanEvent.EXPECT): PlanStatus.DRAFT,
    (PlanStatus.DRAFT, PlanEvent.SUBMIT): PlanStatus.SUBMITTED,
    (PlanStatus.SUBMITTED, PlanEvent.EXPECT): PlanStatus.SUBMITTED,
    (PlanStatus.SUBMITTED, PlanEvent.APPROVE): PlanStatus.APPROVED,
    (PlanStatus.SUBMITTED, PlanEvent.RETURN): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.WRITE): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.EXPECT): PlanStatus.RETURNED,
    (PlanStatus.RETURNED, PlanEvent.SUBMIT): PlanStatus.SUBMITTED,
    (PlanStatus.APPROVED, PlanEvent.REVISE): PlanStatus.DRAFT,
}


def next_status(status: str, event: PlanEvent) -> PlanStatus:
    """Return the status of a plan after the event; TransitionRefused."""
    after = _PLAN_STATES.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def open_events(status: str) -> list[PlanEvent]:
    """Return what a plan of this status allows, whoever asks."""
    return [event for event in PlanEvent if (status, event) in _PLAN_STATES]


@dataclass(frozen=True, slots=True)
class PeriodDates:
    """What a period's code says."""

    code: str
    kind: PeriodKind
    starts_on: dt.date
    ends_on: dt.date


_CODE = re.compile(r"(20[0-9]{2}|21[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
_QUARTER_MONTHS = 3
_YEAR_MONTHS = 12


def period_of(code: str) -> PeriodDates | None:
    """Return kind and dates of ``2026``, ``2026-Q4`` or ``2026-11``; None for other codes."""
    found = _CODE.fullmatch(code)
    if found is None:
        return None
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter is not None:
        first = _QUARTER_MONTHS * (int(quarter) - 1) + 1
        return _dates(code, PeriodKind.QUARTER, year, first, _QUARTER_MONTHS)
    if month is not None:
        return _dates(code, PeriodKind.MONTH, year, int(month), 1)
    return _dates(code, PeriodKind.YEAR, year, 1, _YEAR_MONTHS)


def _dates(code: str, kind: PeriodKind, year: int, first: int, months: int) -> PeriodDates:
    last = first + months - 1
    after = dt.date(year + last // _YEAR_MONTHS, last % _YEAR_MONTHS + 1, 1)
    return PeriodDates(code, kind, dt.date(year, first, 1), after - dt.timedelta(days=1))


def periods_of_year(year: int, kinds: Iterable[PeriodKind]) -> list[PeriodDates]:
    """Return the year and, as asked, its quarters and months."""
    codes = [f"{year}"]
    if PeriodKind.QUARTER in kinds:
        codes += [f"{year}-Q{number}" for number in range(1, 5)]
    if PeriodKind.MONTH in kinds:
        codes += [f"{year}-{number:02}" for number in range(1, 13)]
    return [dates for code in codes if (dates := period_of(code)) is not None]


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
