"""Roles given to accounts."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.access.rules import Role
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Day, Id, In, Sentence, word


class GrantIn(In):
    """A role to give."""

    account_id: Id
    role: Role
    unit_id: Annotated[
        Id | None, Field(description="With everything below it; null for the government")
    ] = None
    starts_on: Day
    ends_on: Annotated[Day | None, Field(description="Last day; null for no end yet")] = None
    basis: Annotated[Sentence | None, Field(description="Decree that gives the role")] = None


class GrantEndIn(In):
    """When a role ends."""

    ends_on: Annotated[
        Day | None, Field(description="Last day; left out: it ends at once (yesterday)")
    ] = None
    note: Annotated[Sentence | None, Field(description="Kept in the trail")] = None


class GrantOut(TypedDict):
    """A role held by an account on some days."""

    id: UUID
    account_id: UUID
    role: Annotated[str, word(Role)]
    unit_id: UUID | None
    starts_on: dt.date
    ends_on: Annotated[
        dt.date | None, Field(description="Before the start: withdrawn before it began")
    ]
    basis: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class GrantListParams(ListParams):
    """Filters of the list of grants; the newest come first."""

    account_id: Id | None = None
    role: Role | None = None
    on: Annotated[Day | None, Field(description="Held on this day")] = None
