"""Idempotency-Key: the answer of a POST is stored with its effect and replayed to a repeat.

The row is written in the transaction of the effect, so a crash loses both or keeps both. Its
scope hashes caller, method, path and key; only 2xx answers are stored. An answer that holds a
secret is sealed with a key derived from the idempotency key, of which only the hash is kept.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    bindparam,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.core.problems import KeyInvalid, KeyReused
from kinerja_api.core.sealing import seal, unseal
from kinerja_api.core.sql import statement
from kinerja_api.core.tables import metadata, tenant_column

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    tenant_column(),
    Column("scope", LargeBinary, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("is_sealed", Boolean, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("tenant_id", "scope"),
    Index(None, "tenant_id", "created_at"),
)

_SHORTEST, _SHORTEST_SECRET, _LONGEST = 16, 22, 255
_CONTEXT = b"idempotency answer"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished response, as stored and replayed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeyUse:
    """One use of an idempotency key. ``sealed``: the answer holds a secret."""

    key: str
    scope: bytes
    fingerprint: bytes
    sealed: bool

    @property
    def lock(self) -> int:
        """Return the advisory lock number of this scope."""
        return int.from_bytes(self.scope[:8], "big", signed=True)

    def stored(self, body: bytes) -> bytes:
        """Return the body as it is stored."""
        return seal(body, key=self.key, context=_CONTEXT) if self.sealed else body

    def replay(self, row: "StoredAnswer") -> Answer:
        """Return the stored answer; KeyReused if the key was used for another content."""
        if row.fingerprint != self.fingerprint:
            raise KeyReused
        body = unseal(row.body, key=self.key, context=_CONTEXT) if row.is_sealed else row.body
        return Answer(row.status, {**row.headers, "Idempotency-Replayed": "true"}, body)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """A row of ``idempotency_keys``."""

    fingerprint: bytes
    status: int
    headers: dict[str, str]
    body: bytes
    is_sealed: bool


def use_key(
    header: str, *, account_id: UUID | None, method: str, path: str, content: bytes, sealed: bool
) -> KeyUse:
    """Return the use of the key in an ``Idempotency-Key`` header (with or without quotes).

    For anonymous callers the key itself is the scope, and part of the fingerprint: nobody can
    find out from the stored row when a known content, such as a survey answer, was sent.
    Raises KeyInvalid.
    """
    key = header[1:-1] if len(header) > 1 and header[0] == header[-1] == '"' else header
    shortest = _SHORTEST_SECRET if sealed else _SHORTEST
    if not (shortest <= len(key) <= _LONGEST and key.isascii() and key.isprintable()):
        raise KeyInvalid(shortest=shortest, longest=_LONGEST)
    parts = (str(account_id or ""), method, path, key)
    scope = hashlib.sha256("\n".join(parts).encode()).digest()
    known = content if account_id is not None else key.encode() + b"\n" + content
    return KeyUse(key, scope, hashlib.sha256(known).digest(), sealed)


def canonical(content: object) -> bytes:
    """Return the JSON value in one spelling, so that spacing and key order do not matter."""
    return _CANONICAL.encode(content).encode()


@statement
def find_answer() -> Executable:
    """Return the stored answer of ``scope``."""
    keys = idempotency_keys.c
    return select(keys.fingerprint, keys.status, keys.headers, keys.body, keys.is_sealed).where(
        keys.tenant_id == bindparam("tenant_id"), keys.scope == bindparam("scope")
    )
