"""News to the citizen by e-mail: queued here, sent by a job that alone can read the address.

A mail names the ticket and says what happened; of an open report also its title. It never holds
the receipt, nor anything that was written in the report or in an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from uuid import UUID, uuid5

from sqlalchemy import Integer, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.complaints.commands.reporters import find_sealed, opened
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import PartyKind, ReportEvent
from kinerja_api.complaints.tables import citizen_reports, report_events
from kinerja_api.core.db import Database, Writing
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.jobs import Job, enqueue
from kinerja_api.core.mail import Mail, MailRefused
from kinerja_api.core.sql import statement
from kinerja_api.core.tools import Tools

SEND_NEWS = "send_report_news"

NEWS: Mapping[ReportEvent, str] = {
    ReportEvent.RECEIVE: "report_received",
    ReportEvent.VERIFY: "report_verified",
    ReportEvent.ASK: "report_asked",
    ReportEvent.ASSIGN: "report_assigned",
    ReportEvent.MESSAGE: "report_message",
    ReportEvent.ANSWER_FIRST: "report_message",
    ReportEvent.APPROVE_REPLY: "report_answered",
    ReportEvent.LAPSE_SILENCE: "report_closed",
    ReportEvent.SIGN_OFF: "report_closed",
    ReportEvent.ARCHIVE: "report_archived",
    ReportEvent.LAPSE_INFORMATION: "report_archived",
    ReportEvent.REFER: "report_referred",
    ReportEvent.MERGE: "report_merged",
    ReportEvent.EXTEND: "report_extended",
}
"""Which events the citizen hears of, and by which text."""

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a mail may say of a report, as it is when the mail is written."""

    ticket: str
    title: str
    is_confidential: bool
    language: str
    government: str


async def send_news(writing: Writing, report: LockedReport, event: ReportEvent) -> None:
    """Queue the e-mail of an event that the citizen hears of."""
    text = NEWS.get(event)
    if text is not None:
        payload = {"text": text, "number": report.row["events"] + 1}
        await enqueue(writing, SEND_NEWS, subject_id=report.id, payload=payload)


async def mail_news(database: Database, job: Job, tools: Tools) -> None:
    """Send the e-mail of one event to who reported; nothing where news are no longer wanted.

    Each reading of the address is in the trail before the mail leaves. A repeat after a fault
    carries the same message id; an address that is refused is noted, and not tried again.
    """
    report_id, number = job.subject_id, cast("int", job.payload["number"])
    if report_id is None:
        raise ValueError("news are about a report")
    async with database.read(job.tenant_id) as reading:
        subject = await reading.row(_subject(), _Subject, id=report_id, number=number)
    if subject is None:
        return
    about = ("citizen_report", report_id)
    text = str(job.payload["text"])
    told = {"text": text, "number": number}
    async with database.identity(job.tenant_id) as identity:
        sealed = await find_sealed(identity, report_id)
        if sealed is None:
            return
        identity.record("reporter.addressed", about, after=told)
    reporter = opened(tools.secret, sealed, tenant_id=job.tenant_id, report_id=report_id)
    if reporter.email is None:
        return
    mail = _mail(reporter.email, report_id, text, number, subject, tools.public_url)
    try:
        await tools.mailer.send(mail)
    except MailRefused:
        async with database.identity(job.tenant_id) as identity:
            identity.record("reporter.unreachable", about, after=told)


def _mail(to: str, report_id: UUID, text: str, number: int, subject: _Subject, place: str) -> Mail:
    language = cast("Language", subject.language)
    title = "" if subject.is_confidential else label("news_title", language, title=subject.title)
    return Mail(
        to=to,
        subject=label(f"news_{text}_subject", language, ticket=subject.ticket),
        text=label(
            "news_frame",
            language,
            news=label(f"news_{text}", language),
            ticket=subject.ticket,
            title=title,
            place=place,
            government=subject.government,
        ),
        message_id=uuid5(report_id, f"news {number}"),
    )


@statement
def _subject() -> Executable:
    """Select what the mail of an event says, while the citizen wants news of what others do.

    Who withdrew hears no more, although the inspectorate goes on.
    """
    report, event = citizen_reports.c, report_events.c
    return (
        select(
            report.ticket,
            report.title,
            report.is_confidential,
            report.language,
            tenants.c.name.label("government"),
        )
        .join_from(citizen_reports, tenants, tenants.c.id == report.tenant_id)
        .join(
            report_events,
            and_(event.tenant_id == report.tenant_id, event.report_id == report.id),
        )
        .where(
            report.tenant_id == _TENANT,
            report.id == bindparam("id", type_=Uuid),
            report.sends_news,
            ~report.is_anonymous,
            ~report.is_ex_officio,
            event.number == bindparam("number", type_=Integer),
            ~and_(event.event == ReportEvent.MESSAGE, event.party == PartyKind.CITIZEN),
        )
    )
