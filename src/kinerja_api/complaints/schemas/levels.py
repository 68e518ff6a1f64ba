"""Wire shapes of service levels."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import ReportClass, Stage, StartEvent
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Clearable, Day, In, Patch, Sentence, word

_DAYS = Field(ge=0, le=366, description="Working days; the day of the start does not count")
_START = Field(description="What starts the clock; each stage takes some of these")
_BASIS = Field(description="Legal basis, such as a regent's regulation")
_LAST_DAY = Field(description="Last day; null: open")
_VERSION = Field(description="The ETag's number")


class ServiceLevelIn(In):
    """A service level to set; its class and stage have no other on these days."""

    report_class: ReportClass
    stage: Stage
    days: Annotated[int, Strict(), _DAYS]
    start_event: Annotated[StartEvent, _START]
    basis: Annotated[Sentence, _BASIS]
    starts_on: Day
    ends_on: Annotated[Day | None, _LAST_DAY] = None


class ServiceLevelPatch(Patch):
    """Changes of a service level (merge patch); its class and stage stay."""

    days: Annotated[Annotated[int, Strict()] | None, _DAYS] = None
    start_event: Annotated[StartEvent | None, _START] = None
    basis: Annotated[Sentence | None, _BASIS] = None
    starts_on: Day | None = None
    ends_on: Annotated[Clearable[Day], _LAST_DAY] = None


class ServiceLevelOut(TypedDict):
    """How long a stage of a class of reports may take (standar waktu penanganan)."""

    id: UUID
    report_class: Annotated[str, word(ReportClass)]
    stage: Annotated[str, word(Stage)]
    days: Annotated[int, _DAYS]
    start_event: Annotated[str, word(StartEvent)]
    basis: str
    starts_on: dt.date
    ends_on: dt.date | None
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, _VERSION]


class ServiceLevelSort(StrEnum):
    STARTS_ON = "starts_on"
    STARTS_ON_DESC = "-starts_on"


class ServiceLevelListParams(ListParams):
    """Filters of the list of service levels."""

    report_class: ReportClass | None = None
    stage: Stage | None = None
    on: Annotated[Day | None, Field(description="Levels that hold on this day")] = None
    sort: ServiceLevelSort = ServiceLevelSort.STARTS_ON


class EffectiveLevelOut(TypedDict):
    """The level of a class and stage as it holds on a day."""

    report_class: Annotated[str, word(ReportClass)]
    stage: Annotated[str, word(Stage)]
    days: Annotated[int, Field(description="Working days")]
    start_event: Annotated[str, word(StartEvent)]
    basis: str
    is_default: Annotated[bool, Field(description="The government has set none for the day")]


class EffectiveLevelsOut(TypedDict):
    """All service levels as they hold on one day, defaults included."""

    on: dt.date
    items: list[EffectiveLevelOut]
