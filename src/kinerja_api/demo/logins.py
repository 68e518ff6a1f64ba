"""The demonstration's logins: generated once, kept in a file of mode 0600, never a default."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kinerja_api.access.second_factor import new_secret

FILE = "demo-logins.json"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody to sign in as."""

    role: str
    tenant: str
    login: str
    password: str = field(repr=False)
    totp_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Demo:
    """What there is to show; ``is_ready`` once everything was loaded.

    ticket, receipt: of the report that a reader can follow as its citizen.
    """

    tenant: str
    time_zone: str
    logins: tuple[Login, ...]
    api_key: str | None = field(default=None, repr=False)
    ticket: str | None = None
    receipt: str | None = field(default=None, repr=False)
    is_ready: bool = False

    def of(self, role: str) -> Login:
        """Return the login of a role."""
        return next(login for login in self.logins if login.role == role)


def new_login(role: str, tenant: str, login: str, *, second_factor: bool = False) -> Login:
    """Return a login with a fresh password and, where the role needs it, a second factor."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
    return Login(role, tenant, login, "-".join(groups), new_secret() if second_factor else None)


def read_demo(data_dir: Path) -> Demo | None:
    """Return what an earlier start made, or None."""
    try:
        stored = json.loads((data_dir / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    logins = tuple(Login(**login) for login in stored.pop("logins"))
    return Demo(logins=logins, **stored)


def write_demo(data_dir: Path, demo: Demo) -> None:
    """Keep it for the next start, readable by its owner only."""
    draft = data_dir / f".{FILE}"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(demo), file, indent=2)
    draft.replace(data_dir / FILE)
