"""Sealing small secrets at rest: AES-256-GCM under a key derived by HKDF-SHA256.

Sealed form: version byte, salt, nonce, ciphertext with tag. The salt gives every sealing its own
key, so one master may seal any number of values. Not for passwords: HKDF does not slow a guesser,
so the secret must hold at least 128 bits by itself.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MIN_MASTER_BYTES: Final = 32

_VERSION = b"\x01"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_HEAD_BYTES = len(_VERSION) + _SALT_BYTES + _NONCE_BYTES
_BY_TEXT = b"kinerja seal text\x00"
_BY_MASTER = b"kinerja seal master\x00"


class SealBroken(Exception):
    """Wrong key, wrong context, or bytes that were altered; which one cannot be told."""


def seal(plaintext: bytes, *, key: str, context: bytes) -> bytes:
    """Return the plaintext sealed under a secret text such as an idempotency key.

    context: what the value is and whose; unsealing needs the same bytes.
    """
    return _seal(plaintext, key.encode(), _BY_TEXT + context)


def unseal(sealed: bytes, *, key: str, context: bytes) -> bytes:
    """Return what ``seal`` was given. Raises SealBroken."""
    return _unseal(sealed, key.encode(), _BY_TEXT + context)


def seal_with(master: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Return the plaintext sealed under the installation's master key, at least 32 bytes."""
    return _seal(plaintext, _checked(master), _BY_MASTER + context)


def unseal_with(master: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """Return what ``seal_with`` was given. Raises SealBroken."""
    return _unseal(sealed, _checked(master), _BY_MASTER + context)


def _seal(plaintext: bytes, secret: bytes, info: bytes) -> bytes:
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    head = _VERSION + salt + nonce
    return head + _cipher(secret, salt, info).encrypt(nonce, plaintext, _VERSION)


def _unseal(sealed: bytes, secret: bytes, info: bytes) -> bytes:
    if len(sealed) < _HEAD_BYTES + _TAG_BYTES or sealed[:1] != _VERSION:
        raise SealBroken
    salt, nonce = sealed[1 : 1 + _SALT_BYTES], sealed[1 + _SALT_BYTES : _HEAD_BYTES]
    try:
        return _cipher(secret, salt, info).decrypt(nonce, sealed[_HEAD_BYTES:], _VERSION)
    except InvalidTag as error:
        raise SealBroken from error


def _cipher(secret: bytes, salt: bytes, info: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret))


def _checked(master: bytes) -> bytes:
    if len(master) < MIN_MASTER_BYTES:
        raise ValueError(f"the master key must hold at least {MIN_MASTER_BYTES} bytes")
    return master
