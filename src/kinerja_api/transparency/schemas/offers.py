"""Wire shapes of units and services as everybody sees them."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.csv_out import TableParams
from kinerja_api.core.schemas import Id, word
from kinerja_api.organisation.rules import UnitKind
from kinerja_api.services.rules import ProcessingUnit

_BELOW = Field(description="The unit itself and everything below it")


class PublicUnitOut(TypedDict):
    """A unit of the government (unit kerja)."""

    id: UUID
    parent_id: Annotated[UUID | None, Field(description="The unit above; null for the root")]
    code: str
    name: str
    kind: Annotated[str, word(UnitKind)]


UNIT_COLUMNS = ("id", "parent_id", "code", "name", "kind")


class PublicUnitSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class PublicUnitListParams(TableParams):
    """Filters of the list of units."""

    parent_id: Annotated[Id | None, Field(description="Directly below this unit")] = None
    below_id: Annotated[Id | None, _BELOW] = None
    kind: UnitKind | None = None
    sort: PublicUnitSort = PublicUnitSort.CODE


class PublicStandardOut(TypedDict):
    """The service standard in force (standar pelayanan, UU 25/2009 art. 21)."""

    requirements: str
    procedure: str
    processing_time: Annotated[int, Field(description="From the complete file on")]
    processing_unit: Annotated[str, word(ProcessingUnit)]
    cost: str
    product: str
    complaint_handling: str
    basis: Annotated[str, Field(description="Decree that sets the standard")]
    starts_on: dt.date


class PublicServiceOut(TypedDict):
    """A public service with its standard (layanan publik, UU 25/2009)."""

    id: UUID
    code: str
    name: str
    description: str | None
    unit_id: UUID
    unit_name: str
    standard: Annotated[PublicStandardOut | None, Field(description="Null: none is in force today")]


SERVICE_COLUMNS = (
    "id", "code", "name", "description", "unit_id", "unit_name",
    *(f"standard.{name}" for name in PublicStandardOut.__annotations__),
)  # fmt: skip


class PublicServiceSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class PublicServiceListParams(TableParams):
    """Filters of the list of services."""

    unit_id: Annotated[Id | None, Field(description="This unit alone")] = None
    below_id: Annotated[Id | None, _BELOW] = None
    sort: PublicServiceSort = PublicServiceSort.CODE
