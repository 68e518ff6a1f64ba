import hashlib
import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.access.one_time import (
    digest,
    new_activation_code,
    new_api_key,
    new_refresh_token,
    normalise_code,
    tenant_of,
)

TENANT = UUID("0190f5e2-0000-7000-8000-0000000000ab")


@given(tenant_id=st.uuids())
def test_an_opaque_token_tells_its_tenant(tenant_id: UUID):
    assert tenant_of(new_refresh_token(tenant_id)) == tenant_id
    assert tenant_of(new_api_key(tenant_id)) == tenant_id


def test_the_kinds_are_told_apart_by_their_beginning():
    assert re.fullmatch(rf"knr_{TENANT.hex}\.[\w-]{{43}}", new_refresh_token(TENANT), re.ASCII)
    assert re.fullmatch(rf"knj_{TENANT.hex}\.[\w-]{{43}}", new_api_key(TENANT), re.ASCII)


def test_no_two_secrets_are_alike():
    assert len({new_api_key(TENANT) for _ in range(100)}) == 100
    assert len({new_activation_code() for _ in range(100)}) == 100


def test_a_token_cut_or_altered_in_form_has_no_tenant():
    token = new_refresh_token(TENANT)
    altered = [
        "", token[:-1], token + "x", token + "\n", " " + token, token.upper(),
        token.replace("knr_", "knx_"), token.replace(".", "_"), "knr_é" + token[5:],
    ]  # fmt: skip
    assert [tenant_of(text) for text in altered] == [None] * len(altered)


@given(text=st.text())
def test_any_text_may_be_asked_for_its_tenant(text: str):
    assert tenant_of(text) is None


def test_a_digest_is_sha_256_of_the_whole_token():
    assert digest("knr_x") == hashlib.sha256(b"knr_x").digest()


def test_a_code_has_four_groups_of_five_unmistakable_letters():
    code = new_activation_code()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)


def test_a_new_code_is_in_normal_form():
    code = new_activation_code()
    assert normalise_code(code) == code


@pytest.mark.parametrize(
    "typed",
    ["0a1bc-defgh-jkmnp-qrstv", " OAIBC DEFGH JKMNP QRSTV ", "0albcdefghjkmnpqrstv",
     "0A1B-CDEF-GHJK-MNPQ-RSTV"],
)  # fmt: skip
def test_a_code_typed_by_a_human_is_recognised(typed: str):
    assert normalise_code(typed) == "0A1BC-DEFGH-JKMNP-QRSTV"


@given(text=st.text())
def test_the_normal_form_of_a_normal_form_is_itself(text: str):
    once = normalise_code(text)
    assert normalise_code(once) == once
