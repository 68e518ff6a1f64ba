"""Time-based one-time passwords (TOTP, RFC 6238): six digits, 30 seconds, SHA-1.

These are the only parameters every authenticator app reads.
"""

import re
from datetime import datetime
from typing import Final

import pyotp
from pyotp.exceptions import OTPVerificationError
from pyotp.totp import TOTP

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
