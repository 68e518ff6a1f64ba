"""Wire shapes of daily logs."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.activities.rules import LogStatus
from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import (
    Amount,
    Clearable,
    Code,
    Day,
    Flag,
    Id,
    In,
    Instant,
    Name,
    Patch,
    Percent,
    Prose,
    Sentence,
    word,
)

MOST_ITEMS = 500

Clock = Annotated[
    str,
    Strict(),
    Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["08:00"]),
]
"""Time of day in the government's zone."""
Volume = Annotated[Amount, Field(gt=0)]
Progress = Annotated[Percent, Field(le=100, description="Of the target, as you see it")]
LateReason = Annotated[Sentence, Field(description="Why it is late, past the usual window")]
Note = Prose


class LogIn(In):
    """A daily log to enter."""

    work_date: Day
    starts_at: Clock
    ends_at: Annotated[Clock, Field(description="Not after the start: on the next day")]
    description: Prose
    target_id: Annotated[Id | None, Field(description="A target of your plan in force")] = None
    indicator_id: Annotated[Id | None, Field(description="An indicator of that target")] = None
    volume: Volume | None = None
    volume_unit: Annotated[Name | None, Field(description="What the volume counts")] = None
    progress_percent: Progress | None = None
    late_reason: LateReason | None = None
    submit: Annotated[Flag, Field(description="Submit at once")] = False


class LogPatch(Patch):
    """Changes of a draft or returned log (merge patch); the work date is fixed."""

    starts_at: Clock | None = None
    ends_at: Clock | None = None
    description: Prose | None = None
    target_id: Clearable[Id] = None
    indicator_id: Clearable[Id] = None
    volume: Clearable[Volume] = None
    volume_unit: Clearable[Name] = None
    progress_percent: Clearable[Progress] = None
    late_reason: Clearable[LateReason] = None


class EnteredLogOut(TypedDict):
    """A daily log (catatan kinerja harian) just entered."""

    id: UUID
    work_date: dt.date
    employee_id: UUID
    starts_at: Annotated[str, Field(examples=["08:00"])]
    ends_at: Annotated[str, Field(description="Not after the start: on the next day")]
    minutes: int
    description: str
    target_id: UUID | None
    indicator_id: UUID | None
    volume: Decimal | None
    volume_unit: str | None
    progress_percent: Decimal | None
    late_reason: str | None
    status: Annotated[str, word(LogStatus)]
    submitted_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided_by_id: Annotated[UUID | None, Field(description="Employee who decided")]
    decision_note: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]
    allowed_actions: Annotated[list[str], Field(description="What the caller may do now")]


class LogOut(EnteredLogOut):
    """A daily log (catatan kinerja harian)."""

    employee_name: str
    unit_name: Annotated[str, Field(description="Of the unit on the work date")]
    target_title: str | None


class LogSort(StrEnum):
    WORK_DATE_DESC = "-work_date"
    WORK_DATE = "work_date"


class LogListParams(ListParams):
    """Filters of the list of logs."""

    employee_id: Id | None = None
    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, Field(description="The unit and everything below it")] = None
    work_date_from: Day | None = None
    work_date_to: Annotated[Day | None, Field(description="A month ahead if not given")] = None
    status: LogStatus | None = None
    waits_for_me: Annotated[
        Only,
        Field(
            description="Submitted by your people; 92 days back unless `work_date_from` says more"
        ),
    ] = None
    target_id: Id | None = None
    updated_since: Instant | None = None
    sort: LogSort = LogSort.WORK_DATE_DESC


class BatchItemIn(LogIn):
    """A log of a batch."""

    client_ref: Annotated[Code, Field(description="Your own name of it: a repeat adds nothing")]


class BatchIn(In):
    """Logs to enter at once, each decided in the order given."""

    atomic: Annotated[Flag, Field(description="All or nothing; false: each by itself")] = True
    items: Annotated[list[BatchItemIn], Field(min_length=1, max_length=MOST_ITEMS)]


class ItemProblem(TypedDict):
    """Why one item was refused."""

    code: str
    title: str
    detail: str


class BatchItemOut(TypedDict):
    """What became of one item of a batch."""

    client_ref: str
    status: Annotated[int, Field(description="201 entered, 200 entered before, else refused")]
    id: UUID | None
    problem: ItemProblem | None


class BatchOut(TypedDict):
    """What became of each item, in the order given."""

    items: list[BatchItemOut]


class ReturnIn(In):
    """Why a log goes back."""

    note: Note


class ApprovalIn(In):
    """An approval, with or without a note."""

    note: Annotated[Note | None, Field(description="Needed if it is late")] = None


class ApprovalsIn(In):
    """Logs to approve at once."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_ITEMS)]
    note: Annotated[Note | None, Field(description="Needed for those decided late")] = None


class ApprovalItemOut(TypedDict):
    """What became of one log."""

    id: UUID
    status: Annotated[int, Field(description="200 approved, else refused")]
    problem: ItemProblem | None


class ApprovalsOut(TypedDict):
    """What became of each log, in the order given."""

    items: list[ApprovalItemOut]
