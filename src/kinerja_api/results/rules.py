"""States of results, their sums over a year, and the three ratings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.core.types import round_half_up
from kinerja_api.planning.rules import Accumulation, Source


class ResultStatus(StrEnum):
    ENTERED = "entered"
    VERIFIED = "verified"
    RETURNED = "returned"


class ResultEvent(StrEnum):
    """What happens to a result; the employee enters, the superior verifies or returns."""

    ENTER = "enter"
    VERIFY = "verify"
    RETURN = "return"
    DERIVE = "derive"
    ATTACH = "attach"
    DETACH = "detach"


class Rating(StrEnum):
    """Rating of work result or behaviour against the expectation (ekspektasi)."""

    DI_ATAS = "di_atas_ekspektasi"
    SESUAI = "sesuai_ekspektasi"
    DI_BAWAH = "di_bawah_ekspektasi"


class FigureItem(StrEnum):
    """What the items of a figure are."""

    TRANSACTION = "transaction"
    SURVEY_CAMPAIGN = "survey_campaign"
    COMPLAINT = "complaint"
    FINDING = "finding"


FIGURE_ITEMS: Mapping[Source, FigureItem] = MappingProxyType(
    {
        Source.RESPONSE_TIME_MEDIAN: FigureItem.COMPLAINT,
        Source.RESPONSE_TIME_P90: FigureItem.COMPLAINT,
        Source.ON_TIME_SHARE: FigureItem.COMPLAINT,
        Source.SETTLEMENT_SHARE: FigureItem.COMPLAINT,
        Source.REOPEN_RATE: FigureItem.COMPLAINT,
        Source.SURVEY_INDEX: FigureItem.SURVEY_CAMPAIGN,
        Source.PROCESSING_TIME_MEDIAN: FigureItem.TRANSACTION,
        Source.PROCESSING_TIME_P90: FigureItem.TRANSACTION,
        Source.PROCESSING_ON_TIME_SHARE: FigureItem.TRANSACTION,
        Source.SUBSTANTIATED_FINDINGS: FigureItem.FINDING,
    }
)
"""The items that may be listed; ratings may not, for they are anonymous."""


# A superior can take his verification back until the period is closed.
RESULT_TRANSITIONS: Mapping[tuple[ResultStatus, ResultEvent], ResultStatus] = MappingProxyType(
    {
        (ResultStatus.ENTERED, ResultEvent.ENTER): ResultStatus.ENTERED,
        (ResultStatus.ENTERED, ResultEvent.VERIFY): ResultStatus.VERIFIED,
        (ResultStatus.ENTERED, ResultEvent.RETURN): ResultStatus.RETURNED,
        (ResultStatus.RETURNED, ResultEvent.ENTER): ResultStatus.ENTERED,
        (ResultStatus.VERIFIED, ResultEvent.RETURN): ResultStatus.RETURNED,
        (ResultStatus.ENTERED, ResultEvent.ATTACH): ResultStatus.ENTERED,
        (ResultStatus.RETURNED, ResultEvent.ATTACH): ResultStatus.RETURNED,
        (ResultStatus.ENTERED, ResultEvent.DETACH): ResultStatus.ENTERED,
        (ResultStatus.RETURNED, ResultEvent.DETACH): ResultStatus.RETURNED,
        (ResultStatus.ENTERED, ResultEvent.DERIVE): ResultStatus.VERIFIED,
        (ResultStatus.RETURNED, ResultEvent.DERIVE): ResultStatus.VERIFIED,
        (ResultStatus.VERIFIED, ResultEvent.DERIVE): ResultStatus.VERIFIED,
    }
)


def next_status(status: ResultStatus, event: ResultEvent) -> ResultStatus:
    """Return the state after the event; raises TransitionRefused where the table has no cell."""
    after = RESULT_TRANSITIONS.get((status, event))
    if after is None:
        raise TransitionRefused(status=status, event=event)
    return after


def accumulated(
    values: Sequence[Decimal | None], accumulation: Accumulation
) -> list[Decimal | None]:
    """Return what the values come to at each place; None is passed over, and stands before all."""
    sums: list[Decimal | None] = []
    seen: list[Decimal] = []
    for value in values:
        seen += [] if value is None else [value]
        sums.append(_whole(seen, accumulation) if seen else None)
    return sums


def _whole(values: Sequence[Decimal], accumulation: Accumulation) -> Decimal:
    if accumulation == Accumulation.LATEST:
        return values[-1]
    total = sum(values, Decimal(0))
    return total if accumulation == Accumulation.SUM else round_half_up(total / len(values))


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of an imported file of results; of a qualitative plan it has words and no value."""

    line: int
    person_ref: str
    period_code: str
    target_no: int
    indicator_no: int
    value: Decimal | None
    note: str | None
    status: str


@dataclass(frozen=True, slots=True)
class BehaviourRow:
    """One row of an imported file of behaviour ratings."""

    line: int
    person_ref: str
    period_code: str
    value: str
    rating: str
    note: str
