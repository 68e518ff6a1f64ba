"""API keys of machine accounts."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Day, Id, In, Name


class ApiKeyIn(In):
    """A key to create."""

    name: Annotated[Name, Field(description="What uses it")]
    expires_on: Annotated[Day, Field(description="Last day (UTC), at most a year away")]


class ApiKeyOut(TypedDict):
    """A key of a machine. The key itself is shown once, when it is created."""

    id: UUID
    account_id: UUID
    name: str
    hint: Annotated[str, Field(description="Its last characters")]
    expires_on: dt.date
    last_used_on: dt.date | None
    revoked_at: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class ApiKeyCreatedOut(ApiKeyOut):
    """A new key."""

    key: Annotated[str, Field(description="Sent as `Authorization: Bearer …`")]


class ApiKeyListParams(ListParams):
    """Filters of the list of keys; the newest come first."""

    account_id: Id | None = None
