"""Wire shapes of units."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Id, In, Name, Patch, word
from kinerja_api.organisation.rules import UnitKind


class UnitIn(In):
    """A unit to create."""

    code: Annotated[Code, Field(description="The agency's code, unique in the government")]
    name: Name
    kind: UnitKind
    parent_id: Annotated[Id | None, Field(description="The unit above; null for the root")] = None


class UnitPatch(Patch):
    """Changes of a unit (merge patch); moving it is ``POST /units/{id}/moves``."""

    code: Code | None = None
    name: Name | None = None
    kind: UnitKind | None = None


class UnitMoveIn(In):
    """Where a unit goes."""

    parent_id: Annotated[Id, Field(description="The new unit above")]


class UnitOut(TypedDict):
    """A unit of the organisation (unit kerja)."""

    id: UUID
    code: str
    name: str
    kind: Annotated[str, word(UnitKind)]
    parent_id: UUID | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class UnitSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class UnitListParams(ListParams):
    """Filters of the list of units."""

    parent_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="The unit itself and everything below it")] = (
        None
    )
    kind: UnitKind | None = None
    sort: UnitSort = UnitSort.CODE
