"""The role that alone may read who reported: what it may do, and that nothing else may."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any, Literal

import asyncpg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import delete, insert, literal, select, text

from kinerja_api.access.tables import accounts
from kinerja_api.core.db import Database, Identity
from kinerja_api.core.ids import new_id
from kinerja_api.core.outbox import events
from kinerja_api.core.principal import Principal
from kinerja_api.core.problems import IdentityUnavailable
from kinerja_api.core.settings import DatabaseSettings
from kinerja_api.core.sql import Statement
from kinerja_api.core.tables import SCHEMA
from kinerja_api.core.trail import audit_entries
from migrations.tenancy import guard_identity
from tests.plugins.database import server_url

ONE = Statement(select(literal(1)))
ENTRIES = "SELECT * FROM kinerja.audit_entries WHERE tenant_id = $1"
ADD = Statement(text("INSERT INTO kinerja.guarded VALUES (:tenant_id, :id, 'Budi')"))
NAMES = Statement(text("SELECT name FROM kinerja.guarded"))
ERASE = Statement(text("DELETE FROM kinerja.guarded WHERE id = :id"))
CHANGE = Statement(text("UPDATE kinerja.guarded SET name = 'Ani'"))


def pools(
    name: str, *, binding: Literal["connection", "transaction"] = "connection", **urls: str
) -> Database:
    settings = DatabaseSettings(database_pool_size=2, database_binding=binding)
    return Database(settings, writer_url=server_url("kinerja_writer", name), **urls)


@pytest.fixture
async def guarded(administrator: asyncpg.Connection) -> AsyncIterator[None]:
    """A table behind ``guard_identity``."""
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        guard_identity("guarded")
    await administrator.execute(
        "CREATE TABLE kinerja.guarded (tenant_id uuid, id uuid, name text);" + written.getvalue()
    )
    yield
    await administrator.execute("DROP TABLE kinerja.guarded")


@pytest.mark.parametrize("binding", ["connection", "transaction"])
async def test_it_writes_the_trail_as_the_caller(
    database_name: str, sql: Any, binding: Literal["connection", "transaction"]
):
    tenant_id, account_id, subject_id = new_id(), new_id(), new_id()
    url = server_url("kinerja_identity", database_name)
    database = pools(database_name, binding=binding, identity_url=url)
    await database.open()
    try:
        caller = Principal(tenant_id, account_id, 1, "inspectorate")
        async with database.identity(tenant_id, caller, "request-1") as identity:
            assert await identity.value(ONE) == 1
            identity.record("identity.read", ("report", subject_id), reason="Dugaan pidana")
    finally:
        await database.close()
    (entry,) = await sql(ENTRIES, tenant_id)
    assert (entry["account_id"], entry["acting_as"]) == (account_id, "inspectorate")
    assert (entry["request_id"], entry["reason"]) == ("request-1", "Dugaan pidana")
    assert (entry["action"], entry["subject_id"]) == ("identity.read", subject_id)


async def test_an_entry_alone_is_written_too_and_nobody_is_the_system(database: Database, sql: Any):
    tenant_id = new_id()
    async with database.identity(tenant_id) as identity:
        identity.record("news.sent", ("report", new_id()))
    (entry,) = await sql(ENTRIES, tenant_id)
    assert (entry["account_id"], entry["acting_as"], entry["request_id"]) == (None, "system", None)


async def test_a_failed_block_leaves_nothing(database: Database, sql: Any):
    tenant_id = new_id()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - all of it is one transaction
        async with database.identity(tenant_id) as identity:
            await identity.value(ONE)
            identity.record("identity.read", ("report", new_id()))
            raise ZeroDivisionError
    assert await sql(ENTRIES, tenant_id) == []
    async with database.identity(tenant_id) as identity:
        assert await identity.value(ONE) == 1
    assert await sql(ENTRIES, tenant_id) == []


@pytest.mark.parametrize(
    "refused",
    [
        select(accounts.c.id),
        select(audit_entries.c.id),
        delete(audit_entries),
        insert(events).values(tenant_id=new_id(), id=new_id()),
    ],
)
async def test_it_reads_no_other_table_and_tells_nothing(database: Database, refused: Any):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.identity(new_id()) as identity:
            await identity.value(Statement(refused))


async def test_it_cannot_write_the_trail_of_another_government(database: Database):
    foreign = Statement(
        text(
            "INSERT INTO kinerja.audit_entries"
            " (tenant_id, id, at, acting_as, action, subject_type, subject_id)"
            " VALUES (:other_id, :id, now(), 'system', 'forged', 'report', :id)"
        )
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with database.identity(new_id()) as identity:
            await identity.execute(foreign, other_id=new_id(), id=new_id())


async def names(identity: Identity) -> list[str]:
    return await identity.rows(NAMES, lambda name: name)


@pytest.mark.usefixtures("guarded")
async def test_what_it_guards_is_added_by_the_writer_and_read_by_nobody_else(
    database: Database, administrator: asyncpg.Connection
):
    tenant_id, row_id = new_id(), new_id()
    for owner in (tenant_id, new_id()):
        async with database.write(owner) as writing:
            await writing.execute(ADD, id=row_id)
    for forbidden in (NAMES, ERASE, CHANGE):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.write(tenant_id) as writing:
                await writing.execute(forbidden, id=row_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.read(tenant_id) as reading:
            await reading.value(NAMES)
    for forbidden in (ADD, CHANGE):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with database.identity(tenant_id) as identity:
                await identity.execute(forbidden, id=row_id)
    async with database.identity(tenant_id) as identity:
        assert await names(identity) == ["Budi"]
        assert await identity.execute(ERASE, id=row_id) == 1
        assert await names(identity) == []
    assert await administrator.fetchval("SELECT count(*) FROM kinerja.guarded") == 1
    asked = "SELECT has_table_privilege('kinerja_backup', 'kinerja.guarded', 'SELECT')"
    assert await administrator.fetchval(asked)


@pytest.mark.usefixtures("guarded")
async def test_many_at_once_share_two_connections(database: Database, sql: Any):
    tenants = [new_id() for _ in range(6)]

    async def add_and_read(tenant_id: Any) -> list[str]:
        async with database.write(tenant_id) as writing:
            await writing.execute(ADD, id=new_id())
        async with database.identity(tenant_id) as identity:
            found = await names(identity)
            identity.record("identity.read", ("report", new_id()))
            return found

    assert await asyncio.gather(*map(add_and_read, tenants)) == [["Budi"]] * 6
    assert [len(await sql(ENTRIES, tenant_id)) for tenant_id in tenants] == [1] * 6
    assert database.pool_figures()["identity"][2] == 2


async def test_without_its_address_the_rest_works(database_name: str):
    database = pools(database_name)
    await database.open()
    try:
        with pytest.raises(IdentityUnavailable) as refused:
            async with database.identity(new_id()):
                pytest.fail("there is no such role here")
        assert refused.value.status == 503
        async with database.read(new_id()) as reading:
            assert await reading.value(ONE) == 1
    finally:
        await database.close()


async def test_it_connects_when_it_is_needed(database_name: str):
    database = pools(database_name, identity_url="postgresql://nobody@127.0.0.1:1/nowhere")
    await database.open()
    try:
        assert database.pool_figures()["identity"] == (0, 0, 2)
        assert not database.is_exhausted
    finally:
        await database.close()


async def test_the_role_holds_these_rights_and_no_more(sql: Any):
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
    held = await sql(
        "SELECT relname, right_ FROM pg_class, unnest($2::text[]) AS right_"
        " WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')"
        " AND has_table_privilege('kinerja_identity', oid, right_)",
        SCHEMA,
        list(rights),
    )
    assert {(row["relname"], row["right_"]) for row in held} == {
        ("audit_entries", "INSERT"),
        ("reporters", "SELECT"),
        ("reporters", "DELETE"),
    }
    stronger = await sql(
        "SELECT rolname FROM pg_roles WHERE rolname = 'kinerja_identity'"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb"
        "      OR EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)"
        "      OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))"
    )
    assert stronger == []
