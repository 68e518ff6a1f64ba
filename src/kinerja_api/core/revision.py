"""The revision of the schema that this code needs, read without Alembic."""

import functools
import re
from pathlib import Path

_VERSIONS = Path(__file__).parents[3] / "migrations" / "versions"
_LINE = re.compile(r'^(revision|down_revision) = (?:"(\w+)"|None)', re.MULTILINE)


@functools.cache
def head_revision() -> str:
    """Return the revision that no other one follows."""
    known: set[str] = set()
    followed: set[str] = set()
    for file in _VERSIONS.glob("*.py"):
        for name, revision in _LINE.findall(file.read_text("utf-8")):
            (known if name == "revision" else followed).add(revision)
    (head,) = known - followed
    return head
