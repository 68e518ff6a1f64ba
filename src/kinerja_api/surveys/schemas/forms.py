"""Wire shapes of survey forms."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, Strict
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Code, In, Name, Sentence, word
from kinerja_api.surveys.rules import Element, ProfileField

_LABELS = Field(min_length=4, max_length=4, description="Words for 1, 2, 3 and 4, the best last")

QuestionCode = Annotated[
    str,
    Strict(),
    Field(
        min_length=1,
        max_length=40,
        pattern="^[a-z][a-z0-9_]*$",
        description="An element of the regulation, or a word of your own for an addition",
        examples=["waktu_penyelesaian"],
    ),
]


class QuestionIn(In):
    """A question with a word for each answer."""

    code: QuestionCode
    text: Sentence
    labels: Annotated[tuple[Name, ...], _LABELS]


def _whole(questions: tuple[QuestionIn, ...]) -> tuple[QuestionIn, ...]:
    codes = [question.code for question in questions]
    if len(set(codes)) < len(codes):
        raise PydanticCustomError("questions_repeated", "a code stands twice")
    if not set(Element) <= set(codes):
        raise PydanticCustomError("elements_missing", "each of the nine elements has a question")
    return questions


def _once(fields: tuple[ProfileField, ...]) -> tuple[ProfileField, ...]:
    return tuple(dict.fromkeys(fields))


class FormContentIn(In):
    """What a form asks."""

    title: Name
    questions: Annotated[
        tuple[QuestionIn, ...],
        Field(min_length=9, max_length=19, description="In their order"),
        AfterValidator(_whole),
    ]
    profile_fields: Annotated[
        tuple[ProfileField, ...],
        Field(max_length=4, description="What a person may tell of himself, in coarse bands"),
        AfterValidator(_once),
    ] = ()


class FormIn(FormContentIn):
    """A new form; the code never changes."""

    code: Annotated[Code, Field(examples=["SKM-UMUM"])]


class QuestionOut(TypedDict):
    """A question with a word for each answer."""

    code: str
    text: str
    labels: list[str]
    is_addition: Annotated[bool, Field(description="Not of the nine elements: outside the index")]


class FormOut(TypedDict):
    """A version of a questionnaire (kuesioner SKM)."""

    id: UUID
    code: str
    number: Annotated[int, Field(description="Of the version, from 1")]
    title: str
    questions: list[QuestionOut]
    profile_fields: list[Annotated[str, word(ProfileField)]]
    is_newest: bool
    is_used: Annotated[bool, Field(description="By a campaign; it never changes then")]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class FormSort(StrEnum):
    CODE = "code"
    CODE_DESC = "-code"


class FormListParams(ListParams):
    """Filters of the list of forms."""

    code: Annotated[str | None, Field(max_length=64)] = None
    newest: Annotated[Only, Field(description="Only the newest version of each")] = None
    sort: Annotated[FormSort, Field(description="By code, then number")] = FormSort.CODE
