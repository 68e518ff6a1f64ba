"""Reading an agency's files: what is accepted, and how each fault is named."""

import datetime as dt
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.activities.rules import LogRow
from kinerja_api.core.i18n import has_text
from kinerja_api.imports.formats import FORMATS, LOGS, PEOPLE, RESULTS, UNITS, FileFormat
from kinerja_api.imports.parse import parse
from kinerja_api.organisation.rules import UnitRow

UNIT_LINES = "code,name,kind,parent_code\n1,Pemerintah Kota,government,\n1.1,Dinas Satu,dinas,1\n"
ROWS = [
    UnitRow(2, "1", "Pemerintah Kota", "government", None),
    UnitRow(3, "1.1", "Dinas Satu", "dinas", "1"),
]


def faults(content: str | bytes, file_format: FileFormat = UNITS) -> list[tuple]:
    raw = content.encode() if isinstance(content, str) else content
    parsed = parse(raw, file_format)
    assert not (parsed.rows and parsed.faults)
    return [(fault.line, fault.column, fault.code) for fault in parsed.faults]


@pytest.mark.parametrize(
    "content",
    [
        UNIT_LINES.encode(),
        UNIT_LINES.encode("utf-8-sig"),
        UNIT_LINES.replace(",", ";").encode(),
        UNIT_LINES.replace("\n", "\r\n").encode(),
        UNIT_LINES.rstrip("\n").encode(),
        UNIT_LINES.replace("Dinas Satu", '"Dinas Satu"').encode(),
        UNIT_LINES.replace("Dinas Satu", "  Dinas Satu ").encode(),
    ],
    ids=["plain", "bom", "semicolon", "crlf", "no-last-end", "quoted", "spaces"],
)
def test_the_usual_dialects_give_the_same_rows(content: bytes):
    assert list(parse(content, UNITS).rows) == ROWS


def test_columns_may_stand_in_any_order():
    content = "parent_code,kind,code,name\n,government,1,Pemerintah Kota\n1,dinas,1.1,Dinas Satu\n"
    assert list(parse(content.encode(), UNITS).rows) == ROWS


def test_quoted_cells_keep_separators_quotes_and_line_ends():
    content = 'code,name,kind,parent_code\n1,"A, ""B""",dinas,\n\n2,C,dinas,1\n'
    rows = cast("list[UnitRow]", parse(content.encode(), UNITS).rows)
    assert [(row.line, row.name) for row in rows] == [(2, 'A, "B"'), (4, "C")]


def test_every_faulty_cell_is_named_in_one_pass():
    content = (
        "ref,kind,nip,name,rank,born_on,sex,email\n"
        ",pns,1,Siti,III/a,1980-02-30,female,\n"
        "2,presiden,1,\x07,III/a,1980-02-28,unknown,\n"
        "3,pns\n"
    )
    assert faults(content, PEOPLE) == [
        (2, "ref", "import_empty"),
        (2, "born_on", "import_not_date"),
        (3, "kind", "import_word_unknown"),
        (3, "name", "import_control_character"),
        (3, "sex", "import_word_unknown"),
        (4, None, "import_cells"),
    ]


def test_the_header_names_missing_unknown_and_double_columns():
    assert faults("code,name,name,colour\n") == [
        (1, "colour", "import_column_unknown"),
        (1, "name", "import_column_twice"),
        (1, "kind", "import_column_missing"),
        (1, "parent_code", "import_column_missing"),
    ]
    assert {fault[2] for fault in faults("")} == {"import_column_missing"}


def test_what_is_no_text_and_what_is_no_csv_is_a_fault():
    assert faults(UNIT_LINES.encode() + b"2,\xff,dinas,1\n") == [(1, None, "import_not_utf8")]
    assert faults(UNIT_LINES + '2,"Dinas,dinas,1\n') == [(4, None, "import_quotes")]
    assert faults(UNIT_LINES + '2,"Dinas"x,dinas,1\n') == [(4, None, "import_quotes")]


def test_numbers_dates_and_times_are_ascii_and_exact():
    log = "x,1,2026-11-20,{},08:00,Kerja,1,1,{},dok,approved\n"
    header = ",".join(column.name for column in LOGS.columns if not column.may_lack) + "\n"
    content = (header + log.format("07:30", "12.50")).encode()
    (row,) = cast("list[LogRow]", parse(content, LOGS).rows)
    assert (row.starts_at, row.volume, row.work_date) == (
        450, Decimal("12.50"), dt.date(2026, 11, 20),
    )  # fmt: skip
    for volume in ("1,5", "1e3", "NaN", "١٢", "1_000", "12.505", "+1", "0x1"):
        cell = f'"{volume}"'
        assert faults(header + log.format("07:30", cell), LOGS) == [
            (2, "volume", "import_not_decimal")
        ]
    for time in ("7:30", "24:00", "07:60", "07.30", "٠٧:٣٠"):
        assert faults(header + log.format(time, "1"), LOGS) == [(2, "starts_at", "import_not_time")]


def test_a_file_of_logs_may_come_with_progress_or_without():
    names = [column.name for column in LOGS.columns if not column.may_lack]
    cells = ["L1", "P1", "2026-11-20", "08:00", "09:00", "x", "1", "1", "1", "berkas", "draft"]
    for more, value, progress in (([], [], None), (["progress_percent"], ["40.5"], "40.5")):
        content = ",".join(names + more) + "\n" + ",".join(cells + value) + "\n"
        (row,) = cast("list[LogRow]", parse(content.encode(), LOGS).rows)
        assert row.progress_percent == (Decimal(progress) if progress else None)


def test_a_very_faulty_file_is_told_in_a_thousand_faults():
    found = faults(UNIT_LINES + "x\n" * 5000)
    assert len(found) == 1001
    assert found[-1][2] == "import_more_faults"


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
def test_no_bytes_raise_anything(content: bytes, file_format: FileFormat):
    parse(content, file_format)


@given(st.text(max_size=200))
def test_no_text_below_a_good_header_raises_anything(text: str):
    header = ",".join(column.name for column in RESULTS.columns)
    for fault in parse(f"{header}\n{text}".encode("utf-8", "surrogatepass"), RESULTS).faults:
        assert has_text("fields", fault.code)
