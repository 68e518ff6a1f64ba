"""Wire shapes of the questions of a category."""

import datetime as dt
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from kinerja_api.core.schemas import Code, Flag, In, Name, Sentence, word
from kinerja_api.integrations.rules import Datatype
from kinerja_api.integrations.rules.kinds import LISTS

_LISTS = ", ".join(sorted(LISTS))


def _plain_code(code: str) -> str:
    if any(sign in "[]" for sign in code):
        raise PydanticCustomError("question_code", "no brackets")
    return code


_QuestionCode = Annotated[
    Code, AfterValidator(_plain_code), Field(description="Sent as `attribute[code]`")
]
_VARIABLE = Field(description="false: a text that is only shown, such as advice")


class CategoryQuestionValueIn(In):
    """A value that may be chosen."""

    key: Code
    name: Name


class CategoryQuestionIn(In):
    """A question that clients of Open311 ask beside the description."""

    code: _QuestionCode
    datatype: Datatype
    is_required: Flag = False
    is_variable: Annotated[Flag, _VARIABLE] = True
    description: Annotated[Sentence, Field(description="The question as it is asked")]
    datatype_description: Annotated[Sentence | None, Field(description="How to answer")] = None
    values: Annotated[
        tuple[CategoryQuestionValueIn, ...], Field(max_length=200, description=f"Of {_LISTS} only")
    ] = ()

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if (self.datatype in LISTS) != bool(self.values):
            raise PydanticCustomError("question_values", "lists have values, and nothing else")
        if len({value.key for value in self.values}) < len(self.values):
            raise PydanticCustomError("question_key_twice", "a key twice")
        return self


class CategoryQuestionsIn(In):
    """All questions of a category, in their order."""

    questions: Annotated[tuple[CategoryQuestionIn, ...], Field(max_length=50)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({question.code for question in self.questions}) < len(self.questions):
            raise PydanticCustomError("question_code_twice", "a code twice")
        return self


class CategoryQuestionValueOut(TypedDict):
    """A value that may be chosen."""

    key: str
    name: str


class CategoryQuestionOut(TypedDict):
    """A question that clients of Open311 ask beside the description."""

    code: str
    datatype: Annotated[str, word(Datatype)]
    is_required: bool
    is_variable: Annotated[bool, _VARIABLE]
    description: str
    datatype_description: str | None
    values: list[CategoryQuestionValueOut]


class CategoryQuestionsOut(TypedDict):
    """The questions of a category, in their order."""

    category_id: UUID
    questions: list[CategoryQuestionOut]
    updated_at: Annotated[dt.datetime | None, Field(description="null: never set")]
    version: Annotated[int, Field(description="The ETag's number; 0: never set")]
