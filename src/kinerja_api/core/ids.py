"""Identifiers: UUIDv7 (RFC 9562), made in the application because PostgreSQL 15 has none."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh time-ordered id; it reveals its creation time and is no secret."""
    return uuid7()
