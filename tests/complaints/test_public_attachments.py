"""Evidence from citizens: pictures written anew, documents kept, everything else refused."""

import asyncio
import dataclasses
import io
from typing import Any

import httpx
import pytest
from PIL import Image, PngImagePlugin

from kinerja_api.access.one_time import new_public_token
from tests.factories.complaints import new_report
from tests.factories.world import World
from tests.plugins.service import Api

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SECRET = "Jalan Rahasia 7"


def picture(kind: str, *, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    """Return a picture that tells where and by what it was taken."""
    image, out = Image.new(mode, size, "red"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif[0x0112] = 6  # turned to the right
    exif.get_ifd(0x8825)[1] = "S"
    extra: dict[str, Any] = {"exif": exif}
    if kind == "JPEG":
        extra["comment"] = SECRET
    if kind == "PNG":
        extra["pnginfo"] = PngImagePlugin.PngInfo()
        extra["pnginfo"].add_text("Comment", SECRET)
    image.save(out, kind, **extra)
    return out.getvalue()


async def upload(
    api: Api, world: World, receipt: str, content: bytes, *, kind: str = "", key: str | None = None
) -> httpx.Response:
    headers = {"X-Receipt": receipt, **({"Content-Type": kind} if kind else {})}
    path = f"/v1/public/{world.code}/reports/mine/attachments"
    return await api.post(path, headers=headers, content=content, key=key)


async def download(api: Api, world: World, receipt: str, attachment: str) -> httpx.Response:
    path = f"/v1/public/{world.code}/reports/mine/attachments/{attachment}"
    return await api.get(path, headers={"X-Receipt": receipt})


@pytest.fixture
async def receipt(world: World) -> str:
    made = new_public_token(world.code)
    await new_report(world, receipt=made)
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_keeps_nothing_but_itself(api: Api, world: World, receipt: str, kind: str):
    content = picture(kind)
    assert SECRET.encode() in content
    made = await upload(api, world, receipt, content + b"appended " + SECRET.encode())
    assert made.status_code == 201, made.text
    got = await download(api, world, receipt, made.json()["id"])
    assert got.headers["content-type"] == f"image/{kind.lower()}"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"].startswith('attachment; filename="lampiran-')
    assert int(got.headers["content-length"]) == len(got.content)
    assert SECRET.encode() not in got.content
    assert b"xif" not in got.content
    with Image.open(io.BytesIO(got.content)) as image:
        assert image.size == (40, 60)  # upright
        assert not image.getexif()


async def test_a_picture_under_its_other_name_is_taken(api: Api, world: World, receipt: str):
    made = await upload(api, world, receipt, picture("JPEG"), kind="image/jpg")
    assert (made.status_code, made.json()["content_type"]) == (201, "image/jpeg")


async def test_files_that_are_refused_count_too(
    app: Any, api: Api, world: World, receipt: str, monkeypatch: pytest.MonkeyPatch
):
    settings = app.state.settings
    security = settings.security.model_copy(update={"public_messages_per_hour": 3})
    monkeypatch.setitem(
        app.state._state, "settings", dataclasses.replace(settings, security=security)
    )
    damaged = picture("PNG")[:120]
    sent = [await upload(api, world, receipt, damaged) for _ in range(4)]
    assert [one.status_code for one in sent] == [422, 422, 422, 429]
    assert 0 < int(sent[3].headers["Retry-After"]) <= 3601


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_decoding_has_a_bound_that_no_phone_reaches(
    api: Api, world: World, receipt: str, kind: str
):
    out = io.BytesIO()
    Image.new("P", (5000, 4001)).save(out, kind)
    refused = await upload(api, world, receipt, out.getvalue())
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_damaged")
    taken = await upload(api, world, receipt, picture("JPEG", size=(8000, 6000)))
    assert taken.status_code == 201, taken.text


async def test_a_large_picture_is_made_smaller(api: Api, world: World, receipt: str):
    made = await upload(api, world, receipt, picture("JPEG", size=(5000, 2500)))
    got = await download(api, world, receipt, made.json()["id"])
    with Image.open(io.BytesIO(got.content)) as image:
        assert max(image.size) <= 3000


async def test_a_document_is_kept_as_it_is(api: Api, world: World, receipt: str):
    made = await upload(api, world, receipt, PDF, kind="application/pdf")
    assert made.json()["content_type"] == "application/pdf"
    got = await download(api, world, receipt, made.json()["id"])
    assert got.content == PDF


def _bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml", 415),
        (b"<html><script>alert(1)</script></html>", "image/png", 415),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif", 415),
        (b"PK\x03\x04" + b"x" * 100, "", 415),
        (PDF, "image/png", 415),
        (picture("PNG"), "image/jpeg", 415),
        (PDF[:-8], "", 422),
        (picture("PNG")[:120], "", 422),
        (picture("JPEG")[:300], "", 422),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, "", 415),
        (_bomb(), "", 422),
    ],
)
async def test_everything_else_is_refused(
    api: Api, world: World, receipt: str, content: bytes, kind: str, status: int
):
    refused = await upload(api, world, receipt, content, kind=kind)
    assert refused.status_code == status, refused.text
    mine = await api.get(f"/v1/public/{world.code}/reports/mine", headers={"X-Receipt": receipt})
    assert mine.json()["attachments"] == []


async def test_ten_megabytes_and_five_files(api: Api, world: World, receipt: str):
    large = await upload(api, world, receipt, b"%PDF-" + b"x" * 11_000_000)
    assert large.status_code == 413
    files = [picture("PNG", size=(10 + number, 10)) for number in range(7)]
    sent = await asyncio.gather(*[upload(api, world, receipt, one) for one in files])
    assert sorted(one.status_code for one in sent) == [201] * 5 + [409] * 2
    refused = next(one for one in sent if one.status_code == 409)
    assert refused.json()["code"] == "too_many_attachments"


async def test_the_same_file_is_one_attachment(
    api: Api, world: World, receipt: str, fresh_key: str
):
    content = picture("JPEG")
    both = await asyncio.gather(*[upload(api, world, receipt, content) for _ in range(2)])
    assert [one.status_code for one in both] == [201, 201]
    assert both[0].json() == both[1].json()
    kept = await upload(api, world, receipt, PDF, key=fresh_key)
    again = await upload(api, world, receipt, PDF, key=fresh_key)
    assert again.json() == kept.json()
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_strangers_upload_and_download_nothing(
    api: Api, world: World, other_world: World, receipt: str
):
    made = (await upload(api, world, receipt, PDF)).json()
    stranger = new_public_token(world.code)
    assert (await upload(api, world, stranger, PDF)).status_code == 404
    assert (await upload(api, other_world, receipt, PDF)).status_code == 404
    for place, token in ((world, stranger), (other_world, receipt)):
        assert (await download(api, place, token, made["id"])).status_code == 404
    mine = new_public_token(world.code)
    await new_report(world, receipt=mine)
    assert (await download(api, world, mine, made["id"])).status_code == 404


async def test_what_is_added_is_one_event_without_a_name(api: Api, world: World, sql: Any):
    receipt = new_public_token(world.code)
    report = await new_report(world, receipt=receipt)
    await upload(api, world, receipt, PDF)
    log = await sql(
        "SELECT event, party, data FROM kinerja.report_events WHERE report_id = $1 AND number = 2",
        report,
    )
    assert (log[0]["event"], log[0]["party"]) == ("message", "citizen")
