"""What complaints do as time passes, and when calendar or service levels change."""

import datetime as dt
from collections.abc import Awaitable, Callable
from uuid import UUID

from kinerja_api.complaints.commands.dues import BATCH, refresh_open
from kinerja_api.complaints.commands.keeping import lapse, remind, taken_steps
from kinerja_api.complaints.queries.deadlines import find_over, find_running
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.logs import read_logs
from kinerja_api.complaints.queries.queued import is_queued
from kinerja_api.complaints.rules import Reckoning, ReportClass, day_in, stage_clocks
from kinerja_api.complaints.rules.ladder import due_steps, is_office_time
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.jobs import Job, JobHandler, StoredEvent, Subscriber, enqueue
from kinerja_api.core.logging import log
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.organisation.queries.calendar import working_calendar
from kinerja_api.organisation.rules import NormKey

REFRESH = "refresh_report_dues"
_FIRST = UUID(int=0)
_EARLIEST, _LATEST = dt.date(1900, 1, 1), dt.date(2200, 1, 1)


async def keep_deadlines(database: Database, tenant_id: UUID) -> int:
    """End what is over and take the steps of the ladder; return how much was done."""
    return await _end_what_is_over(database, tenant_id) + await _remind(database, tenant_id)


async def _end_what_is_over(database: Database, tenant_id: UUID) -> int:
    async with database.read(tenant_id) as reading:
        zone = (await rulebook(reading)).zone
    ended, after, today = 0, _FIRST, day_in(zone)(clock.now())
    while True:
        async with database.read(tenant_id) as reading:
            found = await find_over(reading, today, after=after, limit=BATCH)
        for report_id in found:
            ended += await _apart(
                database, tenant_id, report_id, lambda writing, one: lapse(writing, one, zone)
            )
        if len(found) < BATCH:
            return ended
        after = found[-1]


async def _remind(database: Database, tenant_id: UUID) -> int:
    async with database.read(tenant_id) as reading:
        rules = await rulebook(reading)
        now = clock.now()
        today = day_in(rules.zone)(now)
        reckoning = Reckoning(await working_calendar(reading, _EARLIEST, _LATEST))
    if not is_office_time(now, rules.zone, reckoning):
        return 0
    taken, after = 0, _FIRST
    while True:
        async with database.read(tenant_id) as reading:
            found = await find_running(reading, after=after, limit=BATCH)
            logs = await read_logs(reading, [row.id for row in found])
        for row in found:
            clocks = stage_clocks(
                logs[row.id], rules.levels, rules.zone, ReportClass(row.report_class)
            )
            if any(due_steps(one, today, reckoning, taken_steps(row.taken, one)) for one in clocks):
                taken += await _apart(
                    database,
                    tenant_id,
                    row.id,
                    lambda writing, one: remind(writing, one, rules, reckoning, today),
                )
        if len(found) < BATCH:
            return taken
        after = found[-1].id


async def _apart(
    database: Database,
    tenant_id: UUID,
    report_id: UUID,
    change: Callable[[Writing, UUID], Awaitable[int]],
) -> int:
    """Change one report in its own transaction; a fault of one never stops the others."""
    try:
        async with database.write(tenant_id) as writing:
            return await change(writing, report_id)
    except ResourceNotFound:
        return 0  # somebody is changing it just now: the next round sees it
    except Exception as error:
        log.error("report_not_kept", exc_info=error, report_id=str(report_id))
        return 0


async def refresh_dues(database: Database, tenant_id: UUID) -> None:
    """Compute the due dates of all open reports again, a batch at a time."""
    after: UUID | None = _FIRST
    while after is not None:
        async with database.write(tenant_id) as writing:
            after = await refresh_open(writing, after)


async def _refresh(database: Database, job: Job) -> None:
    await refresh_dues(database, job.tenant_id)


async def follow_rules(writing: Writing, event: StoredEvent) -> None:
    """Queue a new computation of the open clocks, unless one waits already."""
    is_other_norm = event.subject_type == "norm" and event.data.get("key") != NormKey.WORKING_WEEK
    if not is_other_norm and not await is_queued(writing, REFRESH):
        await enqueue(writing, REFRESH, subject_id=None, payload={})


HANDLERS: dict[str, JobHandler] = {REFRESH: _refresh}

SUBSCRIBERS = (
    Subscriber(
        "complaints.dues",
        frozenset(
            {
                "calendar.day_set", "calendar.day_removed", "calendar.seeded", "norm.created",
                "norm.changed", "service_level.created", "service_level.changed",
                "service_level.removed",
            }
        ),
        follow_rules,
    ),
)  # fmt: skip
