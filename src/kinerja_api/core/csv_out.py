"""Tables as CSV: RFC 4180, UTF-8 without a mark, the same columns for the same address.

``?format=csv`` on a list asks for all of it; a list that is longer is refused, not cut. A text
that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from kinerja_api.core.listing import ListParams
from kinerja_api.core.problems import Unprocessable
from kinerja_api.core.schemas import Page

MOST_ROWS = 10_000
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"

_MOST_CHARACTERS = 16_000_000
_BATCH = 1000
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # spreadsheets take both
_LEADING = ("\t", "\r", "\n")

P = TypeVar("P", bound="TableParams")


class TooManyRows(Unprocessable):
    """The whole table is larger than what is given at once."""

    code = "too_many_rows"


class Format(StrEnum):
    """In what an answer is written."""

    JSON = "json"
    CSV = "csv"


FormatField = Annotated[Format, Field(description="`csv`: a table to keep")]


class FormatParams(BaseModel):
    """Query parameters of one answer that is also given as a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: FormatField = Format.JSON


class TableParams(ListParams):
    """Query parameters of a list that is also given as a table."""

    paging: ClassVar[frozenset[str]] = ListParams.paging | {"format"}

    format: Annotated[
        Format, Field(description="`csv`: all rows at once, at most 10,000, without `cursor`")
    ] = Format.JSON

    @field_validator("format")
    @classmethod
    def _is_whole(cls, value: Format, info: ValidationInfo) -> Format:
        is_page = info.data.get("cursor") or info.data.get("limit") != ListParams().limit
        if value is Format.CSV and is_page:
            raise PydanticCustomError("csv_is_whole", "a table has no pages")
        return value


async def whole_table(
    read: Callable[[P], Awaitable[Page[Any]]], params: P, columns: Sequence[str], *, name: str
) -> Response:
    """Return all rows of a list as a file; TooManyRows. read: makes one page of it."""
    table = _Table(columns)
    cursor: str | None = None
    while True:
        page = await read(params.model_copy(update={"limit": _BATCH, "cursor": cursor}))
        table.add(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return table.response(name)


def table_of(rows: Iterable[Any], columns: Sequence[str], *, name: str) -> Response:
    """Return the rows as a file. columns: their keys; ``a.b`` is key b of the mapping under a."""
    table = _Table(columns)
    table.add(rows)
    return table.response(name)


class _Table:
    def __init__(self, columns: Sequence[str]) -> None:
        self._paths = [column.split(".") for column in columns]
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow([column.replace(".", "_") for column in columns])
        self._rows = 0

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        for row in rows:
            self._rows += 1
            if self._rows > MOST_ROWS or self._text.tell() > _MOST_CHARACTERS:
                raise TooManyRows(most=MOST_ROWS)
            self._writer.writerow([_cell(_at(row, path)) for path in self._paths])

    def response(self, name: str) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(self._text.getvalue().encode(), media_type=MEDIA_TYPE, headers=headers)


def _at(row: Mapping[str, Any], path: Sequence[str]) -> object:
    value: Any = row
    for key in path:
        if value is None:
            return None
        value = value[key]
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (
        value.startswith(_LEADING) or value.lstrip("\ufeff\u200b ").startswith(_FORMULA)
    ):
        return f"'{value}"
    return str(value)
