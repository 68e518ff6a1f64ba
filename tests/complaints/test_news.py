"""News by e-mail: what a mail says and never says, once each, and to nobody who wants none."""

import email
import email.policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.complaints.commands.advancing import CITIZEN, SYSTEM, advance
from kinerja_api.complaints.commands.news import NEWS, SEND_NEWS
from kinerja_api.complaints.identity_jobs import TOOL_HANDLERS
from kinerja_api.complaints.queries.locked import lock_as_system
from kinerja_api.complaints.rules import ReportEvent
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.core.db import Database
from kinerja_api.core.i18n import LANGUAGES, has_text, label
from kinerja_api.core.jobs import enqueue, run_jobs
from kinerja_api.core.mail import Mail, MailRefused, MailUnavailable, Outbox
from kinerja_api.core.tools import Tools, with_tools
from tests.factories.complaints import new_report
from tests.factories.reporters import RINA, new_signed_report
from tests.factories.world import World

PLACE = "https://lapor.makassar.example"
TITLE, BODY = "Pungutan di loket 3", "Petugas meminta uang seratus ribu."
WRITTEN: dict[str, Any] = {"title": TITLE, "body": BODY, "place": "Jalan Merdeka 5"}
JOBS = "SELECT status, attempts FROM kinerja.jobs WHERE tenant_id = $1 AND kind = $2 ORDER BY id"
TRAIL = (
    "SELECT action, after, subject_id FROM kinerja.audit_entries WHERE tenant_id = $1"
    " AND action LIKE 'reporter.%' ORDER BY at, id"
)


class Refusing:
    """A mail server that takes nothing."""

    def __init__(self, answer: Exception) -> None:
        self.answer = answer
        self.asked = 0

    async def send(self, mail: Mail) -> None:
        del mail
        self.asked += 1
        raise self.answer


@pytest.fixture
def tools(world: World, tmp_path: Path) -> Tools:
    return Tools(Outbox(tmp_path, "lapor@makassar.example"), world.app.state.secret, PLACE)


def mails(folder: Path) -> list[Any]:
    found = [file.read_bytes() for file in sorted(folder.glob("*.eml"))]
    return [email.message_from_bytes(one, policy=email.policy.default) for one in found]


async def queue(world: World, report_id: UUID, *, number: int = 1, text: str = "report_received"):
    async with world.database.write(world.tenant_id) as writing:
        payload = {"text": text, "number": number}
        await enqueue(writing, SEND_NEWS, subject_id=report_id, payload=payload)


async def work(world: World, tools: Tools) -> int:
    handlers = with_tools(TOOL_HANDLERS, tools)
    return await run_jobs(world.database, world.tenant_id, handlers, limit=20)


def test_every_event_that_is_told_has_its_words_in_both_languages():
    for text in NEWS.values():
        assert has_text("labels", f"news_{text}")
        assert has_text("labels", f"news_{text}_subject")
        for language in LANGUAGES:
            assert "T-1" in label(f"news_{text}_subject", language, ticket="T-1")
            assert len(label(f"news_{text}_subject", language, ticket="T-1").splitlines()) == 1


async def test_a_mail_names_the_ticket_and_what_happened_and_nothing_that_was_written(
    world: World, tools: Tools, tmp_path: Path, sql: Any
):
    report_id = await new_signed_report(
        world, ticket="T-501", receipt="KWTN-RAHA-SIA0-1234-5678", **WRITTEN
    )
    async with world.database.write(world.tenant_id) as writing:
        report = await lock_as_system(writing, report_id)
        await advance(writing, report, ReportEvent.VERIFY, SYSTEM)
    assert await work(world, tools) == 1
    (mail,) = mails(tmp_path)
    assert mail["To"] == RINA.email
    assert mail["Subject"] == "Laporan T-501 telah diverifikasi"
    text = mail.get_content()
    for wanted in ("T-501", TITLE, PLACE, "telah diverifikasi", "Kota"):
        assert wanted in text
    for kept in (BODY, "Jalan Merdeka", "RAHA", RINA.name, RINA.phone):
        assert str(kept) not in mail.as_string()
    (entry,) = await sql(TRAIL, world.tenant_id)
    assert (entry["action"], entry["subject_id"]) == ("reporter.addressed", report_id)


async def test_a_confidential_report_is_not_named_in_the_language_of_its_reporter(
    world: World, tools: Tools, tmp_path: Path
):
    report_id = await new_signed_report(world, is_confidential=True, language="en", **WRITTEN)
    await queue(world, report_id)
    await work(world, tools)
    (mail,) = mails(tmp_path)
    assert "We have received report" in mail["Subject"]
    for hidden in (TITLE, BODY, "Merdeka"):
        assert hidden not in mail.as_string()


async def test_one_mail_for_an_event_however_often_its_job_runs(
    world: World, tools: Tools, tmp_path: Path
):
    first, second = await new_signed_report(world), await new_signed_report(world)
    for report_id in (first, first, second):
        await queue(world, report_id)
    assert await work(world, tools) == 3
    assert len({mail["Message-ID"] for mail in mails(tmp_path)}) == 2
    assert len(mails(tmp_path)) == 2


async def test_nobody_is_written_to_who_wants_no_news(
    world: World, tools: Tools, tmp_path: Path, sql: Any
):
    silent = await new_signed_report(world, sends_news=False)
    anonymous = await new_report(world)
    erased = await new_report(world, is_anonymous=False, sends_news=True)
    without = await new_signed_report(world, Reporter(name="Rina"))
    withdrew = await new_signed_report(world, is_ex_officio=True)
    for report_id in (silent, anonymous, erased, without, withdrew):
        await queue(world, report_id)
    known = await new_signed_report(world)
    await queue(world, known, number=7)
    assert await work(world, tools) == 6
    assert mails(tmp_path) == []
    assert {row["status"] for row in await sql(JOBS, world.tenant_id, SEND_NEWS)} == {"done"}


async def test_what_the_citizen_wrote_himself_is_no_news_to_him(
    world: World, tools: Tools, tmp_path: Path
):
    report_id = await new_signed_report(world)
    async with world.database.write(world.tenant_id) as writing:
        report = await lock_as_system(writing, report_id)
        await advance(writing, report, ReportEvent.MESSAGE, CITIZEN)
    await work(world, tools)
    assert mails(tmp_path) == []


async def test_a_refused_address_is_noted_and_not_tried_again(world: World, sql: Any):
    report_id = await new_signed_report(world)
    await queue(world, report_id)
    refusing = Refusing(MailRefused())
    tools = Tools(refusing, world.app.state.secret, PLACE)
    assert await work(world, tools) == 1
    assert await work(world, tools) == 0
    assert refusing.asked == 1
    assert [row["status"] for row in await sql(JOBS, world.tenant_id, SEND_NEWS)] == ["done"]
    entries = await sql(TRAIL, world.tenant_id)
    assert [row["action"] for row in entries] == ["reporter.addressed", "reporter.unreachable"]
    assert str(RINA.email) not in str(entries)


async def test_a_hostile_address_or_title_never_becomes_a_header(
    world: World, tools: Tools, tmp_path: Path, sql: Any
):
    hostile = Reporter(email="rina@contoh.id\r\nBcc: semua@contoh.id")
    report_id = await new_signed_report(world, hostile)
    await queue(world, report_id)
    braces = await new_signed_report(world, title="{ticket} {0} {place.__class__} =?utf-8?q?x?=")
    await queue(world, braces)
    assert await work(world, tools) == 2
    (mail,) = mails(tmp_path)
    assert mail["Bcc"] is None
    assert "{ticket} {0} {place.__class__}" in mail.get_content()
    actions = [row["action"] for row in await sql(TRAIL, world.tenant_id)]
    assert actions.count("reporter.unreachable") == 1


async def test_a_mail_server_that_is_away_keeps_the_job(world: World, sql: Any):
    report_id = await new_signed_report(world)
    await queue(world, report_id)
    tools = Tools(Refusing(MailUnavailable(retry_after=60)), world.app.state.secret, PLACE)
    await work(world, tools)
    (job,) = await sql(JOBS, world.tenant_id, SEND_NEWS)
    assert (job["status"], job["attempts"]) == ("queued", 1)


async def test_another_government_reads_no_address(
    world: World, other_world: World, database: Database, tools: Tools, tmp_path: Path
):
    report_id = await new_signed_report(world)
    async with database.write(other_world.tenant_id) as writing:
        payload = {"text": "report_received", "number": 1}
        await enqueue(writing, SEND_NEWS, subject_id=report_id, payload=payload)
    assert await work(other_world, tools) == 1
    assert mails(tmp_path) == []
