"""Wire shapes of results and behaviour ratings."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Amount, Id, In, Prose, word
from kinerja_api.planning.rules import (
    Accumulation,
    BehaviourValue,
    Direction,
    PeriodKind,
    PeriodStatus,
    Source,
    SourceScope,
)
from kinerja_api.results.rules import FigureItem, Rating, ResultEvent, ResultStatus


class ResultIn(In):
    """What an indicator reached in a period."""

    value: Annotated[
        Amount | None,
        Field(description="In the indicator's unit; null: qualitative", examples=["42.50"]),
    ] = None
    note: Annotated[Prose | None, Field(description="Required where there is no value")] = None


class ResultReturnIn(In):
    """Why a result goes back."""

    note: Prose


class ResultVerificationIn(In):
    """A verification; the note is optional."""

    note: Prose | None = None


class ResultOut(TypedDict):
    """An indicator's result in a period (realisasi)."""

    id: UUID
    indicator_id: UUID
    indicator_title: str
    indicator_unit: Annotated[
        str | None, Field(description="What the numbers count; null: qualitative")
    ]
    plan_id: UUID
    period_id: UUID
    period_code: str
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    target_low: Annotated[Decimal | None, Field(description="Target of the period, or its low end")]
    target_high: Decimal | None
    value: Annotated[
        Decimal | None,
        Field(description="Null: qualitative, told in the note, or not enough data for a figure"),
    ]
    note: str | None
    source: Annotated[str, word(Source)]
    sample: Annotated[int | None, Field(description="How many were counted; null: no figure")]
    minimum: Annotated[int | None, Field(description="Sample below which there is no value")]
    status: Annotated[str, word(ResultStatus)]
    decided_by_id: UUID | None
    decided_by_name: str | None
    decided_at: dt.datetime | None
    decision_note: str | None
    allowed_actions: Annotated[
        list[Annotated[str, word(ResultEvent)]], Field(description="Open to the caller now")
    ]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PeriodProgress(TypedDict):
    """A period of the year: what an indicator should reach in it and did."""

    period_id: UUID
    period_code: str
    period_kind: Annotated[str, word(PeriodKind)]
    starts_on: dt.date
    ends_on: dt.date
    period_status: Annotated[str, word(PeriodStatus)]
    target_low: Decimal | None
    target_high: Decimal | None
    result_id: UUID | None
    value: Decimal | None
    note: str | None
    source: Annotated[str, word(Source)] | None
    sample: Annotated[int | None, Field(description="Of the figure; null: the result is none")]
    minimum: int | None
    status: Annotated[str, word(ResultStatus)] | None
    accumulated: Annotated[
        Decimal | None,
        Field(
            description="What the results of this kind of period come to so far, by"
            " `accumulation`; those returned do not count"
        ),
    ]


class IndicatorProgressOut(TypedDict):
    """An indicator over the periods of its plan's year."""

    indicator_id: UUID
    indicator_title: str
    indicator_unit: str | None
    direction: Annotated[str, word(Direction)] | None
    accumulation: Annotated[str, word(Accumulation)] | None
    source: Annotated[str, word(Source)]
    source_scope: Annotated[str, word(SourceScope)] | None
    source_service_id: UUID | None
    annual_low: Decimal | None
    annual_high: Decimal | None
    target_id: UUID
    target_title: str
    plan_id: UUID
    year: int
    employee_id: UUID
    employee_name: str
    periods: Annotated[list[PeriodProgress], Field(description="By kind, then by date")]


class ResultFigureOut(TypedDict):
    """The figure that a result is: what it counted, and what the numbers mean."""

    result_id: UUID
    indicator_id: UUID
    period_id: UUID
    period_code: str
    first_day: dt.date
    last_day: dt.date
    source: Annotated[str, word(Source)]
    scope: Annotated[str, word(SourceScope)]
    unit_id: UUID | None
    service_id: UUID | None
    employee_id: UUID | None
    subject_name: Annotated[str, Field(description="Of the unit, service or employee")]
    value: Annotated[Decimal | None, Field(description="Null: the sample is below the minimum")]
    sample: int
    minimum: int
    is_enough: bool
    measured_in: Annotated[
        str | None, Field(description="Unit of a time, where it follows the service standard")
    ]
    text: Annotated[str, Field(description="The figure in a sentence, and how it is computed")]
    item_type: Annotated[
        Annotated[str, word(FigureItem)] | None, Field(description="Null: items are not listed")
    ]
    items: Annotated[list[UUID], Field(description="The first 500 that were counted")]
    item_total: int
    computed_at: dt.datetime


class ResultListParams(ListParams):
    """Filters of the list of results, newest first."""

    employee_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="Unit, with everything below it")] = None
    period_id: Id | None = None
    plan_id: Id | None = None
    status: ResultStatus | None = None
    waits_for_me: Annotated[
        Only, Field(description="Entered by your own people: yours to verify")
    ] = None


class ResultVerificationsIn(In):
    """Results to verify, each on its own."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=500)]


class ResultVerificationOut(TypedDict):
    """What became of one result."""

    id: UUID
    status: Annotated[int, Field(description="HTTP status of this item")]
    code: Annotated[str | None, Field(description="Code of the problem; null if verified")]
    version: int | None


class ResultVerificationsOut(TypedDict):
    """What became of each result, in the order asked."""

    items: list[ResultVerificationOut]


class BehaviourRatingIn(In):
    """The rating of one value, with its reason."""

    value: BehaviourValue
    rating: Rating
    note: Annotated[Prose, Field(description="What the rating rests on")]


class BehavioursIn(In):
    """Ratings of some or all of the seven values."""

    ratings: Annotated[list[BehaviourRatingIn], Field(min_length=1, max_length=7)]

    @model_validator(mode="after")
    def _each_value_once(self) -> Self:
        if len({rating.value for rating in self.ratings}) != len(self.ratings):
            raise PydanticCustomError("value_twice", "each value is rated once")
        return self


class BehaviourRatingOut(TypedDict):
    """The rating of one value."""

    value: Annotated[str, word(BehaviourValue)]
    rating: Annotated[str, word(Rating)]
    note: str
    rated_by_id: UUID
    rated_by_name: str
    updated_at: dt.datetime


class BehavioursOut(TypedDict):
    """Behaviour ratings of an employee in a period (perilaku kerja)."""

    employee_id: UUID
    period_id: UUID
    is_shown: Annotated[bool, Field(description="False: withheld until the evaluation is decided")]
    ratings: Annotated[list[BehaviourRatingOut], Field(description="In the legal order")]
    allowed_actions: list[str]


class BehaviourProgressOut(TypedDict):
    """How far the behaviour of a direct subordinate is rated in a period."""

    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    period_id: UUID
    period_code: str
    missing_values: Annotated[
        list[Annotated[str, word(BehaviourValue)]], Field(description="Not rated yet")
    ]


class BehaviourListParams(ListParams):
    """Filters of the list of one's people, by name."""

    period_id: Id
    missing: Annotated[Only, Field(description="Only people with a value not rated yet")] = None
