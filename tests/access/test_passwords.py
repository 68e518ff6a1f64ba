import asyncio
import threading
import time

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kinerja_api.access import passwords
from kinerja_api.access.errors import PasswordTooWeak
from kinerja_api.access.passwords import (
    check_strength,
    hash_password,
    needs_rehash,
    verify_password,
)

PLAIN = "tujuh gelas air mendidih"


def reason_of(plain: str, *forbidden: str) -> str | None:
    try:
        check_strength(plain, forbidden=forbidden)
    except PasswordTooWeak as problem:
        return str(problem.params["reason"])
    return None


async def test_the_stored_hash_verifies_only_its_password():
    stored = await hash_password(PLAIN)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(PLAIN, stored)
    assert not await verify_password(PLAIN + "x", stored)
    assert stored != await hash_password(PLAIN)


async def test_the_same_letters_in_another_unicode_form_are_the_same_password():
    stored = await hash_password("caf\u00e9 di tepi sawah")
    assert await verify_password("cafe\u0301 di tepi sawah", stored)


async def test_nobody_signs_in_without_a_stored_hash():
    assert not await verify_password("", None)
    assert not await verify_password(PLAIN, None)
    assert not await verify_password(PLAIN, "")


async def test_an_unknown_account_costs_one_hash_of_the_same_parameters(
    monkeypatch: pytest.MonkeyPatch,
):
    seen: list[str] = []
    verify = passwords._password_hash.verify

    def record(plain: str, stored: str) -> bool:
        seen.append(stored)
        return verify(plain, stored)

    monkeypatch.setattr(passwords._password_hash, "verify", record)
    stored = await hash_password(PLAIN)
    await verify_password(PLAIN, stored)
    await verify_password(PLAIN, None)
    await verify_password("x" * 100_000, stored)
    assert len(seen) == 3
    assert not needs_rehash(seen[1])
    assert len(seen[1]) == len(stored)
    assert seen[2] == seen[1]


async def test_at_most_two_are_hashed_at_once_while_the_loop_goes_on(
    monkeypatch: pytest.MonkeyPatch,
):
    running, most, lock = 0, 0, threading.Lock()

    def slow(plain: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        return plain

    monkeypatch.setattr(passwords, "_hash", slow)
    hashing = asyncio.gather(*(hash_password(str(number)) for number in range(6)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert most == 2
    assert turns > 3


def test_works_in_one_event_loop_after_another():
    assert asyncio.run(hash_password(PLAIN))
    assert asyncio.run(hash_password(PLAIN))


def test_only_hashes_of_other_parameters_are_made_anew():
    older = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    assert needs_rehash(older.hash(PLAIN))
    assert not needs_rehash(asyncio.run(hash_password(PLAIN)))


@pytest.mark.parametrize(
    "plain",
    [
        PLAIN,
        "correct horse staple",
        "xK9#mQ2$vL7@",
        "kerbau pulang sore tadi",
        "ตะวันตกดินแล้วนะ",
        "ab3dk 9q8wz lm2xc",
        "🌋🌊🌴🛶🎣🦜🐢🐟🦀🐚⛵z",
    ],
)
def test_a_good_password_passes_without_rules_on_kinds_of_characters(plain: str):
    assert reason_of(plain, "budi.santoso", "199001012015031001") is None


def test_counts_from_twelve_to_one_hundred_and_twenty_eight_characters():
    assert reason_of("xkqmzvwpyrt") == "length"
    assert reason_of("xkqmzvwpyrtb") is None
    assert reason_of("xkqmzvwp" * 16) is None
    assert reason_of("xkqmzvwp" * 16 + "x") == "too_long"


def test_one_character_that_unfolds_to_many_counts_as_one():
    assert reason_of("\ufdfa") == "length"
    assert reason_of("e\u0301" * 6) == "length"


@pytest.mark.parametrize(
    "plain",
    [
        "password1234",
        "Password2024!",
        "P@ssw0rd2024",
        "passwordpassword",
        "adminadminadmin",
        "Rahasia-2025!!",
        "katasandi1234",
        "indonesiaraya45",
        "Indonesia Merdeka 1945",
        "semarang2024",
        "bkpsdmsemarang1",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "q1w2e3r4t5y6",
        "!QAZ2wsx#EDC",
        "123456789012",
        "199001012015031001",
        "aaaaaaaaaaaa",
        "abababababab",
        "akusayangkamu",
        "bismillah123",
        "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff441234",
    ],
)
def test_a_common_password_is_refused_whatever_decorates_it(plain: str):
    assert reason_of(plain) == "common"


@pytest.mark.parametrize("plain", ["xx-BUDI.santoso-yy", "kqz199001012015031001"])
def test_a_password_that_holds_the_login_is_refused(plain: str):
    assert reason_of(plain, "Budi.Santoso", "199001012015031001") == "contains_identity"


def test_an_empty_or_tiny_name_forbids_nothing():
    assert reason_of(PLAIN, "", "a", "ai") is None


def test_the_problem_has_its_code():
    assert (PasswordTooWeak.code, PasswordTooWeak.status) == ("password_too_weak", 422)
