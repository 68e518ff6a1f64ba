"""Problems (RFC 9457): what can go wrong, each with a stable code and a status.

    Problem
    ├── BadRequest 400          the request cannot be read
    ├── Unauthenticated 401     who asks is not known
    ├── Forbidden 403           visible, but this caller may not do it
    ├── NotFound 404            absent, or not the caller's to see
    ├── Conflict 409            the state does not allow it
    ├── Stale 412               the caller's version is old
    ├── Unprocessable 422       read, but its content is refused
    ├── PreconditionRequired 428
    ├── TooManyRequests 429
    └── Unavailable 503

A domain subclasses one of these in its ``errors.py`` and sets ``code``; a code is never
translated and never reused. The words stand in ``core/messages/<language>/<domain>.toml``
(``core/i18n.py``); placeholders in them come from ``params``. This file is pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

Param = str | int | None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One faulty place of a request.

    pointer: RFC 6901 pointer into the body; parameter: name of a query, path or header parameter.
    Exactly one of the two is set.
    """

    code: str
    pointer: str | None = None
    parameter: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])


class Problem(Exception):
    """A refusal the caller can understand; rendered by ``core/responses.py``.

    commits: the transaction is committed although the request fails (throttle counters,
    revocation of a token family).
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 500
    commits: ClassVar[bool] = False
    registry: ClassVar[dict[str, type["Problem"]]] = {}

    def __init__(
        self,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        **params: Param,
    ) -> None:
        super().__init__(self.code)
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.headers = dict(headers or {})
        self.params = params

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        code = cls.__dict__.get("code", "")
        if not code:
            return
        known = cls.registry.get(code)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"problem code {code} is taken by {known.__qualname__}")
        cls.registry[code] = cls

    @classmethod
    def at(cls, pointer: str, **params: Param) -> "Problem":
        """Return this problem as the fault of one place of the body (RFC 6901 pointer)."""
        problem = cls(errors=[FieldError(cls.code, pointer=pointer, params=params)])
        problem.params = params
        return problem


class BadRequest(Problem):
    status = 400


class Unauthenticated(Problem):
    status = 401


class Forbidden(Problem):
    status = 403


class NotFound(Problem):
    status = 404


class Conflict(Problem):
    status = 409


class Stale(Problem):
    status = 412


class Unprocessable(Problem):
    status = 422


class PreconditionRequired(Problem):
    status = 428


class TooManyRequests(Problem):
    status = 429


class Unavailable(Problem):
    status = 503


class ResourceNotFound(NotFound):
    code = "not_found"


class InvalidJson(BadRequest):
    code = "invalid_json"


class InvalidRequest(Unprocessable):
    """The body, a parameter or a header breaks its schema; ``errors`` name each place."""

    code = "invalid_request"


class InvalidCursor(BadRequest):
    code = "invalid_cursor"


class HostNotAllowed(BadRequest):
    code = "host_not_allowed"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"


class ContentTooLarge(Problem):
    status = 413
    code = "content_too_large"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"


class NotAcceptable(Problem):
    status = 406
    code = "not_acceptable"


class PermissionDenied(Forbidden):
    code = "permission_denied"


class VersionStale(Stale):
    """``If-Match`` names an old version; ``current`` is the ETag now."""

    code = "version_stale"


class VersionRequired(PreconditionRequired):
    code = "version_required"


class KeyRequired(BadRequest):
    code = "idempotency_key_required"


class KeyInvalid(BadRequest):
    code = "idempotency_key_invalid"


class KeyInUse(Conflict):
    code = "idempotency_key_in_use"


class KeyReused(Unprocessable):
    code = "idempotency_key_reused"


class UnknownReference(Unprocessable):
    """An id in the body names nothing that the caller can see."""

    code = "unknown_reference"


class TransitionRefused(Conflict):
    """The state machine has no way from ``status`` by ``event``."""

    code = "transition_refused"


class RateLimited(TooManyRequests):
    code = "rate_limited"


class DatabaseBusy(Unavailable):
    code = "database_busy"


class DatabaseUnavailable(Unavailable):
    code = "database_unavailable"


class IdentityUnavailable(Unavailable):
    """This process has no address of the role that alone may read who reported."""

    code = "identity_unavailable"


class InternalError(Problem):
    status = 500
    code = "internal_error"


# Constraint name → problem and the place in the body: what a caller can break in the database.
# Domains add theirs in ``errors.py``; a test proves that every unique and foreign key has an entry.
constraint_problems: dict[str, tuple[type[Problem], str | None]] = {}


def on_constraint(name: str, problem: type[Problem], pointer: str | None = None) -> None:
    """Say which problem the caller gets when the named constraint is broken."""
    constraint_problems[name] = (problem, pointer)
