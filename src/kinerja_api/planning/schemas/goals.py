"""Wire shapes of goals of units."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Amount, Clearable, Code, Id, In, Name, Patch, Sentence, word
from kinerja_api.planning.rules import Direction, Perspective
from kinerja_api.planning.schemas.periods import Year

_PARENT = Field(description="Goal of the same year that this one serves, of its unit or one above")
_INDICATORS = Field(max_length=20, description="In their order")


class GoalIndicatorIn(In):
    """An indicator of a goal (indikator kinerja utama)."""

    title: Sentence
    unit: Annotated[Name, Field(description="What the numbers count", examples=["persen"])]
    direction: Direction
    low: Annotated[Amount, Field(description="The target, or the lower bound of a range")]
    high: Annotated[Amount | None, Field(description="Upper bound of a range")] = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if (self.high is not None) != (self.direction is Direction.RANGE):
            raise PydanticCustomError("bounds_mismatch", "an upper bound belongs to a range")
        if self.high is not None and self.low >= self.high:
            raise PydanticCustomError("range_reversed", "the upper bound is not the greater one")
        return self


class GoalIn(In):
    """A goal to set for a unit; unit and year never change."""

    unit_id: Id
    year: Year
    code: Annotated[Code, Field(description="Unique in the year", examples=["SS-1.2"])]
    title: Sentence
    perspective: Perspective | None = None
    parent_goal_id: Annotated[Id | None, _PARENT] = None
    indicators: Annotated[tuple[GoalIndicatorIn, ...], _INDICATORS] = ()


class GoalPatch(Patch):
    """Changes of a goal (merge patch); null takes perspective or parent away."""

    code: Code | None = None
    title: Sentence | None = None
    perspective: Clearable[Perspective] = None
    parent_goal_id: Annotated[Clearable[Id], _PARENT] = None


class GoalIndicatorsIn(In):
    """All indicators of a goal; what is not named is removed."""

    indicators: Annotated[list[GoalIndicatorIn], _INDICATORS]


class GoalIndicatorOut(TypedDict):
    """An indicator of a goal."""

    number: int
    title: str
    unit: str
    direction: Annotated[str, word(Direction)]
    low: Decimal
    high: Decimal | None


class GoalOut(TypedDict):
    """A goal of a unit in a year (sasaran strategis, tujuan organisasi)."""

    id: UUID
    unit_id: UUID
    unit_name: str
    year: int
    code: str
    title: str
    perspective: Annotated[str, word(Perspective)] | None
    parent_goal_id: UUID | None
    is_carried: Annotated[
        bool,
        Field(description="A target of a plan in force carries it, or a goal that serves it"),
    ]
    indicators: list[GoalIndicatorOut]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class GoalSort(StrEnum):
    YEAR = "year"
    YEAR_DESC = "-year"


class GoalListParams(ListParams):
    """Filters of the list of goals."""

    year: Annotated[int | None, Field(ge=2014, le=2200)] = None
    unit_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="A unit and everything below it")] = None
    parent_goal_id: Id | None = None
    carried: Annotated[
        bool | None, Field(description="Whether a target of a plan in force carries it in the end")
    ] = None
    sort: Annotated[GoalSort, Field(description="By year, then code")] = GoalSort.YEAR
