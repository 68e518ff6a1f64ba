"""Wire shapes of published reports and of the follow-up of musrenbang input."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import ReportKind, ReportStatus
from kinerja_api.core.csv_out import TableParams
from kinerja_api.core.schemas import Id, word
from kinerja_api.transparency.rules import PublicStatus

_BELOW = Field(description="Reports in the care of this unit or one below it")
_YEAR = Field(ge=2014, le=2200, description="Received in this year")
_STATUS = word(PublicStatus)
_STAGE = word(ReportStatus)
_WORDS = Field(description="The stage in the words of `Accept-Language`")
_TITLE = Field(description="As an officer published it")
_ANSWERED = Field(description="Day of the public reply")


class PublishedSort(StrEnum):
    PUBLISHED_ON_DESC = "-published_on"
    PUBLISHED_ON = "published_on"


class PublishedReportOut(TypedDict):
    """A report that was published, without who reported, who handles it and who is accused."""

    ticket: str
    kind: Annotated[str, word(ReportKind)]
    category_id: UUID | None
    category_name: str | None
    unit_id: Annotated[UUID | None, Field(description="In whose care it is, where that is told")]
    unit_name: str | None
    title: Annotated[str, _TITLE]
    body: str
    reply: str | None
    status: Annotated[str, _STATUS]
    stage: Annotated[str, _STAGE]
    stage_text: Annotated[str, _WORDS]
    received_on: dt.date
    published_on: dt.date
    answered_on: Annotated[dt.date | None, _ANSWERED]
    latitude: Annotated[Decimal | None, Field(description="Rounded: about a kilometre")]
    longitude: Decimal | None


REPORT_COLUMNS = tuple(PublishedReportOut.__annotations__)


class PublishedReportListParams(TableParams):
    """Filters of the list of published reports."""

    category_id: Id | None = None
    below_id: Annotated[Id | None, _BELOW] = None
    kind: ReportKind | None = None
    status: PublicStatus | None = None
    year: Annotated[int | None, _YEAR] = None
    sort: PublishedSort = PublishedSort.PUBLISHED_ON_DESC


class MusrenbangInputOut(TypedDict):
    """A published input of a development planning meeting (musrenbang), and what became of it."""

    ticket: str
    category_name: str | None
    unit_id: UUID | None
    unit_name: str | None
    title: Annotated[str, _TITLE]
    body: str
    reply: str | None
    status: Annotated[str, _STATUS]
    stage: Annotated[str, _STAGE]
    stage_text: Annotated[str, _WORDS]
    received_on: dt.date
    published_on: dt.date
    answered_on: Annotated[dt.date | None, _ANSWERED]
    days: Annotated[
        int, Field(description="Calendar days to the answer or the end, else until today")
    ]


MUSRENBANG_COLUMNS = tuple(MusrenbangInputOut.__annotations__)


class MusrenbangListParams(TableParams):
    """Filters of the list of musrenbang input."""

    below_id: Annotated[Id | None, _BELOW] = None
    status: PublicStatus | None = None
    year: Annotated[int | None, _YEAR] = None
    sort: PublishedSort = PublishedSort.PUBLISHED_ON_DESC


class MusrenbangStageOut(TypedDict):
    """How many inputs are in a stage."""

    stage: Annotated[str, _STAGE]
    stage_text: Annotated[str, _WORDS]
    inputs: Annotated[int | None, Field(description="Null: a few, or a few would follow")]


class MusrenbangTotalsOut(TypedDict):
    """The inputs of a year by stage, published or not; merged ones count once."""

    year: int
    received: Annotated[int | None, Field(description="Null under five")]
    stages: list[MusrenbangStageOut]


class MusrenbangTotalsParams(BaseModel):
    """The year that is counted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, _YEAR]
