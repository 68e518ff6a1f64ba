"""What happens to a report by itself: pauses and windows end, and the ladder is climbed."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, DateTime, SmallInteger, Text, Uuid, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.rules import Role
from kinerja_api.complaints.commands.advancing import SYSTEM, Happening, advance
from kinerja_api.complaints.commands.telling import tell
from kinerja_api.complaints.queries.deadlines import find_reminded, is_pause_over
from kinerja_api.complaints.queries.levels import Rulebook
from kinerja_api.complaints.queries.locked import LockedReport, lock_as_system
from kinerja_api.complaints.queries.logs import read_logs
from kinerja_api.complaints.queries.people import heads_over, holders_of
from kinerja_api.complaints.rules import (
    ArchiveReason,
    CloseReason,
    Lead,
    Reckoning,
    ReportEvent,
    ReportStatus,
    Stage,
    StageClock,
    day_in,
    silence_closes,
    stage_clocks,
)
from kinerja_api.complaints.rules.ladder import BREACH, HALF, MOST, OVER, due_steps
from kinerja_api.complaints.tables import report_reminders
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

_E, _S = ReportEvent, ReportStatus
_KINDS = {
    HALF: "report_half_time",
    MOST: "report_time_short",
    BREACH: "report_overdue",
    OVER: "report_far_overdue",
}


async def lapse(writing: Writing, report_id: UUID, zone: str) -> bool:
    """End the report's pause or window if it is over; return whether it was.

    ResourceNotFound: somebody else is changing the report.
    """
    report = await lock_as_system(writing, report_id, skip_locked=True)
    today = day_in(zone)(clock.now())
    if report.status is _S.ANSWERED:
        return await _lapse_silence(writing, report, today)
    if not await is_pause_over(writing, report_id, today):
        return False
    if report.status is _S.AWAITING_INFORMATION:
        incomplete = Happening(changes={"archive_reason": ArchiveReason.INCOMPLETE})
        await advance(writing, report, _E.LAPSE_INFORMATION, SYSTEM, incomplete)
        return True
    await advance(writing, report, _E.RESUME, SYSTEM)
    await tell(writing, report, "report_wait_over", [report.row["handler_id"]], zone=zone)
    return True


async def _lapse_silence(writing: Writing, report: LockedReport, today: dt.date) -> bool:
    """Close an answered report whose citizen is silent; not what the inspectorate signs off."""
    due_on, stage = report.row["due_on"], report.row["due_stage"]
    is_over = stage == Stage.CITIZEN_WINDOW and due_on < today
    closes = silence_closes(
        report.report_class,
        is_inspected=report.row["led_by"] == Lead.INSPECTORATE,
        is_escalated=report.row["is_escalated"],
    )
    if not (is_over and closes):
        return False
    silence = Happening(changes={"close_reason": CloseReason.SILENCE})
    await advance(writing, report, _E.LAPSE_SILENCE, SYSTEM, silence)
    return True


async def remind(
    writing: Writing, report_id: UUID, rules: Rulebook, reckoning: Reckoning, today: dt.date
) -> int:
    """Take the steps of the ladder that are due for the report, each once; return how many.

    ResourceNotFound: somebody else is changing the report.
    """
    report = await lock_as_system(writing, report_id, skip_locked=True)
    found = await find_reminded(writing, report_id)
    if found is None:
        return 0
    log = (await read_logs(writing, [report_id]))[report_id]
    taken = 0
    for one in stage_clocks(log, rules.levels, rules.zone, report.report_class):
        for step in due_steps(one, today, reckoning, taken_steps(found.taken, one)):
            taken += await _take(writing, report, one, step, today, rules.zone)
            report = await lock_as_system(writing, report_id)
    return taken


def taken_steps(taken: list[str], one: StageClock) -> list[int]:
    """Return the steps that were taken for this clock."""
    name = f"{one.stage} {one.started_on} "
    return [int(sent.removeprefix(name)) for sent in taken if sent.startswith(name)]


async def _take(
    writing: Writing,
    report: LockedReport,
    one: StageClock,
    step: int,
    today: dt.date,
    zone: str,
) -> int:
    """Take one step, unless another worker has; return 1 if it was taken here."""
    is_first = await writing.execute(
        _insert(),
        report_id=report.id,
        stage=one.stage,
        started_on=one.started_on,
        step=step,
        now=clock.now(),
    )
    if not is_first:
        return 0
    changes = {"is_escalated": True} if step == OVER else {}
    data = {"stage": one.stage, "step": step}
    await advance(writing, report, _E.REMIND, SYSTEM, Happening(data=data, changes=changes))
    people = await _whom(writing, report, step, today)
    await tell(writing, report, _KINDS[step], people, zone=zone)
    return 1


async def _whom(
    writing: Writing, report: LockedReport, step: int, today: dt.date
) -> list[UUID | None]:
    """Return who is told: the handler, the head, both the head and the lead, the inspectorate.

    What nobody is assigned to is the lead's; what the inspectorate leads is told to it alone.
    """
    is_inspected = report.row["led_by"] == Lead.INSPECTORATE
    handler, unit = report.row["handler_id"], report.row["unit_id"]
    if step == HALF and handler is not None:
        return [handler]
    if step == OVER or is_inspected:
        return [*await holders_of(writing, Role.INSPECTORATE, today)]
    heads = (await heads_over(writing, unit, today))[:1] if unit is not None else []
    if step == BREACH or not heads:
        return [*heads, *await holders_of(writing, Role.COMPLAINTS_OFFICER, today)]
    return [*heads]


@statement
def _insert() -> Executable:
    given = {
        "report_id": Uuid(), "stage": Text(), "started_on": Date(), "step": SmallInteger(),
    }  # fmt: skip
    return (
        insert(report_reminders)
        .values(
            tenant_id=bindparam("tenant_id", type_=Uuid),
            **{name: bindparam(name, type_=kind) for name, kind in given.items()},
            sent_at=bindparam("now", type_=DateTime(timezone=True)),
        )
        .on_conflict_do_nothing()
    )
