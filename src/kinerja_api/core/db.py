"""The database as a request sees it: ``Reading``, ``Writing`` or ``Identity``, and their pools.

Transactions open and commit here only. A connection is taken at the first statement, bound to
the tenant (row-level security shows nothing without) and given back at the end of the request.
Reads are single statements without a transaction. A write is either one statement
(``Writing.once``) or one transaction that begins at the first statement and ends in ``commit``.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic_core import from_json, to_json
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.duties import Duties, flush_duties, flush_entries
from kinerja_api.core.idempotency import Answer, KeyUse, StoredAnswer, find_answer
from kinerja_api.core.ids import new_id
from kinerja_api.core.outbox import Event
from kinerja_api.core.principal import Principal, PrincipalChanged, is_live
from kinerja_api.core.problems import (
    DatabaseBusy,
    DatabaseUnavailable,
    IdentityUnavailable,
    KeyInUse,
)
from kinerja_api.core.settings import DatabaseSettings
from kinerja_api.core.sql import Shape, Statement, affected, shaped, statement
from kinerja_api.core.trail import Entry

T = TypeVar("T")

_ACQUIRE_SECONDS = 2.5
_MOST_IDENTITIES = 2
_SYSTEM = "system"

RETRYABLE = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says of a connection killed under it
    ConnectionError,
)


class Replayed(Exception):
    """The idempotency key was used before; carries the stored answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class CommitUnknown(Exception):
    """The connection was lost while a commit was under way."""


class BoundConnection(asyncpg.Connection):
    """A connection that remembers the tenant it is bound to."""

    tenant_id: UUID | None = None

    async def bind(self, tenant_id: UUID | None) -> None:
        """Show this tenant's rows, and no other's, until the next call."""
        if tenant_id == self.tenant_id:
            return
        self.tenant_id = None
        await self.execute(
            "SELECT set_config('app.tenant', $1, false)", str(tenant_id) if tenant_id else ""
        )
        self.tenant_id = tenant_id


Connection = PoolConnectionProxy


def _json_text(value: object) -> str:
    return to_json(value).decode()


async def _prepare(connection: Any) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name,
            schema="pg_catalog",
            encoder=_json_text,
            decoder=from_json,
        )


async def _give_back(connection: Any) -> None:
    """Do nothing: the unit of work ended its transaction, and the session is never changed.

    Without this asyncpg would send a query of its own at every release.
    """
    del connection


@statement
def _guard_statement() -> Executable:
    return select(is_live())


@statement
def _lock_key_statement() -> Executable:
    return select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))


class Reading:
    """Reads of one tenant, as one caller. Writes are refused by the role behind it."""

    def __init__(self, pool: asyncpg.Pool, *, binding: str) -> None:
        self._pool = pool
        self._binding = binding
        self._connection: Connection | None = None
        self._tenant_id: UUID | None = None
        self.principal: Principal | None = None
        self.headers: dict[str, str] = {}
        self.request_id: str | None = None

    @property
    def tenant_id(self) -> UUID:
        """Return the tenant this is bound to."""
        if self._tenant_id is None:
            raise RuntimeError("no tenant is bound")
        return self._tenant_id

    def bind(self, tenant_id: UUID, principal: Principal | None = None) -> None:
        """Say whose rows are meant, before the first statement on them."""
        self._tenant_id = tenant_id
        self.principal = principal

    async def rows(self, wanted: Statement, shape: Shape[T], **values: object) -> list[T]:
        """Return all rows of the statement, each as ``shape``."""
        connection = await self._ready()
        return shaped(await connection.fetch(wanted.text, *self._arguments(wanted, values)), shape)

    async def row(self, wanted: Statement, shape: Shape[T], **values: object) -> T | None:
        """Return the first row, or None."""
        connection = await self._ready()
        record = await connection.fetchrow(wanted.text, *self._arguments(wanted, values))
        return None if record is None else shape(**dict(record))

    async def value(self, wanted: Statement, **values: object) -> Any:
        """Return the first column of the first row, or None."""
        connection = await self._ready()
        return await connection.fetchval(wanted.text, *self._arguments(wanted, values))

    async def hash_joins_only(self) -> None:
        """Plan the statements to come without nested loops, for joins of whole tables.

        After an import no statistics tell their size, and a loop over them takes minutes.
        """
        connection = await self._ready()
        begin = "" if connection.is_in_transaction() else "BEGIN READ ONLY; "
        await connection.execute(f"{begin}SET LOCAL enable_nestloop = off")

    async def close(self) -> None:
        """Give the connection back; what was not committed is gone."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            if connection.is_in_transaction():
                await connection.execute("ROLLBACK")
        finally:
            await self._pool.release(connection)

    def _arguments(self, wanted: Statement, values: Mapping[str, object]) -> list[object]:
        if self._tenant_id is None:
            return wanted.arguments(values)
        return wanted.arguments({"tenant_id": self._tenant_id, **values})

    async def _ready(self) -> Connection:
        connection = await self._bound()
        if self._binding == "transaction" and not connection.is_in_transaction():
            await connection.execute(f"BEGIN READ ONLY; {self._local_binding()}")
        return connection

    async def _bound(self) -> Connection:
        connection = self._connection
        if connection is None:
            try:
                connection = await self._pool.acquire(timeout=_ACQUIRE_SECONDS)
            except TimeoutError as error:
                raise DatabaseBusy(retry_after=1) from error
            except (OSError, asyncpg.PostgresError) as error:
                raise DatabaseUnavailable(retry_after=2) from error
            self._connection = connection
        if self._binding == "connection":
            bound: BoundConnection = connection._con  # pyright: ignore[reportPrivateUsage, reportAssignmentType] # noqa: SLF001 - the proxy hides our subclass
            if bound.tenant_id != self._tenant_id:
                await bound.bind(self._tenant_id)
        return connection

    def _local_binding(self) -> str:
        return f"SET LOCAL app.tenant = '{self._tenant_id or ''}'"


class _Transaction(Reading):
    """Reads and changes of one tenant in one transaction, with their trail entries."""

    def __init__(self, pool: asyncpg.Pool, *, binding: str) -> None:
        super().__init__(pool, binding=binding)
        self._begun = False
        self._finished = False
        self._duties: Duties | None = None

    async def execute(self, wanted: Statement, **values: object) -> int:
        """Run a statement that changes rows; return how many."""
        connection = await self._ready()
        return affected(await connection.execute(wanted.text, *self._arguments(wanted, values)))

    def record(
        self,
        action: str,
        subject: tuple[str, UUID],
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        reason: str | None = None,
    ) -> None:
        """Add an entry to the trail, written with the transaction.

        subject: its type and id. before, after: the changed fields only, no secrets.
        """
        entry = Entry(new_id(), clock.now(), action, *subject, reason, before, after)
        self._owed().entries.append(entry)

    async def _ready(self) -> Connection:
        if self._finished:
            raise RuntimeError("the write is finished")
        if not self._begun:
            await self._begin()
        return await self._bound()

    async def _begin(self) -> None:
        connection = await self._bound()
        self._begun = True
        local = f"; {self._local_binding()}" if self._binding == "transaction" else ""
        await connection.execute(f"BEGIN{local}")

    async def _end(self, connection: Connection) -> None:
        try:
            outcome = await connection.execute("COMMIT")
        except LOST as error:
            raise CommitUnknown from error
        if outcome != "COMMIT":
            raise RuntimeError("the transaction had failed and was rolled back")
        self._begun = False
        self._finished = True

    def _owed(self) -> Duties:
        if self._duties is None:
            self._duties = Duties(
                tenant_id=self.tenant_id,
                account_id=self.principal.account_id if self.principal else None,
                acting_as=self.principal.acting_as if self.principal else _SYSTEM,
                request_id=self.request_id,
            )
        return self._duties


class Identity(_Transaction):
    """One transaction as the role that alone may read and erase who reported.

    The role cannot look whether the caller is still live: a route proves that first, with a
    statement of its ``Writing``.
    """

    async def commit(self) -> None:
        """Write the trail entries, and make all of it durable; an entry alone is an effect."""
        if self._finished or not (self._begun or self._duties):
            return
        connection = await self._ready()
        if self._duties is not None:
            wanted = flush_entries()
            values = self._duties.values(None, None, clock.now())
            await connection.execute(wanted.text, *wanted.arguments(values))
        await self._end(connection)


class Writing(_Transaction):
    """Reads and writes of one tenant in one transaction, with their duties."""

    def __init__(self, pool: asyncpg.Pool, *, binding: str) -> None:
        super().__init__(pool, binding=binding)
        self.key: KeyUse | None = None

    @property
    def finished(self) -> bool:
        """Return whether the effect and its answer are already durable (``once``)."""
        return self._finished

    async def copy_rows(
        self, table: str, columns: list[str], records: list[tuple[object, ...]]
    ) -> None:
        """COPY many rows into a temporary table (a table with row-level security refuses it)."""
        connection = await self._ready()
        await connection.copy_records_to_table(table, columns=columns, records=records)

    async def script(self, text: str) -> None:
        """Run fixed SQL text without values, such as the creation of a temporary table."""
        connection = await self._ready()
        await connection.execute(text)

    def emit(
        self, event: str, subject: tuple[str, UUID], *, version: int = 1, **data: object
    ) -> None:
        """Add an event to the outbox, written with the transaction."""
        told = Event(new_id(), event, *subject, version, clock.now(), data)
        self._owed().events.append(told)

    async def once(self, wanted: Statement, values: Mapping[str, object], *, answer: Answer) -> int:
        """Run a statement made by ``with_duties``; return how many rows its effect has.

        It is the whole transaction: effect, trail, events and the stored answer become durable
        together. 0 rows: nothing was written, and the caller finds out why. Its effect must
        hold ``principal.is_live()``. Raises Replayed.
        """
        if self._begun or self._finished or self.principal is None:
            raise RuntimeError("once is the only write of a request with a caller")
        connection = await self._bound()
        arguments = self._arguments(
            wanted,
            {
                **values,
                **self.principal.values,
                **self._owed().values(self.key, answer, clock.now()),
            },
        )
        try:
            count: int = await self._run_once(connection, wanted, arguments)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "idempotency_keys_pkey" and self.key is not None:
                await self._replay(connection, self.key)
            raise
        except LOST as error:
            raise CommitUnknown from error
        if count:
            self._finished = True
        else:
            self._duties = None
            await self._begin()
        return count

    async def commit(self, answer: Answer | None = None) -> None:
        """Write the duties and the answer of the key, and make all of it durable."""
        if self._finished:
            return
        if answer is not None and self.key is not None and not self._begun:
            await self._begin()
        if not self._begun:
            if self._duties is not None:
                raise RuntimeError("duties without an effect")
            return
        connection = await self._ready()
        await self._flush(connection, answer)
        await self._end(connection)

    @asynccontextmanager
    async def inside(self, tenant_id: UUID) -> AsyncGenerator[None]:
        """Write rows of another tenant in the same transaction: an operator's work on tenants.

        What is recorded and emitted in the block belongs to that tenant.
        """
        connection = await self._ready()
        home, owed = self._tenant_id, self._duties
        self._tenant_id, self._duties = tenant_id, None
        try:
            await connection.execute(f"SET LOCAL app.tenant = '{tenant_id}'")
            yield
            await self._flush(connection, None)
            await connection.execute(f"SET LOCAL app.tenant = '{home or ''}'")
        finally:
            self._tenant_id, self._duties = home, owed

    async def _flush(self, connection: Connection, answer: Answer | None) -> None:
        duties = self._owed()
        if duties.entries or duties.events or (answer and self.key):
            wanted = flush_duties()
            values = duties.values(self.key, answer, clock.now())
            await connection.fetchval(wanted.text, *wanted.arguments(values))

    async def _begin(self) -> None:
        await super()._begin()
        connection = await self._bound()
        if self.principal is not None:
            guard = _guard_statement()
            if not await connection.fetchval(guard.text, *guard.arguments(self.principal.values)):
                raise PrincipalChanged
        if self.key is not None:
            lock = _lock_key_statement()
            if not await connection.fetchval(lock.text, *lock.arguments({"lock": self.key.lock})):
                raise KeyInUse(retry_after=1)
            await self._replay(connection, self.key)

    async def _replay(self, connection: Connection, key: KeyUse) -> None:
        """Raise Replayed if the key has an answer."""
        found = find_answer()
        record = await connection.fetchrow(
            found.text, *found.arguments({"tenant_id": self.tenant_id, "scope": key.scope})
        )
        if record is not None:
            raise Replayed(key.replay(StoredAnswer(**dict(record))))

    async def _run_once(
        self, connection: Connection, wanted: Statement, arguments: list[object]
    ) -> int:
        if self._binding == "connection":
            return await connection.fetchval(wanted.text, *arguments)
        await connection.execute(f"BEGIN; {self._local_binding()}")
        try:
            count = await connection.fetchval(wanted.text, *arguments)
        except asyncpg.PostgresError:
            await connection.execute(f"ROLLBACK; BEGIN; {self._local_binding()}")
            raise
        await connection.execute("COMMIT")
        return count


class Database:
    """The pools of a process: reader and writer role and, where it has an address, identity."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        writer_url: str,
        reader_url: str | None = None,
        identity_url: str | None = None,
    ) -> None:
        self._settings = settings
        self._urls = (reader_url or writer_url, writer_url)
        self._identity_url = identity_url
        self._pools: tuple[asyncpg.Pool, asyncpg.Pool] | None = None
        self._identities: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Connect reader and writer; the identity role connects when it is needed."""
        most = self._settings.database_pool_size
        reader, writer = await asyncio.gather(
            *[self._pool(url, least=1, most=most) for url in self._urls]
        )
        self._pools = (reader, writer)
        if self._identity_url is not None:
            self._identities = await self._pool(self._identity_url, least=0, most=_MOST_IDENTITIES)

    async def close(self) -> None:
        """Close the pools, waiting for what is under way."""
        pools = [pool for pool in (*(self._pools or ()), self._identities) if pool is not None]
        self._pools = self._identities = None
        await asyncio.gather(*[pool.close() for pool in pools])

    def reading(self) -> Reading:
        """Return a new unit of reading; the caller closes it."""
        return Reading(self._open_pools[0], binding=self._settings.database_binding)

    def writing(self) -> Writing:
        """Return a new unit of writing; the caller commits and closes it."""
        return Writing(self._open_pools[1], binding=self._settings.database_binding)

    def pool_figures(self) -> dict[str, tuple[int, int, int]]:
        """Return open, idle and most connections of each pool."""
        reader, writer = self._pools or (None, None)
        pools = {"reader": reader, "writer": writer, "identity": self._identities}
        return {
            name: (pool.get_size(), pool.get_idle_size(), pool.get_max_size())
            for name, pool in pools.items()
            if pool is not None
        }

    @property
    def is_exhausted(self) -> bool:
        """Return whether reader or writer has no connection left to give."""
        return any(
            idle == 0 and size >= most
            for name, (size, idle, most) in self.pool_figures().items()
            if name != "identity"
        )

    @asynccontextmanager
    async def read(self, tenant_id: UUID | None) -> AsyncGenerator[Reading]:
        """Read outside a request, as the system."""
        unit = self.reading()
        if tenant_id is not None:
            unit.bind(tenant_id)
        try:
            yield unit
        finally:
            await unit.close()

    @asynccontextmanager
    async def write(
        self, tenant_id: UUID, principal: Principal | None = None
    ) -> AsyncGenerator[Writing]:
        """Write outside a request (a job, a command line); commits if the block succeeds."""
        unit = self.writing()
        unit.bind(tenant_id, principal)
        try:
            yield unit
            await unit.commit()
        finally:
            await unit.close()

    @asynccontextmanager
    async def identity(
        self, tenant_id: UUID, principal: Principal | None = None, request_id: str | None = None
    ) -> AsyncGenerator[Identity]:
        """Read or erase who reported; commits if the block succeeds. IdentityUnavailable.

        principal, request_id: for the trail entries.
        """
        if self._identities is None:
            raise IdentityUnavailable(retry_after=60)
        unit = Identity(self._identities, binding=self._settings.database_binding)
        unit.bind(tenant_id, principal)
        unit.request_id = request_id
        try:
            yield unit
            await unit.commit()
        finally:
            await unit.close()

    @property
    def _open_pools(
        self,
    ) -> tuple[asyncpg.Pool, asyncpg.Pool]:
        if self._pools is None:
            raise RuntimeError("the database is not open")
        return self._pools

    async def _pool(self, url: str, *, least: int, most: int) -> asyncpg.Pool:
        pooled = self._settings.database_binding == "transaction"
        server_settings = {
            "application_name": "kinerja_api",
            "timezone": "UTC",
            "jit": "off",
            "lock_timeout": "2s",
            "statement_timeout": "15s",
            "idle_in_transaction_session_timeout": "15s",
        }
        return await asyncpg.create_pool(
            url,
            min_size=least,
            max_size=most,
            init=_prepare,
            reset=_give_back,
            connection_class=BoundConnection,
            statement_cache_size=0 if pooled else 500,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
            server_settings={} if pooled else server_settings,
        )
