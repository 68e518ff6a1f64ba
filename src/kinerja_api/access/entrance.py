"""What sign-in and its relatives need of the installation and of the request."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from kinerja_api.access.tokens import KeyRing
from kinerja_api.core.db import Database
from kinerja_api.core.settings import SecuritySettings


@dataclass(frozen=True, slots=True)
class Throttle:
    """Whose failures count for one attempt, and how many are allowed in a window."""

    limits: tuple[tuple[bytes, int], ...]
    window: dt.timedelta

    @property
    def subjects(self) -> list[bytes]:
        """Return the hashed subjects, in the order in which their rows are locked."""
        return sorted(subject for subject, _ in self.limits)

    @property
    def account(self) -> bytes:
        """Return the subject that a success clears."""
        return self.limits[0][0]


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a caller without a token, or with a password to prove, comes in.

    address: of the caller, for the throttle only; it is not stored in clear.
    """

    database: Database
    keys: KeyRing
    master: bytes
    settings: SecuritySettings
    address: str

    def throttle(self, login: str) -> Throttle:
        """Return the throttle of attempts on this login from this address."""
        return Throttle(
            limits=(
                (_subject("login", login), self.settings.sign_in_attempts),
                (_subject("address", self.address), self.settings.sign_in_attempts_address),
            ),
            window=dt.timedelta(minutes=self.settings.sign_in_window_minutes),
        )

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """Return the roles that must sign in with a second factor."""
        names = self.settings.second_factor_roles.split(",")
        return frozenset(name.strip() for name in names)


def _subject(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}\n{value}".encode()).digest()


async def _entrance(request: Request) -> Entrance:
    state = request.app.state
    return Entrance(
        database=state.database,
        keys=state.keys,
        master=state.secret,
        settings=state.settings.security,
        address=request.client.host if request.client else "",
    )


CurrentEntrance = Annotated[Entrance, Depends(_entrance)]
