"""Wire shapes of closings."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import In, Sentence, word
from kinerja_api.scoring.rules import CloseStep, ClosingStatus, UnratedReason


class PolicyOut(TypedDict):
    """The numbers frozen with a closing, and what they rest on."""

    cap_percent: Annotated[str, Field(description="Most an indicator can reach")]
    above_over: Annotated[str, Field(description="A work result over this is above expectation")]
    as_from: Annotated[str, Field(description="A work result from this on is as expected")]
    behaviour_above_from: int
    behaviour_below_from: int
    basis: str


class ProgressOut(TypedDict):
    """How far a running closing has come."""

    step: Annotated[str, word(CloseStep)]
    done: Annotated[int, Field(description="Steps finished")]
    of: Annotated[int, Field(description="Steps in all")]


class ClosingOut(TypedDict):
    """A numbered closing of a period (penutupan periode penilaian)."""

    id: UUID
    period_id: UUID
    number: Annotated[int, Field(description="1, 2, … within the period")]
    status: Annotated[str, word(ClosingStatus)]
    rule_set: str
    policy: PolicyOut
    progress: Annotated[ProgressOut | None, Field(description="Null before the first step")]
    people: int | None
    rated: Annotated[int | None, Field(description="With a suggested predicate")]
    unrated: int | None
    snapshot_sha256: Annotated[str | None, Field(description="Hash of the frozen inputs, hex")]
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    reason: Annotated[str | None, Field(description="Why it was reopened")]
    error: Annotated[str | None, Field(description="Why it failed")]
    allowed_actions: list[str]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class ClosingSort(StrEnum):
    NUMBER_DESC = "-number"


class ClosingListParams(ListParams):
    """Filters of the closings of a period."""

    status: ClosingStatus | None = None
    sort: ClosingSort = ClosingSort.NUMBER_DESC


class ClosingIn(In):
    """How a period is closed; nothing is needed once its last day has passed."""

    early_reason: Annotated[
        Sentence | None, Field(description="Why before its last day has passed; kept in the trail")
    ] = None


class ReopeningIn(In):
    """Why a closed period is opened again."""

    reason: Sentence


class UnratedOut(TypedDict):
    """An employee without a suggested predicate, and why."""

    employee_id: UUID
    employee_name: str
    unit_id: UUID
    superior_id: UUID | None
    unrated_reason: Annotated[str, word(UnratedReason)]
    missing_count: Annotated[int, Field(description="Indicators without a verified result")]


class UnratedSort(StrEnum):
    EMPLOYEE = "employee_id"


class UnratedListParams(ListParams):
    """Filters of the employees without a suggestion."""

    unrated_reason: UnratedReason | None = None
    sort: UnratedSort = UnratedSort.EMPLOYEE


class PendingOut(TypedDict):
    """Something that is still pending before a close."""

    id: Annotated[UUID, Field(description="Of the plan, log, result or employee")]
    employee_id: UUID
    employee_name: str
    unit_id: UUID


class PendingListOut(TypedDict):
    """How much of one kind is pending, and the first fifty."""

    count: int
    items: list[PendingOut]


class CloseChecksOut(TypedDict):
    """What a close of the period would leave out or count as missing today."""

    period_id: UUID
    is_ready: Annotated[bool, Field(description="Nothing is pending")]
    is_over: Annotated[
        bool, Field(description="Its last day has passed; else a close needs `early_reason`")
    ]
    submitted_plans: PendingListOut
    submitted_logs: PendingListOut
    unverified_results: PendingListOut
    people_without_plan: PendingListOut
    missing_behaviours: Annotated[
        PendingListOut, Field(description="People with a plan and fewer than seven values rated")
    ]
    not_enough_data: Annotated[
        PendingListOut,
        Field(
            description="Results whose figure, as last computed, has too small a sample: the close"
            " leaves them out. For information, not pending"
        ),
    ]
