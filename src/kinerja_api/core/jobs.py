"""Work after the answer: jobs, and everything that is due for a tenant.

A job is held by an advisory lock in a transaction of its own connection: when its worker dies
the lock is gone at once, and another worker takes the job again. Events go by ``core/relay.py``.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core import clock
from kinerja_api.core.db import LOST, Database, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.logging import log
from kinerja_api.core.outbox import events, jobs, parked_events, relays, subscriptions
from kinerja_api.core.problems import Problem, Unavailable
from kinerja_api.core.relay import (
    StoredEvent,
    Subscriber,
    backoff,
    deliver_events,
    error_name,
)
from kinerja_api.core.sql import statement

__all__ = [
    "MOST_ATTEMPTS",
    "Due",
    "Job",
    "JobHandler",
    "StoredEvent",
    "Subscriber",
    "enqueue",
    "find_due",
    "run_jobs",
    "run_pending",
    "set_progress",
]

MOST_ATTEMPTS = 5
_CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Job:
    """A job under way. ``attempts`` counts this one; ``account_id`` asked for it."""

    id: UUID
    tenant_id: UUID
    kind: str
    subject_id: UUID | None
    payload: Mapping[str, object]
    attempts: int
    account_id: UUID | None = None

    @property
    def is_last_attempt(self) -> bool:
        """Return whether a failure now is final."""
        return self.attempts >= MOST_ATTEMPTS


JobHandler = Callable[[Database, Job], Awaitable[None]]
"""Does a job. It may run again after a crash, so its effect and its mark are one transaction."""


@dataclass(frozen=True, slots=True)
class Due:
    """Whether a tenant has events to deliver and jobs to run."""

    events: bool
    jobs: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: UUID


async def enqueue(
    writing: Writing,
    kind: str,
    *,
    subject_id: UUID | None,
    payload: Mapping[str, object],
    run_at: dt.datetime | None = None,
) -> UUID:
    """Store a job in the transaction of its cause; return its id."""
    job_id, now = new_id(), clock.now()
    await writing.execute(
        _insert_job(),
        id=job_id,
        kind=kind,
        subject_id=subject_id,
        payload=dict(payload),
        run_at=run_at or now,
        account_id=writing.principal.account_id if writing.principal else None,
        now=now,
    )
    return job_id


async def set_progress(database: Database, job: Job, **progress: object) -> None:
    """Publish how far a job is, at once and apart from the job's own transaction."""
    async with database.write(job.tenant_id) as writing:
        await writing.execute(_set_progress(), id=job.id, progress=progress, now=clock.now())


async def find_due(
    database: Database,
    tenant_id: UUID,
    handlers: Mapping[str, JobHandler],
    subscribers: Sequence[Subscriber],
) -> Due:
    """Return what one tenant has to do now; one cheap statement."""
    async with database.read(tenant_id) as reading:
        due = await reading.row(
            _find_due(),
            Due,
            kinds=list(handlers),
            subscribers=[subscriber.name for subscriber in subscribers],
            now=clock.now(),
        )
    return due or Due(events=False, jobs=False)


async def run_pending(
    database: Database,
    tenant_id: UUID,
    handlers: Mapping[str, JobHandler],
    subscribers: Sequence[Subscriber],
    *,
    limit: int = 1000,
) -> int:
    """Do everything that is due for one tenant; return how many events and jobs were done.

    limit: the most jobs, and the most events of each subscriber.
    """
    done = await deliver_events(database, tenant_id, subscribers, limit=limit)
    ran = await run_jobs(database, tenant_id, handlers, limit=limit)
    if ran:
        done += await deliver_events(database, tenant_id, subscribers, limit=limit)
    return done + ran


async def run_jobs(
    database: Database, tenant_id: UUID, handlers: Mapping[str, JobHandler], *, limit: int
) -> int:
    """Run the tenant's due jobs, one after the other; return how many."""
    ran = 0
    while ran < limit and await _run_next_job(database, tenant_id, handlers):
        ran += 1
    return ran


async def _run_next_job(
    database: Database, tenant_id: UUID, handlers: Mapping[str, JobHandler]
) -> bool:
    """Run the first due job that no other worker holds; return whether there was one."""
    async with database.read(tenant_id) as reading:
        candidates = await reading.rows(
            _find_jobs(),
            _Candidate,
            kinds=list(handlers),
            now=clock.now(),
            limit=_CANDIDATES,
        )
    for candidate in candidates:
        async with _held(database, tenant_id, candidate.id) as held:
            job = await _claim(database, tenant_id, candidate.id) if held else None
            if job is not None:
                await _run(database, job, handlers[job.kind])
                return True
    return False


@asynccontextmanager
async def _held(database: Database, tenant_id: UUID, job_id: UUID) -> AsyncGenerator[bool]:
    """Hold the job's lock during the block, in an idle transaction that pins no snapshot."""
    hold = database.writing()
    hold.bind(tenant_id)
    try:
        await hold.script(
            "SET LOCAL idle_in_transaction_session_timeout = 0;"
            " SET LOCAL tcp_keepalives_idle = 30; SET LOCAL tcp_keepalives_interval = 10;"
            " SET LOCAL tcp_keepalives_count = 3"
        )
        yield await hold.value(_try_lock(), lock=_lock_number(job_id))
    finally:
        try:
            await hold.close()
        except LOST:
            log.warning("job_lock_lost", job_id=str(job_id))


async def _claim(database: Database, tenant_id: UUID, job_id: UUID) -> Job | None:
    async with database.write(tenant_id) as writing:
        return await writing.row(_claim_job(), Job, id=job_id, now=clock.now())


async def _run(database: Database, job: Job, handler: JobHandler) -> None:
    if job.attempts > MOST_ATTEMPTS:  # its workers died each time
        await _finish(database, job, "failed", error="WorkerDied")
        return
    try:
        await handler(database, job)
    except asyncio.CancelledError:
        await asyncio.shield(_finish(database, job, "queued", error=None, attempts=-1))
        raise
    except Exception as error:
        final = job.is_last_attempt or _is_refusal(error)
        log.error("job_failed", exc_info=error, job_id=str(job.id), kind=job.kind,
                  attempt=job.attempts)  # fmt: skip
        status = "failed" if final else "queued"
        await _finish(database, job, status, error=error_name(error), wait=backoff(job.attempts))
    else:
        await _finish(database, job, "done", error=None)


async def _finish(
    database: Database,
    job: Job,
    status: str,
    *,
    error: str | None,
    wait: dt.timedelta = dt.timedelta(),
    attempts: int = 0,
) -> None:
    now = clock.now()
    async with database.write(job.tenant_id) as writing:
        await writing.execute(
            _finish_job(),
            id=job.id,
            status=status,
            error=error,
            run_at=now + wait,
            now=now,
            counted=job.attempts,
            attempts=job.attempts + attempts,
        )


def _is_refusal(error: Exception) -> bool:
    """Return whether trying again cannot help: the domain said no."""
    return isinstance(error, Problem) and not isinstance(error, Unavailable)


def _lock_number(job_id: UUID) -> int:
    return int.from_bytes(job_id.bytes[8:], "big", signed=True)


_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


@statement
def _insert_job() -> Executable:
    return insert(jobs).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        kind=bindparam("kind", type_=Text),
        subject_id=bindparam("subject_id", type_=Uuid),
        payload=bindparam("payload", type_=JSONB),
        status="queued",
        run_at=bindparam("run_at", type_=DateTime(timezone=True)),
        account_id=bindparam("account_id", type_=Uuid),
        created_at=_NOW,
        updated_at=_NOW,
    )


@statement
def _set_progress() -> Executable:
    return (
        update(jobs)
        .where(jobs.c.tenant_id == _TENANT, jobs.c.id == bindparam("id", type_=Uuid))
        .values(progress=bindparam("progress", type_=JSONB), updated_at=_NOW)
    )


def _waits() -> ColumnElement[bool]:
    """Return the condition of the index ``jobs_waiting_idx``, literally."""
    return jobs.c.status.in_([literal_column("'queued'"), literal_column("'running'")])


def _job_is_due() -> ColumnElement[bool]:
    return and_(
        jobs.c.tenant_id == _TENANT,
        _waits(),
        jobs.c.run_at <= _NOW,
        jobs.c.kind == func.any(bindparam("kinds", type_=ARRAY(Text))),
    )


@statement
def _find_due() -> Executable:
    names = func.unnest(bindparam("subscribers", type_=ARRAY(Text))).table_valued("name")
    names = names.render_derived()
    position = (
        select(subscriptions.c.position)
        .where(subscriptions.c.tenant_id == _TENANT, subscriptions.c.subscriber == names.c.name)
        .scalar_subquery()
    )
    last = select(relays.c.last_position).where(relays.c.tenant_id == _TENANT).scalar_subquery()
    unstamped = exists().where(events.c.tenant_id == _TENANT, events.c.position.is_(None))
    behind = exists(select(names.c.name).where(func.coalesce(position, 0) < last))
    parked = exists().where(
        parked_events.c.tenant_id == _TENANT,
        parked_events.c.next_attempt_at <= _NOW,
        parked_events.c.subscriber == func.any(bindparam("subscribers", type_=ARRAY(Text))),
    )
    return select(
        (unstamped | behind | parked).label("events"), exists().where(_job_is_due()).label("jobs")
    )


@statement
def _find_jobs() -> Executable:
    return (
        select(jobs.c.id)
        .where(_job_is_due())
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(bindparam("limit", type_=Integer))
    )


@statement
def _try_lock() -> Executable:
    return select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))


@statement
def _claim_job() -> Executable:
    return (
        update(jobs)
        .where(
            jobs.c.tenant_id == _TENANT,
            jobs.c.id == bindparam("id", type_=Uuid),
            _waits(),
            jobs.c.run_at <= _NOW,
        )
        .values(status="running", attempts=jobs.c.attempts + 1, updated_at=_NOW)
        .returning(
            jobs.c.id,
            jobs.c.tenant_id,
            jobs.c.kind,
            jobs.c.subject_id,
            jobs.c.payload,
            jobs.c.attempts,
            jobs.c.account_id,
        )
    )


@statement
def _finish_job() -> Executable:
    """Set a job's outcome, unless it was taken again in the meantime."""
    return (
        update(jobs)
        .where(
            jobs.c.tenant_id == _TENANT,
            jobs.c.id == bindparam("id", type_=Uuid),
            jobs.c.status == "running",
            jobs.c.attempts == bindparam("counted", type_=Integer),
        )
        .values(
            status=bindparam("status", type_=Text),
            error=bindparam("error", type_=Text),
            run_at=bindparam("run_at", type_=DateTime(timezone=True)),
            attempts=bindparam("attempts", type_=Integer),
            updated_at=_NOW,
        )
    )
