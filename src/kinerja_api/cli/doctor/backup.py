"""Proves that a backup can be restored: dump, restore into a scratch database, count the rows.

A dump by a role that is bound to row-level security would fail or, worse, be silently empty. So it
is made as the backup role (BYPASSRLS), and its tables are counted in the same snapshot.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from kinerja_api.cli.connection import Addresses
from kinerja_api.cli.doctor.check import Check, judge
from kinerja_api.core import embedded
from kinerja_api.core.tables import SCHEMA

_TABLES = """
SELECT relname, format('SELECT count(*) FROM %I.%I', nspname, relname) AS counting,
       format('ALTER TABLE %I.%I NO FORCE ROW LEVEL SECURITY', nspname, relname) AS opening
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = $1 AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname
"""


class _ToolFailed(Exception):
    pass


async def prove_backup(addresses: Addresses) -> list[Check]:
    """Return what came of a dump and its restoration."""
    if addresses.backup is None:
        mend = "Set KINERJA_DATABASE_BACKUP_URL to a role with BYPASSRLS and pg_read_all_data."
        return [Check("backup", "warning", "unproven: there is no backup role", mend)]
    try:
        dumped, restored = await _dump_and_restore(addresses, addresses.backup)
    except (_ToolFailed, asyncpg.PostgresError, embedded.EmbeddedServerError) as error:
        mend = "The owner needs CREATEDB for the scratch database, the backup role BYPASSRLS."
        return [Check("backup", "failed", str(error).strip(), mend)]
    different = sorted(name for name in dumped if dumped[name] != restored.get(name))
    found = f"{sum(dumped.values())} rows of {len(dumped)} tables dumped and restored"
    mend = "Do not rely on dumps made this way: the role does not see every row."
    if different:
        found = f"rows differ after the restoration: {', '.join(different)}"
    return [judge("backup", not different, found, mend=mend)]


async def _dump_and_restore(
    addresses: Addresses, backup: str
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    source = await asyncpg.connect(backup)
    with tempfile.TemporaryDirectory(prefix="kinerja-backup-") as folder:
        file = Path(folder) / "dump"
        try:
            await source.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = await source.fetchval("SELECT pg_export_snapshot()")
            tools = _tools(source.get_server_version().major)
            dumped = await _count(source)
            options = ("--format=custom", "--compress=1", "--schema", SCHEMA, "--file", str(file))
            await _run(f"{tools}/pg_dump", backup, *options, f"--snapshot={snapshot}")
        finally:
            await source.close()
        async with _scratch_database(addresses) as scratch:
            options = ("--no-owner", "--no-privileges", "--exit-on-error", str(file))
            await _run(f"{tools}/pg_restore", scratch, *options)
            target = await asyncpg.connect(scratch)
            try:
                restored = await _count(target, opened=True)
            finally:
                await target.close()
    return dumped, restored


async def _count(connection: asyncpg.Connection, *, opened: bool = False) -> Mapping[str, int]:
    """Return the rows per table. opened: an owner, whom forced security would show none."""
    counts: dict[str, int] = {}
    for table in await connection.fetch(_TABLES, SCHEMA):
        if opened:
            await connection.execute(table["opening"])
        counts[table["relname"]] = await connection.fetchval(table["counting"])
    return counts


@asynccontextmanager
async def _scratch_database(addresses: Addresses) -> AsyncGenerator[str]:
    """Yield the address of an empty database, dropped at the end."""
    name = f"kinerja_restored_{secrets.token_hex(4)}"
    if addresses.cluster is not None:
        embedded.create_database(addresses.cluster, name)
        try:
            yield addresses.cluster.dsn(role=embedded.OWNER, database=name)
        finally:
            embedded.drop_database(addresses.cluster, name)
        return
    owner = await asyncpg.connect(addresses.owner_required)
    try:
        creating = await owner.fetchval("SELECT format('CREATE DATABASE %I', $1::text)", name)
        await owner.execute(creating)
        try:
            yield urlunsplit(urlsplit(addresses.owner_required)._replace(path=f"/{name}"))
        finally:
            dropping = await owner.fetchval("SELECT format('DROP DATABASE %I', $1::text)", name)
            await owner.execute(dropping)
    finally:
        await owner.close()


async def _run(tool: str, address: str, *options: str) -> None:
    """Run a tool of PostgreSQL; the password travels in the environment, not in the arguments."""
    parts = urlsplit(address)
    password = unquote(parts.password or "")
    user, _, place = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}@{place}" if user else place
    process = await asyncio.create_subprocess_exec(
        tool,
        *options,
        "--dbname",
        urlunsplit(parts._replace(netloc=netloc)),
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        raise _ToolFailed(f"{tool}: {said.decode(errors='replace')[-500:]}")


def _tools(server_major: int) -> Path:
    """Return the folder of the oldest tools that are not older than the server.

    Older ones refuse a newer server; newer ones write settings that an older server refuses.
    """
    installed = shutil.which("pg_dump")
    if installed is not None:
        said = subprocess.run([installed, "--version"], capture_output=True, text=True, check=False)
        if f" {server_major}." in said.stdout:
            return Path(installed).parent
    return embedded.bin_dir(min((major for major in (16, 18) if major >= server_major), default=18))
