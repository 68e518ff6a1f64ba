"""Wire shapes of placements."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Day, Id, In, Sentence, word
from kinerja_api.organisation.rules import PlacementKind


class PlacementIn(In):
    """A placement to create."""

    employee_id: Id
    position_id: Id
    kind: PlacementKind = PlacementKind.DEFINITIVE
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description="Last day; null: open")] = None
    superior_id: Annotated[
        Id | None, Field(description="Employee; null: the head of the unit or above")
    ] = None


class PlacementEndingIn(In):
    """When a placement ends, and why."""

    ends_on: Annotated[Day, Field(description="Last day of the placement")]
    reason: Sentence


class PlacementOut(TypedDict):
    """An employee's placement in a position (penempatan), definitive or acting (Plt., Plh.)."""

    id: UUID
    employee_id: UUID
    employee_name: str
    position_id: UUID
    position_title: str
    unit_id: UUID
    is_head: bool
    kind: Annotated[str, word(PlacementKind)]
    starts_on: dt.date
    ends_on: dt.date | None
    superior_id: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PlacementSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class PlacementHistoryParams(ListParams):
    """Filters of an employee's placements."""

    on: Annotated[Day | None, Field(description="Placements that hold on this day")] = None
    sort: PlacementSort = PlacementSort.STARTS_ON_DESC


class PlacementListParams(PlacementHistoryParams):
    """Filters of the list of placements."""

    unit_id: Id | None = None
    employee_id: Id | None = None
    position_id: Id | None = None
    kind: PlacementKind | None = None
