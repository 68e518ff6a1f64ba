"""Wire shapes of notices."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Id, In


class NoticeOut(TypedDict):
    """A notice in the caller's feed."""

    id: UUID
    kind: Annotated[str, Field(description="Code of the text, such as `result_returned`")]
    text: Annotated[str, Field(description="In the language of the request")]
    subject_type: str
    subject_id: UUID
    from_id: Annotated[UUID | None, Field(description="Employee who caused it")]
    from_name: str | None
    note: str | None
    created_at: dt.datetime
    read_at: dt.datetime | None


class NoticeListParams(ListParams):
    """Filters of the feed, newest first."""

    unread: Annotated[bool | None, Field(description="True: unread only; false: read only")] = None


class ReadingsIn(In):
    """Notices to mark as read: those named, or all up to one. Exactly one of the two."""

    ids: Annotated[list[Id] | None, Field(min_length=1, max_length=500)] = None
    up_to: Annotated[Id | None, Field(description="This notice and all older ones")] = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.ids is None) == (self.up_to is None):
            raise PydanticCustomError("one_of_ids_and_up_to", "give either ids or up_to")
        return self


class ReadingsOut(TypedDict):
    """What marking as read changed."""

    read_count: Annotated[int, Field(description="Notices read by this request")]
    unread_count: Annotated[int, Field(description="Notices still unread")]
