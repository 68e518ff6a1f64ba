"""Bytes of a CSV file (RFC 4180) → typed rows, or every fault with its line and column. Pure.

Accepted: comma or semicolon, UTF-8 with or without a byte order mark, any kind of line end, columns
in any order. No input raises anything: what cannot be read is a fault.
"""

import csv
import datetime as dt
import functools
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kinerja_api.imports.formats import Column, FileFormat, Kind, Value
from kinerja_api.organisation.rules import RowFault

MAX_FILE_BYTES = 128 * 1024 * 1024
_MOST_FAULTS = 1000
_SHOWN_CHARACTERS = 60
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FLAGS = {"true": True, "false": False, "ya": True, "tidak": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds: its rows (none if it has faults) and its faults."""

    rows: Sequence[object]
    faults: Sequence[RowFault]


class _FaultyCell(Exception):
    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def parse(content: bytes, file_format: FileFormat) -> Parsed:
    """Return the rows of a file, or all its faults (at most a thousand)."""
    try:
        text = _decoded(content)
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=_delimiter(text, file_format), strict=True
        )
        places = _places(next(reader, list[str]()), file_format)
    except _FaultyCell as fault:
        return Parsed((), [RowFault(1, None, fault.code, fault.params)])
    except csv.Error:
        return Parsed((), [RowFault(1, None, "import_quotes", {})])
    if isinstance(places, list):
        return Parsed((), places)
    return _read_rows(reader, file_format, places)


def _decoded(content: bytes) -> str:
    if len(content) > MAX_FILE_BYTES:
        raise _FaultyCell("import_file_too_large", most=MAX_FILE_BYTES // 1024 // 1024)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _FaultyCell("import_not_utf8", line=line) from None


def _delimiter(text: str, file_format: FileFormat) -> str:
    header = text[: 64 * 1024].partition("\n")[0]
    known = {column.name for column in file_format.columns}

    def matches(delimiter: str) -> int:
        return sum(name.strip(' "\r') in known for name in header.split(delimiter))

    return ";" if matches(";") > matches(",") else ","


def _places(header: Sequence[str], file_format: FileFormat) -> list[RowFault] | dict[int, Column]:
    """Return which column stands where, or the faults of the header row."""
    names = [name.strip() for name in header]
    known = {column.name: column for column in file_format.columns}
    faults = [
        RowFault(1, name, "import_column_unknown", {"value": _shown(name)})
        for name in names
        if name not in known
    ]
    faults += [
        RowFault(1, name, "import_column_twice", {}) for name in known if names.count(name) > 1
    ]
    faults += [
        RowFault(1, name, "import_column_missing", {})
        for name, column in known.items()
        if name not in names and not column.may_lack
    ]
    return faults or {place: known[name] for place, name in enumerate(names)}


def _read_rows(
    reader: Iterator[list[str]], file_format: FileFormat, places: Mapping[int, Column]
) -> Parsed:
    rows: list[object] = []
    faults: list[RowFault] = []
    for line, cells in _records(reader, faults):
        values = _values(line, cells, places, faults)
        if values is not None:
            rows.append(file_format.row(line=line, **values))
        if len(faults) >= _MOST_FAULTS:
            faults.append(RowFault(line, None, "import_more_faults", {"most": _MOST_FAULTS}))
            break
    return Parsed((), faults) if faults else Parsed(rows, ())


def _records(
    reader: Iterator[list[str]], faults: list[RowFault]
) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it begins; empty lines are left out."""
    line = _line(reader) + 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = _line(reader) + 1
    except csv.Error:
        # After a broken quotation nothing says where the next record begins.
        faults.append(RowFault(line, None, "import_quotes", {}))


def _line(reader: object) -> int:
    return int(getattr(reader, "line_num", 0))


def _values(
    line: int, cells: Sequence[str], places: Mapping[int, Column], faults: list[RowFault]
) -> dict[str, Value] | None:
    """Return the values of a record by column, or None having noted its faults."""
    if len(cells) != len(places):
        counts = {"found": len(cells), "expected": len(places)}
        faults.append(RowFault(line, None, "import_cells", counts))
        return None
    values: dict[str, Value] = {}
    before = len(faults)
    for place, column in places.items():
        try:
            values[column.name] = _value(cells[place], column)
        except _FaultyCell as fault:
            faults.append(RowFault(line, column.name, fault.code, fault.params))
    return values if len(faults) == before else None


def _value(cell: str, column: Column) -> Value:
    text = cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell).strip()
    if not text:
        if column.is_required:
            raise _FaultyCell("import_empty")
        return None
    if len(text) > column.most_characters:
        raise _FaultyCell("import_too_long", most=column.most_characters)
    if _CONTROL.search(text):
        raise _FaultyCell("import_control_character")
    return _READERS[column.kind](text, column)


def _text(text: str, column: Column) -> str:
    if column.words and text not in column.words:
        known = ", ".join(column.words)
        raise _FaultyCell("import_word_unknown", value=_shown(text), known=known)
    return text


def _whole(text: str, column: Column) -> int:
    del column
    if _WHOLE.fullmatch(text) is None:
        raise _FaultyCell("import_not_whole", value=_shown(text))
    return int(text)


def _decimal(text: str, column: Column) -> Decimal:
    whole, fraction = column.digits
    if _decimal_form(whole, fraction).fullmatch(text) is None:
        raise _FaultyCell("import_not_decimal", value=_shown(text), places=fraction)
    return Decimal(text)


@functools.cache
def _decimal_form(whole: int, fraction: int) -> re.Pattern[str]:
    return re.compile(rf"-?[0-9]{{1,{whole}}}(\.[0-9]{{1,{fraction}}})?")


def _day(text: str, column: Column) -> dt.date:
    del column
    try:
        if _DAY.fullmatch(text) is not None:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise _FaultyCell("import_not_date", value=_shown(text))


def _time(text: str, column: Column) -> int:
    """Return minutes since midnight."""
    del column
    match = _TIME.fullmatch(text)
    if match is None:
        raise _FaultyCell("import_not_time", value=_shown(text))
    return int(match[1]) * 60 + int(match[2])


def _moment(text: str, column: Column) -> dt.datetime:
    """Return a day and time of day; in which zone, the file does not say."""
    del column
    try:
        if _MOMENT.fullmatch(text) is not None:
            return dt.datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _FaultyCell("import_not_moment", value=_shown(text))


def _flag(text: str, column: Column) -> bool:
    del column
    flag = _FLAGS.get(text.lower())
    if flag is None:
        raise _FaultyCell("import_not_flag", value=_shown(text))
    return flag


def _shown(text: str) -> str:
    printable = "".join(sign if sign.isprintable() else "·" for sign in text)
    return printable[:_SHOWN_CHARACTERS]


_READERS: Mapping[Kind, Callable[[str, Column], Value]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.DAY: _day,
    Kind.TIME: _time,
    Kind.MOMENT: _moment,
    Kind.FLAG: _flag,
}
