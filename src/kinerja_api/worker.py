"""The worker: delivers events, runs jobs and keeps the schedule, tenant by tenant.

It runs as a process of its own (``kinerja worker``) or inside the server. Any number may run
beside each other; what one holds, the others pass over.
"""

import asyncio
import datetime as dt
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.access.queries.active_tenants import list_active_tenants
from kinerja_api.access.tables import sign_in_failures
from kinerja_api.activities import jobs as activities
from kinerja_api.complaints import identity_jobs as reporters
from kinerja_api.complaints import jobs as complaints
from kinerja_api.core import clock
from kinerja_api.core.cleaning import delete_older
from kinerja_api.core.db import LOST, Database
from kinerja_api.core.health import find_warnings
from kinerja_api.core.idempotency import idempotency_keys
from kinerja_api.core.jobs import JobHandler, Subscriber, find_due, run_jobs
from kinerja_api.core.logging import log
from kinerja_api.core.problems import Unavailable
from kinerja_api.core.relay import deliver_events
from kinerja_api.core.tools import ToolHandler, Tools, with_tools
from kinerja_api.evaluations import jobs as evaluations
from kinerja_api.integrations import jobs as integrations
from kinerja_api.scoring import jobs as scoring

HANDLERS: Mapping[str, JobHandler] = {
    **complaints.HANDLERS,
    **reporters.HANDLERS,
    **scoring.HANDLERS,
}
"""Who does which kind of job with the database alone."""

TOOL_HANDLERS: Mapping[str, ToolHandler] = {**reporters.TOOL_HANDLERS}
"""Who does which kind of job with mail or the master secret."""

SUBSCRIBERS: Sequence[Subscriber] = (
    *scoring.SUBSCRIBERS,
    *evaluations.SUBSCRIBERS,
    *complaints.SUBSCRIBERS,
)
"""Who hears of which events."""

_IDLE_SECONDS = 0.5
_TROUBLE_SECONDS = 2.0
_GRACE_SECONDS = 15.0
_EVENTS_A_TURN = 50
_KEYS_ARE_KEPT = dt.timedelta(hours=48)
_FAILURES_ARE_KEPT = dt.timedelta(days=1)

TenantWork = Callable[[UUID], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Work that every worker does for each tenant at intervals."""

    name: str
    every: dt.timedelta
    run: Callable[[Database, UUID], Awaitable[object]]


async def forget_keys(database: Database, tenant_id: UUID) -> int:
    """Delete idempotency keys that are older than promised."""
    before = clock.now() - _KEYS_ARE_KEPT
    return await delete_older(database, tenant_id, idempotency_keys, "created_at", before=before)


async def forget_failures(database: Database, tenant_id: UUID) -> int:
    """Delete counters of failed sign-ins whose window is long over."""
    before = clock.now() - _FAILURES_ARE_KEPT
    return await delete_older(
        database, tenant_id, sign_in_failures, "window_starts_at", before=before
    )


SCHEDULE: Sequence[Scheduled] = (
    Scheduled("forget_keys", dt.timedelta(hours=1), forget_keys),
    Scheduled("forget_failures", dt.timedelta(hours=1), forget_failures),
    Scheduled("forget_open311_answers", dt.timedelta(minutes=10), integrations.forget_answers),
    Scheduled("lapse_evaluations", dt.timedelta(hours=1), evaluations.lapse_evaluations),
    Scheduled("fold_months", dt.timedelta(minutes=5), activities.fold_months),
    Scheduled("check_months", dt.timedelta(days=1), activities.check_months),
    Scheduled("keep_deadlines", dt.timedelta(minutes=10), complaints.keep_deadlines),
    Scheduled("refresh_report_dues", dt.timedelta(days=1), complaints.refresh_dues),
    Scheduled("forget_reporters", dt.timedelta(days=1), reporters.forget_reporters),
)


def all_handlers(tools: Tools) -> Mapping[str, JobHandler]:
    """Return who does which kind of job, each with its tools at hand."""
    return {**HANDLERS, **with_tools(TOOL_HANDLERS, tools)}


class Worker:
    """One worker: a loop for events, one for jobs (which may be long), one for the schedule."""

    def __init__(
        self,
        database: Database,
        *,
        handlers: Mapping[str, JobHandler],
        subscribers: Sequence[Subscriber] = SUBSCRIBERS,
        schedule: Sequence[Scheduled] = SCHEDULE,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._subscribers = subscribers
        self._schedule = schedule
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Take nothing new; ``run`` returns when what is under way has ended."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped; a job still under way after a while goes back to the queue."""
        log.info("worker_started")
        loops = [
            asyncio.create_task(self._tenant_by_tenant(self._deliver)),
            asyncio.create_task(self._tenant_by_tenant(self._run_job)),
            asyncio.create_task(self._keep_schedule()),
        ]
        try:
            await self._stop.wait()
            await asyncio.wait(loops, timeout=_GRACE_SECONDS)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            log.info("worker_stopped")

    async def _deliver(self, tenant_id: UUID) -> bool:
        due = await find_due(self._database, tenant_id, {}, self._subscribers)
        if not due.events:
            return False
        return (
            await deliver_events(self._database, tenant_id, self._subscribers, limit=_EVENTS_A_TURN)
            > 0
        )

    async def _run_job(self, tenant_id: UUID) -> bool:
        return await run_jobs(self._database, tenant_id, self._handlers, limit=1) > 0

    async def _tenant_by_tenant(self, work: TenantWork) -> None:
        """Give each tenant its turn; rest when nobody has anything to do."""
        while not self._stop.is_set():
            started, busy = time.monotonic(), False
            for tenant_id in await self._tenants():
                if self._stop.is_set():
                    return
                busy |= await self._guarded(work, tenant_id)
            # With many idle tenants the rounds stay a quarter of the time.
            rest = max(_IDLE_SECONDS, 3 * (time.monotonic() - started))
            await self._pause(0 if busy else rest)

    async def _keep_schedule(self) -> None:
        due = dict.fromkeys((entry.name for entry in self._schedule), 0.0)
        while not self._stop.is_set():
            await self._warn()
            for entry in self._schedule:
                if time.monotonic() < due[entry.name]:
                    continue
                due[entry.name] = time.monotonic() + entry.every.total_seconds()
                for tenant_id in await self._tenants():
                    if self._stop.is_set():
                        return
                    await self._guarded(_once(entry, self._database), tenant_id)
            await self._pause(60)

    async def _warn(self) -> None:
        try:
            for warning in await find_warnings(self._database, clock.now().date()):
                log.warning("owner_needed", reason=warning)
        except (*LOST, Unavailable) as error:
            log.warning("worker_waits", error=type(error).__name__)

    async def _tenants(self) -> list[UUID]:
        try:
            async with self._database.read(None) as reading:
                return await list_active_tenants(reading)
        except (*LOST, Unavailable) as error:
            log.warning("worker_waits", error=type(error).__name__)
            await self._pause(_TROUBLE_SECONDS)
            return []

    async def _guarded(self, work: TenantWork, tenant_id: UUID) -> bool:
        """Do one tenant's work; a fault of one never stops the others."""
        try:
            return await work(tenant_id)
        except (*LOST, Unavailable) as error:
            log.warning("worker_waits", error=type(error).__name__)
            await self._pause(_TROUBLE_SECONDS)
        except Exception as error:
            log.error("worker_failed", exc_info=error, tenant_id=str(tenant_id))
        return False

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), max(seconds, 0.001))
        except TimeoutError:
            return


def _once(entry: Scheduled, database: Database) -> TenantWork:
    async def work(tenant_id: UUID) -> bool:
        await entry.run(database, tenant_id)
        return False

    return work


async def run_worker(database: Database, tools: Tools) -> None:
    """Work on an open database until SIGTERM or SIGINT."""
    worker = Worker(database, handlers=all_handlers(tools))
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, worker.stop)
    await worker.run()
