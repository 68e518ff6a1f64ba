"""Wire shapes of outages."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Day, In, Patch, Sentence


class OutageIn(In):
    """Days to excuse for everybody."""

    starts_on: Day
    ends_on: Annotated[Day, Field(description="Last day, inside")]
    reason: Sentence


class OutagePatch(Patch):
    """Changes of an outage (merge patch)."""

    starts_on: Day | None = None
    ends_on: Day | None = None
    reason: Sentence | None = None


class OutageOut(TypedDict):
    """Days on which the service was out of reach (gangguan layanan).

    They do not count when the windows for entering and deciding logs are measured.
    """

    id: UUID
    starts_on: dt.date
    ends_on: dt.date
    reason: str
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class OutageSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class OutageListParams(ListParams):
    """Filters of the list of outages."""

    on: Annotated[Day | None, Field(description="Outages that contain this day")] = None
    sort: OutageSort = OutageSort.STARTS_ON_DESC
