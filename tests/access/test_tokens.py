import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from kinerja_api.access.errors import TokenExpired, TokenInvalid
from kinerja_api.access.tokens import AccessClaims, KeyRing, SigningKey
from kinerja_api.core.problems import Unauthenticated

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EPOCH_NOW = int(NOW.timestamp())
PEM = KeyRing.generate_pem()
OLD_PEM = KeyRing.generate_pem()
KEYS = KeyRing.from_pem([PEM])
KID = KEYS.jwks()["keys"][0]["kid"]
JOSERFC_KEYS = KeySet([RSAKey.import_key({**key}) for key in KEYS.jwks()["keys"]])

CLAIMS = AccessClaims(
    issuer="kinerja",
    audience="kinerja-api",
    subject=UUID("0190f5e2-0000-7000-8000-000000000001"),
    tenant_id=UUID("0190f5e2-0000-7000-8000-000000000002"),
    session_id=UUID("0190f5e2-0000-7000-8000-000000000003"),
    epoch=4,
    issued_at=NOW,
    expires_at=NOW + timedelta(minutes=10),
    token_id=UUID("0190f5e2-0000-7000-8000-000000000004"),
)
HEADER = {"alg": "RS256", "kid": KID, "typ": "at+jwt"}
PAYLOAD = {
    "iss": "kinerja",
    "aud": "kinerja-api",
    "sub": str(CLAIMS.subject),
    "tid": str(CLAIMS.tenant_id),
    "sid": str(CLAIMS.session_id),
    "epoch": 4,
    "iat": EPOCH_NOW,
    "exp": EPOCH_NOW + 600,
    "jti": str(CLAIMS.token_id),
}


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def private_key(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def sign(header: object, payload: object, *, pem: bytes = PEM) -> str:
    """Sign whatever is given, without any library for tokens; bytes are taken as they are."""
    parts = [
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)
    ]
    signed = ".".join(encode(part) for part in parts)
    signature = private_key(pem).sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{encode(signature)}"


def hmac_signed(header: object, secret: bytes) -> str:
    signed = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(PAYLOAD).encode())}"
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(signed.encode())
    return f"{signed}.{encode(mac.finalize())}"


def public_bytes(encoding: serialization.Encoding) -> bytes:
    public_key = private_key(PEM).public_key()
    return public_key.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def without(name: str) -> dict[str, object]:
    return {key: value for key, value in PAYLOAD.items() if key != name}


def accepts(token: str, *, now: datetime = NOW) -> bool:
    try:
        KEYS.verify(token, now=now)
    except TokenInvalid:
        return False
    return True


def joserfc_accepts(token: str, *, now: datetime = NOW) -> bool:
    """Judge as strictly as joserfc can: by kid, one algorithm, essential claims."""
    seconds = int(now.timestamp())
    try:
        found = joserfc_jwt.decode(token, JOSERFC_KEYS, algorithms=["RS256"])
        JWTClaimsRegistry(
            now=seconds,
            leeway=60,
            iss={"essential": True, "value": "kinerja"},
            aud={"essential": True, "value": "kinerja-api"},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        ).validate(found.claims)
        JWTClaimsRegistry(now=seconds).validate({"exp": found.claims["exp"]})
    except (JoseError, ValueError):
        return False
    return found.header["typ"] == "at+jwt"


def test_returns_the_claims_that_were_issued():
    assert KEYS.verify(KEYS.issue(CLAIMS), now=NOW) == CLAIMS


def test_an_issued_token_is_accepted_by_another_library():
    assert joserfc_accepts(KEYS.issue(CLAIMS))


def test_a_token_signed_by_hand_is_accepted_so_that_refusals_below_mean_something():
    assert KEYS.verify(sign(HEADER, PAYLOAD), now=NOW) == CLAIMS


def test_a_claim_of_a_newer_release_is_ignored():
    assert accepts(sign(HEADER, {**PAYLOAD, "later": [1]}))


@pytest.mark.parametrize("name", sorted(PAYLOAD))
def test_refuses_a_token_without_a_claim(name: str):
    assert not accepts(sign(HEADER, without(name)))


NO_INTEGERS = ['"1772438700"', "null", "true", "1e400", "NaN", "Infinity", "[]", "1772438700.0"]
NO_TIMES = ["-1", "9" * 20, "9" * 400, "9" * 5000]


@pytest.mark.parametrize(
    ("name", "raw"),
    [(name, raw) for name in ("exp", "iat") for raw in NO_INTEGERS + NO_TIMES]
    + [("epoch", raw) for raw in [*NO_INTEGERS, "-1"]],
)
def test_refuses_a_number_that_is_no_plain_integer_in_range(name: str, raw: str):
    payload = json.dumps({**PAYLOAD, name: "?"}).replace('"?"', raw).encode()
    assert not accepts(sign(HEADER, payload))


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "tid", "sid", "jti"])
@pytest.mark.parametrize("value", [None, 1, True, [], {}, "", "other"])
def test_refuses_a_text_that_is_not_the_expected_one(name: str, value: object):
    assert not accepts(sign(HEADER, {**PAYLOAD, name: value}))


def test_refuses_an_audience_list_even_when_it_names_us():
    assert not accepts(sign(HEADER, {**PAYLOAD, "aud": ["kinerja-api"]}))


@pytest.mark.parametrize("text", ["{%s}", "urn:uuid:%s"])
def test_refuses_an_id_in_any_but_the_canonical_form(text: str):
    assert not accepts(sign(HEADER, {**PAYLOAD, "sub": text % PAYLOAD["sub"]}))
    assert not accepts(sign(HEADER, {**PAYLOAD, "sub": str(UUID(int=0xAB)).upper()}))


def test_refuses_not_before_whatever_it_says():
    assert not accepts(sign(HEADER, {**PAYLOAD, "nbf": EPOCH_NOW - 1}))


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["exp"]},
        {"crit": ["x"], "x": 1},
        {"jku": "https://evil.example/jwks"},
        {"jwk": KEYS.jwks()["keys"][0]},
        {"x5u": "https://evil.example"},
        {"cty": "JWT"},
        {"b64": False},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
    ],
)
def test_refuses_any_other_header(extra: dict[str, object]):
    assert not accepts(sign({**HEADER, **extra}, PAYLOAD))


@pytest.mark.parametrize("name", sorted(HEADER))
def test_refuses_a_token_without_a_header(name: str):
    assert not accepts(sign({k: v for k, v in HEADER.items() if k != name}, PAYLOAD))


@pytest.mark.parametrize("kind", ["JWT", "AT+JWT", "application/at+jwt", "", None, 1])
def test_refuses_another_type(kind: object):
    assert not accepts(sign({**HEADER, "typ": kind}, PAYLOAD))


@pytest.mark.parametrize("alg", ["none", "None", "", "RS512", "PS256", "HS256", "rs256", None, []])
def test_refuses_another_algorithm(alg: object):
    header = {**HEADER, "alg": alg}
    assert not accepts(sign(header, PAYLOAD))
    assert not accepts(sign(header, PAYLOAD).rsplit(".", 1)[0] + ".")


@pytest.mark.parametrize("encoding", [serialization.Encoding.PEM, serialization.Encoding.DER])
@pytest.mark.parametrize("alg", ["HS256", "RS256"])
def test_refuses_the_public_key_as_a_shared_secret(encoding: serialization.Encoding, alg: str):
    assert not accepts(hmac_signed({**HEADER, "alg": alg}, public_bytes(encoding)))


@pytest.mark.parametrize("kid", ["other", "", None, 1, [], {}, pytest.param(f" {KID}", id="blank")])
def test_refuses_an_unknown_kid_although_the_signature_is_ours(kid: object):
    assert not accepts(sign({**HEADER, "kid": kid}, PAYLOAD))


def test_refuses_a_token_signed_by_the_other_key_of_the_ring_than_its_kid_names():
    ring = KeyRing.from_pem([PEM, OLD_PEM])
    with pytest.raises(TokenInvalid):
        ring.verify(sign(HEADER, PAYLOAD, pem=OLD_PEM), now=NOW)


def test_refuses_names_given_twice():
    twice = json.dumps(PAYLOAD)[:-1] + f', "sub": "{PAYLOAD["tid"]}"}}'
    assert not accepts(sign(HEADER, twice.encode()))
    assert not accepts(sign(json.dumps(HEADER)[:-1].encode() + b', "alg": "RS256"}', PAYLOAD))


@pytest.mark.parametrize(
    "raw", [b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff", b"\xef\xbb\xbf{}", b"[" * 5000]
)
def test_refuses_parts_that_are_no_json_object(raw: bytes):
    assert not accepts(sign(HEADER, raw))
    assert not accepts(sign(raw, PAYLOAD))


def reshaped() -> dict[str, str]:
    token = sign(HEADER, PAYLOAD)
    header, payload, signature = token.split(".")
    return {
        "empty": "",
        "two parts": f"{header}.{payload}",
        "no signature": f"{header}.{payload}.",
        "four parts": f"{token}.{signature}",
        "five parts, as JWE": f"{token}.{signature}.{signature}",
        "padding": f"{token}==",
        "leading space": f" {token}",
        "trailing line end": f"{token}\n",
        "standard alphabet": f"{header}.{payload}.{signature[:-2]}+/",
        "letters of another script": f"{header}.{payload}.{signature[:-1]}\uff41",
        "lone surrogate": f"{token}\ud800",
        "NUL": f"{token}\x00",
        "JSON form": json.dumps({"payload": payload, "protected": header, "signature": signature}),
    }


@pytest.mark.parametrize("shape", sorted(reshaped()))
def test_refuses_what_is_not_the_strict_compact_form(shape: str):
    assert not accepts(reshaped()[shape])


def test_refuses_stray_bits_in_the_last_letter():
    token = sign(HEADER, PAYLOAD)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]
    assert base64.urlsafe_b64decode(stray.split(".")[2] + "==") == base64.urlsafe_b64decode(
        token.split(".")[2] + "=="
    )
    assert not accepts(stray)


def test_refuses_more_than_8_kilobytes():
    roomy = {**PAYLOAD, "x": ""}
    spare = 8192 - len(sign(HEADER, roomy))
    assert accepts(sign(HEADER, {**roomy, "x": "x" * (spare * 3 // 4 - 3)}))
    assert not accepts(sign(HEADER, {**roomy, "x": "x" * (spare * 3 // 4 + 3)}))


def test_says_expired_from_the_second_of_the_expiry_on():
    token = KEYS.issue(CLAIMS)
    assert accepts(token, now=CLAIMS.expires_at - timedelta(microseconds=1))
    with pytest.raises(TokenExpired) as caught:
        KEYS.verify(token, now=CLAIMS.expires_at)
    assert caught.value.code == "token_expired"


def test_an_expired_token_that_is_not_ours_is_only_invalid():
    token = sign(HEADER, {**PAYLOAD, "exp": EPOCH_NOW - 1, "iat": EPOCH_NOW - 600}, pem=OLD_PEM)
    with pytest.raises(TokenInvalid) as caught:
        KEYS.verify(token, now=NOW)
    assert not isinstance(caught.value, TokenExpired)


def test_accepts_a_clock_one_minute_ahead_and_no_more():
    token = KEYS.issue(CLAIMS)
    assert accepts(token, now=NOW - timedelta(seconds=60))
    assert not accepts(token, now=NOW - timedelta(seconds=61))


def test_accepts_fifteen_minutes_of_life_and_no_more():
    assert accepts(sign(HEADER, {**PAYLOAD, "exp": EPOCH_NOW + 900}))
    assert not accepts(sign(HEADER, {**PAYLOAD, "exp": EPOCH_NOW + 901}))
    assert not accepts(sign(HEADER, {**PAYLOAD, "iat": EPOCH_NOW + 30, "exp": EPOCH_NOW + 30}))


@pytest.mark.parametrize(
    "claims",
    [
        replace(CLAIMS, expires_at=NOW + timedelta(seconds=901)),
        replace(CLAIMS, expires_at=NOW),
        replace(CLAIMS, issuer="other"),
        replace(CLAIMS, audience="other"),
        replace(CLAIMS, epoch=-1),
    ],
)
def test_does_not_issue_what_it_would_not_accept(claims: AccessClaims):
    with pytest.raises(ValueError, match=r"key ring|out of range"):
        KEYS.issue(claims)


def test_an_old_key_verifies_and_the_first_key_signs():
    old_ring = KeyRing.from_pem([OLD_PEM])
    rotated = KeyRing.from_pem([PEM, OLD_PEM])
    assert rotated.verify(old_ring.issue(CLAIMS), now=NOW) == CLAIMS
    assert KEYS.verify(rotated.issue(CLAIMS), now=NOW) == CLAIMS
    with pytest.raises(TokenInvalid):
        old_ring.verify(rotated.issue(CLAIMS), now=NOW)


def test_publishes_public_numbers_only_under_the_standard_thumbprint():
    keys = KeyRing.from_pem([PEM, OLD_PEM]).jwks()["keys"]
    assert [set(key) for key in keys] == [{"kty", "n", "e", "kid", "use", "alg"}] * 2
    assert keys[0]["kid"] == RSAKey.import_key(PEM).thumbprint()


def test_a_printed_key_does_not_show_the_private_part():
    assert "PRIVATE" not in repr(SigningKey.from_pem(PEM))


def test_refuses_to_start_with_no_key_or_a_short_one():
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(ValueError, match="2048"):
        KeyRing.from_pem([short])
    with pytest.raises(ValueError, match="at least one"):
        KeyRing.from_pem([])


def test_both_refusals_are_answers_to_someone_unknown():
    assert issubclass(TokenInvalid, Unauthenticated)
    assert issubclass(TokenExpired, TokenInvalid)
    assert (TokenInvalid.code, TokenExpired.code) == ("token_invalid", "token_expired")


@given(token=st.text(max_size=200) | st.from_regex(r"[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_never_fails_otherwise_on_any_text(token: str):
    assert not accepts(token)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_refuses_every_change_of_one_letter(data: st.DataObject):
    token = KEYS.issue(CLAIMS)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(
        st.sampled_from("ABCXYZabcxyz0189-_.=+ ").filter(lambda it: it != token[place])
    )
    mutated = token[:place] + letter + token[place + 1 :]
    assert not accepts(mutated)
    cut = data.draw(st.integers(0, len(token) - 1))
    assert not accepts(token[:cut])


numbers = (
    st.integers(EPOCH_NOW - 1000, EPOCH_NOW + 1000)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.just(str(EPOCH_NOW + 60))
)
texts = (
    st.sampled_from(["kinerja", "kinerja-api", ["kinerja-api"], "", "x", str(CLAIMS.subject)])
    | st.none()
    | st.integers()
)
changed_claims = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("exp", "iat", "nbf"), numbers),
        **dict.fromkeys(("iss", "aud", "sub", "jti"), texts),
    },
)
changed_headers = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["RS256", "none", "HS256", "RS512", "PS256", None]),
        "kid": st.sampled_from([KID, "other", None, 1]),
        "typ": st.sampled_from(["at+jwt", "JWT", None]),
        "crit": st.sampled_from([[], ["exp"], ["b64"], "exp"]),
        "b64": st.booleans(),
    },
)


@given(
    header=changed_headers,
    claims=changed_claims,
    missing=st.sets(st.sampled_from(sorted(PAYLOAD)), max_size=1),
    clock_seconds=st.integers(-70, 700),
)
@settings(max_examples=500, deadline=None)
def test_accepts_nothing_that_joserfc_refuses(
    header: dict[str, object], claims: dict[str, object], missing: set[str], clock_seconds: int
):
    payload = {name: value for name, value in {**PAYLOAD, **claims}.items() if name not in missing}
    token = sign({**HEADER, **header}, payload)
    now = NOW + timedelta(seconds=clock_seconds)
    assert not accepts(token, now=now) or joserfc_accepts(token, now=now)
