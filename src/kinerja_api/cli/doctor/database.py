"""Checks of the database: roles, versions, row-level security, revision, partitions, clock."""

import datetime as dt

import asyncpg

from kinerja_api.cli.connection import Addresses
from kinerja_api.cli.doctor.check import Check, judge
from kinerja_api.core import clock
from kinerja_api.core.partitions import last_partition_year
from kinerja_api.core.revision import head_revision
from kinerja_api.core.tables import SCHEMA
from kinerja_api.schema import metadata

_OLDEST = 150_000
_MOST_SKEW = dt.timedelta(seconds=2)
_MIGRATE = "Run: kinerja migrate"
_ROLES = "Run, as an administrator of the database: kinerja doctor --roles-sql | psql …"

_RIGHTS = """
SELECT rolsuper OR rolbypassrls AS is_above_rules,
       EXISTS (SELECT FROM pg_class WHERE relnamespace = space.oid
               AND pg_has_role(current_user, relowner, 'MEMBER')) AS owns,
       has_schema_privilege(space.oid, 'USAGE') AS may_enter,
       has_table_privilege(accounts.oid, 'SELECT') AS may_read,
       has_table_privilege(accounts.oid, 'UPDATE') AS may_write,
       has_table_privilege(trail.oid, 'INSERT') AS may_record
FROM pg_roles, pg_namespace AS space
JOIN pg_class AS accounts ON accounts.relnamespace = space.oid AND accounts.relname = 'accounts'
JOIN pg_class AS trail ON trail.relnamespace = space.oid AND trail.relname = 'audit_entries'
WHERE rolname = current_user AND nspname = $1
"""
_FORCED = """
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = $1 AND relname = ANY($2) AND relrowsecurity AND relforcerowsecurity
"""


async def checks(addresses: Addresses) -> list[Check]:
    """Return the checks of every role that has an address."""
    roles = {
        "writer": addresses.writer,
        "reader": addresses.reader,
        "identity": addresses.identity,
        "owner": addresses.owner,
        "backup": addresses.backup,
    }
    found: list[Check] = []
    for role, address in roles.items():
        if address is not None:
            found += await _role(role, address)
    if addresses.reader is None:
        mend = "Set KINERJA_DATABASE_READER_URL: then a read cannot write, whatever the code does."
        found.append(Check("reader", "warning", "no role of its own", mend))
    if addresses.identity is None:
        mend = "Set KINERJA_DATABASE_IDENTITY_URL: without it nobody who reported can be reached."
        found.append(Check("identity", "warning", "no role of its own", mend))
    if not any(check.is_failure for check in found):
        found += await _schema(addresses)
    return found


async def _role(role: str, address: str) -> list[Check]:
    try:
        connection = await asyncpg.connect(address, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        name = f"KINERJA_DATABASE_{'' if role == 'writer' else role.upper() + '_'}URL"
        return [Check(role, "failed", f"no connection: {error}", f"Mend {name}, or the server.")]
    try:
        number = int(await connection.fetchval("SHOW server_version_num"))
        found = f"PostgreSQL {number // 10_000}, as {await connection.fetchval('SELECT user')}"
        outcome = [judge(role, number >= _OLDEST, found, mend="PostgreSQL 15 or newer is needed.")]
        if role in {"writer", "reader", "identity"}:
            outcome += await _rights(role, connection)
    finally:
        await connection.close()
    return outcome


async def _rights(role: str, connection: asyncpg.Connection) -> list[Check]:
    rights = await connection.fetchrow(_RIGHTS, SCHEMA)
    if rights is None:  # there is no schema yet
        return []
    is_bound = not (rights["owns"] or rights["is_above_rules"])
    return [
        judge(
            f"{role}'s bounds",
            is_bound,
            "owns nothing" if is_bound else "owns tables or stands above row-level security",
            mend=_ROLES,
        ),
        _identity_rights(rights) if role == "identity" else _write_rights(role, rights),
    ]


def _write_rights(role: str, rights: asyncpg.Record) -> Check:
    may_write, wanted = rights["may_enter"] and rights["may_write"], role == "writer"
    return judge(
        f"{role}'s rights",
        may_write is wanted,
        "may write" if may_write else "may not write",
        mend=_MIGRATE if wanted else _ROLES,
    )


def _identity_rights(rights: asyncpg.Record) -> Check:
    if rights["may_read"]:
        mend = "Let KINERJA_DATABASE_IDENTITY_URL name kinerja_identity, not the writer or reader."
        return Check("identity's rights", "failed", "may read accounts", mend)
    may_record = rights["may_enter"] and rights["may_record"]
    found = "may write the trail" if may_record else "may not write the trail"
    return judge("identity's rights", may_record, f"reads no accounts, {found}", mend=_MIGRATE)


async def _schema(addresses: Addresses) -> list[Check]:
    connection = await asyncpg.connect(addresses.owner or addresses.writer)
    try:
        return [
            await _revision(connection),
            await _row_security(connection),
            await _partitions(connection),
            await _clock(connection),
        ]
    finally:
        await connection.close()


async def _revision(connection: asyncpg.Connection) -> Check:
    try:
        found = await connection.fetchval("SELECT version_num FROM kinerja.alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        found = None
    except asyncpg.InsufficientPrivilegeError:
        mend = "Set KINERJA_DATABASE_OWNER_URL for this check."
        return Check("revision", "warning", "cannot be read by this role", mend)
    head = head_revision()
    return judge("revision", found == head, f"{found or 'none'}, code: {head}", mend=_MIGRATE)


async def _row_security(connection: asyncpg.Connection) -> Check:
    wanted = [table.name for table in metadata.tables.values() if not table.info.get("reference")]
    forced = await connection.fetchval(_FORCED, SCHEMA, wanted)
    found = f"forced on {forced} of {len(wanted)} tables"
    return judge("row-level security", forced == len(wanted), found, mend=_MIGRATE)


async def _partitions(connection: asyncpg.Connection) -> Check:
    last, this = await last_partition_year(connection), clock.now().year
    found = f"made up to {last}"
    return judge("partitions", last > this, found, mend=_MIGRATE, warns=last == this)


async def _clock(connection: asyncpg.Connection) -> Check:
    before = clock.now()
    there = await connection.fetchval("SELECT clock_timestamp()")
    skew = max(before - there, there - clock.now(), dt.timedelta(0))
    found = f"{skew.total_seconds():.1f} s from the database's"
    mend = "Let both machines follow a time server (chrony, systemd-timesyncd)."
    return judge("clock", skew <= _MOST_SKEW, found, mend=mend)
