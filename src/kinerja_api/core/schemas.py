"""Bases and field types of the wire.

What comes in is a model on ``In`` (unknown fields refused); what goes out is a ``TypedDict``
whose keys are the columns, so rows reach the wire without a copy. JSON types are exact:
integers, booleans and texts are not converted, decimals are strings of the column's scale,
ids, dates and times come from strings only.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    Strict,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError
from typing_extensions import TypedDict

T = TypeVar("T")


class In(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_CLEARS: Final = "null clears"
Clearable = Annotated[T | None, _CLEARS]
"""Type of a field of a ``Patch`` that null clears."""


class Patch(In):
    """A merge patch (RFC 7396): what is absent stays.

    Every field is optional, with the default None for absent. Null clears a ``Clearable`` one
    and is refused for the others.
    """

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_null(cls, value: object, info: ValidationInfo) -> object:
        if value is None and not _is_clearable(cls.model_fields[info.field_name or ""]):
            raise PydanticCustomError("null_not_allowed", "null is not allowed here")
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Document null for those fields only that it clears, and no defaults."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        for name, field in cls.model_fields.items():
            shown: dict[str, Any] = schema["properties"][name]
            shown.pop("default", None)
            if "anyOf" in shown and not _is_clearable(field):
                kinds = [kind for kind in shown.pop("anyOf") if kind != {"type": "null"}]
                shown.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
        return schema

    def changes(self, present: Mapping[str, object]) -> dict[str, object]:
        """Return the given fields that differ from those of the resource as it is."""
        given = self.model_dump(exclude_unset=True)
        return {name: value for name, value in given.items() if value != present[name]}


def _is_clearable(field: FieldInfo) -> bool:
    return _CLEARS in field.metadata


class Page(TypedDict, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: Annotated[str | None, Field(description="Give back as `cursor`; null at the end")]
    prev_cursor: Annotated[str | None, Field(description="Page before; null at the start")]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE = re.compile(r"[\n\t\u2028\u2029]")


def _clean_text(value: str) -> str:
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if not text:
        raise PydanticCustomError("blank_text", "the text is blank")
    if _CONTROL.search(text) or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise PydanticCustomError("invalid_text", "control characters are not allowed")
    if all(unicodedata.category(letter)[0] in "CZ" for letter in text):
        raise PydanticCustomError("blank_text", "nothing of the text is visible")
    return text


def _clean_line(value: str) -> str:
    text = _clean_text(value)
    if _LINE.search(text) or _BIDI.search(text):
        raise PydanticCustomError("invalid_text", "one line without direction marks")
    return text


def _from_pattern(pattern: str, code: str) -> BeforeValidator:
    whole = re.compile(pattern)

    def check(value: object) -> object:
        if not isinstance(value, str) or whole.fullmatch(value) is None:
            raise PydanticCustomError(code, "not in the expected form")  # pyright: ignore[reportArgumentType] - our own fixed codes
        return value

    return BeforeValidator(check, json_schema_input_type=str)


Code = Annotated[str, Strict(), Field(min_length=1, max_length=64), AfterValidator(_clean_line)]
Name = Annotated[str, Strict(), Field(min_length=1, max_length=200), AfterValidator(_clean_line)]
Sentence = Annotated[
    str, Strict(), Field(min_length=1, max_length=500), AfterValidator(_clean_line)
]
Prose = Annotated[str, Strict(), Field(min_length=1, max_length=4000), AfterValidator(_clean_text)]
"""Text with line breaks."""


def decimal_text(digits: int, places: int, *, sign: str = "") -> tuple[object, ...]:
    """Return the parts of a decimal type: so many digits before and after the point.

    sign: what may stand before them, ``-`` where it can be below zero.
    """
    before = f"{sign}?" if sign else ""
    pattern = f"{before}[0-9]{{1,{digits}}}(\\.[0-9]{{1,{places}}})?"
    schema: dict[str, object] = {"type": "string", "pattern": f"^{pattern}$"}
    return _from_pattern(pattern, "invalid_decimal"), WithJsonSchema(schema)


_percent, _amount = decimal_text(3, 2), decimal_text(12, 2)
Percent = Annotated[Decimal, _percent[0], _percent[1]]
"""0 to 999.99, numeric(5,2)."""
Amount = Annotated[Decimal, _amount[0], _amount[1]]
"""0 to 999999999999.99, numeric(14,2)."""

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

Id = Annotated[
    UUID, _from_pattern(_UUID, "invalid_id"), Field(json_schema_extra={"format": "uuid"})
]
Day = Annotated[
    dt.date,
    _from_pattern("[0-9]{4}-[0-9]{2}-[0-9]{2}", "invalid_date"),
    Field(json_schema_extra={"format": "date"}, ge=dt.date(1900, 1, 1), le=dt.date(2200, 1, 1)),
]
_INSTANT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
Instant = Annotated[
    AwareDatetime,
    _from_pattern(_INSTANT, "invalid_instant"),
    Field(
        json_schema_extra={"format": "date-time"},
        ge=dt.datetime(1900, 1, 1, tzinfo=dt.UTC),
        le=dt.datetime(2200, 1, 1, tzinfo=dt.UTC),
    ),
]
Flag = Annotated[bool, Strict()]


def word(words: type[StrEnum]) -> WithJsonSchema:
    """Return the document of an enum that goes out as the text it is in the database."""
    return WithJsonSchema({"type": "string", "enum": [str(value) for value in words]})
