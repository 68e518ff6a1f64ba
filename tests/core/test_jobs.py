"""Jobs and events: nothing is lost, nothing overtakes, nothing runs twice at once."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from kinerja_api.core import clock
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import (
    MOST_ATTEMPTS,
    Job,
    StoredEvent,
    Subscriber,
    enqueue,
    find_due,
    run_jobs,
    run_pending,
    set_progress,
)
from kinerja_api.core.problems import TransitionRefused
from kinerja_api.core.relay import deliver_events

TENANT = uuid.UUID


@pytest.fixture
def tenant_id() -> uuid.UUID:
    return new_id()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the clock be so many seconds ahead."""
    real = clock.now

    def ahead(seconds: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + dt.timedelta(seconds=seconds))

    return ahead


async def tell(database: Database, tenant_id: uuid.UUID, *told: tuple[str, uuid.UUID]) -> None:
    """Commit one transaction with these events."""
    async with database.write(tenant_id) as writing:
        for event, subject_id in told:
            writing.emit(event, ("thing", subject_id), number=len(told))
        await writing.script("SELECT 1")


async def order(database: Database, tenant_id: uuid.UUID, kind: str, **payload: Any) -> uuid.UUID:
    async with database.write(tenant_id) as writing:
        return await enqueue(writing, kind, subject_id=None, payload=payload)


class Listener:
    """Remembers what it heard; fails for the subjects in ``broken``."""

    def __init__(self, *names: str) -> None:
        self.heard: list[tuple[int, uuid.UUID]] = []
        self.broken: set[uuid.UUID] = set()
        self.subscriber = Subscriber("tests.listener", frozenset(names), self.handle)

    async def handle(self, writing: Writing, event: StoredEvent) -> None:
        await writing.script("SELECT 1")
        if event.subject_id in self.broken:
            raise ValueError("Siti Aminah 198001012005012001")
        self.heard.append((event.position, event.subject_id))


async def test_events_come_once_in_order_and_only_the_wanted(
    database: Database, tenant_id: uuid.UUID
):
    listener = Listener("thing.made", "thing.done")
    subjects = [new_id() for _ in range(3)]
    for subject in subjects:
        await tell(database, tenant_id, ("thing.made", subject), ("thing.other", subject))
    await tell(database, tenant_id, ("thing.done", subjects[0]))
    assert await run_pending(database, tenant_id, {}, [listener.subscriber]) == 4
    assert [subject for _, subject in listener.heard] == [*subjects, subjects[0]]
    positions = [position for position, _ in listener.heard]
    assert positions == sorted(positions)
    assert await run_pending(database, tenant_id, {}, [listener.subscriber]) == 0
    assert not (await find_due(database, tenant_id, {}, [listener.subscriber])).events


async def test_a_failing_event_holds_back_its_subject_only(
    database: Database, tenant_id: uuid.UUID, later: Any, sql: Any
):
    listener = Listener("thing.made")
    bad, good = new_id(), new_id()
    listener.broken = {bad}
    for subject in (bad, bad, good, bad):
        await tell(database, tenant_id, ("thing.made", subject))
    await run_pending(database, tenant_id, {}, [listener.subscriber])
    assert [subject for _, subject in listener.heard] == [good]
    parked = await sql("SELECT * FROM kinerja.parked_events WHERE tenant_id = $1", tenant_id)
    assert len(parked) == 3
    assert {row["error"] for row in parked} == {"ValueError", "waits for its subject"}

    listener.broken = set()
    assert await run_pending(database, tenant_id, {}, [listener.subscriber]) == 0
    await tell(database, tenant_id, ("thing.made", bad))
    later(3)
    await run_pending(database, tenant_id, {}, [listener.subscriber])
    await run_pending(database, tenant_id, {}, [listener.subscriber])
    of_bad = [position for position, subject in listener.heard if subject == bad]
    assert of_bad == sorted(of_bad)
    assert len(of_bad) == 4


async def test_what_a_handler_wrote_goes_with_its_failure(
    database: Database, tenant_id: uuid.UUID, sql: Any
):
    async def handle(writing: Writing, event: StoredEvent) -> None:
        await enqueue(writing, "never", subject_id=event.subject_id, payload={})
        raise RuntimeError

    await tell(database, tenant_id, ("thing.made", new_id()))
    await run_pending(
        database, tenant_id, {}, [Subscriber("tests.failing", frozenset({"thing.made"}), handle)]
    )
    assert await sql("SELECT 1 FROM kinerja.jobs WHERE tenant_id = $1", tenant_id) == []


async def test_parallel_workers_deliver_each_event_once_and_in_order(
    database: Database, tenant_id: uuid.UUID
):
    listener = Listener("thing.made")
    subjects = [new_id() for _ in range(3)]
    for number in range(12):
        await tell(database, tenant_id, ("thing.made", subjects[number % 3]))
    done = 0
    while done < 12:
        done += sum(
            await asyncio.gather(
                *[
                    deliver_events(database, tenant_id, [listener.subscriber], limit=5)
                    for _ in range(3)
                ]
            )
        )
    assert [position for position, _ in listener.heard] == list(range(1, 13))


async def test_an_event_committed_late_is_not_passed_over(database: Database, tenant_id: uuid.UUID):
    listener = Listener("thing.made")
    slow, quick = new_id(), new_id()
    unit = database.writing()
    unit.bind(tenant_id)
    unit.emit("thing.made", ("thing", slow))
    await unit.script("SELECT 1")
    await tell(database, tenant_id, ("thing.made", quick))
    await run_pending(database, tenant_id, {}, [listener.subscriber])
    await unit.commit()
    await unit.close()
    await run_pending(database, tenant_id, {}, [listener.subscriber])
    assert [subject for _, subject in listener.heard] == [quick, slow]


async def test_a_job_runs_once_and_shows_its_progress(
    database: Database, tenant_id: uuid.UUID, sql: Any
):
    seen: list[Job] = []

    async def work(pools: Database, job: Job) -> None:
        await set_progress(pools, job, done=1, of=2)
        seen.append(job)
        assert await run_jobs(pools, tenant_id, {"count": work}, limit=1) == 0

    job_id = await order(database, tenant_id, "count", upto=7)
    await order(database, tenant_id, "of a later release")
    assert await run_pending(database, tenant_id, {"count": work}, []) == 1
    assert [(job.id, job.payload, job.attempts) for job in seen] == [(job_id, {"upto": 7}, 1)]
    rows = await sql("SELECT * FROM kinerja.jobs WHERE id = $1", job_id)
    assert (rows[0]["status"], rows[0]["progress"]) == ("done", '{"of": 2, "done": 1}')
    assert await run_pending(database, tenant_id, {"count": work}, []) == 0


async def test_a_failing_job_waits_longer_each_time_and_then_fails(
    database: Database, tenant_id: uuid.UUID, later: Any, sql: Any
):
    async def work(pools: Database, job: Job) -> None:
        raise ValueError("Siti Aminah 198001012005012001")

    await order(database, tenant_id, "fail")
    for attempt in range(MOST_ATTEMPTS):
        assert await run_pending(database, tenant_id, {"fail": work}, []) == 1
        assert await run_pending(database, tenant_id, {"fail": work}, []) == 0
        later(2 ** (attempt + 2))
    rows = await sql("SELECT * FROM kinerja.jobs WHERE tenant_id = $1", tenant_id)
    assert (rows[0]["status"], rows[0]["attempts"]) == ("failed", MOST_ATTEMPTS)
    assert rows[0]["error"] == "ValueError"


async def test_a_job_refused_by_its_domain_is_not_tried_again(
    database: Database, tenant_id: uuid.UUID, sql: Any
):
    async def work(pools: Database, job: Job) -> None:
        raise TransitionRefused(status="closed", event="close")

    await order(database, tenant_id, "refused")
    await run_pending(database, tenant_id, {"refused": work}, [])
    rows = await sql("SELECT * FROM kinerja.jobs WHERE tenant_id = $1", tenant_id)
    assert (rows[0]["status"], rows[0]["error"]) == ("failed", "transition_refused")


async def test_a_job_whose_worker_died_is_taken_again(
    database: Database, tenant_id: uuid.UUID, administrator: asyncpg.Connection
):
    attempts: list[int] = []
    started = asyncio.Event()

    async def work(pools: Database, job: Job) -> None:
        attempts.append(job.attempts)
        if job.attempts == 1:
            started.set()
            await asyncio.sleep(60)

    await order(database, tenant_id, "long")
    dying = asyncio.create_task(run_jobs(database, tenant_id, {"long": work}, limit=1))
    await started.wait()
    assert await run_jobs(database, tenant_id, {"long": work}, limit=1) == 0
    await administrator.execute(
        "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory'"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    assert await run_jobs(database, tenant_id, {"long": work}, limit=1) == 1
    assert attempts == [1, 2]
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await run_jobs(database, tenant_id, {"long": work}, limit=1) == 0


async def test_a_stopped_worker_gives_its_job_back(
    database: Database, tenant_id: uuid.UUID, sql: Any
):
    started = asyncio.Event()

    async def work(pools: Database, job: Job) -> None:
        started.set()
        await asyncio.sleep(60)

    await order(database, tenant_id, "long")
    running = asyncio.create_task(run_jobs(database, tenant_id, {"long": work}, limit=1))
    await started.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    rows = await sql("SELECT * FROM kinerja.jobs WHERE tenant_id = $1", tenant_id)
    assert (rows[0]["status"], rows[0]["attempts"]) == ("queued", 0)


async def test_parallel_workers_run_each_job_once(database: Database, tenant_id: uuid.UUID):
    ran: list[uuid.UUID] = []

    async def work(pools: Database, job: Job) -> None:
        ran.append(job.id)
        await asyncio.sleep(0.01)

    ordered = [await order(database, tenant_id, "short") for _ in range(8)]
    while len(ran) < 8:
        await asyncio.gather(
            *[run_jobs(database, tenant_id, {"short": work}, limit=3) for _ in range(3)]
        )
    assert sorted(ran) == sorted(ordered)
