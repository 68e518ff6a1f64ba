"""The port to a channel outside, and its adapter with files (CSV, RFC 4180). Pure.

The channel's own interface is not public: an adapter for it is written when its contract is known,
and has these two methods.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kinerja_api.core.problems import FieldError, Param
from kinerja_api.integrations.rules.parameters import is_instant

MOST_ROWS = 1000
"""Of a file that goes out; what is left over comes with the next one."""
MOST_BYTES = 10 * 1024 * 1024

_MOST_FAULTS = 1000
_LONGEST = {"external_id": 64, "external_status": 200, "ticket": 64, "report_id": 36}
_LONGEST_OTHER = 64
_SHOWN = 60
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

NEEDED = ("external_id", "external_status", "updated_at")
NAMING = ("ticket", "report_id")


@dataclass(frozen=True, slots=True)
class OutgoingReport:
    """A report as a channel may know it: its words only where they were published."""

    ticket: str
    external_id: str | None
    category: str | None
    report_class: str
    status: str
    referred_to: str | None
    unit: str | None
    title: str | None
    description: str | None
    reply: str | None
    received_on: str
    updated_on: str


@dataclass(frozen=True, slots=True)
class IncomingStatus:
    """What a channel tells of one report, named by its ticket or by our id."""

    line: int
    external_id: str
    external_status: str | None
    updated_at: datetime
    ticket: str | None
    report_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file holds: its rows, or everything that is wrong with it."""

    rows: Sequence[IncomingStatus]
    faults: Sequence[FieldError]


class Channel(Protocol):
    """The port: what goes to a channel, and what comes from it."""

    media_type: str

    def write(self, reports: Sequence[OutgoingReport]) -> bytes:
        """Return the reports as the channel takes them."""
        ...

    def read(self, content: bytes) -> ReadFile:
        """Return what the channel tells; no content raises anything."""
        ...


class _Faulty(Exception):
    def __init__(self, code: str, /, **params: Param) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def fault(line: int, column: str | None, code: str, /, **params: Param) -> FieldError:
    """Return the fault of a row, or of one cell of it; the pointer holds line and column."""
    place = f"/{line}/{column}" if column else f"/{line}"
    return FieldError(code, pointer=place, params=params)


class CsvChannel:
    """Files with a header; comma or semicolon, UTF-8, columns in any order."""

    media_type = "text/csv; charset=utf-8"

    def write(self, reports: Sequence[OutgoingReport]) -> bytes:
        """Return the reports as CSV; no cell can be a formula of a spreadsheet."""
        names = list(OutgoingReport.__dataclass_fields__)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(names)
        writer.writerows([[_harmless(getattr(one, name)) for name in names] for one in reports])
        return text.getvalue().encode()

    def read(self, content: bytes) -> ReadFile:
        """Return the rows of a file, or all its faults (at most a thousand)."""
        try:
            text = _decoded(content)
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text),
                                strict=True)  # fmt: skip
            header = [name.strip() for name in next(reader, list[str]())]
        except _Faulty as error:
            return ReadFile((), [fault(1, None, error.code, **error.params)])
        except csv.Error:
            return ReadFile((), [fault(1, None, "import_quotes")])
        wrong = _header_faults(header)
        return ReadFile((), wrong) if wrong else _read_rows(reader, header)


def _harmless(value: str | None) -> str:
    text = value or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _Faulty("import_file_too_large", most=MOST_BYTES // 1024 // 1024)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Faulty("import_not_utf8", line=content[: error.start].count(b"\n") + 1) from None


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return ";" if header.count(";") > header.count(",") else ","


def _header_faults(header: Sequence[str]) -> list[FieldError]:
    faults = [
        fault(1, None, "import_column_unknown", value=_shown(name))
        for name in header
        if name not in (*NEEDED, *NAMING)
    ]
    faults += [
        fault(1, name, "import_column_twice")
        for name in (*NEEDED, *NAMING)
        if header.count(name) > 1
    ]
    lacking = [name for name in NEEDED if name not in header]
    if not any(name in header for name in NAMING):
        lacking.append(NAMING[0])
    return faults + [fault(1, name, "import_column_missing") for name in lacking]


def _read_rows(reader: Iterator[list[str]], header: Sequence[str]) -> ReadFile:
    rows: list[IncomingStatus] = []
    faults: list[FieldError] = []
    line = 2
    try:
        for cells in reader:
            if cells:
                row = _read_row(line, cells, header, faults)
                rows += [row] if row else []
            line = int(getattr(reader, "line_num", line)) + 1
            if len(faults) >= _MOST_FAULTS:
                faults.append(fault(line, None, "import_more_faults", most=_MOST_FAULTS))
                break
    except csv.Error:
        faults.append(fault(line, None, "import_quotes"))
    return ReadFile((), faults) if faults else ReadFile(rows, _repeated(rows))


def _read_row(
    line: int, cells: Sequence[str], header: Sequence[str], faults: list[FieldError]
) -> IncomingStatus | None:
    before = len(faults)
    if len(cells) != len(header):
        faults.append(fault(line, None, "import_cells", found=len(cells), expected=len(header)))
        return None
    texts: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=True):
        try:
            texts[name] = _checked(name, unicodedata.normalize("NFC", cell).strip())
        except _Faulty as error:
            faults.append(fault(line, name, error.code, **error.params))
    if len(faults) > before:
        return None
    ticket, report_id = texts.get("ticket") or None, texts.get("report_id") or None
    if ticket is None and report_id is None:
        faults.append(fault(line, NAMING[0], "import_empty"))
        return None
    return IncomingStatus(
        line=line,
        external_id=texts["external_id"],
        external_status=texts["external_status"] or None,
        updated_at=datetime.fromisoformat(texts["updated_at"]),
        ticket=ticket.upper() if ticket else None,
        report_id=UUID(report_id) if report_id else None,
    )


def _checked(name: str, text: str) -> str:
    longest = _LONGEST.get(name, _LONGEST_OTHER)
    if not text and name in {"external_id", "updated_at"}:
        raise _Faulty("import_empty")
    if len(text) > longest:
        raise _Faulty("import_too_long", most=longest)
    if _CONTROL.search(text):
        raise _Faulty("import_control_character")
    if name == "updated_at" and not is_instant(text):
        raise _Faulty("invalid_instant")
    if name == "report_id" and text and not _UUID.fullmatch(text):
        raise _Faulty("invalid_id")
    return text


def _repeated(rows: Sequence[IncomingStatus]) -> list[FieldError]:
    """Return a fault for each row whose number of the channel stood in a row before."""
    seen: Mapping[str, int] = {row.external_id: row.line for row in reversed(rows)}
    return [
        fault(row.line, "external_id", "channel_row_twice", line=seen[row.external_id])
        for row in rows
        if seen[row.external_id] != row.line
    ]


def _shown(text: str) -> str:
    printable = "".join(sign if sign.isprintable() else "·" for sign in text)
    return printable[:_SHOWN]
