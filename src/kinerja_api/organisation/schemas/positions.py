"""Wire shapes of positions."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Code, Flag, Id, In, Name, Patch, word
from kinerja_api.organisation.rules import PositionKind

_LEVEL = Field(description="Level of the kind (jenjang), such as `pratama` or `pelaksana`")


class PositionIn(In):
    """A position to create. Its unit and whether it heads that unit never change."""

    unit_id: Id
    code: Annotated[Code, Field(description="The agency's code, unique in the government")]
    title: Name
    kind: PositionKind
    level: Annotated[Code, _LEVEL]
    is_head: Annotated[Flag, Field(description="Its holder heads the unit; one a unit")] = False


class PositionPatch(Patch):
    """Changes of a position (merge patch)."""

    code: Code | None = None
    title: Name | None = None
    kind: PositionKind | None = None
    level: Annotated[Code | None, _LEVEL] = None


class PositionOut(TypedDict):
    """A position in a unit (jabatan)."""

    id: UUID
    unit_id: UUID
    code: str
    title: str
    kind: Annotated[str, word(PositionKind)]
    level: Annotated[str, _LEVEL]
    is_head: bool
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class PositionSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class PositionListParams(ListParams):
    """Filters of the list of positions."""

    unit_id: Id | None = None
    kind: PositionKind | None = None
    is_head: bool | None = None
    sort: PositionSort = PositionSort.CODE
