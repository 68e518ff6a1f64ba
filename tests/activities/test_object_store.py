"""Evidence in an S3-compatible store, against one on this machine that keeps bytes in memory."""

import asyncio
import hashlib
import io
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kinerja_api.core.files import Files, FileUnavailable, open_files
from kinerja_api.core.settings import FileSettings
from tests.factories.activities import add_log
from tests.factories.world import World
from tests.plugins.service import Api

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
SPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


class Store:
    """What the protocol needs: objects, uploads in parts, and requests that are signed."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.calls: list[str] = []
        self.failures = 0

    async def answer(self, request: Request) -> Response:
        body, query, name = await request.body(), request.query_params, request.url.path
        self.calls.append(request.method)
        refused = self.refusal(request, body)
        if refused is not None:
            return Response(status_code=refused)
        if request.method == "GET":
            return Response(self.objects[name], headers={"ETag": '"e"', "Last-Modified": LATELY})
        if "uploads" in query:
            self.parts["u1"] = {}
            return xml(f"<InitiateMultipartUploadResult xmlns='{SPACE}'><UploadId>u1</UploadId>"
                       "</InitiateMultipartUploadResult>")  # fmt: skip
        if "partNumber" in query:
            self.parts[query["uploadId"]][int(query["partNumber"])] = body
        elif "uploadId" in query:
            parts = self.parts.pop(query["uploadId"])
            self.objects[name] = b"".join(parts[number] for number in sorted(parts))
            return xml(f"<CompleteMultipartUploadResult xmlns='{SPACE}'><ETag>e</ETag>"
                       "</CompleteMultipartUploadResult>")  # fmt: skip
        else:
            self.objects[name] = body
        return Response(headers={"ETag": '"e"'})

    def refusal(self, request: Request, body: bytes) -> int | None:
        if self.failures:
            self.failures -= 1
            return 503
        if not is_signed(request, body):
            return 403
        absent = request.method == "GET" and request.url.path not in self.objects
        return 404 if absent else None


LATELY = "Sat, 21 Nov 2026 00:00:00 GMT"


def is_signed(request: Request, body: bytes) -> bool:
    head = request.headers
    given = head.get("x-amz-content-sha256", "")
    whole = given in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest())
    signed = head.get("authorization", "").startswith("AWS4-HMAC-SHA256 Credential=kunci/")
    return whole and signed and "x-amz-date" in head


def xml(text: str) -> Response:
    return Response(text, media_type="application/xml")


@pytest.fixture
async def store(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    store = Store()
    app = Starlette(routes=[Route("/{path:path}", store.answer, methods=["GET", "PUT", "POST"])])
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    for name, value in {
        "AWS_ENDPOINT_URL": address, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "id-jkt",
        "AWS_ACCESS_KEY_ID": "kunci", "AWS_SECRET_ACCESS_KEY": "rahasia",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    yield store
    server.should_exit = True
    await running


def opened() -> Files:
    return open_files(FileSettings(evidence_url="s3://kota/bukti"))


async def read(files: Files, name: str) -> bytes:
    return b"".join([chunk async for chunk in await files.read(name)])


@pytest.mark.parametrize("size", [0, 100, 12 << 20])
async def test_a_file_of_any_size_comes_back(store: Store, size: int):
    files, content = opened(), bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    await files.keep("a/b", io.BytesIO(content))
    await files.keep("a/b", io.BytesIO(content))
    assert store.objects == {"/kota/bukti/a/b": content}
    assert await read(files, "a/b") == content
    assert ("POST" in store.calls) == (size > 5 << 20)


async def test_a_short_failure_is_passed_over_and_a_long_one_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    files = opened()
    store.failures = 2
    await files.keep("a", io.BytesIO(b"x"))
    with pytest.raises(FileUnavailable):
        await files.read("b")
    store.failures = 99
    for failing in (files.keep("a", io.BytesIO(b"x")), files.read("a")):
        with pytest.raises(FileUnavailable):
            await failing
    store.failures = 0
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "salah")
    with pytest.raises(FileUnavailable):
        await opened().keep("a", io.BytesIO(b"y"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(FileUnavailable):
        await opened().keep("a", io.BytesIO(b"y"))


@pytest.fixture
def kept_there(app: Any, store: Store) -> Iterator[Store]:
    before, app.state.files = app.state.files, opened()
    yield store
    app.state.files = before


async def test_evidence_is_kept_there_and_a_failure_leaves_no_row(
    kept_there: Store, api: Api, world: World
):
    store = kept_there
    clerk = await world.employee("Siti")
    path = f"/v1/logs/{await add_log(world, clerk)}/evidence"
    params = {"file_name": "a.pdf"}
    made = await api.post(path, by=clerk, content=PDF, params=params)
    assert made.status_code == 201, made.text
    digest = hashlib.sha256(PDF).hexdigest()
    assert store.objects == {f"/kota/bukti/{world.tenant_id}/{digest[:2]}/{digest}": PDF}
    content = f"{made.headers['Location']}/content"
    assert (await api.get(content, by=clerk)).content == PDF
    store.objects.clear()
    gone = await api.get(content, by=clerk)
    assert (gone.status_code, gone.json()["code"]) == (503, "file_unavailable")
    store.failures = 99
    refused = await api.post(path, by=clerk, content=PDF + b"%%EOF", params=params)
    assert (refused.status_code, refused.json()["code"]) == (503, "file_unavailable")
    assert len((await api.get(path, by=clerk)).json()["items"]) == 1
