"""The close of a period: one transaction that freezes, scores and seals, set-based.

The closing is marked running on its own connection before; progress is told on its own too. An
interrupted close leaves nothing behind, and its job runs again under the same number.
"""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import asyncpg
from sqlalchemy import Date, DateTime, Integer, LargeBinary, Text, Uuid, bindparam, select, update
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import LOST, RETRYABLE, CommitUnknown, Database, Writing
from kinerja_api.core.jobs import Job, set_progress
from kinerja_api.core.logging import log
from kinerja_api.core.problems import Unavailable
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.closing import close_plans
from kinerja_api.planning.commands.periods import close_period as mark_period_closed
from kinerja_api.planning.queries.periods import get_period_for_update
from kinerja_api.planning.rules import PeriodKind, PeriodStatus
from kinerja_api.planning.schemas.periods import PeriodOut
from kinerja_api.planning.tables import periods
from kinerja_api.results.commands.deriving import derive_volumes
from kinerja_api.results.commands.figuring import derive_figures
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rules import CloseStep, ClosingEvent, ClosingStatus, next_status
from kinerja_api.scoring.snapshot import count_scores, freeze, hash_closing, score_snapshot
from kinerja_api.scoring.tables import closings

_PASSING = (
    *LOST,
    *RETRYABLE,
    asyncpg.LockNotAvailableError,
    CommitUnknown,
    Unavailable,
    TimeoutError,
)
# A close joins whole tables, and what it has just written is in no statistics: a planner that
# takes a hundred thousand fresh rows for one would loop over them. Hash joins stay linear.
_PATIENCE = (
    "SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '5min';"
    " SET LOCAL idle_in_transaction_session_timeout = '5min'; SET LOCAL work_mem = '64MB';"
    " SET LOCAL enable_nestloop = off"
)
_STEPS = list(CloseStep)


class StandingClosing(TypedDict):
    """What a run needs to know of its closing."""

    id: UUID
    period_id: UUID
    number: int
    status: str
    rule_set: str
    policy: Mapping[str, str | int]
    version: int


class _Counts(TypedDict):
    people: int
    rated: int
    unrated: int


class _Within(TypedDict):
    id: UUID
    status: str


Tell = Callable[[CloseStep], Awaitable[None]]


async def close_period(database: Database, job: Job) -> None:
    """Run the closing that the job is about; does nothing for one that has ended."""
    closing_id = UUID(str(job.subject_id))

    async def tell(step: CloseStep) -> None:
        await set_progress(database, job, step=step, done=_STEPS.index(step), of=len(_STEPS))

    if not await _start(database, job.tenant_id, closing_id):
        return
    try:
        async with database.write(job.tenant_id) as writing:
            await _close(writing, closing_id, tell)
    except _PASSING as error:
        if not job.is_last_attempt:
            raise
        await _fail(database, job.tenant_id, closing_id, error)
    except Exception as error:  # whatever it is, the agency must see that it failed
        await _fail(database, job.tenant_id, closing_id, error)
    else:
        await set_progress(database, job, step=CloseStep.SEAL, done=len(_STEPS), of=len(_STEPS))


async def _start(database: Database, tenant_id: UUID, closing_id: UUID) -> bool:
    """Mark the closing running; return whether there is anything to run."""
    async with database.write(tenant_id) as writing:
        closing = await writing.row(_lock_closing(), StandingClosing, id=closing_id)
        if closing is None:
            return False
        if closing["status"] == ClosingStatus.QUEUED:
            status = next_status(ClosingStatus.QUEUED, ClosingEvent.START)
            await writing.execute(_mark(), id=closing_id, status=status, now=clock.now())
            return True
        return closing["status"] == ClosingStatus.RUNNING  # a run before this one was interrupted


async def _close(writing: Writing, closing_id: UUID, tell: Tell) -> None:
    await writing.script(_PATIENCE)
    closing = await writing.row(_standing(), StandingClosing, id=closing_id)
    if closing is None:
        return
    period_id = closing["period_id"]
    await tell(CloseStep.LOCK_PERIOD)
    period = await get_period_for_update(writing, period_id)
    # Only now: another run of the same closing may have ended while this one waited.
    closing = await writing.row(_lock_closing(), StandingClosing, id=closing_id)
    if closing is None or closing["status"] != ClosingStatus.RUNNING:
        return
    await tell(CloseStep.DERIVE_VOLUMES)
    for open_period_id in [*await _open_periods_within(writing, period), period_id]:
        await derive_volumes(writing, open_period_id)
        await derive_figures(writing, open_period_id)
    await tell(CloseStep.FREEZE)
    await writing.execute(
        freeze(PeriodKind(period["kind"])),
        closing_id=closing_id,
        period_id=period_id,
        first_day=period["starts_on"],
        day=period["ends_on"],
        year=period["ends_on"].year,
    )
    await tell(CloseStep.SCORE)
    policy = RULE_SETS[closing["rule_set"]].read_policy(closing["policy"])
    await writing.execute(score_snapshot(closing["rule_set"], policy), closing_id=closing_id)
    await tell(CloseStep.SEAL)
    await mark_period_closed(writing, period_id)
    if period["kind"] == PeriodKind.YEAR:
        await close_plans(writing, period["starts_on"].year)
    await _seal(writing, closing)


async def _open_periods_within(writing: Writing, period: PeriodOut) -> list[UUID]:
    """Return the shorter periods still open, kept as they are to the end: their results count."""
    held = await writing.rows(
        _hold_periods_within(),
        _Within,
        id=period["id"],
        first_day=period["starts_on"],
        last_day=period["ends_on"],
    )
    return [each["id"] for each in held if each["status"] == PeriodStatus.OPEN]


async def _seal(writing: Writing, closing: StandingClosing) -> None:
    """Finish the closing: counts and hash, one entry in the trail, one event."""
    closing_id = closing["id"]
    digest: bytes = await writing.value(hash_closing(again=False), closing_id=closing_id)
    counts = await writing.row(count_scores(), _Counts, closing_id=closing_id)
    counted = counts or _Counts(people=0, rated=0, unrated=0)
    status = next_status(ClosingStatus.RUNNING, ClosingEvent.FINISH)
    await writing.execute(
        _finish(), id=closing_id, status=status, digest=digest, now=clock.now(), **counted
    )
    writing.record(
        "closing.finished",
        ("closing", closing_id),
        before={"status": closing["status"]},
        after={"status": status, "snapshot_sha256": digest.hex(), **counted},
    )
    writing.emit(
        "scoring.closed",
        ("closing", closing_id),
        version=closing["version"] + 1,
        period_id=closing["period_id"],
        number=closing["number"],
    )


async def _fail(database: Database, tenant_id: UUID, closing_id: UUID, error: Exception) -> None:
    """Mark the closing failed, so that the agency can order another."""
    log.error("close_failed", exc_info=error, closing_id=str(closing_id))
    reason = f"{type(error).__name__}: {error}"[:500]
    async with database.write(tenant_id) as writing:
        closing = await writing.row(_lock_closing(), StandingClosing, id=closing_id)
        if closing is None or closing["status"] != ClosingStatus.RUNNING:
            return
        status = next_status(ClosingStatus.RUNNING, ClosingEvent.FAIL)
        await writing.execute(
            _mark_failed(), id=closing_id, status=status, error=reason, now=clock.now()
        )
        before, after = {"status": closing["status"]}, {"status": status, "error": reason}
        writing.record("closing.failed", ("closing", closing_id), before=before, after=after)
        writing.emit("scoring.failed", ("closing", closing_id), version=closing["version"] + 1)


_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_STATUS = bindparam("status", type_=Text)
_OURS = (closings.c.tenant_id == _TENANT, closings.c.id == _ID)


@statement
def _standing() -> Executable:
    return select(*[closings.c[name] for name in StandingClosing.__annotations__]).where(*_OURS)


@statement
def _lock_closing() -> Executable:
    columns = [closings.c[name] for name in StandingClosing.__annotations__]
    return select(*columns).where(*_OURS).with_for_update()


@statement
def _hold_periods_within() -> Executable:
    """Hold what lies inside the period, which is held itself: so no order can deadlock."""
    return (
        select(periods.c.id, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT,
            periods.c.id != _ID,
            periods.c.starts_on >= bindparam("first_day", type_=Date),
            periods.c.ends_on <= bindparam("last_day", type_=Date),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def _mark() -> Executable:
    return (
        update(closings)
        .where(*_OURS)
        .values(status=_STATUS, started_at=_NOW, updated_at=_NOW, version=closings.c.version + 1)
    )


@statement
def _mark_failed() -> Executable:
    return (
        update(closings)
        .where(*_OURS)
        .values(
            status=_STATUS,
            error=bindparam("error", type_=Text),
            finished_at=_NOW,
            updated_at=_NOW,
            version=closings.c.version + 1,
        )
    )


@statement
def _finish() -> Executable:
    return (
        update(closings)
        .where(*_OURS)
        .values(
            status=_STATUS,
            people=bindparam("people", type_=Integer),
            rated=bindparam("rated", type_=Integer),
            unrated=bindparam("unrated", type_=Integer),
            snapshot_sha256=bindparam("digest", type_=LargeBinary),
            finished_at=_NOW,
            updated_at=_NOW,
            version=closings.c.version + 1,
        )
    )
