"""Reports that an officer enters for somebody who came, called or wrote."""

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import staff
from kinerja_api.complaints.commands.intake import NewReport, create_report
from kinerja_api.complaints.rules.reporters import Reporter
from kinerja_api.complaints.schemas.entries import ReportEntryIn, ReportEntryOut
from kinerja_api.core.db import Writing


async def enter_report(
    writing: Writing, master: bytes, actor: Actor, given: ReportEntryIn
) -> ReportEntryOut:
    """Take a report in; UnknownReference, CategoryOfOtherKind, TicketTaken."""
    values = given.model_dump(exclude={"contact"})
    contact = given.contact
    reporter = Reporter(**contact.model_dump()) if contact is not None else None
    made = await create_report(
        writing, master, actor.tenant_code, NewReport(**values), by=staff(actor), reporter=reporter
    )
    return ReportEntryOut(
        id=made.id,
        ticket=made.ticket,
        receipt=made.receipt,
        status=made.status,
        received_at=made.received_at,
    )
