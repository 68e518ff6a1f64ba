"""Steps of the unit: giving back, accepting, resuming, the first substantial answer."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.guarding import guard
from kinerja_api.complaints.commands.leading import check_handler
from kinerja_api.complaints.commands.messages import say
from kinerja_api.complaints.commands.stepping import again, begin
from kinerja_api.complaints.commands.telling import leads_of, tell
from kinerja_api.complaints.errors import DayPassed, HandlerNotOfUnit, NotYourPart
from kinerja_api.complaints.policies import Party
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.rules import Audience, Lead, ReportEvent
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import (
    AcceptanceIn,
    FirstReplyIn,
    ReportNoteIn,
    ReportReturnIn,
)
from kinerja_api.core.db import Writing

_E = ReportEvent


async def give_back(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportReturnIn, *, expected: int | None
) -> ReportOut:
    """Return a misrouted report to its lead, who hears of it."""
    report = await begin(writing, actor, report_id, _E.RETURN, expected)
    await advance(writing, report, _E.RETURN, staff(actor), Happening(note=given.reason))
    leads = await leads_of(writing, actor, led_by=Lead(report.row["led_by"]))
    await tell(writing, report, "report_returned", leads, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def accept(
    writing: Writing, actor: Actor, report_id: UUID, given: AcceptanceIn, *, expected: int | None
) -> ReportOut:
    """Take a report to work: oneself, or as head for somebody of the unit."""
    report = await begin(writing, actor, report_id, _E.ACCEPT, expected)
    handler_id = _handler(actor, report, given)
    if given.promised_on is not None and given.promised_on < actor.today:
        raise DayPassed.at("/promised_on")
    await check_handler(writing, actor, report, report.row["unit_id"], handler_id)
    what = Happening(
        public_note=given.plan,
        handler_id=handler_id,
        changes={"handler_id": handler_id, "promised_on": given.promised_on},
    )
    await advance(writing, report, _E.ACCEPT, staff(actor), what)
    await guard(writing, actor, await again(writing, report))
    people = [handler_id]
    await tell(writing, report, "report_assigned", people, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


def _handler(actor: Actor, report: LockedReport, given: AcceptanceIn) -> UUID:
    """Return who will work on it; NotYourPart, HandlerNotOfUnit."""
    handler_id = given.handler_id or actor.employee_id
    if handler_id is None:
        raise HandlerNotOfUnit.at("/handler_id")
    if Party.HEAD not in report.parties and handler_id != actor.employee_id:
        raise NotYourPart(event=_E.ACCEPT)
    return handler_id


async def resume(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportNoteIn, *, expected: int | None
) -> ReportOut:
    """Go on with the work: what was waited for is there."""
    report = await begin(writing, actor, report_id, _E.RESUME, expected)
    await advance(writing, report, _E.RESUME, staff(actor), Happening(note=given.note))
    return await report_after(writing, actor, report_id)


async def answer_first(
    writing: Writing, actor: Actor, report_id: UUID, given: FirstReplyIn, *, expected: int | None
) -> ReportOut:
    """Send the citizen the first substantial answer, once."""
    report = await begin(writing, actor, report_id, _E.ANSWER_FIRST, expected)
    await advance(writing, report, _E.ANSWER_FIRST, staff(actor))
    await say(writing, report, staff(actor), given.text, audience=Audience.CITIZEN)
    return await report_after(writing, actor, report_id)
