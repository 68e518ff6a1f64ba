from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pyotp.totp import TOTP

from kinerja_api.access.second_factor import matching_step, new_secret, provisioning_uri

NOW = datetime(2026, 3, 2, 8, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(when: datetime) -> str:
    return TOTP(SECRET).at(when)


def test_gives_the_code_of_the_standard():
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B
    at = datetime.fromtimestamp(1111111109, UTC)
    assert matching_step(secret, "081804", at=at) == 1111111109 // 30


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_returns_the_step_of_the_code_one_before_and_after_included(steps: int):
    code = code_at(NOW + timedelta(seconds=30 * steps))
    assert matching_step(SECRET, code, at=NOW) == STEP + steps


@pytest.mark.parametrize("steps", [-2, 2])
def test_refuses_a_code_two_steps_away(steps: int):
    assert matching_step(SECRET, code_at(NOW + timedelta(seconds=30 * steps)), at=NOW) is None


def test_a_repeated_code_gives_the_same_step_so_that_reuse_is_seen():
    code = code_at(NOW)
    later = NOW + timedelta(seconds=25)
    assert matching_step(SECRET, code, at=later) == matching_step(SECRET, code, at=NOW)


def test_refuses_what_is_not_six_plain_digits():
    code = code_at(NOW)
    wide = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    refused = ["", code[:-1], code + "0", f" {code}", f"{code}\n", wide, "abcdef", "-12345"]
    assert [matching_step(SECRET, text, at=NOW) for text in refused] == [None] * len(refused)


def test_a_secret_has_160_bits_and_is_never_the_same():
    assert len(new_secret()) == 32
    assert new_secret() != new_secret()


def test_an_app_finds_account_issuer_and_secret_in_the_address():
    address = urlsplit(provisioning_uri(SECRET, "admin@kota", "Kinerja Kota"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert address.path == "/Kinerja%20Kota:admin%40kota"
    assert parse_qs(address.query)["secret"] == [SECRET]
    assert parse_qs(address.query)["issuer"] == ["Kinerja Kota"]
