"""Jobs that need more than the database get it, wherever they run."""

import asyncio
from pathlib import Path

import pytest

from kinerja_api import worker
from kinerja_api.core.db import Database
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import Job, enqueue, run_jobs
from kinerja_api.core.mail import Mail, MailRefused, MailUnavailable, Outbox
from kinerja_api.core.secrets import secret_key
from kinerja_api.core.tools import Tools, open_tools, with_tools
from kinerja_api.worker import HANDLERS, Worker, all_handlers
from tests.factories.world import World
from tests.plugins.service import settings_for_tests

STATES = "SELECT status, attempts, error FROM kinerja.jobs WHERE tenant_id = $1"


async def test_a_job_is_given_the_tools_of_its_process(database: Database, tmp_path: Path):
    settings = settings_for_tests(tmp_path)
    tools, tenant_id, seen = open_tools(settings), new_id(), []

    async def tell(pools: Database, job: Job, given: Tools) -> None:
        async with pools.identity(job.tenant_id) as identity:
            identity.record("news.sent", ("report", job.id))
        await given.mailer.send(Mail("warga@contoh.id", "Kabar", "Kabar", job.id))
        seen.append((pools, given))

    async with database.write(tenant_id) as writing:
        job_id = await enqueue(writing, "tell", subject_id=None, payload={})
    assert await run_jobs(database, tenant_id, with_tools({"tell": tell}, tools), limit=5) == 1
    assert seen == [(database, tools)]
    assert tools.secret == secret_key(settings)
    assert repr(tools.secret) not in repr(tools)
    assert [file.name for file in (tmp_path / "outbox").iterdir()] == [f"{job_id}.eml"]


@pytest.mark.parametrize(
    ("raised", "status"), [(MailUnavailable(retry_after=60), "queued"), (MailRefused(), "failed")]
)
async def test_mail_that_may_pass_later_keeps_its_job(
    database: Database, sql, raised: Exception, status: str, tmp_path: Path
):
    async def tell(pools: Database, job: Job, given: Tools) -> None:
        raise raised

    tenant_id, tools = new_id(), open_tools(settings_for_tests(tmp_path))
    async with database.write(tenant_id) as writing:
        await enqueue(writing, "tell", subject_id=None, payload={})
    await run_jobs(database, tenant_id, with_tools({"tell": tell}, tools), limit=1)
    (job,) = await sql(STATES, tenant_id)
    assert (job["status"], job["attempts"]) == (status, 1)


async def test_the_worker_runs_jobs_of_both_kinds(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    done = asyncio.Event()

    async def tell(pools: Database, job: Job, tools: Tools) -> None:
        done.set()

    monkeypatch.setattr(worker, "TOOL_HANDLERS", {**worker.TOOL_HANDLERS, "tests.tell": tell})
    handlers = all_handlers(Tools(Outbox(tmp_path, "a@b.id"), b"x" * 32, "https://kinerja.example"))
    assert handlers.keys() >= HANDLERS.keys() | {"tests.tell"}
    async with database.write(world.tenant_id) as writing:
        await enqueue(writing, "tests.tell", subject_id=None, payload={})
    running = Worker(database, handlers=handlers, subscribers=(), schedule=())
    task = asyncio.create_task(running.run())
    await asyncio.wait_for(done.wait(), 30)
    running.stop()
    await asyncio.wait_for(task, 10)
