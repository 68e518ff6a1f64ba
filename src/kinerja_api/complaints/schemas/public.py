"""Wire shapes of what citizens send and read without an account."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, Strict, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.complaints.rules import (
    ArchiveReason,
    Channel,
    CloseReason,
    PartyKind,
    ReportClass,
    ReportEvent,
    ReportKind,
    ReportStatus,
    Stage,
)
from kinerja_api.core.i18n import Language
from kinerja_api.core.listing import ListParams
from kinerja_api.core.mail_addresses import is_address
from kinerja_api.core.schemas import (
    Code,
    Day,
    Flag,
    Id,
    In,
    Name,
    Prose,
    Sentence,
    decimal_text,
    word,
)


class PublicChannel(StrEnum):
    """Ways by which a caller without login sends."""

    WEB = Channel.WEB.value
    MOBILE = Channel.MOBILE.value


def _address(text: str) -> str:
    if not is_address(text):
        raise PydanticCustomError("invalid_email", "not an e-mail address")
    return text


def _phone(text: str) -> str:
    digits = [sign for sign in text if sign.isascii() and sign.isdigit()]
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS or set(text) - set("+0123456789 ()-."):
        raise PydanticCustomError("invalid_phone", "not a phone number")
    return text


_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_degrees, _wider = decimal_text(2, 6, sign="-"), decimal_text(3, 6, sign="-")
Latitude = Annotated[Decimal, _degrees[0], _degrees[1], Field(ge=-90, le=90)]
Longitude = Annotated[Decimal, _wider[0], _wider[1], Field(ge=-180, le=180)]
Email = Annotated[str, Strict(), Field(min_length=3, max_length=254), AfterValidator(_address)]
Phone = Annotated[str, Strict(), Field(min_length=7, max_length=30), AfterValidator(_phone)]
_ROUNDED = Field(description="Rounded to about a kilometre")
Website = Annotated[
    str | None, Field(max_length=2000, description="Leave it out: only machines fill it in")
]


class ContactIn(In):
    """Who reports. It is sealed, and nobody who handles the report sees it."""

    name: Name | None = None
    email: Annotated[Email | None, Field(description="News of the report go there")] = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.name is None and self.email is None and self.phone is None:
            raise PydanticCustomError("contact_empty", "a name, an e-mail address or a number")
        return self


class _Placed(In):
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("coordinates_incomplete", "both coordinates or none")
        return self


class CandidatesIn(_Placed):
    """What a report is going to be about."""

    category_id: Id | None = None
    title: Name | None = None


class CandidateOut(TypedDict):
    """A published report that may be about the same."""

    ticket: str
    title: str
    status: Annotated[str, word(ReportStatus)]
    category_name: str | None
    received_on: dt.date
    latitude: Annotated[Decimal | None, _ROUNDED]
    longitude: Annotated[Decimal | None, _ROUNDED]
    distance_m: Annotated[int | None, Field(description="To the rounded place, rounded too")]


class CandidatesOut(TypedDict):
    """The likeliest first; nothing keeps you from sending."""

    items: list[CandidateOut]


class NewReportIn(_Placed):
    """A report. Without a contact it is anonymous."""

    kind: ReportKind
    category_id: Id | None = None
    title: Name
    body: Prose
    place: Annotated[Sentence | None, Field(description="In words")] = None
    occurred_on: Day | None = None
    is_anonymous: Annotated[Flag, Field(description="True refuses a contact")] = False
    is_confidential: Annotated[Flag, Field(description="Never published")] = False
    is_retaliation: Annotated[
        Flag, Field(description="Somebody takes revenge for an earlier report")
    ] = False
    about_ticket: Annotated[
        Code | None, Field(description="The earlier report, where this is about retaliation")
    ] = None
    contact: ContactIn | None = None
    channel: PublicChannel = PublicChannel.WEB
    language: Annotated[Language | None, Field(description="Of news; else that of the request")] = (
        None
    )
    attributes: Annotated[
        dict[Code, Sentence],
        Field(
            default_factory=dict[str, str],
            max_length=20,
            description="Further answers, by their code",
        ),
    ]
    website: Website = None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.is_anonymous and self.contact is not None:
            raise PydanticCustomError("contact_of_anonymous", "an anonymous report has no contact")
        return self


class MyDueOut(TypedDict):
    """By when a stage ends, and why."""

    stage: Annotated[str, word(Stage)]
    stage_label: str
    due_on: dt.date
    days: Annotated[int, Field(description="Working days of the stage")]
    basis: Annotated[str, Field(description="Legal basis")]
    explanation: Annotated[str, Field(description="In the caller's language")]


class ReportReceiptOut(TypedDict):
    """A report was received. The receipt is shown this once: who has it, has the report."""

    ticket: Annotated[str, Field(description="Public number")]
    receipt: Annotated[str, Field(description="Secret; send it as `X-Receipt`")]
    status: Annotated[str, word(ReportStatus)]
    status_label: str
    received_at: dt.datetime
    is_anonymous: bool
    is_confidential: bool
    due: MyDueOut
    link: Annotated[str, Field(description="Where the report is read with the receipt")]


class MyMessageOut(TypedDict):
    """A message between the citizen and those who work on the report, who are not named."""

    party: Annotated[str, word(PartyKind)]
    body: str
    is_question: bool
    created_at: dt.datetime


class MyEventOut(TypedDict):
    """What happened to the report."""

    event: Annotated[str, word(ReportEvent)]
    event_label: str
    status: Annotated[str, word(ReportStatus)]
    at: dt.datetime
    note: str | None


class MyAttachmentOut(TypedDict):
    """A file of the report."""

    id: UUID
    file_name: str
    content_type: str
    size_bytes: int
    created_at: dt.datetime


class MyReportOut(TypedDict):
    """A report as the holder of its receipt sees it."""

    ticket: str
    kind: Annotated[str, word(ReportKind)]
    report_class: Annotated[str, word(ReportClass)]
    status: Annotated[str, word(ReportStatus)]
    status_label: str
    title: str
    body: str
    category_name: str | None
    place: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    occurred_on: dt.date | None
    is_anonymous: bool
    is_confidential: bool
    is_published: bool
    sends_news: bool
    received_at: dt.datetime
    unit_name: Annotated[str | None, Field(description="Null where the inspectorate leads")]
    promised_on: dt.date | None
    due: MyDueOut | None
    reply: str | None
    archive_reason: Annotated[str, word(ArchiveReason)] | None
    close_reason: Annotated[str, word(CloseReason)] | None
    referred_to: str | None
    merged_into: Annotated[str | None, Field(description="Its ticket, where it is published")]
    merged_status: Annotated[
        Annotated[str, word(ReportStatus)] | None,
        Field(description="Where the report stands that this one was merged into"),
    ]
    merged_status_label: str | None
    reopenings_left: int
    reopening_until: Annotated[dt.date | None, Field(description="Last day for a reopening")]
    is_escalated: bool
    advice: Annotated[str | None, Field(description="Who else can help: the ombudsman")]
    allowed_actions: list[Annotated[str, word(ReportEvent)]]
    messages: list[MyMessageOut]
    timeline: list[MyEventOut]
    attachments: list[MyAttachmentOut]


class MyMessageIn(In):
    """A message to those who work on the report."""

    body: Prose


class MyAnswerIn(In):
    """The answer to the question that was asked."""

    body: Prose


class MyConfirmationIn(In):
    """The reply settles it."""

    body: Annotated[Prose | None, Field(description="A last word")] = None


class MyConfirmationOut(TypedDict):
    """The report is closed."""

    report: MyReportOut
    rating_token: Annotated[
        str | None,
        Field(description="Rates the service once; null where the report is about none"),
    ]


class MyReopeningIn(In):
    """Why the reply does not settle it."""

    reason: Annotated[Prose, Field(max_length=2000)]


class MyAppealIn(In):
    """Why the report should not have been archived, or what was missing in it."""

    reason: Annotated[Prose, Field(max_length=2000)]


class MyWithdrawalIn(In):
    """The report is taken back."""

    reason: Annotated[Prose | None, Field(max_length=2000)] = None


class MyConfidentialityIn(In):
    """Whether the public may ever read the report."""

    is_confidential: Flag


class ErasureOut(TypedDict):
    """The contact is going to be erased; no news are sent any more."""

    ticket: str
    sends_news: bool


class ReportStateOut(TypedDict):
    """What everybody may read of a published report; personal numbers are hidden."""

    ticket: str
    kind: Annotated[str, word(ReportKind)]
    status: Annotated[str, word(ReportStatus)]
    status_label: str
    title: str
    body: str
    reply: str | None
    category_name: str | None
    unit_name: str | None
    received_on: dt.date
    ended_on: dt.date | None
    latitude: Annotated[Decimal | None, _ROUNDED]
    longitude: Annotated[Decimal | None, _ROUNDED]


class PublicCategoryOut(TypedDict):
    """A category that reports can be sent under."""

    id: UUID
    code: str
    name: str
    description: str | None
    group_name: str | None
    keywords: str | None
    kind: Annotated[str, word(ReportKind)]
    is_confidential: Annotated[bool, Field(description="Its reports always are")]


class PublicCategorySort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class PublicCategoryListParams(ListParams):
    """Filters of the list of categories."""

    kind: ReportKind | None = None
    sort: PublicCategorySort = PublicCategorySort.CODE
