"""Wire shapes of the working calendar."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import In, Name, word
from kinerja_api.organisation.rules import DayKind

Year = Annotated[int, Field(ge=2000, le=2100)]


class CalendarDayIn(In):
    """What a day is."""

    kind: DayKind
    name: Name


class CalendarDayOut(TypedDict):
    """A day that differs from the working week (hari libur nasional, cuti bersama)."""

    day: dt.date
    kind: Annotated[str, word(DayKind)]
    name: str
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class CalendarSort(StrEnum):
    DAY = "day"
    DAY_DESC = "-day"


class CalendarListParams(ListParams):
    """Filters of the calendar."""

    from_year: Year | None = None
    to_year: Year | None = None
    kind: DayKind | None = None
    sort: CalendarSort = CalendarSort.DAY


class CalendarSeedingIn(In):
    """The year to fill."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]


class CalendarSeedingOut(TypedDict):
    """What filling a year did; days that were there are kept as they are."""

    year: int
    holidays: Annotated[int, Field(description="National holidays known of the year")]
    joint_leave_days: Annotated[int, Field(description="Joint leave known of the year")]
    added: Annotated[int, Field(description="Days that were not in the calendar before")]


class WorkingDaysOut(TypedDict):
    """Working days between two dates, both inside."""

    first_day: dt.date
    last_day: dt.date
    unit_id: UUID | None
    working_days: int


class WorkingDayAfterOut(TypedDict):
    """The day that is so many working days after another."""

    from_day: dt.date
    count: int
    unit_id: UUID | None
    day: dt.date
