"""Kinds, states and dates of periods and plans. Pure."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kinerja_api.core.problems import TransitionRefused


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


class PeriodEvent(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


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

_PERIOD_STATES: Mapping[tuple[str, str], PeriodStatus] = {
    (PeriodStatus.OPEN, PeriodEvent.CLOSE): PeriodStatus.CLOSED,
    (PeriodStatus.CLOSED, PeriodEvent.REOPEN): PeriodStatus.OPEN,
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


def next_period_status(status: str, event: PeriodEvent) -> PeriodStatus:
    """Return the status of a period after the event; TransitionRefused."""
    after = _PERIOD_STATES.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


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
