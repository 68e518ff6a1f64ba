"""What sign-in and tokens can refuse."""

from kinerja_api.core.problems import Unauthenticated, Unprocessable


class TokenInvalid(Unauthenticated):
    """The access token is not one of ours, or is not acceptable now; never says why."""

    code = "token_invalid"


class TokenExpired(TokenInvalid):
    """The access token is ours and whole, but over: the caller should refresh."""

    code = "token_expired"


class PasswordTooWeak(Unprocessable):
    """``reason``: ``length``, ``too_long``, ``common`` or ``contains_identity``."""

    code = "password_too_weak"


class Unidentified(Unauthenticated):
    """No credential, or one that names no account that may act now."""

    code = "unidentified"
