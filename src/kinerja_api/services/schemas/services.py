"""Wire shapes of services and their standards."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import (
    Clearable,
    Code,
    Day,
    Flag,
    Id,
    In,
    Name,
    Patch,
    Prose,
    Sentence,
    word,
)
from kinerja_api.services.rules import ProcessingUnit

_PUBLIC = Field(description="Shown to everybody, without login")
_ACTIVE = Field(description="false: no longer given; it takes no new transactions")
_TIME = Field(ge=0, le=100_000, description="From the complete file on, without pauses")
_COST = Field(description="As it is published, such as `gratis`")
_COMPLAINTS = Field(description="How complaints, suggestions and input are taken")
_BASIS = Field(description="Decree that sets the standard")
_LAST_DAY = Field(description="Last day; null: open")
_VERSION = Field(description="The ETag's number")


class ServiceIn(In):
    """A service to offer."""

    unit_id: Annotated[Id, Field(description="The unit that gives it; it stays with that unit")]
    code: Annotated[Code, Field(description="Unique in the government")]
    name: Name
    description: Prose | None = None
    is_public: Annotated[Flag, _PUBLIC] = True
    is_active: Annotated[Flag, _ACTIVE] = True


class ServicePatch(Patch):
    """Changes of a service (merge patch); it stays with its unit."""

    code: Code | None = None
    name: Name | None = None
    description: Clearable[Prose] = None
    is_public: Annotated[Flag | None, _PUBLIC] = None
    is_active: Annotated[Flag | None, _ACTIVE] = None


class ServiceOut(TypedDict):
    """A public service (layanan publik, UU 25/2009)."""

    id: UUID
    unit_id: UUID
    code: str
    name: str
    description: str | None
    is_public: Annotated[bool, _PUBLIC]
    is_active: Annotated[bool, _ACTIVE]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, _VERSION]


class ServiceSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class ServiceListParams(ListParams):
    """Filters of the list of services."""

    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, Field(description="The unit and everything below it")] = None
    is_public: bool | None = None
    is_active: bool | None = None
    sort: ServiceSort = ServiceSort.CODE


class StandardIn(In):
    """A service standard to publish."""

    requirements: Prose
    procedure: Prose
    processing_time: Annotated[int, Strict(), _TIME]
    processing_unit: ProcessingUnit
    cost: Annotated[Sentence, _COST]
    product: Sentence
    complaint_handling: Annotated[Prose, _COMPLAINTS]
    basis: Annotated[Sentence, _BASIS]
    starts_on: Day
    ends_on: Annotated[Day | None, _LAST_DAY] = None


class StandardPatch(Patch):
    """Changes of a standard (merge patch)."""

    requirements: Prose | None = None
    procedure: Prose | None = None
    processing_time: Annotated[Annotated[int, Strict()] | None, _TIME] = None
    processing_unit: ProcessingUnit | None = None
    cost: Annotated[Sentence | None, _COST] = None
    product: Sentence | None = None
    complaint_handling: Annotated[Prose | None, _COMPLAINTS] = None
    basis: Annotated[Sentence | None, _BASIS] = None
    starts_on: Day | None = None
    ends_on: Annotated[Clearable[Day], _LAST_DAY] = None


class StandardOut(TypedDict):
    """A published standard (standar pelayanan, UU 25/2009 art. 21, PermenPANRB 15/2014)."""

    id: UUID
    service_id: UUID
    requirements: str
    procedure: str
    processing_time: Annotated[int, _TIME]
    processing_unit: Annotated[str, word(ProcessingUnit)]
    cost: str
    product: str
    complaint_handling: str
    basis: str
    starts_on: dt.date
    ends_on: dt.date | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, _VERSION]


class StandardSort(StrEnum):
    STARTS_ON_DESC = "-starts_on"
    STARTS_ON = "starts_on"


class StandardListParams(ListParams):
    """Filters of the list of a service's standards."""

    on: Annotated[Day | None, Field(description="The one in force on this day")] = None
    sort: StandardSort = StandardSort.STARTS_ON_DESC
