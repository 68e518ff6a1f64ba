"""Wire shapes of notes."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Id, In, Prose
from kinerja_api.feedback.rules import NoteSubject


class NoteIn(In):
    """Quick feedback of a leader."""

    subject_type: NoteSubject
    subject_id: Annotated[
        Id | None, Field(description="A log, target, result or plan of the person; null for `none`")
    ] = None
    text: Prose

    @model_validator(mode="after")
    def _subject_is_whole(self) -> Self:
        if (self.subject_type == NoteSubject.NONE) != (self.subject_id is None):
            raise PydanticCustomError("subject_incomplete", "subject_id belongs to subject_type")
        return self


class NoteOut(TypedDict):
    """A note as it stands in the person's feed."""

    id: UUID
    employee_id: UUID
    subject_type: Annotated[str, Field(description="`employee` where the note is about no item")]
    subject_id: UUID
    from_id: Annotated[UUID, Field(description="Employee who sent it")]
    from_name: str
    text: str
    created_at: dt.datetime
    read_at: dt.datetime | None


class NoteListParams(ListParams):
    """Filters of the list of notes, newest first."""

    subject_id: Annotated[Id | None, Field(description="A log, target, result or plan")] = None
