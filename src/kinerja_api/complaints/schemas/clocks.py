"""Wire shapes of the clocks of a report."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import PauseReason, ReportEvent, Stage, StartEvent
from kinerja_api.core.schemas import word


class ClockPauseReason(StrEnum):
    """Why a clock stood: a pause, or the report was with a unit that gave it back."""

    AWAITING_CITIZEN = PauseReason.AWAITING_CITIZEN.value
    AWAITING_OTHER_AGENCY = PauseReason.AWAITING_OTHER_AGENCY.value
    LEGAL_PROCESS = PauseReason.LEGAL_PROCESS.value
    FORCE_MAJEURE = PauseReason.FORCE_MAJEURE.value
    RETURNED_SEGMENT = "returned_segment"


class ClockPauseOut(TypedDict):
    """Days on which the clock stood."""

    reason: Annotated[str, word(ClockPauseReason)]
    from_day: dt.date
    to_day: Annotated[dt.date | None, Field(description="Last day; null: it still stands")]
    working_days: Annotated[int, Field(description="How many working days were left out")]


class ClockHolidayOut(TypedDict):
    """A free day between start and due date."""

    day: dt.date
    name: str


class ClockExplanationOut(TypedDict):
    """How the due date came about, in words."""

    id: str
    en: str


class ReportClockOut(TypedDict):
    """The clock of a stage of a report, with everything its due date comes from."""

    stage: Annotated[str, word(Stage)]
    started_on: Annotated[dt.date, Field(description="Day 0")]
    start_event: Annotated[str, word(StartEvent)]
    days: Annotated[int, Field(description="Working days allowed")]
    extended_days: Annotated[int, Field(description="Working days more, once")]
    basis: str
    counted_days: Annotated[int, Field(description="Working days that have gone")]
    due_on: Annotated[dt.date | None, Field(description="null while the clock stands")]
    ended_on: dt.date | None
    ended_by: Annotated[str, word(ReportEvent)] | None
    is_standing: bool
    is_met: Annotated[
        bool | None, Field(description="In time; null: still open, or ended without completion")
    ]
    pauses: list[ClockPauseOut]
    holidays: list[ClockHolidayOut]
    explanation: ClockExplanationOut


class ReportClocksOut(TypedDict):
    """The clocks of a report, in the order in which they began."""

    items: list[ReportClockOut]
