"""Wire shapes of report categories."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import ReportKind
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import (
    Clearable,
    Code,
    Flag,
    Id,
    In,
    Name,
    Patch,
    Prose,
    Sentence,
    word,
)

_GROUP = Field(description="Heading under which lists show it")
_KEYWORDS = Field(description="Separated by commas")
_KIND = Field(description="What is reported under it; it stays")
_UNIT = Field(description="To whom its reports usually go")
_SERVICE = Field(description="The service it is about")
_CONFIDENTIAL = Field(description="Its reports are always confidential")
_MODERATED = Field(description="Its reports become public only after verification")
_RADIUS = Field(ge=0, le=10_000, description="Metres in which a report may be a duplicate")
_DAYS = Field(ge=0, le=366, description="Days in which a report may be a duplicate")
_ACTIVE = Field(description="false: nothing new is reported under it")
_VERSION = Field(description="The ETag's number")


class ReportCategoryIn(In):
    """A category to offer."""

    code: Annotated[Code, Field(description="Unique in the government")]
    name: Name
    description: Prose | None = None
    group_name: Annotated[Name | None, _GROUP] = None
    keywords: Annotated[Sentence | None, _KEYWORDS] = None
    kind: Annotated[ReportKind, _KIND]
    unit_id: Annotated[Id | None, _UNIT] = None
    service_id: Annotated[Id | None, _SERVICE] = None
    is_confidential: Annotated[Flag, _CONFIDENTIAL] = False
    is_moderated: Annotated[Flag, _MODERATED] = True
    duplicate_radius_m: Annotated[int, Strict(), _RADIUS] = 100
    duplicate_days: Annotated[int, Strict(), _DAYS] = 30
    is_active: Annotated[Flag, _ACTIVE] = True


class ReportCategoryPatch(Patch):
    """Changes of a category (merge patch); its kind stays."""

    code: Code | None = None
    name: Name | None = None
    description: Clearable[Prose] = None
    group_name: Annotated[Clearable[Name], _GROUP] = None
    keywords: Annotated[Clearable[Sentence], _KEYWORDS] = None
    unit_id: Annotated[Clearable[Id], _UNIT] = None
    service_id: Annotated[Clearable[Id], _SERVICE] = None
    is_confidential: Annotated[Flag | None, _CONFIDENTIAL] = None
    is_moderated: Annotated[Flag | None, _MODERATED] = None
    duplicate_radius_m: Annotated[Annotated[int, Strict()] | None, _RADIUS] = None
    duplicate_days: Annotated[Annotated[int, Strict()] | None, _DAYS] = None
    is_active: Annotated[Flag | None, _ACTIVE] = None


class ReportCategoryOut(TypedDict):
    """A category of reports (kategori laporan)."""

    id: UUID
    code: str
    name: str
    description: str | None
    group_name: Annotated[str | None, _GROUP]
    keywords: Annotated[str | None, _KEYWORDS]
    kind: Annotated[str, word(ReportKind)]
    unit_id: Annotated[UUID | None, _UNIT]
    service_id: Annotated[UUID | None, _SERVICE]
    is_confidential: Annotated[bool, _CONFIDENTIAL]
    is_moderated: Annotated[bool, _MODERATED]
    duplicate_radius_m: Annotated[int, _RADIUS]
    duplicate_days: Annotated[int, _DAYS]
    is_active: Annotated[bool, _ACTIVE]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, _VERSION]


class ReportCategorySort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class ReportCategoryListParams(ListParams):
    """Filters of the list of categories."""

    kind: ReportKind | None = None
    unit_id: Annotated[Id | None, Field(description="Those that usually go to this unit")] = None
    service_id: Id | None = None
    is_active: bool | None = None
    sort: ReportCategorySort = ReportCategorySort.CODE
