"""Wire shapes of what the evaluations of a unit say together."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Id, word
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.evaluations.schemas.evaluations import PredicateWord
from kinerja_api.planning.rules import Aspect, BehaviourValue


class OpenAssessorOut(TypedDict):
    """A superior with evaluations still to decide."""

    superior_id: Annotated[UUID | None, Field(description="Null: nobody can decide these yet")]
    superior_name: str | None
    undecided: int


class StageCountsOut(TypedDict):
    """How many evaluations are in each stage."""

    opened: int
    decided: int
    objected: int
    final: int


class PredicateCountsOut(TypedDict):
    """How many people have each predicate."""

    sangat_baik: int
    baik: int
    butuh_perbaikan: int
    kurang: int
    sangat_kurang: int


class EvaluationSummaryOut(TypedDict):
    """Stages and distribution of predicates of a unit with everything below it.

    The sum of a distribution may stay under the total: undecided, or nothing was suggested.
    """

    unit_id: UUID
    period_id: UUID
    total: int
    stages: StageCountsOut
    predicates: Annotated[PredicateCountsOut, Field(description="As decided, final or not yet")]
    suggested: Annotated[PredicateCountsOut, Field(description="As suggested by the close")]
    without_assessor: Annotated[int, Field(description="Undecided, and nobody there to decide")]
    open_objections: int
    overdue_objections: Annotated[int, Field(description="Of the open ones, past their day")]
    still_open: Annotated[
        list[OpenAssessorOut], Field(description="The fifty with most left to decide")
    ]


class GapSort(StrEnum):
    OLDEST = "id"


class GapListParams(ListParams):
    """The period whose gaps are listed."""

    period_id: Id
    sort: GapSort = GapSort.OLDEST


class IndicatorGapOut(TypedDict):
    """An indicator below the threshold of "as expected", or without a verified result."""

    indicator_id: UUID
    title: str
    target_id: UUID
    target_title: str
    aspect: Annotated[str, word(Aspect)] | None
    achievement: Annotated[Decimal | None, Field(description="Percent")]
    is_missing: bool


class GapOut(TypedDict):
    """Where an employee stays behind the expectation in a closed period."""

    evaluation_id: UUID
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    status: Annotated[str, word(EvaluationStatus)]
    predicate: PredicateWord
    threshold: Annotated[Decimal, Field(description="Percent from which a result is as expected")]
    indicators: list[IndicatorGapOut]
    behaviours: Annotated[
        list[Annotated[str, word(BehaviourValue)]], Field(description="Rated below expectation")
    ]


class AspectTotalOut(TypedDict):
    """How the indicators of an aspect did."""

    aspect: Annotated[str, word(Aspect)]
    indicators: int
    below: Annotated[int, Field(description="Under the threshold, the missing ones included")]
    missing: Annotated[int, Field(description="Without a verified result")]


class BehaviourTotalOut(TypedDict):
    """How a behaviour value was rated."""

    value: Annotated[str, word(BehaviourValue)]
    rated: int
    above: int
    below: int


class GapTotalsOut(TypedDict):
    """Where a unit with everything below it stays behind, over all its people."""

    unit_id: UUID
    period_id: UUID
    closing_id: UUID
    threshold: Annotated[Decimal, Field(description="Percent from which a result is as expected")]
    aspects: list[AspectTotalOut]
    behaviours: list[BehaviourTotalOut]
