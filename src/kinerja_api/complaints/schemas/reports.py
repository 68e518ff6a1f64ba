"""Wire shapes of reports as staff see them: never who reported."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import (
    ArchiveReason,
    Audience,
    Channel,
    CloseReason,
    Lead,
    PartyKind,
    PauseReason,
    ReportClass,
    ReportEvent,
    ReportKind,
    ReportStatus,
    SegmentEnd,
    Stage,
)
from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Code, Day, Id, Instant, word


class ReportPauseOut(TypedDict):
    """Why the clocks stand, and until when at most."""

    reason: Annotated[str, word(PauseReason)]
    due_on: dt.date


class ReportProposalOut(TypedDict):
    """A reply that waits for the head."""

    id: UUID
    number: int
    body: str
    proposed_at: dt.datetime


class ReportAttachmentOut(TypedDict):
    """A file sent with a report or added later."""

    id: UUID
    party: Annotated[str, word(PartyKind)]
    file_name: str
    content_type: str
    size_bytes: int
    created_at: dt.datetime


class AccusedOut(TypedDict):
    """An official whom a report names (terlapor)."""

    employee_id: UUID
    name: str
    named_on: dt.date


class ReportSummaryOut(TypedDict):
    """A report in a list."""

    id: UUID
    ticket: Annotated[str, Field(description="Public number")]
    kind: Annotated[str, word(ReportKind)]
    report_class: Annotated[str, word(ReportClass)]
    status: Annotated[str, word(ReportStatus)]
    channel: Annotated[str, word(Channel)]
    title: str
    category_id: UUID | None
    category_name: str | None
    service_id: UUID | None
    service_name: str | None
    led_by: Annotated[str, word(Lead)]
    unit_id: Annotated[UUID | None, Field(description="Responsible")]
    unit_name: str | None
    handler_id: Annotated[UUID | None, Field(description="Employee who works on it")]
    handler_name: str | None
    proposed_class: Annotated[
        Annotated[str, word(ReportClass)] | None, Field(description="Waits for a second person")
    ]
    is_anonymous: bool
    is_confidential: bool
    is_escalated: bool
    is_ex_officio: Annotated[bool, Field(description="Kept by the inspectorate as its own")]
    extended_days: Annotated[int | None, Field(description="Working days")]
    received_at: dt.datetime
    first_reply_at: dt.datetime | None
    published_at: dt.datetime | None
    due_on: Annotated[dt.date | None, Field(description="null: no clock runs")]
    due_stage: Annotated[str, word(Stage)] | None
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]
    allowed_actions: Annotated[list[str], Field(description="What the caller may do now")]


class ReportOut(ReportSummaryOut):
    """A report (laporan) as those see it who work on it."""

    external_ref: str | None
    body: str
    place: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    occurred_on: dt.date | None
    attributes: Annotated[dict[str, Any] | None, Field(description="Further answers")]
    language: str
    has_news: Annotated[bool, Field(description="The citizen hears by e-mail")]
    asked_in: Annotated[
        Annotated[str, word(ReportStatus)] | None, Field(description="To where the answer leads")
    ]
    promised_on: dt.date | None
    reopenings: int
    appeals: int
    parent_id: Annotated[UUID | None, Field(description="Merged into")]
    merged_count: Annotated[int, Field(description="Reports merged into it")]
    archive_reason: Annotated[str, word(ArchiveReason)] | None
    referred_to: str | None
    close_reason: Annotated[str, word(CloseReason)] | None
    reply: Annotated[str | None, Field(description="Approved")]
    proposal: ReportProposalOut | None
    pause: ReportPauseOut | None
    attachments: list[ReportAttachmentOut]
    accused: Annotated[
        list[AccusedOut] | None, Field(description="null: not for the caller to know")
    ]
    public_title: str | None
    public_body: str | None
    public_reply: str | None
    assigned_at: dt.datetime | None
    answered_at: dt.datetime | None
    ended_at: dt.datetime | None


class ReportSort(StrEnum):
    RECEIVED_AT_DESC = "-received_at"
    RECEIVED_AT = "received_at"
    DUE_ON_DESC = "-due_on"
    DUE_ON = "due_on"


class ReportListParams(ListParams):
    """Filters of the list of reports."""

    status: Annotated[
        tuple[ReportStatus, ...], Field(max_length=13, description="Any of these")
    ] = ()
    kind: ReportKind | None = None
    report_class: ReportClass | None = None
    category_id: Id | None = None
    service_id: Id | None = None
    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, Field(description="The unit and everything below it")] = None
    handler_id: Id | None = None
    led_by: Lead | None = None
    is_escalated: bool | None = None
    overdue: Annotated[Only, Field(description="Only those whose clock is over")] = None
    due_before: Day | None = None
    ticket: Annotated[Code | None, Field(description="Exactly this public number")] = None
    waits_for_me: Annotated[Only, Field(description="Only those whose next step is yours")] = None
    updated_since: Instant | None = None
    sort: Annotated[ReportSort, Field(description="By due date: only those whose clock runs")] = (
        ReportSort.RECEIVED_AT_DESC
    )

    def filters(self) -> dict[str, object]:
        """Return the filters that were given; no status is no filter."""
        return {name: value for name, value in super().filters().items() if value != ()}


class ReportEventOut(TypedDict):
    """What happened to a report."""

    number: int
    event: Annotated[str, word(ReportEvent)]
    status: Annotated[str, word(ReportStatus), Field(description="After the event")]
    at: dt.datetime
    party: Annotated[str, word(PartyKind)]
    staff_name: str | None
    note: Annotated[str | None, Field(description="For the people who work on it")]
    public_note: Annotated[str | None, Field(description="What the citizen reads of it")]


class ReportEventListParams(ListParams):
    """Paging of the events of a report, the oldest first."""


class ReportSegmentOut(TypedDict):
    """Whose work a report was, from when to when."""

    number: int
    unit_id: UUID
    unit_name: str
    handler_id: UUID | None
    handler_name: str | None
    starts_at: dt.datetime
    accepted_at: dt.datetime | None
    ends_at: dt.datetime | None
    ended_by: Annotated[str, word(SegmentEnd)] | None


class ReportSegmentListParams(ListParams):
    """Paging of the segments of a report, the oldest first."""


class ReportMessageOut(TypedDict):
    """A message to or of the citizen, or a remark among staff."""

    id: UUID
    party: Annotated[str, word(PartyKind)]
    audience: Annotated[str, word(Audience)]
    staff_name: str | None
    body: str
    is_question: bool
    created_at: dt.datetime


class ReportMessageListParams(ListParams):
    """Paging of the messages of a report, the oldest first."""
