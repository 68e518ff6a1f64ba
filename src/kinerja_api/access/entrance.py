"""What sign-in and its relatives need of the installation and of the request."""

import datetime as dt
import hashlib
import hmac
import ipaddress
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from kinerja_api.access.queries.credentials import NamedTenant, named_tenant
from kinerja_api.access.rules import SYSTEM_TENANT
from kinerja_api.access.tokens import KeyRing
from kinerja_api.core import clock
from kinerja_api.core.buckets import Buckets
from kinerja_api.core.db import Database
from kinerja_api.core.problems import RateLimited, ResourceNotFound
from kinerja_api.core.routes import unit_of
from kinerja_api.core.settings import SecuritySettings

_RANGE_BITS = {4: 24, 6: 48}
_TABLE_COST = 20
_FRESH = dt.timedelta(seconds=5)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)
_MOST_KNOWN = 2000
_TENANT_CODE = re.compile(r"[a-z0-9-]{1,64}")


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

    def passer_by(self, action: str, today: dt.date) -> bytes:
        """Return the hashed address range of a caller without login, another one every day."""
        named = f"passer-by\n{action}\n{today}\n{_range_of(self.address)}"
        return hmac.digest(self.master, named.encode(), "sha256")

    @property
    def second_factor_roles(self) -> frozenset[str]:
        """Return the roles that must sign in with a second factor."""
        names = self.settings.second_factor_roles.split(",")
        return frozenset(name.strip() for name in names)


def _range_of(address: str) -> str:
    """Return the /24 or /48 of an address: behind one there are often many people."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ipaddress.ip_network((found, _RANGE_BITS[found.version]), strict=False))


def _subject(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}\n{value}".encode()).digest()


class NamedTenants:
    """The governments by their codes; for reads as they were at most five seconds ago."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, tuple[NamedTenant, dt.datetime]] = OrderedDict()

    async def find(self, code: str, *, afresh: bool) -> NamedTenant:
        """Return the government of that code, active or not, or one that is nowhere."""
        found, until = self._known.get(code, (None, _LONG_AGO))
        now = clock.now()
        if found is not None and not afresh and now < until:
            return found
        found = await named_tenant(self._database, code)
        self._known[code] = (found, now + _FRESH)
        self._known.move_to_end(code)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return found


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


_Code = Annotated[
    str, Path(max_length=64, description="Code of the government", examples=["kota-makassar"])
]


def _count_read(request: Request, entrance: Entrance) -> None:
    """Count a read of everybody's pages, in this process only; RateLimited above the limit.

    A whole table costs as much as the twenty pages it may take.
    """
    reads: Buckets = request.app.state.public_reads
    cost = _TABLE_COST if request.query_params.get("format") == "csv" else 1
    wait = reads.take(entrance.passer_by("reads", clock.now().date()), cost)
    if wait:
        raise RateLimited(retry_after=wait)


async def bind_public_tenant(request: Request, entrance: Entrance, code: str) -> NamedTenant:
    """Return the government of that code, having bound the request to it.

    Raises ResourceNotFound, RateLimited.
    """
    is_read = request.method == "GET"
    if is_read:
        _count_read(request, entrance)
    if not _TENANT_CODE.fullmatch(code):
        raise ResourceNotFound
    tenants: NamedTenants = request.app.state.named_tenants
    found = await tenants.find(code, afresh=not is_read)
    if not found.is_active or code == SYSTEM_TENANT:
        raise ResourceNotFound
    unit_of(request).bind(found.id)
    return found


async def _public_tenant(request: Request, entrance: CurrentEntrance, tenant: _Code) -> NamedTenant:
    return await bind_public_tenant(request, entrance, tenant)


PublicTenant = Annotated[NamedTenant, Depends(_public_tenant)]
"""The government of a public address, whose rows the request is bound to."""
