"""The conflict guard at work: reports handed to the inspectorate, and made confidential."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import DateTime, SmallInteger, Text, Uuid, bindparam, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import SYSTEM, By, Happening, advance, staff
from kinerja_api.complaints.commands.stepping import again, begin
from kinerja_api.complaints.commands.telling import leads_of, tell
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.people import heads_over
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.queries.visible import find_conflicted
from kinerja_api.complaints.rules import INSPECTED, SUPERVISORY, Lead, ReportEvent
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import ReportNoteIn
from kinerja_api.complaints.tables import report_confidentialities
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

UNPUBLISHED: Mapping[str, object] = {
    "public_title": None, "public_body": None, "public_reply": None, "published_at": None,
}  # fmt: skip
"""Columns of a report that the public does not read (any more)."""


async def guard(writing: Writing, actor: Actor, report: LockedReport) -> None:
    """Hand a locked report to the inspectorate where class or accused demand it.

    Called after each event that changes class, accused or who works on it.
    """
    if report.report_class in INSPECTED and not report.row["is_confidential"]:
        await raise_confidentiality(writing, report, staff(actor))
        report = await again(writing, report)
    if report.row["led_by"] == Lead.OFFICER and await _is_for_inspectorate(writing, actor, report):
        await take_over(writing, actor, report, SYSTEM)


async def _is_for_inspectorate(writing: Writing, actor: Actor, report: LockedReport) -> bool:
    if report.report_class in INSPECTED:
        return True
    if not report.row["has_accused"]:
        return False
    if report.report_class in SUPERVISORY:
        return True
    unit_id, handler_id = report.row["unit_id"], report.row["handler_id"]
    heads = await heads_over(writing, unit_id, actor.today) if unit_id is not None else []
    people = [*heads, *([handler_id] if handler_id is not None else [])]
    return bool(await find_conflicted(writing, report.id, people, today=actor.today))


async def take_over(
    writing: Writing, actor: Actor, report: LockedReport, by: By, *, note: str | None = None
) -> None:
    """Give a locked report to the inspectorate and tell it; nothing of it is public any more."""
    led_by = Lead.INSPECTORATE
    changes = {"led_by": led_by, **UNPUBLISHED}
    what = Happening(note=note, data={"led_by": led_by}, changes=changes)
    await advance(writing, report, ReportEvent.TAKE_OVER, by, what)
    inspectors = await leads_of(writing, actor, led_by=led_by)
    await tell(writing, report, "report_taken_over", inspectors, by=actor, zone=actor.time_zone)


async def take_over_report(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportNoteIn, *, expected: int | None
) -> ReportOut:
    """Take a report over for the inspectorate."""
    report = await begin(writing, actor, report_id, ReportEvent.TAKE_OVER, expected)
    await take_over(writing, actor, report, staff(actor), note=given.note)
    return await report_after(writing, actor, report_id)


async def make_confidential(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportNoteIn, *, expected: int | None
) -> ReportOut:
    """Make a report confidential; only its reporter can make it open again."""
    event = ReportEvent.RAISE_CONFIDENTIALITY
    report = await begin(writing, actor, report_id, event, expected)
    await raise_confidentiality(writing, report, staff(actor), note=given.note)
    return await report_after(writing, actor, report_id)


async def raise_confidentiality(
    writing: Writing, report: LockedReport, by: By, *, note: str | None = None
) -> None:
    """Make a locked report confidential, which hides it from the public."""
    number = report.row["confidentiality_number"] + 1
    await writing.execute(
        _insert(), report_id=report.id, number=number, set_by=by.party, now=clock.now()
    )
    changes = {"is_confidential": True, "confidentiality_number": number, **UNPUBLISHED}
    what = Happening(note=note, changes=changes)
    await advance(writing, report, ReportEvent.RAISE_CONFIDENTIALITY, by, what)


@statement
def _insert() -> Executable:
    return insert(report_confidentialities).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        number=bindparam("number", type_=SmallInteger),
        is_confidential=True,
        set_by=bindparam("set_by", type_=Text),
        set_at=bindparam("now", type_=DateTime(timezone=True)),
    )
