"""Wire shapes of plans."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Id, In, Prose, word
from kinerja_api.planning.rules import Approach, PlanStatus
from kinerja_api.planning.schemas.content import BehaviourOut, TargetOut
from kinerja_api.planning.schemas.periods import Year


class PlanIn(In):
    """A plan to draft."""

    placement_id: Annotated[Id, Field(description="One of your own placements in that year")]
    year: Year
    approach: Approach


class PlanApprovalIn(In):
    """An approval."""

    note: Prose | None = None


class PlanReturnIn(In):
    """What must be changed before the plan can be approved."""

    note: Prose


class PlanRevisionIn(In):
    """Why the content in force is to change."""

    reason: Prose


class PlanOut(TypedDict):
    """An annual plan (Sasaran Kinerja Pegawai, SKP)."""

    id: UUID
    employee_id: UUID
    employee_name: str
    placement_id: UUID
    unit_id: UUID
    unit_name: str
    year: int
    approach: Annotated[str, word(Approach)]
    status: Annotated[str, word(PlanStatus)]
    submitted_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided_by_id: UUID | None
    decision_note: str | None
    allowed_actions: Annotated[list[str], Field(description="What you may do now")]
    waits_for_me: Annotated[bool, Field(description="It, or its revision, is yours to decide")]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class RevisionOut(TypedDict):
    """The content that waits to take the place of the one in force."""

    reason: str
    submitted_at: dt.datetime | None
    note: Annotated[str | None, Field(description="Why the superior returned it")]
    targets: list[TargetOut]
    behaviours: list[BehaviourOut]


class PlanContentOut(PlanOut):
    """A plan with its targets and expected behaviours, as they are in force."""

    targets: list[TargetOut]
    behaviours: list[BehaviourOut]
    revision: Annotated[
        RevisionOut | None, Field(description="Shown to the employee and the superior")
    ]


class WarningOut(TypedDict):
    """Something that deserves a look but stops nothing."""

    code: str
    pointer: str
    message: str


class PlanSubmittedOut(PlanContentOut):
    """A submitted plan, and what its superior may stumble over."""

    warnings: list[WarningOut]


class PlanVersionOut(TypedDict):
    """Content of a plan as it was approved before a revision took its place."""

    number: int
    reason: str
    approved_at: dt.datetime | None
    approved_by_id: UUID | None
    approved_by_name: str | None
    created_at: Annotated[dt.datetime, Field(description="When it was replaced")]
    targets: list[TargetOut]
    expectations: Annotated[dict[str, str], Field(description="By behaviour value")]


class PlanVersionsOut(TypedDict):
    """Earlier contents of a plan, the latest first."""

    items: list[PlanVersionOut]


class PlanSort(StrEnum):
    CREATED_DESC = "-created_at"
    CREATED = "created_at"
    YEAR = "year"
    YEAR_DESC = "-year"


class PlanListParams(ListParams):
    """Filters of the list of plans."""

    employee_id: Id | None = None
    unit_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="A unit and everything below it")] = None
    year: Annotated[int | None, Field(ge=2014, le=2200)] = None
    status: PlanStatus | None = None
    waits_for_me: Annotated[
        Only, Field(description="Submitted by your own people, plans and revisions")
    ] = None
    sort: PlanSort = PlanSort.CREATED_DESC
