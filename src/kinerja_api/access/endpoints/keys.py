"""The public keys that verify access tokens (RFC 7517), outside ``/v1``."""

from fastapi import Request
from typing_extensions import TypedDict

from kinerja_api.access.tokens import KeyRing
from kinerja_api.core.routes import PUBLIC, ReadingUnit, Router

router = Router(tag="Sign-in", prefix="")


class KeysOut(TypedDict):
    """A JWK set, the signing key first."""

    keys: list[dict[str, str]]


@router.get("/.well-known/jwks.json", permission=PUBLIC, name="keys_get", model=KeysOut)
async def get_keys(request: Request, reading: ReadingUnit) -> KeysOut:
    """Read the public keys of access tokens.

    After a rotation the old key stays listed for as long as its tokens live.
    """
    keys: KeyRing = request.app.state.keys
    reading.headers["Cache-Control"] = "public, max-age=300"
    return {"keys": keys.jwks()["keys"]}
