"""The national channel: what goes out, what comes in, links by hand, and the log of it all."""

import asyncio
import csv
import hashlib
import io
from typing import Any
from uuid import UUID

import httpx
import pytest

from kinerja_api.access.rules import Role
from tests.factories.complaints import new_accused, new_category, new_report
from tests.factories.open311 import published
from tests.factories.world import Person, World
from tests.plugins.service import Api

NATIONAL = "/v1/channels/national"
CSV = {"Content-Type": "text/csv"}
HEADER = "ticket,external_id,external_status,updated_at"
AT = "2026-11-01T08:00:00+07:00"


async def export(
    api: Api, officer: Person, key: str, *, everything: bool = False
) -> list[dict[str, str]]:
    answer = await api.post(f"{NATIONAL}/exports", {"everything": everything}, by=officer, key=key)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def send(api: Api, officer: Person, *lines: str, header: str = HEADER) -> httpx.Response:
    content = "\n".join([header, *lines]).encode()
    return await api.call("POST", f"{NATIONAL}/imports", by=officer, content=content, headers=CSV)


async def link_of(api: Api, officer: Person, report: UUID) -> dict[str, Any]:
    answer = await api.get(f"/v1/citizen-reports/{report}/external-link", by=officer)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def runs(api: Api, officer: Person, **params: Any) -> list[dict[str, Any]]:
    answer = await api.get(f"{NATIONAL}/runs", by=officer, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (422, "channel_file_refused")
    assert all(error["message"] for error in answer.json()["errors"])
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_public_and_referred_reports_go_out_once_and_again_when_they_change(
    api: Api, world: World, officer: Person, fresh_key: str, sql: Any
):
    category = await new_category(world, code="LUBANG")
    report = await published(
        world, ticket="PUB-1", category_id=category, public_body="=SUM(A)\nTelepon 0812 3456 7890",
        body="Saya Sari", title="Rahasia",
    )  # fmt: skip
    await new_report(world, ticket="REF-1", status="out_of_jurisdiction", referred_to="-PLN",
                     body="Saya Budi", title="Listrik Budi")  # fmt: skip
    await new_report(world, ticket="NOT-1", status="verified")
    first = await export(api, officer, fresh_key)
    assert {row["ticket"]: row for row in first}.keys() == {"PUB-1", "REF-1"}
    rows = {row["ticket"]: row for row in first}
    assert rows["PUB-1"]["description"] == "'=SUM(A)\nTelepon […]"
    assert (rows["PUB-1"]["title"], rows["PUB-1"]["category"]) == ("Jalan berlubang", "LUBANG")
    assert (rows["REF-1"]["title"], rows["REF-1"]["description"]) == ("", "")
    assert rows["REF-1"]["referred_to"] == "'-PLN"
    assert "Sari" not in str(first)
    assert "Budi" not in str(first)
    assert await export(api, officer, f"{fresh_key}-2") == []
    await sql("UPDATE kinerja.citizen_reports SET version = version + 1 WHERE id = $1", report)
    assert [row["ticket"] for row in await export(api, officer, f"{fresh_key}-3")] == ["PUB-1"]
    assert len(await export(api, officer, f"{fresh_key}-4", everything=True)) == 2


async def test_a_lost_file_comes_again_with_its_key(
    api: Api, world: World, officer: Person, fresh_key: str
):
    await published(world, ticket="PUB-1")
    body = {"everything": False}
    path = f"{NATIONAL}/exports"
    assert (await api.post(path, body, by=officer)).json()["code"] == "idempotency_key_required"
    first = await api.post(path, body, by=officer, key=fresh_key)
    again = await api.post(path, body, by=officer, key=fresh_key)
    assert (again.content, again.headers["Content-Type"]) == (first.content, CSV["Content-Type"]
                                                              + "; charset=utf-8")  # fmt: skip
    assert again.headers["Location"] == first.headers["Location"]
    (run,) = await runs(api, officer)
    assert first.headers["Location"].endswith(run["id"])
    assert run["file_sha256"] == hashlib.sha256(first.content).hexdigest()
    assert (run["kind"], run["rows"], run["changed"], run["error"]) == ("export", 1, 1, None)
    found = await api.get(first.headers["Location"], by=officer)
    assert found.json() == run


async def test_never_goes_out_what_is_confidential_or_the_inspectorates(
    api: Api, world: World, officer: Person, fresh_key: str
):
    referred: dict[str, Any] = {"status": "out_of_jurisdiction"}
    await new_report(world, ticket="C-1", is_confidential=True, **referred)
    await new_report(world, ticket="C-2", led_by="inspectorate", **referred)
    await new_report(world, ticket="C-3", report_class="pelaporan_pelanggaran", **referred)
    await new_report(world, ticket="C-4", report_class="pembalasan", **referred)
    linked = await new_report(world, ticket="C-5", status="verified", is_confidential=True)
    path = f"/v1/citizen-reports/{linked}/external-link"
    assert (await api.put(path, {"external_id": "N1"}, by=officer)).status_code == 201
    assert await export(api, officer, fresh_key, everything=True) == []


async def test_a_report_that_comes_from_the_channel_goes_back_without_unpublished_words(
    api: Api, world: World, officer: Person, fresh_key: str
):
    report = await new_report(world, ticket="IN-1", status="reply_proposed", channel="national")
    sent = await send(api, officer, f"IN-1,N-77,Proses,{AT}")
    assert sent.status_code == 201, sent.text
    link = await link_of(api, officer, report)
    assert (link["direction"], link["external_id"], link["external_status"]) == (
        "inbound", "N-77", "Proses",
    )  # fmt: skip
    (row,) = await export(api, officer, fresh_key)
    assert (row["external_id"], row["status"], row["description"]) == ("N-77", "in_progress", "")


async def test_statuses_come_in_by_ticket_or_by_id(
    api: Api, world: World, officer: Person, other_world: World
):
    first, second = await new_report(world, ticket="AAAA-1"), await new_report(world, ticket="BB-2")
    answer = await send(
        api, officer, f"{AT};Selesai;N1;aaaa-1;", f'"{AT}";;N2;;{second}',
        header="updated_at;external_status;external_id;ticket;report_id",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    run = answer.json()
    assert (run["kind"], run["rows"], run["changed"], run["faults"]) == ("import", 2, 2, 0)
    assert answer.headers["Location"] == f"{NATIONAL}/runs/{run['id']}"
    told = [await link_of(api, officer, report) for report in (first, second)]
    assert [(one["ticket"], one["external_id"], one["external_status"]) for one in told] == [
        ("AAAA-1", "N1", "Selesai"), ("BB-2", "N2", None),
    ]  # fmt: skip
    assert told[0]["external_updated_at"] == "2026-11-01T01:00:00Z"
    listed = await api.get(f"{NATIONAL}/links", by=officer, params={"external_id": "N2"})
    assert [one["report_id"] for one in listed.json()["items"]] == [str(second)]
    since = {"updated_since": told[1]["updated_at"], "sort": "updated_at"}
    listed = await api.get(f"{NATIONAL}/links", by=officer, params=since)
    assert len(listed.json()["items"]) == 2


async def test_the_same_file_is_taken_in_once_and_an_older_status_not_at_all(
    api: Api, world: World, officer: Person, sql: Any
):
    report = await new_report(world, ticket="AAAA-1")
    line = f"AAAA-1,N1,Proses,{AT}"
    both = await asyncio.gather(*[send(api, officer, line) for _ in range(3)])
    assert sorted(answer.status_code for answer in both) == [200, 200, 201]
    assert len({answer.json()["id"] for answer in both}) == 1
    assert len(await runs(api, officer, kind="import")) == 1
    older = await send(api, officer, "AAAA-1,N1,Baru,2026-11-01T00:59:59Z")
    assert (older.status_code, older.json()["changed"]) == (201, 0)
    newer = await send(api, officer, "AAAA-1,N1,Selesai,2026-11-01T01:00:01Z")
    assert newer.json()["changed"] == 1
    link = await link_of(api, officer, report)
    assert (link["external_status"], link["version"]) == ("Selesai", 2)
    again = await send(api, officer, line)
    assert again.status_code == 200
    assert (await link_of(api, officer, report))["external_status"] == "Selesai"
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1 AND action LIKE 'channel.%'",
        world.tenant_id,
    )
    assert [row["action"] for row in trail] == ["channel.import"] * 3


async def test_every_faulty_row_is_named_and_nothing_is_changed(
    api: Api, world: World, other_world: World, officer: Person
):
    good = await new_report(world, ticket="AAAA-1")
    await new_report(world, ticket="AAAA-2")
    await new_report(world, ticket="INSP-1", led_by="inspectorate")
    await new_report(other_world, ticket="THEIRS")
    taken = await new_report(world, ticket="TAKEN")
    path = f"/v1/citizen-reports/{taken}/external-link"
    assert (await api.put(path, {"external_id": "N9"}, by=officer)).status_code == 201
    answer = await send(
        api, officer,
        f"AAAA-1,N1,Proses,{AT}", f"THEIRS,N2,Proses,{AT}", f"INSP-1,N3,Proses,{AT}",
        f"AAAA-1,N4,Proses,{AT}", f"AAAA-2,N9,Proses,{AT}",
        "AAAA-2,N5,Proses,2199-01-01T00:00:00Z",
    )  # fmt: skip
    assert faults(answer) == [
        ("/3/ticket", "channel_report_unknown"),
        ("/4/ticket", "channel_report_unknown"),
        ("/5/ticket", "channel_row_twice"),
        ("/6/external_id", "external_id_taken"),
        ("/7/updated_at", "channel_time_ahead"),
    ]
    absent = await api.get(f"/v1/citizen-reports/{good}/external-link", by=officer)
    assert absent.status_code == 404
    (run,) = await runs(api, officer, kind="import")
    assert (run["error"], run["faults"], run["changed"]) == ("channel_file_refused", 5, 0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("/1/external_id", "import_column_missing"),
               ("/1/external_status", "import_column_missing"),
               ("/1/updated_at", "import_column_missing"), ("/1/ticket", "import_column_missing")]),
        (b"ticket,external_id,external_status,updated_at,nik\n", [("/1", "import_column_unknown")]),
        (b"ticket,ticket,external_id,external_status,updated_at\n",
         [("/1/ticket", "import_column_twice")]),
        (HEADER.encode() + b"\n\xff\xfe", [("/1", "import_not_utf8")]),
        (HEADER.encode() + b'\n"a,b', [("/2", "import_quotes")]),
        (HEADER.encode() + b"\na,b\n,N,,\nT,,,kemarin\n", [
            ("/2", "import_cells"), ("/3/updated_at", "import_empty"),
            ("/4/external_id", "import_empty"), ("/4/updated_at", "invalid_instant")]),
        (HEADER.encode() + b"\n,N1,,2026-11-01T08:00:00Z\n", [("/2/ticket", "import_empty")]),
        (HEADER.encode() + b"\nT\x00,N1,,2026-11-01T08:00:00Z\n",
         [("/2/ticket", "import_control_character")]),
        (HEADER.encode() + b"\nT," + b"9" * 65 + b",,2026-11-01T08:00:00Z\n",
         [("/2/external_id", "import_too_long")]),
    ],
)  # fmt: skip
async def test_a_file_of_another_form_is_refused(
    api: Api, officer: Person, content: bytes, expected: list[tuple[str, str]]
):
    answer = await api.call("POST", f"{NATIONAL}/imports", by=officer, content=content, headers=CSV)
    assert faults(answer) == expected


async def test_a_link_is_set_by_hand_with_its_version(api: Api, world: World, officer: Person):
    first, second = await new_report(world), await new_report(world)
    path = f"/v1/citizen-reports/{first}/external-link"
    made = await api.put(path, {"external_id": "N1", "external_status": "Baru"}, by=officer)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    changed = await api.put(path, {"external_id": "N2"}, by=officer, version=1)
    assert (changed.status_code, changed.json()["external_id"]) == (200, "N2")
    assert changed.json()["external_status"] is None
    stale = await api.put(path, {"external_id": "N3"}, by=officer, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    other = f"/v1/citizen-reports/{second}/external-link"
    taken = await api.put(other, {"external_id": "N2"}, by=officer)
    assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")
    both = await asyncio.gather(
        *[api.put(other, {"external_id": f"M{n}"}, by=officer, version=0) for n in range(2)]
    )
    assert sorted(answer.status_code for answer in both) == [201, 412]
    for wrong in ({"external_id": ""}, {"external_id": "a\nb"}, {"external_id": "x" * 65}, {}):
        assert (await api.put(path, wrong, by=officer)).status_code == 422


async def test_strangers_see_nothing_of_the_channel(
    api: Api, world: World, other_world: World, officer: Person, fresh_key: str
):
    report = await new_report(world, ticket="AAAA-1")
    path = f"/v1/citizen-reports/{report}/external-link"
    await api.put(path, {"external_id": "N1"}, by=officer)
    stranger = await other_world.officer("Orang luar", Role.COMPLAINTS_OFFICER)
    assert (await api.get(path, by=stranger)).status_code == 404
    assert (await api.put(path, {"external_id": "N2"}, by=stranger)).status_code == 404
    assert (await api.get(f"{NATIONAL}/links", by=stranger)).json()["items"] == []
    assert faults(await send(api, stranger, f"AAAA-1,N1,,{AT}")) == [
        ("/2/ticket", "channel_report_unknown")
    ]
    of_unit = await world.officer("Petugas unit", Role.COMPLAINTS_OFFICER, unit=world.root)
    inspector = await world.officer("Inspektur", Role.INSPECTORATE)
    for person in (of_unit, inspector, world.mayor, world.agency, world.admin):
        assert (await api.get(f"{NATIONAL}/links", by=person)).status_code == 403
        assert (await api.get(path, by=person)).status_code == 403
        answer = await api.post(f"{NATIONAL}/exports", {}, by=person, key=fresh_key)
        assert answer.status_code == 403


async def test_what_the_inspectorate_leads_is_linked_with_nothing(
    api: Api, world: World, officer: Person
):
    led = await new_report(world, led_by="inspectorate")
    told = await new_report(world, report_class="pembalasan")
    statuses = [
        (await api.put(f"/v1/citizen-reports/{report}/external-link", {"external_id": "N1"},
                       by=officer)).status_code
        for report in (led, told)
    ]  # fmt: skip
    assert statuses == [404, 409]


async def test_an_accused_officer_neither_exports_nor_links_the_report(
    api: Api, world: World, officer: Person, fresh_key: str
):
    accused = await world.employee("Terlapor")
    await world.grant(accused, Role.COMPLAINTS_OFFICER)
    report = await published(world, ticket="PUB-1")
    path = f"/v1/citizen-reports/{report}/external-link"
    await api.put(path, {"external_id": "N1"}, by=officer)
    await new_accused(world, report, accused)
    assert await export(api, accused, fresh_key, everything=True) == []
    assert (await api.get(path, by=accused)).status_code == 404
    assert (await api.put(path, {"external_id": "N2"}, by=accused)).status_code == 404
    assert (await api.get(f"{NATIONAL}/links", by=accused)).json()["items"] == []


async def test_exports_at_the_same_moment_share_the_reports(
    api: Api, world: World, officer: Person, fresh_key: str
):
    for number in range(4):
        await published(world, ticket=f"PUB-{number}")
    files = await asyncio.gather(
        *[export(api, officer, f"{fresh_key}-{number}") for number in range(3)]
    )
    assert sorted(row["ticket"] for rows in files for row in rows) == [
        f"PUB-{number}" for number in range(4)
    ]
