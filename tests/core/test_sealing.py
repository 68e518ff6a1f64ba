import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.sealing import SealBroken, seal, seal_with, unseal, unseal_with

KEY = "b3c1f0de-6b1a-4f6e-9a43-5a2f1d7c9e10"
MASTER = bytes(range(32))
CONTEXT = b"idempotency:tenant-1"


@given(plaintext=st.binary(), key=st.text(min_size=16, max_size=64), context=st.binary())
def test_what_was_sealed_comes_back(plaintext: bytes, key: str, context: bytes):
    assert unseal(seal(plaintext, key=key, context=context), key=key, context=context) == plaintext


def test_a_value_sealed_by_the_master_comes_back():
    sealed = seal_with(MASTER, b"secret", context=CONTEXT)
    assert unseal_with(MASTER, sealed, context=CONTEXT) == b"secret"


def test_the_same_value_is_sealed_differently_each_time():
    assert seal(b"x", key=KEY, context=CONTEXT) != seal(b"x", key=KEY, context=CONTEXT)


def test_the_sealed_form_does_not_hold_the_plaintext():
    assert b"second-factor-secret" not in seal(b"second-factor-secret", key=KEY, context=CONTEXT)


def test_another_key_does_not_open_it():
    with pytest.raises(SealBroken):
        unseal(seal(b"x", key=KEY, context=CONTEXT), key=KEY + "x", context=CONTEXT)


def test_another_context_does_not_open_it():
    with pytest.raises(SealBroken):
        unseal(seal(b"x", key=KEY, context=CONTEXT), key=KEY, context=b"idempotency:tenant-2")


def test_a_master_does_not_open_what_the_same_bytes_as_text_sealed():
    with pytest.raises(SealBroken):
        unseal_with(MASTER, seal(b"x", key=MASTER.decode(), context=CONTEXT), context=CONTEXT)


def test_no_altered_or_cut_byte_goes_unseen():
    sealed = seal(b"secret", key=KEY, context=CONTEXT)
    altered = [bytes([*sealed[:i], sealed[i] ^ 1, *sealed[i + 1 :]]) for i in range(len(sealed))]
    for broken in [*altered, *(sealed[:end] for end in range(len(sealed))), sealed + b"\x00"]:
        with pytest.raises(SealBroken):
            unseal(broken, key=KEY, context=CONTEXT)


def test_a_short_master_is_refused():
    with pytest.raises(ValueError, match="32"):
        seal_with(b"short", b"x", context=CONTEXT)
    with pytest.raises(ValueError, match="32"):
        unseal_with(b"short", b"x", context=CONTEXT)
