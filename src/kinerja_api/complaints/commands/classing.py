"""Another class for a report: what lengthens a service level needs a second person."""

from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.guarding import guard
from kinerja_api.complaints.commands.stepping import again, begin
from kinerja_api.complaints.commands.telling import leads_of, tell
from kinerja_api.complaints.errors import StepRefused
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.rules import Lead, ReportClass, ReportEvent, Stage
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import ClassDecisionIn, ClassProposalIn
from kinerja_api.core.db import Writing

_E = ReportEvent


async def propose_class(
    writing: Writing, actor: Actor, report_id: UUID, given: ClassProposalIn, *, expected: int | None
) -> ReportOut:
    """Change the class at once, or propose a class under which more time is allowed."""
    report = await begin(writing, actor, report_id, _E.PROPOSE_CLASS, expected)
    if given.report_class is report.report_class:
        raise StepRefused(event=_E.PROPOSE_CLASS, reason="same_class")
    if not await _lengthens(writing, actor, report, given.report_class):
        await _reclassify(writing, actor, report, given.report_class, given.note)
        return await report_after(writing, actor, report_id)
    changes = {"proposed_class": given.report_class, "proposed_class_by": actor.account_id}
    data = {"proposed_class": given.report_class}
    what = Happening(note=given.note, data=data, changes=changes)
    await advance(writing, report, _E.PROPOSE_CLASS, staff(actor), what)
    leads = await leads_of(writing, actor, led_by=Lead(report.row["led_by"]))
    await tell(writing, report, "report_class_proposed", leads, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def decide_class(
    writing: Writing, actor: Actor, report_id: UUID, given: ClassDecisionIn, *, expected: int | None
) -> ReportOut:
    """Let the proposed class hold or not; never by who proposed it."""
    report = await begin(writing, actor, report_id, _E.RECLASSIFY, expected)
    proposed = ReportClass(report.row["proposed_class"])
    report_class = proposed if given.accept else report.report_class
    await _reclassify(writing, actor, report, report_class, given.note)
    return await report_after(writing, actor, report_id)


async def _lengthens(
    writing: Writing, actor: Actor, report: LockedReport, report_class: ReportClass
) -> bool:
    levels, today = (await rulebook(writing)).levels, actor.today
    return any(
        levels.on(report_class, stage, today).days
        > levels.on(report.report_class, stage, today).days
        for stage in Stage
    )


async def _reclassify(
    writing: Writing,
    actor: Actor,
    report: LockedReport,
    report_class: ReportClass,
    note: str | None,
) -> None:
    what = Happening(
        note=note,
        data={"report_class": report_class, "report_class_before": report.report_class},
        changes={"report_class": report_class, "proposed_class": None, "proposed_class_by": None},
    )
    await advance(writing, report, _E.RECLASSIFY, staff(actor), what)
    await guard(writing, actor, await again(writing, report))
