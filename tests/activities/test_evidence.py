"""Evidence: what is accepted, how it is kept and who reads it."""

import asyncio
import hashlib
import io
import json
import re
import zipfile
from typing import Any

import pytest

from kinerja_api.activities.commands.evidence import safe_name
from tests.factories.activities import add_log, add_month
from tests.factories.world import World
from tests.plugins.service import Api

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 50 + b"\xff\xd9"


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


XLSX = packed(xl__workbook_xml=b"<workbook/>")
DOCX = packed(word__document_xml=b"<document/>")


@pytest.mark.parametrize(
    ("content", "ending"),
    [(PDF, ".pdf"), (PNG, ".png"), (JPEG, ".jpg"), (XLSX, ".xlsx"), (DOCX, ".docx")],
)
async def test_a_file_comes_back_as_it_was(api: Api, world: World, content: bytes, ending: str):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    made = await api.post(path, by=clerk, content=content, params={"file_name": "Bukti é"})
    assert made.status_code == 201, made.text
    assert made.json()["file_name"] == f"Bukti é{ending}"
    read = await api.get(made.headers["Location"], by=clerk)
    assert read.json() == made.json()
    listed = await api.get(path, by=clerk)
    assert listed.json()["items"] == [made.json()]
    got = await api.get(f"{made.headers['Location']}/content", by=clerk)
    assert got.content == content
    assert got.headers["Content-Disposition"].startswith('attachment; filename="Bukti _')
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"MZ\x90\x00", "", 415, "file_type_refused"),
        (b"<html><script>", "text/html", 415, "file_type_refused"),
        (b"", "", 415, "file_type_refused"),
        (PDF, "image/png", 415, "file_type_refused"),
        (packed(readme_txt=b"x"), "", 415, "file_type_refused"),
        (packed(xl__workbook_xml=b"x", xl__vbaProject_bin=b"x"), "", 415, "file_type_refused"),
        (packed(xl__workbook_xml=b"x", word__document_xml=b"x"), "", 415, "file_type_refused"),
        (PDF[:-8], "application/pdf", 422, "file_damaged"),
        (XLSX[:-30], "", 422, "file_damaged"),
        (XLSX.replace(b"workbook/>", b"workbokk/>")[:40] + XLSX[60:], "", 422, "file_damaged"),
        (
            packed(xl__workbook_xml=b"x", xl__big_xml=b"\0" * (130 << 20)),
            "",
            422,
            "file_inflates",
        ),
        (PDF + b"x" * (11 << 20), "", 413, "content_too_large"),
    ],
)
async def test_what_is_no_evidence_is_refused(
    api: Api, world: World, content: bytes, kind: str, status: int, code: str
):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    headers = {"Content-Type": kind} if kind else {}
    refused = await api.post(
        path, by=clerk, content=content, params={"file_name": "x"}, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert (await api.get(path, by=clerk)).json()["items"] == []


async def test_the_key_of_an_upload_covers_its_content(api: Api, world: World, fresh_key: str):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    params = {"file_name": "a.pdf"}
    first = await api.post(path, by=clerk, content=PDF, params=params, key=fresh_key)
    again = await api.post(path, by=clerk, content=PDF, params=params, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await api.post(path, by=clerk, content=PNG, params=params, key=fresh_key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_only_the_owner_attaches_and_only_those_in_scope_read(
    api: Api, world: World, other_world: World
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Rina", unit=unit)
    log = await add_log(world, clerk, status="submitted")
    path, params = f"/v1/logs/{log}/evidence", {"file_name": "a.pdf"}
    assert (await api.post(path, content=PDF, params=params)).status_code == 401
    for person, status in ((head, 403), (colleague, 404), (other_world.mayor, 404)):
        refused = await api.post(path, by=person, content=PDF, params=params)
        assert refused.status_code == status
    made = await api.post(path, by=clerk, content=PDF, params=params)
    assert made.status_code == 201, made.text
    for person, status in ((head, 200), (colleague, 404), (other_world.mayor, 404)):
        for address in (made.headers["Location"], f"{made.headers['Location']}/content"):
            assert (await api.get(address, by=person)).status_code == status
    await api.post(f"/v1/logs/{log}/approvals", {}, by=head)
    late = await api.post(path, by=clerk, content=PDF, params=params)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")


LINK = {"url": "https://arsip.kota.example/berkas/42?a=1#h", "label": "Berita acara"}


async def test_a_link_is_kept_as_given_and_has_no_content(api: Api, world: World, fresh_key: str):
    clerk = await world.employee("Siti")
    log = f"/v1/logs/{await add_log(world, clerk)}"
    made = await api.post(f"{log}/evidence-links", LINK, by=clerk, key=fresh_key)
    assert made.status_code == 201, made.text
    again = await api.post(f"{log}/evidence-links", LINK, by=clerk, key=fresh_key)
    assert again.content == made.content
    body = made.json()
    assert (body["kind"], body["url"], body["label"]) == ("link", LINK["url"], LINK["label"])
    assert (body["file_name"], body["sha256"], body["size_bytes"]) == (None, None, None)
    assert (await api.get(f"{log}/evidence", by=clerk)).json()["items"] == [body]
    assert (await api.get(made.headers["Location"], by=clerk)).json() == body
    content = await api.get(f"{made.headers['Location']}/content", by=clerk)
    assert (content.status_code, content.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "url",
    [
        "http://arsip", "HTTPS://Arsip.example:8443", "https://[2001:db8::1]/a",
        "https://a.example/b%20c?d=e@f&g=%F0%9F", "https://a.example" + "/" + "x" * 1900,
    ],
)  # fmt: skip
async def test_whole_web_addresses_are_links(api: Api, world: World, url: str):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence-links"
    made = await api.post(path, {**LINK, "url": url}, by=clerk)
    assert (made.status_code, made.json().get("url")) == (201, url), made.text


@pytest.mark.parametrize(
    "body",
    [
        {"url": url, "label": "x"}
        for url in (
            "", "arsip.example", "//a.example", "ftp://a.example", "javascript:alert(1)",
            "data:text/html,x", "file:///etc/passwd", "https://", "https:///a", "https://u@a.example",
            "https://u:p@a.example/", "https://a.example\\@b.example", "https://a.example/\n",
            "https://a.example/\r\nX: y", "https://a.example/\u0000", " https://a.example",
            "https://a.example/ b", "https://a.example/<script>", 'https://a.example/"',
            "https://\u0430.example", "https://a.example/\u202e", "https://a.example:0",
            "https://a.example:999999", "https://a.example/" + "x" * 2000, None, 7,
        )
    ] + [{"url": LINK["url"]}, {**LINK, "label": " "}, {**LINK, "label": "a\nb"}, {**LINK, "x": 1}],
)  # fmt: skip
async def test_what_is_no_link_is_refused(api: Api, world: World, body: dict[str, Any]):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence-links"
    refused = await api.post(path, body, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request"), refused.text


async def test_evidence_of_a_draft_is_removed_by_its_owner_and_the_trail_knows(
    api: Api, world: World, other_world: World, sql: Any
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    log_id = await add_log(world, clerk)
    log, params = f"/v1/logs/{log_id}", {"file_name": "a.pdf"}
    file = await api.post(f"{log}/evidence", by=clerk, content=PDF, params=params)
    same = await api.post(f"{log}/evidence", by=clerk, content=PDF, params=params)
    link = await api.post(f"{log}/evidence-links", LINK, by=clerk)
    path = f"{log}/evidence/{file.json()['id']}"
    for person, status in ((head, 403), (other_world.mayor, 404), (world.agency, 403)):
        assert (await api.delete(path, by=person)).status_code == status
    other_log = f"/v1/logs/{await add_log(world, clerk, starts=600, ends=660)}"
    elsewhere = await api.delete(f"{other_log}/evidence/{file.json()['id']}", by=clerk)
    assert elsewhere.status_code == 404
    both = await asyncio.gather(*[api.delete(path, by=clerk) for _ in range(2)])
    assert sorted(one.status_code for one in both) == [204, 404]
    assert (await api.delete(f"{log}/evidence/{link.json()['id']}", by=clerk)).status_code == 204
    left = (await api.get(f"{log}/evidence", by=clerk)).json()["items"]
    assert [item["id"] for item in left] == [same.json()["id"]]
    assert (await api.get(f"{same.headers['Location']}/content", by=clerk)).content == PDF
    trail = await sql(
        "SELECT before FROM kinerja.audit_entries WHERE action = 'evidence.removed'"
        " AND tenant_id = $1 ORDER BY at",
        world.tenant_id,
    )
    told = [json.loads(row["before"]) for row in trail]
    assert told[0]["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert told[1]["url"] == LINK["url"]
    await api.post(f"{log}/submissions", by=clerk)
    late = await api.delete(f"{log}/evidence/{same.json()['id']}", by=clerk)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")


async def test_a_closed_period_takes_and_loses_no_evidence(api: Api, world: World):
    clerk = await world.employee("Siti")
    log = f"/v1/logs/{await add_log(world, clerk)}"
    made = await api.post(f"{log}/evidence-links", LINK, by=clerk)
    await add_month(world, world.today, status="closed")
    answers = [
        await api.post(f"{log}/evidence-links", LINK, by=clerk),
        await api.delete(f"{log}/evidence/{made.json()['id']}", by=clerk),
    ]
    assert {(each.status_code, each.json()["code"]) for each in answers} == {(409, "period_closed")}


async def test_twenty_pieces_and_no_more_even_at_once(api: Api, world: World):
    clerk = await world.employee("Siti")
    log = f"/v1/logs/{await add_log(world, clerk)}"
    for number in range(19):
        body = {**LINK, "label": f"Tautan {number}"}
        assert (await api.post(f"{log}/evidence-links", body, by=clerk)).status_code == 201
    both = await asyncio.gather(
        api.post(f"{log}/evidence-links", LINK, by=clerk),
        api.post(f"{log}/evidence", by=clerk, content=PDF, params={"file_name": "a.pdf"}),
    )
    assert sorted(one.status_code for one in both) == [201, 409]
    assert {one.json().get("code") for one in both} == {None, "too_many_files"}


async def test_a_file_that_is_two_kinds_is_kept_and_sent_as_the_kind_it_begins_with(
    api: Api, world: World
):
    """The bytes stay as they are; what a browser may do with them is said in the headers."""
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    two = b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF" + DOCX
    two += b"%%EOF"
    made = await api.post(path, by=clerk, content=two, params={"file_name": "a.html"})
    assert (made.json()["content_type"], made.json()["file_name"]) == (
        "application/pdf", "a.html.pdf",
    )  # fmt: skip
    got = await api.get(f"{made.headers['Location']}/content", by=clerk)
    assert got.content == two
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ['a"; filename="b.exe', "a\r\nSet-Cookie: x=1", "../../b", "%00.pdf", "\u202efdp.exe"]
)
async def test_no_name_leaves_its_header(api: Api, world: World, name: str):
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    made = await api.post(path, by=clerk, content=PDF, params={"file_name": name})
    got = await api.get(f"{made.headers['Location']}/content", by=clerk)
    told = got.headers["Content-Disposition"]
    assert re.fullmatch(
        r"attachment; filename=\"[\w .()\-]+\.pdf\"; filename\*=UTF-8''[\w.%()\-]+", told
    )
    assert "set-cookie" not in got.headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ('a"b\r\nX: y.pdf', "a_b_X_ y.pdf"),
        ("lap.PDF", "lap.pdf"),
        ("virus.pdf.exe", "virus.pdf.exe.pdf"),
        ("…", "berkas.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("\u202egpj.pdf", "gpj.pdf"),
    ],
)
def test_names_are_made_safe(given: str, kept: str):
    assert safe_name(given, "application/pdf") == kept
