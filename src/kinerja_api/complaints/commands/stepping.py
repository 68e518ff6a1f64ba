"""What every step of staff begins with: the report locked, the step theirs, and open."""

from dataclasses import replace
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.policies import Situation, check_may, check_open
from kinerja_api.complaints.queries.locked import LockedReport, lock_as_system, lock_report
from kinerja_api.complaints.rules import ReportEvent, next_status
from kinerja_api.core.db import Writing
from kinerja_api.core.routes import check_version


async def begin(
    writing: Writing, actor: Actor, report_id: UUID, event: ReportEvent, expected: int | None
) -> LockedReport:
    """Lock a report for a step of the actor.

    ResourceNotFound, NotYourPart, TransitionRefused, StepRefused, SecondPersonNeeded, VersionStale.
    """
    report = await lock_report(writing, actor, report_id)
    check_step(actor, report, event)
    check_version(report.row["version"], expected)
    return report


def check_step(actor: Actor, report: LockedReport, event: ReportEvent) -> None:
    """Raise NotYourPart, TransitionRefused, StepRefused or SecondPersonNeeded."""
    check_may(event, report.parties)
    next_status(report.status, event, asked_in=report.asked_in)
    check_open(event, Situation(report.row, actor.account_id))


async def again(writing: Writing, report: LockedReport) -> LockedReport:
    """Return the report as it is after an event, for the next one of the same step."""
    return replace(await lock_as_system(writing, report.id), parties=report.parties)
