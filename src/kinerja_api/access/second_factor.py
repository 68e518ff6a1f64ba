"""Time-based one-time passwords (TOTP, RFC 6238): six digits, 30 seconds, SHA-1.

These are the only parameters every authenticator app reads.
"""

import re
from datetime import datetime
from typing import Final
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError
from pyotp.totp import TOTP

from kinerja_api.core.sealing import seal_with, unseal_with

WINDOW_STEPS: Final = 1

_CODE = re.compile(r"[0-9]{6}")  # \d and pyotp also take other scripts' digits


def new_secret() -> str:
    """Return 160 random bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """Return the ``otpauth://`` address that an app reads as a QR code; it holds the secret."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the time step the code belongs to, one before or after ``at`` included.

    The caller stores the step and refuses a code whose step is not later than the stored one.
    """
    if _CODE.fullmatch(code) is None:
        return None
    try:
        return TOTP(secret).verify_and_get_timecode(code, for_time=at, valid_window=WINDOW_STEPS)
    except OTPVerificationError:
        return None


def seal_secret(master: bytes, account_id: UUID, secret: str) -> bytes:
    """Return the secret as it is stored, readable with the master key for this account only."""
    return seal_with(master, secret.encode(), context=_context(account_id))


def unseal_secret(master: bytes, account_id: UUID, sealed: bytes) -> str:
    """Return the secret that ``seal_secret`` was given. Raises SealBroken."""
    return unseal_with(master, sealed, context=_context(account_id)).decode()


def _context(account_id: UUID) -> bytes:
    return b"totp secret " + account_id.bytes
