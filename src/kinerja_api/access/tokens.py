"""Access tokens: JWTs signed RS256 (RFC 9068), at most 15 minutes long.

The only importer of python-jose. That library ignores ``crit`` and ``kid``, accepts tokens without
``aud`` or ``exp`` and fails on odd numbers, and its claim checks read the wall clock. So it only
signs and checks signatures here, with one key and one algorithm chosen beforehand; the compact
form, the header and every claim are checked by this module. Refresh tokens: ``one_time``.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol, cast
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jws

from kinerja_api.access.errors import TokenExpired, TokenInvalid

ALGORITHM: Final = "RS256"
TOKEN_TYPE: Final = "at+jwt"  # noqa: S105 - a media type
MAX_TOKEN_BYTES: Final = 8192
MAX_LIFETIME_SECONDS: Final = 15 * 60
CLOCK_LEEWAY_SECONDS: Final = 60
KEY_BITS: Final = 2048

_PART = re.compile(r"[A-Za-z0-9_-]+")


class _Jws(Protocol):
    """The two functions of ``jose.jws`` in use, typed."""

    def sign(
        self, payload: bytes, key: object, headers: Mapping[str, str], algorithm: str
    ) -> str: ...

    def verify(self, token: str, key: object, algorithms: Sequence[str]) -> bytes: ...


class _Jwk(Protocol):
    """The one function of ``jose.jwk`` in use, typed."""

    def construct(self, key_data: bytes, algorithm: str) -> object: ...


_untyped_jws: object = jws
_untyped_jwk: object = jwk
_jws = cast("_Jws", _untyped_jws)
_jwk = cast("_Jwk", _untyped_jwk)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says.

    subject: the account. epoch: the account's revocation epoch when the token was issued.
    issued_at, expires_at: UTC, whole seconds.
    """

    issuer: str
    audience: str
    subject: UUID
    tenant_id: UUID
    session_id: UUID
    epoch: int
    issued_at: datetime
    expires_at: datetime
    token_id: UUID


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key; ``signer`` and ``verifier`` are jose's key objects, built once."""

    kid: str
    private_pem: bytes = field(repr=False)
    signer: object = field(repr=False)
    verifier: object = field(repr=False)
    public_jwk: Mapping[str, str] = field(repr=False)

    @classmethod
    def from_pem(cls, pem: bytes) -> "SigningKey":
        """Return the key of an unencrypted private PEM; ``kid`` is its RFC 7638 thumbprint.

        Raises ValueError for anything but an RSA key of at least 2048 bits.
        """
        private = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < KEY_BITS:
            raise ValueError(f"a signing key must be RSA of at least {KEY_BITS} bits")
        public = private.public_key()
        public_pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        numbers = public.public_numbers()
        required = {"e": _encode_int(numbers.e), "kty": "RSA", "n": _encode_int(numbers.n)}
        kid = _encode(hashlib.sha256(_dump(required)).digest())
        return cls(
            kid=kid,
            private_pem=pem,
            signer=_jwk.construct(pem, ALGORITHM),
            verifier=_jwk.construct(public_pem, ALGORITHM),
            public_jwk={**required, "kid": kid, "use": "sig", "alg": ALGORITHM},
        )


class KeyRing:
    """One key that signs and all keys whose tokens are still accepted.

    To rotate, put a new key first and keep the old one for at least the lifetime of a token.
    """

    def __init__(self, keys: Sequence[SigningKey], *, issuer: str, audience: str) -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        self._active = keys[0]
        self._keys = {key.kid: key for key in keys}
        self.issuer = issuer
        self.audience = audience

    @classmethod
    def from_pem(
        cls, pems: Sequence[bytes], *, issuer: str = "kinerja", audience: str = "kinerja-api"
    ) -> "KeyRing":
        """Return a ring whose first key signs; issuer and audience are the only ones accepted."""
        return cls([SigningKey.from_pem(pem) for pem in pems], issuer=issuer, audience=audience)

    @staticmethod
    def generate_pem() -> bytes:
        """Return a new private key, unencrypted PKCS#8."""
        return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """Return the public keys as a JWK set (RFC 7517), the signing one first."""
        return {"keys": [dict(key.public_jwk) for key in self._keys.values()]}

    def issue(self, claims: AccessClaims) -> str:
        """Return the signed token.

        Raises ValueError for claims that ``verify`` would refuse whatever the time.
        """
        issued_at, expires_at = (
            int(claims.issued_at.timestamp()),
            int(claims.expires_at.timestamp()),
        )
        if (claims.issuer, claims.audience) != (self.issuer, self.audience):
            raise ValueError("issuer and audience must be those of the key ring")
        if claims.epoch < 0 or not 0 < expires_at - issued_at <= MAX_LIFETIME_SECONDS:
            raise ValueError("epoch or lifetime out of range")
        payload = {
            "iss": claims.issuer,
            "aud": claims.audience,
            "sub": str(claims.subject),
            "tid": str(claims.tenant_id),
            "sid": str(claims.session_id),
            "epoch": claims.epoch,
            "iat": issued_at,
            "exp": expires_at,
            "jti": str(claims.token_id),
        }
        headers = {"typ": TOKEN_TYPE, "kid": self._active.kid}
        return _jws.sign(_dump(payload), self._active.signer, headers, ALGORITHM)

    def verify(self, token: str, *, now: datetime) -> AccessClaims:
        """Return the claims of an acceptable token.

        Raises TokenExpired when it is whole but over, TokenInvalid for anything else.
        """
        try:
            key = self._key_for(token)
            claims = _read_claims(_jws.verify(token, key.verifier, [ALGORITHM]))
            self._check(claims, now=now)
        except TokenInvalid:
            raise
        except Exception as error:  # what jose or a parser raises is the token's fault
            raise TokenInvalid from error
        return claims

    def _key_for(self, token: str) -> SigningKey:
        """Return the one key the header names, after the compact form was found strict."""
        if len(token) > MAX_TOKEN_BYTES:
            raise TokenInvalid
        header_part, payload_part, signature_part = token.split(".")
        header = _load(_decode(header_part))
        for part in (payload_part, signature_part):
            _ = _decode(part)
        kid = header.pop("kid")
        if header != {"alg": ALGORITHM, "typ": TOKEN_TYPE}:
            raise TokenInvalid
        return self._keys[_text(kid)]

    def _check(self, claims: AccessClaims, *, now: datetime) -> None:
        """Refuse claims of another service or time; the expiry is asked last."""
        if (claims.issuer, claims.audience) != (self.issuer, self.audience):
            raise TokenInvalid
        lifetime_seconds = (claims.expires_at - claims.issued_at).total_seconds()
        if not 0 < lifetime_seconds <= MAX_LIFETIME_SECONDS:
            raise TokenInvalid
        if (claims.issued_at - now).total_seconds() > CLOCK_LEEWAY_SECONDS:
            raise TokenInvalid
        if claims.expires_at <= now:
            raise TokenExpired


def _read_claims(payload: bytes) -> AccessClaims:
    claims = _load(payload)
    epoch = _whole(claims["epoch"])
    # Unknown claims are ignored, so that a newer release can add one. ``nbf`` is never issued here
    # and would change the meaning.
    if epoch < 0 or "nbf" in claims:
        raise TokenInvalid
    return AccessClaims(
        issuer=_text(claims["iss"]),
        audience=_text(claims["aud"]),
        subject=_uuid(claims["sub"]),
        tenant_id=_uuid(claims["tid"]),
        session_id=_uuid(claims["sid"]),
        epoch=epoch,
        issued_at=datetime.fromtimestamp(_whole(claims["iat"]), UTC),
        expires_at=datetime.fromtimestamp(_whole(claims["exp"]), UTC),
        token_id=_uuid(claims["jti"]),
    )


def _whole(value: object) -> int:
    if type(value) is not int:  # isinstance would let bool through
        raise TokenInvalid
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TokenInvalid
    return value


def _uuid(value: object) -> UUID:
    text = _text(value)
    parsed = UUID(text)
    if str(parsed) != text:  # UUID() also reads braces, urn: and capitals
        raise TokenInvalid
    return parsed


def _load(raw: bytes) -> dict[str, object]:
    """Return a JSON object; a name given twice and NaN or Infinity are refused."""
    value = cast(
        "object",
        json.loads(raw.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant),
    )
    if not isinstance(value, dict):
        raise TokenInvalid
    return cast("dict[str, object]", value)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise TokenInvalid
    return members


def _refuse_constant(_name: str) -> object:
    raise TokenInvalid


def _dump(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _encode_int(number: int) -> str:
    return _encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _decode(part: str) -> bytes:
    """Return the bytes of strict base64url: no padding, no stray bits, not empty."""
    if _PART.fullmatch(part) is None:
        raise TokenInvalid
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if _encode(raw) != part:
        raise TokenInvalid
    return raw
