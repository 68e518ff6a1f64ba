"""A government for benchmarks: people with accounts, tokens, an approved plan and old logs."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kinerja_api.access.tokens import AccessClaims, KeyRing
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from tests.factories.world import World, new_world

_PEOPLE = """
WITH numbered AS (
    SELECT n, gen_random_uuid() AS employee_id, gen_random_uuid() AS account_id,
           gen_random_uuid() AS session_id, gen_random_uuid() AS placement_id,
           gen_random_uuid() AS plan_id, gen_random_uuid() AS target_id
    FROM generate_series(1, $2::int) AS n
), position AS (
    INSERT INTO kinerja.positions
        (tenant_id, id, unit_id, code, title, kind, level, is_head, created_at, updated_at)
    VALUES ($1, gen_random_uuid(), $3, 'BENCH', 'Pelaksana', 'administrasi', 'pelaksana', false,
            now(), now()) RETURNING id
), employee AS (
    INSERT INTO kinerja.employees
        (tenant_id, id, ref, kind, nip, name, status, created_at, updated_at)
    SELECT $1, employee_id, 'B' || n, 'pns', lpad(n::text, 18, '0'), 'Pegawai ' || n, 'active',
           now(), now() FROM numbered
), placement AS (
    INSERT INTO kinerja.placements
        (tenant_id, id, employee_id, position_id, unit_id, is_head, kind, starts_on, created_at,
         updated_at)
    SELECT $1, placement_id, employee_id, (SELECT id FROM position), $3, false, 'definitive',
           '2020-01-01', now(), now() FROM numbered
), principal AS (
    INSERT INTO kinerja.principals (tenant_id, id, is_active, access_version)
    SELECT $1, account_id, true, 1 FROM numbered
), account AS (
    INSERT INTO kinerja.accounts
        (tenant_id, id, kind, login, name, employee_id, status, epoch, created_at, updated_at)
    SELECT $1, account_id, 'person', 'b' || n, 'Pegawai ' || n, employee_id, 'active', 1, now(),
           now() FROM numbered
), session AS (
    INSERT INTO kinerja.sessions
        (tenant_id, id, account_id, created_at, last_used_at, expires_at)
    SELECT $1, session_id, account_id, now(), now(), now() + interval '1 day' FROM numbered
), plan AS (
    INSERT INTO kinerja.plans
        (tenant_id, id, employee_id, placement_id, unit_id, year, approach, status, created_at,
         updated_at)
    SELECT $1, plan_id, employee_id, placement_id, $3, $4, 'quantitative', 'approved', now(),
           now() FROM numbered
), target AS (
    INSERT INTO kinerja.targets (tenant_id, id, plan_id, number, kind, title, weight_percent)
    SELECT $1, target_id, plan_id, 1, 'utama', 'Pelayanan', 100 FROM numbered
)
SELECT employee_id, account_id, session_id, target_id FROM numbered
"""

_LOGS = """
INSERT INTO kinerja.activity_logs
    (tenant_id, id, work_date, employee_id, unit_id, starts_minute, ends_minute, description,
     target_id, volume, volume_unit, status, created_at, updated_at)
SELECT $1, gen_random_uuid(), $2::date - day, employee_id, $3, 480, 540,
       'Melayani permohonan di loket', target_id, 5, 'berkas', 'approved', now(), now()
FROM unnest($4::uuid[], $5::uuid[]) AS person (employee_id, target_id),
     generate_series(30, 330) AS day
"""


@dataclass(frozen=True)
class Clerk:
    """One who enters logs."""

    tenant_id: UUID
    employee_id: UUID
    account_id: UUID
    target_id: UUID
    token: str


async def seed(
    app: Any, database: Database, superuser: asyncpg.Connection, people: int
) -> tuple[World, list[Clerk]]:
    """Create a government with so many clerks in one office, 300 old logs each."""
    world = await new_world(app, database)
    office = await world.unit("Disdukcapil")
    rows = await superuser.fetch(
        _PEOPLE, world.tenant_id, people, office, world.today.year, timeout=120
    )
    await superuser.execute(
        _LOGS,
        world.tenant_id,
        world.today,
        office,
        [row["employee_id"] for row in rows],
        [row["target_id"] for row in rows],
        timeout=300,
    )
    await superuser.execute("ANALYZE")
    return world, [
        Clerk(
            world.tenant_id,
            row["employee_id"],
            row["account_id"],
            row["target_id"],
            _token(app, world.tenant_id, row["account_id"], row["session_id"]),
        )
        for row in rows
    ]


def _token(app: Any, tenant_id: UUID, account_id: UUID, session_id: UUID) -> str:
    keys: KeyRing = app.state.keys
    now = clock.now().replace(microsecond=0)
    return keys.issue(
        AccessClaims(
            issuer=app.state.settings.server.public_url, audience="kinerja-api",
            subject=account_id, tenant_id=tenant_id, session_id=session_id, epoch=1,
            issued_at=now, expires_at=now + dt.timedelta(minutes=15), token_id=new_id(),
        )
    )  # fmt: skip
