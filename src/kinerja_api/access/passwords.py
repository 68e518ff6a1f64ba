"""Passwords: Argon2id, and which ones are refused (NIST SP 800-63B, ASVS 5.0 6.2).

No rule on kinds of characters: length, a list of common ones and the account's own names.
"""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kinerja_api.access.errors import PasswordTooWeak

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 128
MEMORY_KIB: Final = 19 * 1024
TIME_COST: Final = 2
PARALLEL_LANES: Final = 1
HASHES_AT_ONCE: Final = 2
MIN_IDENTITY_LENGTH: Final = 3
MIN_STEM_LENGTH: Final = 3
MAX_STEMS: Final = 3

_hasher = Argon2Hasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=PARALLEL_LANES)
_password_hash = PasswordHash((_hasher,))
# A pool instead of a semaphore: it belongs to no event loop. Argon2 lets go of the GIL.
_pool = ThreadPoolExecutor(max_workers=HASHES_AT_ONCE, thread_name_prefix="argon2")
_LEET = str.maketrans("013457@$!", "oieastasi")


def _random_base64(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode()


# Costs as much to check as a real one and belongs to no password.
_DUMMY_HASH: Final = (
    f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={PARALLEL_LANES}"
    f"${_random_base64(16)}${_random_base64(32)}"
)


async def hash_password(plain: str) -> str:
    """Return the Argon2id hash to store, with its parameters in it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, _hash, plain)


async def verify_password(plain: str, stored: str | None) -> bool:
    """Return whether the password is the stored one.

    stored None: no such account or no password; takes as long as a wrong password.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, _verify, plain, stored)


def needs_rehash(stored: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def check_strength(plain: str, *, forbidden: Sequence[str]) -> None:
    """Refuse a new password that is too short, too long, common, or holds a name of its account.

    forbidden: login, NIP, e-mail address and the like; those under three characters do not count.
    Raises PasswordTooWeak with ``reason``.
    """
    if len(plain) > MAX_LENGTH:
        raise PasswordTooWeak(reason="too_long")
    folded = _normalise(plain).casefold()
    if min(len(plain), len(folded)) < MIN_LENGTH:
        raise PasswordTooWeak(reason="length")
    names = (_normalise(name).casefold() for name in forbidden)
    if any(len(name) >= MIN_IDENTITY_LENGTH and name in folded for name in names):
        raise PasswordTooWeak(reason="contains_identity")
    if _is_common(folded):
        raise PasswordTooWeak(reason="common")


def _hash(plain: str) -> str:
    return _password_hash.hash(_normalise(plain))


def _verify(plain: str, stored: str | None) -> bool:
    if len(plain) > MAX_LENGTH:  # never stored, and normalising long text is slow
        plain, stored = "", None
    matches = _password_hash.verify(_normalise(plain), stored or _DUMMY_HASH)
    return matches and stored is not None


def _normalise(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _is_common(folded: str) -> bool:
    """Return whether it is a listed password, or up to three listed words decorated.

    Digits and signs around the words do not count (``rahasia-2024!``), those inside are read as
    letters too (``p4ssw0rd``). No letter at all counts as common: a date, a phone number, a NIP.
    """
    if folded in _common_words() or len(set(folded)) < MIN_STEM_LENGTH + 1:
        return True
    core = folded.strip("".join({sign for sign in folded if not sign.isalpha()}))
    readings = {_letters(core), _letters(core.translate(_LEET))}
    return any(not word or _is_made_of_words(word, MAX_STEMS) for word in readings)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _is_made_of_words(text: str, words_left: int) -> bool:
    if text in _common_words():
        return True
    cuts = range(MIN_STEM_LENGTH, len(text) - MIN_STEM_LENGTH + 1) if words_left > 1 else ()
    return any(
        text[:cut] in _common_words() and _is_made_of_words(text[cut:], words_left - 1)
        for cut in cuts
    )


@cache
def _common_words() -> frozenset[str]:
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text(encoding="utf-8").split())
