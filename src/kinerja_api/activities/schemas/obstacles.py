"""Wire shapes of obstacles and of what is said about them."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from kinerja_api.activities.rules import MESSAGE_KINDS, ObstacleStatus
from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Id, In, Name, Prose, word


class ObstacleIn(In):
    """An obstacle to raise."""

    title: Name
    description: Prose
    target_id: Annotated[Id | None, Field(description="A target of your own plan")] = None


class AnswerIn(In):
    """What the leader says or arranges."""

    answer: Prose


class ReplyIn(In):
    """Why the answer did not help."""

    note: Prose


class ObstacleOut(TypedDict):
    """An obstacle to the work (kendala)."""

    id: UUID
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    target_id: UUID | None
    target_title: str | None
    title: str
    description: str
    status: Annotated[str, word(ObstacleStatus)]
    answer: Annotated[str | None, Field(description="The latest; `messages` has all")]
    answered_by_id: Annotated[UUID | None, Field(description="Employee who answered last")]
    answered_by_name: str | None
    answered_at: dt.datetime | None
    resolved_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]
    allowed_actions: Annotated[list[str], Field(description="What the caller may do now")]


class ObstacleMessageOut(TypedDict):
    """An answer of a leader, or a reply of the one who has the obstacle."""

    id: UUID
    obstacle_id: UUID
    kind: Annotated[str, WithJsonSchema({"type": "string", "enum": [*map(str, MESSAGE_KINDS)]})]
    author_id: Annotated[UUID, Field(description="Employee")]
    author_name: str
    text: str
    created_at: dt.datetime


class ObstacleSort(StrEnum):
    NEWEST = "-created_at"
    OLDEST = "created_at"


class ObstacleListParams(ListParams):
    """Filters of the list of obstacles."""

    employee_id: Id | None = None
    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, Field(description="The unit and everything below it")] = None
    status: ObstacleStatus | None = None
    waits_for_me: Annotated[
        Only, Field(description="Open, of your people or of a unit you head: yours to answer")
    ] = None
    target_id: Id | None = None
    sort: ObstacleSort = ObstacleSort.NEWEST


class ObstacleMessageListParams(ListParams):
    """Parameters of the list of messages, the oldest first."""
