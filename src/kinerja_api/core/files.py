"""Uploaded files: how they come in, and where they are kept.

A file is named by its content (tenant and SHA-256), so keeping it twice is harmless and a kept
file never changes. It is durable before the row that mentions it is written; a file without a
row is the only trace a failed request can leave.
"""

import asyncio
import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from uuid import UUID

import obstore
from fastapi import Request
from obstore.store import ObjectStore, from_url

from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import ContentTooLarge, Unavailable
from kinerja_api.core.settings import FileSettings

_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16
_RETRIES = 3
_PATIENCE = dt.timedelta(seconds=15)


class FileUnavailable(Unavailable):
    """The store of files does not answer, or does not have the file of a row."""

    code = "file_unavailable"


@dataclass(frozen=True, slots=True)
class Upload:
    """A body received whole: in memory or, if large, in a temporary file."""

    file: BinaryIO
    sha256: bytes
    size: int
    content_type: str


async def receive_upload(request: Request, *, largest: int) -> Upload:
    """Read the body to its end, hashing it; ContentTooLarge."""
    spooled = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by the route
    digest, size = hashlib.sha256(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            _check_size(size, largest)
            digest.update(chunk)
            spooled.write(chunk)
    except BaseException:
        spooled.close()
        raise
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Upload(cast("BinaryIO", spooled), digest.digest(), size, kind)


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        raise ContentTooLarge(largest=largest)


class Files(Protocol):
    """The port: a store of files by name."""

    async def keep(self, name: str, file: BinaryIO) -> None:
        """Store the file durably under the name; FileUnavailable."""
        ...

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """Return the chunks of the file; FileUnavailable."""
        ...


def name_of(tenant_id: UUID, sha256: bytes) -> str:
    """Return the name of a content in the store."""
    text = sha256.hex()
    return f"{tenant_id}/{text[:2]}/{text}"


class Folder:
    """Files in a local folder; each is on disk, with its folder entry, when ``keep`` returns."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def keep(self, name: str, file: BinaryIO) -> None:
        """Store the file durably under the name."""
        await asyncio.to_thread(self._keep, self._root / name, file)

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """Return the chunks of the file; FileUnavailable."""
        try:
            file = await asyncio.to_thread((self._root / name).open, "rb")
        except OSError as error:
            raise FileUnavailable(retry_after=60) from error
        return _chunks(file)

    def _keep(self, place: Path, file: BinaryIO) -> None:
        if place.exists():
            return
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_suffix(f".{new_id()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                file.seek(0)
                while chunk := file.read(_CHUNK):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        for folder in (place.parent, place.parent.parent, self._root):
            _sync_folder(folder)


class Bucket:
    """Files in an object store, S3-compatible or other; large ones go there in parts."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def keep(self, name: str, file: BinaryIO) -> None:
        """Store the file durably under the name; FileUnavailable."""
        file.seek(0)
        try:
            await obstore.put_async(self._store, name, file)
        except _STORE_FAILURES as error:
            raise FileUnavailable(retry_after=60) from error

    async def read(self, name: str) -> AsyncIterator[bytes]:
        """Return the chunks of the file; FileUnavailable."""
        try:
            found = await obstore.get_async(self._store, name)
        except _STORE_FAILURES as error:
            raise FileUnavailable(retry_after=60) from error
        return (bytes(chunk) async for chunk in found.stream())


_STORE_FAILURES = (OSError, obstore.exceptions.BaseError)


def open_files(settings: FileSettings) -> Files:
    """Return the store that the settings name.

    An object store is given up on soon: a request waits for it with its row locked.
    """
    if settings.evidence_url is None:
        return Folder(settings.data_dir / "evidence")
    store = from_url(
        settings.evidence_url,
        retry_config={"max_retries": _RETRIES, "retry_timeout": _PATIENCE},
    )
    return Bucket(store)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
