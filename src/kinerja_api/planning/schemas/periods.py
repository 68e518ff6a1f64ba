"""Wire shapes of periods."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Day, In, word
from kinerja_api.planning.rules import PeriodKind, PeriodStatus

Year = Annotated[int, Strict(), Field(ge=2014, le=2200)]


class PeriodIn(In):
    """A period to create; kind and dates must be those of the code."""

    code: Annotated[Code, Field(description="2026, 2026-Q4 or 2026-11", examples=["2026-Q4"])]
    kind: PeriodKind
    starts_on: Day
    ends_on: Day


class PeriodYearIn(In):
    """A year to create with its quarters, its months or both."""

    year: Year
    kinds: Annotated[tuple[PeriodKind, ...], Field(max_length=3)] = (
        PeriodKind.QUARTER,
        PeriodKind.MONTH,
    )


class PeriodOut(TypedDict):
    """A period of the performance year (periode)."""

    id: UUID
    code: str
    kind: Annotated[str, word(PeriodKind)]
    starts_on: dt.date
    ends_on: dt.date
    status: Annotated[str, word(PeriodStatus)]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PeriodsOut(TypedDict):
    """The periods of one year."""

    items: list[PeriodOut]


class PeriodSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class PeriodListParams(ListParams):
    """Filters of the list of periods."""

    kind: PeriodKind | None = None
    status: PeriodStatus | None = None
    year: Annotated[int | None, Field(ge=2014, le=2200)] = None
    on: Annotated[Day | None, Field(description="Periods that contain this day")] = None
    sort: PeriodSort = PeriodSort.STARTS_ON_DESC
