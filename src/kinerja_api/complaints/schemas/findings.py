"""Wire shapes of findings and disputes."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import DisputeStatus, FindingStatus, Outcome, Severity
from kinerja_api.complaints.rules.findings import FindingAction, Ruling
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Id, In, Prose, word


class FindingDisputeOut(TypedDict):
    """An official's dispute of a finding (sanggah), or his appeal."""

    number: Annotated[int, Field(description="1: dispute; 2: appeal")]
    statement: str
    status: Annotated[str, word(DisputeStatus)]
    filed_at: dt.datetime
    due_on: Annotated[dt.date, Field(description="By which it is decided")]
    decided_at: dt.datetime | None
    reason: str | None


class FindingOut(TypedDict):
    """What was found about an accused official (hasil pemeriksaan); nothing of the report.

    It counts for nothing until it is `confirmed`, which a second person does when every dispute
    is decided and the time for one is over.
    """

    id: UUID
    ref: Annotated[str, Field(description="For letters; says nothing of the report")]
    report_id: Annotated[
        UUID | None, Field(description="For inspectors in nobody's line; null for all others")
    ]
    employee_id: UUID
    employee_name: str
    outcome: Annotated[str, word(Outcome)]
    severity: Annotated[str, word(Severity)] | None
    summary: str
    status: Annotated[str, word(FindingStatus)]
    found_at: dt.datetime
    dispute_until: Annotated[dt.date, Field(description="Last day for a dispute or an appeal")]
    confirmed_at: dt.datetime | None
    weight: Annotated[Decimal | None, Field(description="What it adds, while it counts")]
    counts_on: Annotated[dt.date | None, Field(description="Day on which it adds that")]
    reversed_at: dt.datetime | None
    reversal_reason: str | None
    disputes: list[FindingDisputeOut]
    allowed_actions: Annotated[
        list[str], Field(json_schema_extra={"items": {"enum": list(FindingAction)}})
    ]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class FindingSort(StrEnum):
    NEWEST = "-id"
    OLDEST = "id"


class FindingListParams(ListParams):
    """Filters of the list of findings."""

    employee_id: Id | None = None
    status: FindingStatus | None = None
    sort: FindingSort = FindingSort.NEWEST


class FindingIn(In):
    """A finding about an official who is accused in the report."""

    employee_id: Id
    outcome: Outcome
    severity: Annotated[
        Severity | None, Field(description="For substantiated outcomes, and only for these")
    ] = None
    summary: Annotated[
        Prose,
        Field(
            description="What the official reads. Write nothing of who reported: no name, words,"
            " place or time that only he would know. Numbers of persons and addresses are masked"
        ),
    ]


class FindingDisputeIn(In):
    """The official's side, with his evidence."""

    statement: Prose


class DisputeDecisionIn(In):
    """The decision on the open dispute; the official reads the reason."""

    decision: Ruling
    outcome: Annotated[
        Literal[Outcome.TERBUKTI_SEBAGIAN] | None, Field(description="For `partly_accepted`")
    ] = None
    severity: Annotated[
        Severity | None, Field(description="For `partly_accepted`: a lower one")
    ] = None
    reason: Annotated[Prose, Field(description="Write nothing of who reported")]


class FindingReversalIn(In):
    """Why a finding no longer holds; the official reads it."""

    reason: Annotated[Prose, Field(description="Write nothing of who reported")]
