"""Wire shapes of action plans."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Clearable, Id, In, Patch, Percent, Prose, Sentence


class ActionIn(In):
    """An action for one of the plan's targets."""

    id: Annotated[
        Id | None, Field(description="Names the action to keep, with its progress; else it is new")
    ] = None
    target_id: Annotated[Id, Field(description="Target of the plan that the action is for")]
    title: Sentence


class PlanActionsIn(In):
    """All actions of a plan in one period, in order; what is not named is removed."""

    actions: Annotated[list[ActionIn], Field(max_length=100)]


class ActionPatch(Patch):
    """Progress of an action (merge patch); null takes the note away."""

    progress_percent: Annotated[Percent | None, Field(le=100)] = None
    progress_note: Clearable[Prose] = None


class ActionOut(TypedDict):
    """An action of a plan in a period (rencana aksi) with its progress."""

    id: UUID
    plan_id: UUID
    target_id: UUID
    target_title: str
    period_id: UUID
    period_code: str
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    number: int
    title: str
    progress_percent: Decimal
    progress_note: str | None
    progressed_at: dt.datetime | None
    is_behind: Annotated[
        bool,
        Field(
            description="Half of the period's days or more have passed, and the progress is below"
            " the share that has"
        ),
    ]
    allowed_actions: Annotated[list[str], Field(description="What you may do now")]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PlanActionsOut(TypedDict):
    """The action plan of one period."""

    plan_id: UUID
    period_id: UUID
    period_code: str
    version: Annotated[int, Field(description="The plan's; the ETag's number")]
    items: list[ActionOut]


class ActionSort(StrEnum):
    CREATED = "created_at"
    CREATED_DESC = "-created_at"


class ActionListParams(ListParams):
    """Filters of the list of actions."""

    plan_id: Id | None = None
    employee_id: Id | None = None
    period_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="A unit and everything below it")] = None
    behind: Annotated[Only, Field(description="Only those with `is_behind`")] = None
    sort: ActionSort = ActionSort.CREATED
