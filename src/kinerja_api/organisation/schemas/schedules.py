"""Wire shapes of unit schedules."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Clearable, Day, Flag, Id, In, Patch, Sentence


def _rising(week: Sequence[int]) -> Sequence[int]:
    if list(week) != sorted(set(week)):
        raise PydanticCustomError("invalid_week", "weekdays once each, in order")
    return week


_WEEK = Field(min_length=1, max_length=7, description="ISO weekdays of work in order; 1 is Monday")
Week = Annotated[list[Annotated[int, Strict(), Field(ge=1, le=7)]], AfterValidator(_rising), _WEEK]
_HOLIDAYS = Field(description="false: shifts, where holidays and joint leave are worked as well")
_BASIS = Field(description="Decree that gives the unit its own week")
_LAST_DAY = Field(description="Last day; null: open")


class UnitScheduleIn(In):
    """A working week to set for a unit and everything below it."""

    unit_id: Id
    working_week: Week
    observes_holidays: Annotated[Flag, _HOLIDAYS] = True
    basis: Annotated[Sentence, _BASIS]
    starts_on: Day
    ends_on: Annotated[Day | None, _LAST_DAY] = None


class UnitSchedulePatch(Patch):
    """Changes of a schedule (merge patch); it stays with its unit."""

    working_week: Week | None = None
    observes_holidays: Annotated[Flag | None, _HOLIDAYS] = None
    basis: Annotated[Sentence | None, _BASIS] = None
    starts_on: Day | None = None
    ends_on: Annotated[Clearable[Day], _LAST_DAY] = None


class UnitScheduleOut(TypedDict):
    """A unit's own working week (jam kerja khusus): six days, or shifts."""

    id: UUID
    unit_id: UUID
    working_week: Annotated[list[int], _WEEK]
    observes_holidays: Annotated[bool, _HOLIDAYS]
    basis: str
    starts_on: dt.date
    ends_on: dt.date | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class UnitScheduleSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class UnitScheduleListParams(ListParams):
    """Filters of the list of schedules."""

    unit_id: Annotated[Id | None, Field(description="Set for this unit itself")] = None
    on: Annotated[Day | None, Field(description="Schedules that hold on this day")] = None
    sort: UnitScheduleSort = UnitScheduleSort.STARTS_ON
