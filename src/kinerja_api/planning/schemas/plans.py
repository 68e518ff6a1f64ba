"""Wire shapes of plans."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Amount, Id, In, Name, Percent, Prose, Sentence, word
from kinerja_api.planning.rules import (
    Accumulation,
    Approach,
    Aspect,
    BehaviourValue,
    Cascading,
    Direction,
    PlanStatus,
    Source,
    TargetKind,
)
from kinerja_api.planning.schemas.periods import Year

Weight = Annotated[Percent, Field(gt=0, le=100, description="Percent; all of a group or none")]


class PlanIn(In):
    """A plan to draft."""

    placement_id: Annotated[Id, Field(description="One of your own placements in that year")]
    year: Year
    approach: Approach


class PeriodTargetIn(In):
    """What an indicator should reach in one period."""

    period_id: Id
    low: Annotated[Amount, Field(description="The target, or the lower bound of a range")]
    high: Annotated[Amount | None, Field(description="Upper bound of a range")] = None


class IndicatorIn(In):
    """An indicator of a target (indikator kinerja individu)."""

    id: Annotated[Id | None, Field(description="Names the indicator to keep; else it is new")] = (
        None
    )
    aspect: Aspect
    title: Sentence
    unit: Annotated[Name, Field(description="What the numbers count", examples=["dokumen"])]
    direction: Direction
    weight_percent: Weight | None = None
    annual_low: Annotated[Amount, Field(description="The target, or the lower bound of a range")]
    annual_high: Annotated[Amount | None, Field(description="Upper bound of a range")] = None
    accumulation: Accumulation
    source: Source = Source.ENTERED
    period_targets: Annotated[tuple[PeriodTargetIn, ...], Field(max_length=17)] = ()

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        highs = (self.annual_high, *(wanted.high for wanted in self.period_targets))
        is_range = self.direction is Direction.RANGE
        if any((high is not None) != is_range for high in highs):
            raise PydanticCustomError("bounds_mismatch", "an upper bound belongs to a range")
        return self


class TargetIn(In):
    """A target (rencana hasil kerja, RHK)."""

    id: Annotated[Id | None, Field(description="Names the target to keep; else it is new")] = None
    kind: TargetKind
    title: Sentence
    weight_percent: Weight | None = None
    superior_target_id: Annotated[
        Id | None, Field(description="Target of the superior that this one supports")
    ] = None
    cascading: Cascading | None = None
    indicators: Annotated[tuple[IndicatorIn, ...], Field(max_length=20)] = ()


class PlanContentIn(In):
    """All targets of a plan, in order; what is not named is removed."""

    approach: Approach | None = None
    targets: Annotated[list[TargetIn], Field(max_length=50)]


class ExpectationIn(In):
    """What the superior expects under one value (ekspektasi khusus pimpinan)."""

    value: BehaviourValue
    expectation: Prose


class ExpectationsIn(In):
    """All special expectations of a plan; a value not named has none."""

    behaviours: Annotated[list[ExpectationIn], Field(max_length=7)]


class PlanApprovalIn(In):
    """An approval."""

    note: Prose | None = None


class PlanReturnIn(In):
    """What must be changed before the plan can be approved."""

    note: Prose


class PlanRevisionIn(In):
    """Why an approved plan is opened again."""

    reason: Prose


class PlanOut(TypedDict):
    """An annual plan (Sasaran Kinerja Pegawai, SKP)."""

    id: UUID
    employee_id: UUID
    employee_name: str
    placement_id: UUID
    unit_id: UUID
    unit_name: str
    year: int
    approach: Annotated[str, word(Approach)]
    status: Annotated[str, word(PlanStatus)]
    submitted_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided_by_id: UUID | None
    decision_note: str | None
    allowed_actions: Annotated[list[str], Field(description="What you may do now")]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PeriodTargetOut(TypedDict):
    """What an indicator should reach in one period."""

    period_id: UUID
    period_code: str
    low: Decimal
    high: Decimal | None


class IndicatorOut(TypedDict):
    """An indicator of a target."""

    id: UUID
    number: int
    aspect: Annotated[str, word(Aspect)]
    title: str
    unit: str
    direction: Annotated[str, word(Direction)]
    weight_percent: Decimal | None
    annual_low: Decimal
    annual_high: Decimal | None
    accumulation: Annotated[str, word(Accumulation)]
    source: Annotated[str, word(Source)]
    period_targets: list[PeriodTargetOut]


class TargetOut(TypedDict):
    """A target with its indicators."""

    id: UUID
    number: int
    kind: Annotated[str, word(TargetKind)]
    title: str
    weight_percent: Decimal | None
    superior_target_id: UUID | None
    superior_target_title: str | None
    cascading: Annotated[str, word(Cascading)] | None
    indicators: list[IndicatorOut]


class BehaviourOut(TypedDict):
    """One of the seven BerAKHLAK values."""

    value: Annotated[str, word(BehaviourValue)]
    label: str
    guidance: Annotated[list[str], Field(description="Standard items (panduan perilaku)")]
    expectation: str | None


class PlanContentOut(PlanOut):
    """A plan with its targets and expected behaviours."""

    targets: list[TargetOut]
    behaviours: list[BehaviourOut]


class WarningOut(TypedDict):
    """Something that deserves a look but stops nothing."""

    code: str
    pointer: str
    message: str


class PlanSubmittedOut(PlanContentOut):
    """A submitted plan, and what its superior may stumble over."""

    warnings: list[WarningOut]


class PlanVersionOut(TypedDict):
    """Content of a plan as it was approved before a revision."""

    number: int
    reason: str
    created_at: dt.datetime
    targets: list[TargetOut]
    expectations: Annotated[dict[str, str], Field(description="By behaviour value")]


class PlanVersionsOut(TypedDict):
    """Earlier contents of a plan, the latest first."""

    items: list[PlanVersionOut]


class SuperiorTargetOut(TypedDict):
    """A target of the superior that may be supported."""

    id: UUID
    number: int
    title: str


class SupportOut(TypedDict):
    """A subordinate's target that supports one of the plan."""

    id: UUID
    number: int
    title: str
    cascading: Annotated[str, word(Cascading)] | None
    plan_id: UUID
    plan_status: Annotated[str, word(PlanStatus)]
    employee_id: UUID
    employee_name: str


class CascadedTargetOut(TypedDict):
    """A target and who supports it."""

    id: UUID
    number: int
    kind: Annotated[str, word(TargetKind)]
    title: str
    superior_target_id: UUID | None
    supported_by: list[SupportOut]


class CascadeOut(TypedDict):
    """How a plan hangs together with the plans above and below it (matriks peran hasil)."""

    plan_id: UUID
    superior_targets: Annotated[
        list[SuperiorTargetOut], Field(description="Targets in the superior's approved plan")
    ]
    targets: list[CascadedTargetOut]


class PlanSort(StrEnum):
    CREATED_DESC = "-created_at"
    CREATED = "created_at"
    YEAR = "year"
    YEAR_DESC = "-year"


class PlanListParams(ListParams):
    """Filters of the list of plans."""

    employee_id: Id | None = None
    unit_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="A unit and everything below it")] = None
    year: Annotated[int | None, Field(ge=2014, le=2200)] = None
    status: PlanStatus | None = None
    waits_for_me: Annotated[
        Only, Field(description="Submitted by your own people: yours to decide")
    ] = None
    sort: PlanSort = PlanSort.CREATED_DESC
