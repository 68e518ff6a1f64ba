"""Break-glass: who reported is told to one person, for a reason, and the inspectorate is told so.

The trail is written and durable before anything is unsealed; a repeat reads again and is written
again (Perpres 76/2013; UU 27/2022 art. 31).
"""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.reporters import find_sealed, opened
from kinerja_api.complaints.errors import (
    NotYourPart,
    PersonNeeded,
    ReporterAnonymous,
    ReporterNotKept,
)
from kinerja_api.complaints.policies import Party
from kinerja_api.complaints.queries.disclosures import DISCLOSED
from kinerja_api.complaints.queries.inspectors import find_inspectors
from kinerja_api.complaints.queries.locked import LockedReport, lock_report
from kinerja_api.complaints.schemas.reporters import DisclosureIn, ReporterOut
from kinerja_api.core.db import Database, Writing
from kinerja_api.notices.commands import NoticeToSend, notify_many


async def disclose_reporter(
    writing: Writing,
    actor: Actor,
    report_id: UUID,
    disclosure: DisclosureIn,
    *,
    database: Database,
    master: bytes,
) -> ReporterOut:
    """Tell who reported; NotYourPart, ReporterAnonymous, ReporterNotKept."""
    if not actor.is_person:
        raise PersonNeeded
    report = await lock_report(writing, actor, report_id)
    if Party.LEAD not in report.parties:
        raise NotYourPart(event="disclosure")
    if report.row["is_anonymous"]:
        raise ReporterAnonymous
    await _tell_inspectors(writing, actor, report, disclosure.reason)
    sealed = await _take_out(writing, actor, database, report_id, disclosure.reason)
    reporter = opened(master, sealed, tenant_id=actor.tenant_id, report_id=report_id)
    return ReporterOut(
        report_id=report_id, name=reporter.name, email=reporter.email, phone=reporter.phone
    )


async def _take_out(
    writing: Writing, actor: Actor, database: Database, report_id: UUID, reason: str
) -> bytes:
    """Return who reported, still sealed, once the trail of it is durable; ReporterNotKept."""
    async with database.identity(actor.tenant_id, actor.principal, writing.request_id) as identity:
        sealed = await find_sealed(identity, report_id)
        if sealed is None:
            raise ReporterNotKept
        identity.record(DISCLOSED, ("citizen_report", report_id), reason=reason)
    return sealed


async def _tell_inspectors(
    writing: Writing, actor: Actor, report: LockedReport, reason: str
) -> None:
    people = await find_inspectors(writing, report.id, today=actor.today)
    params = {"ticket": report.row["ticket"]}
    told = [
        NoticeToSend(person, "reporter_disclosed", "citizen_report", report.id, reason, params)
        for person in people
    ]
    if told:
        await notify_many(writing, told, from_id=actor.employee_id)
    writing.emit("citizen_report.reporter_disclosed", ("citizen_report", report.id),
                 version=report.row["version"])  # fmt: skip
