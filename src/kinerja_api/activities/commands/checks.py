"""What a file is by its content. Nothing is unpacked further than a bound allows."""

import zipfile
import zlib
from typing import BinaryIO

from kinerja_api.activities.errors import FileDamaged, FileInflates, FileTypeRefused

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    _SHEET: ".xlsx",
    _DOCUMENT: ".docx",
}
"""The accepted kinds and the ending of their names."""

_UNSPECIFIC = ("", "application/octet-stream")
_MAIN_PARTS = {"xl/workbook.xml": _SHEET, "word/document.xml": _DOCUMENT}
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)
_MOST_PARTS = 2000
_MOST_INFLATED = 128 << 20
_TAIL = 2048
_CHUNK = 1 << 16


def content_type_of(file: BinaryIO, *, declared: str) -> str:
    """Return the kind of the file; declared: what the caller said it is, which must agree.

    Raises FileTypeRefused, FileDamaged, FileInflates.
    """
    kind = _kind(file)
    if declared not in (*_UNSPECIFIC, kind):
        raise FileTypeRefused(found=kind, declared=declared[:100])
    return kind


def _kind(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(32)
    if head.startswith(b"%PDF-"):
        return _ending(file, b"%%EOF", "application/pdf")
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return _ending(file, b"IEND", "image/png")
    if head.startswith(b"\xff\xd8\xff"):
        return _ending(file, b"\xff\xd9", "image/jpeg")
    if head.startswith(b"PK\x03\x04"):
        return _packed_kind(file)
    raise FileTypeRefused


def _ending(file: BinaryIO, mark: bytes, kind: str) -> str:
    """Return the kind if its closing mark is near the end, else the file was cut off."""
    size = file.seek(0, 2)
    file.seek(max(size - _TAIL, 0))
    if mark not in file.read():
        raise FileDamaged
    return kind


def _packed_kind(file: BinaryIO) -> str:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            kind = _kind_of_parts(parts)
            _inflate(packed, parts)
    except _UNREADABLE as error:
        raise FileDamaged from error
    return kind


def _kind_of_parts(parts: list[zipfile.ZipInfo]) -> str:
    names = {part.filename for part in parts}
    if len(parts) > _MOST_PARTS or len(names) < len(parts):
        raise FileDamaged
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        raise FileDamaged
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileTypeRefused
    kinds = [kind for name, kind in _MAIN_PARTS.items() if name in names]
    if len(kinds) != 1 or "[Content_Types].xml" not in names:
        raise FileTypeRefused
    return kinds[0]


def _inflate(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Unpack everything into nothing, counting: what the directory says may be a lie."""
    inflated = 0
    for part in parts:
        with packed.open(part) as content:
            while chunk := content.read(_CHUNK):
                inflated += len(chunk)
                if inflated > _MOST_INFLATED:
                    raise FileInflates
