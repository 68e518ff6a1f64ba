"""Wire shapes of anonymous answers and ratings."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.schemas import In, Prose
from kinerja_api.surveys.rules import AgeBand, Education, Occupation, Sex
from kinerja_api.surveys.schemas.forms import QuestionCode

Answer = Annotated[int, Strict(), Field(ge=1, le=4, description="4 is the best")]
Stars = Annotated[int, Strict(), Field(ge=1, le=5, description="5 is the best")]
Token = Annotated[
    str, Strict(), Field(min_length=1, max_length=200, description="From the office or receipt")
]
Comment = Annotated[
    Prose,
    Field(max_length=2000, description="Numbers and addresses of persons are not kept"),
    AfterValidator(mask_personal),
]
Website = Annotated[
    str | None,
    Field(max_length=2000, description="Leave it out: only machines fill it in"),
]


class ProfileIn(In):
    """What the person tells of himself; everything may be left out."""

    age_band: AgeBand | None = None
    sex: Sex | None = None
    education: Education | None = None
    occupation: Occupation | None = None


class ResponseIn(In):
    """Answers to a survey. Questions may be left out."""

    answers: Annotated[
        dict[QuestionCode, Answer],
        Field(min_length=1, max_length=19, description="By the code of the question"),
    ]
    profile: ProfileIn = ProfileIn()
    comment: Comment | None = None
    token: Annotated[Token | None, Field(description="Where the campaign needs it")] = None
    website: Website = None


class RatingIn(In):
    """A rating of a service by somebody who was served."""

    token: Token
    treatment: Annotated[Stars, Field(description="How were you treated? 5 is the best")]
    outcome: Annotated[
        Stars | None, Field(description="Did you get what you came for? 5 is the best")
    ] = None
    comment: Comment | None = None
    website: Website = None


class ThanksOut(TypedDict):
    """An answer was taken. It cannot be found again, not even by the one who gave it."""

    received_on: dt.date


class SurveyResponseOut(TypedDict):
    """An anonymous answer, without the profile."""

    id: UUID
    answered_on: dt.date
    answers: dict[str, int]
    comment: str | None


class ResponseSort(StrEnum):
    ID = "id"


class ResponseListParams(ListParams):
    """Filters of the list of answers."""

    commented: Annotated[Only, Field(description="Only those with a comment")] = None
    sort: Annotated[ResponseSort, Field(description="Ids are random")] = ResponseSort.ID


class RatingMonthOut(TypedDict):
    """The ratings of a service in a month."""

    month: Annotated[dt.date, Field(description="Its first day")]
    unit_id: UUID
    service_id: UUID
    service_name: str
    ratings: Annotated[int | None, Field(description="Null: fewer than five, nothing is told")]
    treatment: Annotated[Decimal | None, Field(description="Mean, 1.00 to 5.00")]
    outcome: Annotated[
        Decimal | None, Field(description="Mean; null also where fewer than five told")
    ]


class UnitRatingsOut(TypedDict):
    """The ratings of the services of a unit and everything below it."""

    unit_id: UUID
    year: int
    months: list[RatingMonthOut]


class RatingCommentOut(TypedDict):
    """What somebody wrote with a rating; without the stars and the day."""

    id: UUID
    service_id: UUID
    month: Annotated[dt.date, Field(description="Its first day")]
    comment: str


class RatingCommentListParams(ListParams):
    """Filters of the list of comments."""

    sort: Annotated[ResponseSort, Field(description="Ids are random")] = ResponseSort.ID
