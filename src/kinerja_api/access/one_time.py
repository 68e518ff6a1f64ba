"""Opaque secrets: refresh tokens, API keys, activation codes. Only their digests are stored.

Refresh tokens and API keys carry their tenant, because nothing of a tenant can be read before it is
known. They are random enough to be stored under a plain SHA-256.
"""

import hashlib
import re
import secrets
from typing import Final
from uuid import UUID

SECRET_BYTES: Final = 32
CODE_GROUPS: Final = 4
CODE_GROUP_LENGTH: Final = 5
PUBLIC_SYMBOLS: Final = 26

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_OPAQUE = re.compile(r"kn[rj]_([0-9a-f]{32})\.[A-Za-z0-9_-]{43}")


def new_refresh_token(tenant_id: UUID) -> str:
    """Return ``knr_<tenant>.<secret>`` with 256 random bits."""
    return _opaque("knr", tenant_id)


def new_api_key(tenant_id: UUID) -> str:
    """Return ``knj_<tenant>.<secret>`` with 256 random bits."""
    return _opaque("knj", tenant_id)


def new_activation_code() -> str:
    """Return 100 random bits to be read aloud or typed: four groups of five, in normal form."""
    symbols = "".join(secrets.choice(_CROCKFORD) for _ in range(CODE_GROUPS * CODE_GROUP_LENGTH))
    return _grouped(symbols)


def normalise_code(typed: str) -> str:
    """Return the normal form of a typed code: capitals, groups, I and L as 1, O as 0.

    What is no code stays none; its digest then matches nothing.
    """
    return _grouped("".join(typed.upper().replace("-", " ").split()).translate(_MISREAD))


def new_public_token(tenant_code: str) -> str:
    """Return ``<tenant>-<groups of five>`` with 130 random bits, for a citizen to type or scan."""
    symbols = "".join(secrets.choice(_CROCKFORD) for _ in range(PUBLIC_SYMBOLS))
    return f"{tenant_code}-{_grouped(symbols)}"


def secret_of_public_token(typed: str) -> str:
    """Return the secret part of a typed token in normal form, whose digest is stored.

    What is no token stays none; its digest then matches nothing.
    """
    symbols = [sign for sign in typed.upper().translate(_MISREAD) if sign in _CROCKFORD]
    return "".join(symbols[-PUBLIC_SYMBOLS:])


def digest(token: str) -> bytes:
    """Return what is stored and looked up instead of the secret (SHA-256)."""
    return hashlib.sha256(token.encode()).digest()


def tenant_of(token: str) -> UUID | None:
    """Return the tenant a refresh token or API key claims, None when it has not their form."""
    match = _OPAQUE.fullmatch(token)
    return None if match is None else UUID(hex=match[1])


def _opaque(kind: str, tenant_id: UUID) -> str:
    return f"{kind}_{tenant_id.hex}.{secrets.token_urlsafe(SECRET_BYTES)}"


def _grouped(symbols: str) -> str:
    starts = range(0, len(symbols), CODE_GROUP_LENGTH)
    return "-".join(symbols[start : start + CODE_GROUP_LENGTH] for start in starts)
