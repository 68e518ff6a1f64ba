"""Finds the files of an agency's export by their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kinerja_api.imports.formats import FORMATS, FileFormat


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to load. ``name`` is what the report calls it."""

    name: str
    file_format: FileFormat
    content: bytes


def read_files(paths: Iterable[Path]) -> tuple[list[ImportFile], list[str]]:
    """Return the files in the order in which they are loaded, and the names that are not known."""
    found: list[Path] = []
    for path in paths:
        found += sorted(path.glob("*.csv")) if path.is_dir() else [path]
    formats = {file_format.name: file_format for file_format in FORMATS}
    unknown = [str(path) for path in found if path.stem.lower() not in formats]
    files = [
        ImportFile(path.name, formats[path.stem.lower()], path.read_bytes())
        for path in found
        if path.stem.lower() in formats
    ]
    return sorted(files, key=lambda file: FORMATS.index(file.file_format)), unknown
