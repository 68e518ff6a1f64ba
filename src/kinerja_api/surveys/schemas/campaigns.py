"""Wire shapes of campaigns, their results, and what is told of them to the public."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.csv_out import TableParams
from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Day, Flag, Id, In, Name, Patch, Prose, word
from kinerja_api.surveys.rules import Band, CampaignEvent, CampaignStatus, ProfileField
from kinerja_api.surveys.schemas.forms import QuestionOut

Population = Annotated[
    int, Strict(), Field(ge=1, le=100_000_000, description="People served in the period")
]
_TOKEN = Field(description="Answers come with a one-time token of the service only")
_MET = Field(description="Whether the sample suffices; if not: sampel belum memenuhi")
_INDEX = Field(description="25.00 to 100.00, of the nine elements at 1/9 each")


class CampaignIn(In):
    """A campaign to prepare."""

    service_id: Id
    form_id: Id
    title: Name
    starts_on: Day
    ends_on: Annotated[Day, Field(description="Last day, inside")]
    population: Population
    needs_token: Annotated[Flag, _TOKEN] = True


class CampaignPatch(Patch):
    """Changes of a draft (merge patch)."""

    form_id: Id | None = None
    title: Name | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    population: Population | None = None
    needs_token: Flag | None = None


class PublicationIn(In):
    """What goes out with the result."""

    follow_up_plan: Annotated[
        Prose | None, Field(description="Demanded with a result below band B")
    ] = None


class CampaignOut(TypedDict):
    """A survey of the users of a service in a period (Survei Kepuasan Masyarakat, SKM)."""

    id: UUID
    service_id: UUID
    service_name: str
    unit_id: UUID
    unit_name: str
    form_id: UUID
    title: str
    starts_on: dt.date
    ends_on: dt.date
    population: int
    sample_needed: Annotated[int, Field(description="By the formula of Krejcie and Morgan")]
    needs_token: Annotated[bool, _TOKEN]
    status: Annotated[str, word(CampaignStatus)]
    respondents: Annotated[int | None, Field(description="Null until it is closed")]
    is_sample_met: Annotated[bool | None, _MET]
    index: Annotated[Decimal | None, _INDEX]
    band: Annotated[str, word(Band)] | None
    follow_up_plan: str | None
    published_at: dt.datetime | None
    allowed_actions: list[Annotated[str, word(CampaignEvent)]]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class CampaignSort(StrEnum):
    ENDS_ON = "ends_on"
    ENDS_ON_DESC = "-ends_on"


class CampaignListParams(ListParams):
    """Filters of the list of campaigns."""

    unit_id: Id | None = None
    service_id: Id | None = None
    status: CampaignStatus | None = None
    sort: CampaignSort = CampaignSort.ENDS_ON_DESC


class AnswerCountOut(TypedDict):
    """How many gave an answer."""

    answer: Annotated[int, Field(ge=1, le=4)]
    label: str
    people: int


class QuestionResultOut(TypedDict):
    """The answers to one question."""

    code: str
    text: str
    mean: Annotated[Decimal | None, Field(description="Nilai rata-rata (NRR), four decimals")]
    answers: int
    distribution: list[AnswerCountOut]


class GroupOut(TypedDict):
    """How many people are of a group."""

    value: Annotated[str, Field(description="`unstated`: of those who did not tell")]
    people: Annotated[int | None, Field(description="Null where they could be recognised")]


class ProfileOut(TypedDict):
    """Who answered, by one field of the profile."""

    field: Annotated[str, word(ProfileField)]
    groups: list[GroupOut]


class _ResultOut(TypedDict):
    title: str
    service_id: UUID
    service_name: str
    unit_id: UUID
    unit_name: str
    starts_on: dt.date
    ends_on: dt.date
    population: int
    sample_needed: int
    respondents: int
    is_sample_met: Annotated[bool, _MET]
    index: Annotated[Decimal | None, _INDEX]
    band: Annotated[str, word(Band)] | None
    follow_up_plan: str | None
    elements: Annotated[
        list[QuestionResultOut],
        Field(description="Empty while the campaign is open, and under five respondents"),
    ]
    additions: Annotated[
        list[QuestionResultOut], Field(description="Outside the index; empty as `elements`")
    ]
    profile: Annotated[list[ProfileOut], Field(description="Empty as `elements`")]


class CampaignResultsOut(_ResultOut):
    """The result of a campaign; while it is open, the number of respondents only."""

    campaign_id: UUID
    status: Annotated[str, word(CampaignStatus)]


class PublicResultsOut(_ResultOut):
    """The published result of a campaign."""

    campaign_id: UUID


class PublicSurveyOut(TypedDict):
    """A published result in short."""

    id: UUID
    title: str
    service_id: UUID
    service_name: str
    unit_id: UUID
    unit_name: str
    starts_on: dt.date
    ends_on: dt.date
    population: int
    sample_needed: int
    respondents: int
    is_sample_met: Annotated[bool, _MET]
    index: Annotated[Decimal, _INDEX]
    band: Annotated[str, word(Band)]
    follow_up_plan: str | None


SURVEY_COLUMNS = tuple(PublicSurveyOut.__annotations__)


class PublicSurveyListParams(TableParams):
    """Filters of the list of published results."""

    unit_id: Id | None = None
    service_id: Id | None = None
    sort: CampaignSort = CampaignSort.ENDS_ON_DESC


class PublicCampaignOut(TypedDict):
    """A campaign that takes answers today, with its questions."""

    id: UUID
    title: str
    service_id: UUID
    service_name: str
    unit_name: str
    starts_on: dt.date
    ends_on: dt.date
    needs_token: Annotated[bool, _TOKEN]
    questions: list[QuestionOut]
    profile_fields: list[Annotated[str, word(ProfileField)]]


class PublicCampaignListParams(ListParams):
    """Filters of the list of campaigns that take answers."""

    service_id: Id | None = None
    sort: CampaignSort = CampaignSort.ENDS_ON


class TrendPointOut(TypedDict):
    """The result of one campaign."""

    campaign_id: UUID
    title: str
    service_id: UUID
    service_name: str
    starts_on: dt.date
    ends_on: dt.date
    respondents: int
    is_sample_met: Annotated[bool, _MET]
    index: Annotated[Decimal | None, _INDEX]
    band: Annotated[str, word(Band)] | None
    is_published: bool


TREND_COLUMNS = tuple(TrendPointOut.__annotations__)


class TrendOut(TypedDict):
    """The results of a unit's campaigns, the oldest first; the last hundred."""

    unit_id: UUID
    points: list[TrendPointOut]
