"""Wire shapes of what a plan holds: targets, indicators, expected behaviours."""

from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.schemas import Amount, Id, In, Name, Percent, Prose, Sentence, word
from kinerja_api.planning.rules import (
    Accumulation,
    Approach,
    Aspect,
    BehaviourValue,
    Cascading,
    Direction,
    Source,
    SourceScope,
    TargetKind,
    scopes_of,
)

Weight = Annotated[Percent, Field(gt=0, le=100, description="Percent; all of a group or none")]


class PeriodTargetIn(In):
    """What an indicator should reach in one period."""

    period_id: Id
    low: Annotated[Amount, Field(description="The target, or the lower bound of a range")]
    high: Annotated[Amount | None, Field(description="Upper bound of a range")] = None


class IndicatorIn(In):
    """An indicator of a target (indikator kinerja individu).

    In a quantitative plan `aspect`, `unit`, `direction`, `annual_low` and `accumulation` are
    required. In a qualitative one an indicator is a measure of success in words: only `title`.
    """

    id: Annotated[Id | None, Field(description="Names the indicator to keep; else it is new")] = (
        None
    )
    aspect: Aspect | None = None
    title: Sentence
    unit: Annotated[
        Name | None, Field(description="What the numbers count", examples=["dokumen"])
    ] = None
    direction: Direction | None = None
    weight_percent: Weight | None = None
    annual_low: Annotated[
        Amount | None, Field(description="The target, or the lower bound of a range")
    ] = None
    annual_high: Annotated[Amount | None, Field(description="Upper bound of a range")] = None
    accumulation: Accumulation | None = None
    source: Source = Source.ENTERED
    source_scope: Annotated[
        SourceScope | None,
        Field(
            description="Whose figure, where the source is one; null: the unit's, and for"
            " `substantiated_findings` the employee's own"
        ),
    ] = None
    source_service_id: Annotated[Id | None, Field(description="With the scope `service`")] = None
    period_targets: Annotated[tuple[PeriodTargetIn, ...], Field(max_length=17)] = ()

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        highs = (self.annual_high, *(wanted.high for wanted in self.period_targets))
        is_range = self.direction is Direction.RANGE
        if self.direction is not None and any((high is not None) != is_range for high in highs):
            raise PydanticCustomError("bounds_mismatch", "an upper bound belongs to a range")
        return self

    @property
    def scope(self) -> SourceScope | None:
        """The scope that is meant; none where the source has none."""
        return self.source_scope or next(iter(scopes_of(self.source)), None)


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
    goal_id: Annotated[
        Id | None,
        Field(description="Goal of the unit or one above that it serves, if no superior's target"),
    ] = None
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


class PeriodTargetOut(TypedDict):
    """What an indicator should reach in one period."""

    period_id: UUID
    period_code: str
    low: Decimal
    high: Decimal | None


class IndicatorOut(TypedDict):
    """An indicator of a target; in a qualitative plan a measure of success without numbers."""

    id: UUID
    number: int
    aspect: Annotated[str, word(Aspect)] | None
    title: str
    unit: str | None
    direction: Annotated[str, word(Direction)] | None
    weight_percent: Decimal | None
    annual_low: Decimal | None
    annual_high: Decimal | None
    accumulation: Annotated[str, word(Accumulation)] | None
    source: Annotated[str, word(Source)]
    source_scope: Annotated[
        Annotated[str, word(SourceScope)] | None,
        Field(description="Whose figure; null: the source is none"),
    ]
    source_service_id: UUID | None
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
    goal_id: UUID | None
    goal_title: str | None
    indicators: list[IndicatorOut]


class BehaviourOut(TypedDict):
    """One of the seven BerAKHLAK values."""

    value: Annotated[str, word(BehaviourValue)]
    label: str
    guidance: Annotated[list[str], Field(description="Standard items (panduan perilaku)")]
    expectation: str | None
