"""Addresses of mail: those of people, and that of the server that takes our mail."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_LONGEST = 254


class Protection(StrEnum):
    """How the way to the server is protected: not at all, from STARTTLS on, or from the start."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORTS = {Protection.NONE: 25, Protection.STARTTLS: 587, Protection.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the account that we have there."""

    protection: Protection
    host: str
    port: int
    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.protection}://{self.host}:{self.port})"


def is_address(text: str) -> bool:
    """Return whether mail can be sent there: one plain address, of a host with a full name."""
    return len(text) <= _LONGEST and _ADDRESS.fullmatch(text) is not None


def mail_server(url: str) -> MailServer:
    """Return the server that an address such as ``smtps://user:secret@host`` names; ValueError.

    No word of the address stands in the error: it holds a secret.
    """
    try:
        parts = urlsplit(url)
        protection = Protection(parts.scheme)
        port = parts.port or _PORTS[protection]
    except ValueError:
        raise ValueError(_EXPECTED) from None
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(_EXPECTED)
    if user and protection is Protection.NONE:
        raise ValueError("a secret is sent under TLS only: smtp+starttls:// or smtps://")
    if not (user + secret).isascii():
        raise ValueError("user and secret must be ASCII")
    return MailServer(protection, parts.hostname, port, user, secret)


_EXPECTED = (
    "expected smtp+starttls://user:secret@host:587, smtps://user:secret@host:465 or"
    " smtp://host:25; in user and secret, / is written %2F, @ %40, # %23 and : %3A"
)
