"""Wire shapes of the trail."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Id, Instant


class AuditEntryOut(TypedDict):
    """One change: who, as what, when, why, and the values before and after."""

    id: UUID
    at: dt.datetime
    account_id: Annotated[UUID | None, Field(description="Null: the system itself, such as a job")]
    account_name: str | None
    acting_as: Annotated[str, Field(description="Roles held at that moment")]
    action: Annotated[str, Field(description="Such as `plan.approved`")]
    subject_type: str
    subject_id: UUID
    reason: str | None
    before: Annotated[dict[str, object] | None, Field(description="Changed fields only")]
    after: dict[str, object] | None
    request_id: str | None


class AuditListParams(ListParams):
    """Filters of the trail, newest first."""

    subject_type: Annotated[Code | None, Field(description="Goes with `subject_id`")] = None
    subject_id: Id | None = None
    account_id: Id | None = None
    action: Code | None = None
    at_from: Annotated[
        Instant | None, Field(description="First instant; a year before `at_to` if not given")
    ] = None
    at_to: Annotated[Instant | None, Field(description="Last instant; now if not given")] = None

    @model_validator(mode="after")
    def _subject_is_whole(self) -> Self:
        if (self.subject_type is None) != (self.subject_id is None):
            raise PydanticCustomError("subject_incomplete", "subject_id belongs to subject_type")
        return self
