"""A government to test in: units, people, their placements, accounts and tokens.

Rows are written as the service's own writer role, so row-level security holds here too.
"""

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert

from kinerja_api.access.rules import AccountKind, AccountStatus, Role
from kinerja_api.access.tables import accounts, grants, sessions, tenants
from kinerja_api.access.tokens import AccessClaims, KeyRing
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.principal import principals
from kinerja_api.core.sql import Statement
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import employees, placements, positions, unit_closure, units

_numbers = itertools.count(1)
LONG_AGO = dt.date(2020, 1, 1)
ZONE = "Asia/Jakarta"


@dataclass(frozen=True)
class Person:
    """Somebody who can call the service."""

    tenant_id: UUID
    account_id: UUID
    employee_id: UUID | None
    placement_id: UUID | None
    unit_id: UUID | None
    name: str
    token: str


@dataclass
class World:
    """One government. ``mayor`` heads the root; ``agency`` and ``admin`` have tenant grants.

    derives: whether its closings derive to their scores again; not after a test forged some.
    """

    app: Any
    database: Database
    tenant_id: UUID
    code: str
    root: UUID
    mayor: Person
    agency: Person
    admin: Person
    derives: bool = True

    @property
    def today(self) -> dt.date:
        return clock.today(ZONE)

    async def unit(self, name: str, *, parent: UUID | None = None, kind: str = "dinas") -> UUID:
        """Create a unit below ``parent`` (default: the root)."""
        async with self.database.write(self.tenant_id) as writing:
            return await _unit(writing, name, parent or self.root, kind)

    async def employee(
        self,
        name: str,
        *,
        unit: UUID | None = None,
        head: bool = False,
        kind: str = PlacementKind.DEFINITIVE,
        since: dt.date = LONG_AGO,
        until: dt.date | None = None,
        superior: Person | None = None,
    ) -> Person:
        """Create an employee placed in ``unit``, with an active account and a token."""
        async with self.database.write(self.tenant_id) as writing:
            employee_id = await _employee(writing, name)
            placement_id = await place(
                writing, employee_id, unit or self.root, head=head, kind=kind, since=since,
                until=until, superior_id=superior.employee_id if superior else None,
            )  # fmt: skip
            return await _account(
                self.app, writing, name, employee_id=employee_id,
                placement_id=placement_id, unit_id=unit or self.root,
            )  # fmt: skip

    async def newcomers(self, count: int = 1) -> list[UUID]:
        """Create employees who are placed nowhere and have no account."""
        async with self.database.write(self.tenant_id) as writing:
            return [await _employee(writing, f"Pegawai {n}") for n in range(count)]

    async def officer(self, name: str, role: Role, *, unit: UUID | None = None) -> Person:
        """Create an account without an employee that holds a role (tenant-wide or of a unit)."""
        async with self.database.write(self.tenant_id) as writing:
            person = await _account(self.app, writing, name)
            await _grant(writing, person.account_id, role, unit)
            return person

    async def grant(self, person: Person, role: Role, *, unit: UUID | None = None) -> None:
        """Give a role; takes effect for tokens not used before."""
        async with self.database.write(self.tenant_id) as writing:
            await _grant(writing, person.account_id, role, unit)


async def new_world(app: Any, database: Database, *, code: str | None = None) -> World:
    """Create a government with its root unit, mayor, agency and administrator."""
    tenant_id, number = new_id(), next(_numbers)
    code = code or f"kota-{number}-{uuid.uuid4().hex[:8]}"
    async with database.write(tenant_id) as writing:
        now = clock.now()
        await put(
            writing, tenants, id=tenant_id, code=code, name=f"Kota {number}", time_zone=ZONE,
            is_active=True, created_at=now, updated_at=now,
        )  # fmt: skip
        root = await _unit(writing, f"Pemerintah Kota {number}", None, "government")
        mayor_id = await _employee(writing, "Wali Kota", kind="official")
        placement = await place(writing, mayor_id, root, head=True)
        mayor = await _account(
            app, writing, "Wali Kota", employee_id=mayor_id, placement_id=placement, unit_id=root
        )
        agency = await _account(app, writing, "Badan Kepegawaian")
        await _grant(writing, agency.account_id, Role.PERSONNEL_AGENCY, None)
        admin = await _account(app, writing, "Administrator")
        await _grant(writing, admin.account_id, Role.TENANT_ADMINISTRATOR, None)
    return World(app, database, tenant_id, code, root, mayor, agency, admin)


async def put(writing: Writing, table: Any, **values: Any) -> None:
    """Insert one row as it is."""
    columns = {name: bindparam(name, type_=table.c[name].type) for name in values}
    await writing.execute(Statement(insert(table).values(**columns)), **values)


async def _unit(writing: Writing, name: str, parent: UUID | None, kind: str) -> UUID:
    unit_id, now, number = new_id(), clock.now(), next(_numbers)
    await put(
        writing, units, tenant_id=writing.tenant_id, id=unit_id, code=f"U{number}", name=name,
        kind=kind, parent_id=parent, created_at=now, updated_at=now,
    )  # fmt: skip
    await writing.script(
        f"INSERT INTO kinerja.unit_closure SELECT tenant_id, ancestor_id, '{unit_id}', depth + 1"
        f" FROM kinerja.unit_closure WHERE descendant_id = '{parent}'"
        if parent
        else "SELECT 1"
    )
    await put(
        writing, unit_closure, tenant_id=writing.tenant_id, ancestor_id=unit_id,
        descendant_id=unit_id, depth=0,
    )  # fmt: skip
    return unit_id


async def _employee(writing: Writing, name: str, *, kind: str = "pns") -> UUID:
    employee_id, now, number = new_id(), clock.now(), next(_numbers)
    nip = None if kind == "official" else f"19800101200501{1 + number % 2}{number % 999 + 1:03d}"
    if nip is not None and number > 999:
        nip = f"{19700101 + number // 999 % 28:08d}200501{1 + number % 2}{number % 999 + 1:03d}"
    await put(
        writing, employees, tenant_id=writing.tenant_id, id=employee_id, ref=f"P{number}",
        kind=kind, nip=nip, name=name, status="active", created_at=now, updated_at=now,
    )  # fmt: skip
    return employee_id


async def place(
    writing: Writing,
    employee_id: UUID,
    unit_id: UUID,
    *,
    head: bool = False,
    kind: str = PlacementKind.DEFINITIVE,
    since: dt.date = LONG_AGO,
    until: dt.date | None = None,
    superior_id: UUID | None = None,
) -> UUID:
    """Place an employee in a new position of the unit (the existing head position if head)."""
    now, number = clock.now(), next(_numbers)
    position_id, placement_id = new_id(), new_id()
    taken = await writing.value(_HEAD_POSITION, unit_id=unit_id) if head else None
    if taken is None:
        await put(
            writing, positions, tenant_id=writing.tenant_id, id=position_id, unit_id=unit_id,
            code=f"J{number}", title="Kepala" if head else "Pelaksana", kind="administrasi",
            level="pelaksana", is_head=head, created_at=now, updated_at=now,
        )  # fmt: skip
    await put(
        writing, placements, tenant_id=writing.tenant_id, id=placement_id,
        employee_id=employee_id, position_id=taken or position_id, unit_id=unit_id, is_head=head,
        kind=kind, starts_on=since, ends_on=until, superior_id=superior_id, created_at=now,
        updated_at=now,
    )  # fmt: skip
    return placement_id


_HEAD_POSITION = Statement(
    positions.select()
    .with_only_columns(positions.c.id)
    .where(
        positions.c.tenant_id == bindparam("tenant_id"),
        positions.c.unit_id == bindparam("unit_id"),
        positions.c.is_head,
    )
)


async def _account(
    app: Any,
    writing: Writing,
    name: str,
    *,
    employee_id: UUID | None = None,
    placement_id: UUID | None = None,
    unit_id: UUID | None = None,
) -> Person:
    account_id, session_id, now = new_id(), new_id(), clock.now()
    tenant_id = writing.tenant_id
    await put(
        writing, principals, tenant_id=tenant_id, id=account_id, is_active=True, access_version=1
    )
    await put(
        writing, accounts, tenant_id=tenant_id, id=account_id, kind=AccountKind.PERSON,
        login=f"login-{next(_numbers)}-{uuid.uuid4().hex[:6]}", name=name,
        employee_id=employee_id, status=AccountStatus.ACTIVE, epoch=1, created_at=now,
        updated_at=now,
    )  # fmt: skip
    await put(
        writing, sessions, tenant_id=tenant_id, id=session_id, account_id=account_id,
        created_at=now, last_used_at=now, expires_at=now + dt.timedelta(days=1),
    )  # fmt: skip
    keys: KeyRing = app.state.keys
    token = keys.issue(
        AccessClaims(
            issuer=app.state.settings.server.public_url, audience="kinerja-api",
            subject=account_id, tenant_id=tenant_id, session_id=session_id, epoch=1,
            issued_at=now.replace(microsecond=0),
            expires_at=now.replace(microsecond=0) + dt.timedelta(minutes=15), token_id=new_id(),
        )
    )  # fmt: skip
    return Person(tenant_id, account_id, employee_id, placement_id, unit_id, name, token)


async def _grant(writing: Writing, account_id: UUID, role: Role, unit_id: UUID | None) -> None:
    now = clock.now()
    await put(
        writing, grants, tenant_id=writing.tenant_id, id=new_id(), account_id=account_id,
        role=role, unit_id=unit_id, starts_on=LONG_AGO, created_at=now, updated_at=now,
    )  # fmt: skip
