"""Evidence: what is accepted, how it is kept and who reads it."""

import io
import zipfile

import pytest

from kinerja_api.activities.commands.evidence import safe_name
from tests.factories.activities import add_log
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
