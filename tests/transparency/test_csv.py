"""Tables as CSV: what a spreadsheet makes of them, and where they end."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from kinerja_api.core import csv_out
from kinerja_api.core.csv_out import TooManyRows, table_of
from tests.factories.services import add_service, add_standard
from tests.factories.world import World
from tests.plugins.service import Api


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+62", "'+62"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (" =1", "' =1"),
        ("＝1", "'＝1"),
        ('Kata "baik"; a,b\nbaris', 'Kata "baik"; a,b\nbaris'),
        (Decimal("-5.15"), "-5.15"),
        (None, ""),
        (True, "true"),
        (7, "7"),
    ],
)
def test_no_text_becomes_a_formula_and_all_else_stays(value: Any, cell: str):
    content = bytes(table_of([{"a": value}], ["a"], name="x").body)
    assert read_back(content) == [["a"], [cell]]
    assert content.startswith(b"a\r\n")


def test_a_value_inside_another_has_a_column_of_its_own():
    rows = [{"a": {"b": 1}}, {"a": None}]
    assert read_back(bytes(table_of(rows, ["a.b"], name="x").body)) == [["a_b"], ["1"], [""]]


def test_a_table_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch):
    rows = [{"a": "x" * 100}] * 3
    table_of(rows, ["a"], name="x")
    monkeypatch.setattr(csv_out, "MOST_ROWS", 2)
    with pytest.raises(TooManyRows):
        table_of(rows, ["a"], name="x")
    monkeypatch.undo()
    monkeypatch.setattr(csv_out, "_MOST_CHARACTERS", 50)
    with pytest.raises(TooManyRows):
        table_of(rows, ["a"], name="x")


async def test_a_list_is_given_whole_as_a_file(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(csv_out, "_BATCH", 2)
    service = await add_service(world, world.root, code="L-1", name="=Izin, usaha")
    await add_standard(world, service)
    for number in range(2, 6):
        await add_service(world, world.root, code=f"L-{number}")
    path = f"/v1/public/{world.code}/services"
    answer = await api.get(path, params={"format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="services.csv"'
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    head, *rows = read_back(answer.content)
    assert [row[1] for row in rows] == [f"L-{number}" for number in range(1, 6)]
    first = dict(zip(head, rows[0], strict=True))
    assert (first["name"], first["standard_processing_time"]) == ("'=Izin, usaha", "3")
    assert dict(zip(head, rows[1], strict=True))["standard_basis"] == ""
    known = {"If-None-Match": answer.headers["ETag"]}
    again = await api.get(path, params={"format": "csv"}, headers=known)
    assert (again.status_code, again.content) == (304, b"")


async def test_a_long_list_is_refused_with_a_hint(
    api: Api, world: World, monkeypatch: pytest.MonkeyPatch
):
    for _ in range(3):
        await world.unit("Dinas")
    monkeypatch.setattr(csv_out, "MOST_ROWS", 3)
    answer = await api.get(f"/v1/public/{world.code}/units", params={"format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_rows")
    assert "persempit" in answer.json()["detail"]


@pytest.mark.parametrize("extra", [{"limit": 10}, {"cursor": "abc"}])
async def test_a_table_has_no_pages(api: Api, world: World, extra: dict[str, Any]):
    path = f"/v1/public/{world.code}/units"
    answer = await api.get(path, params={"format": "csv", **extra})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["errors"][0]["code"] == "csv_is_whole"
