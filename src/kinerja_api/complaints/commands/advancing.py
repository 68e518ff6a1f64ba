"""One event of a report: its row, its log, its segment and pause, the trail and the outbox.

Every change of a report goes through ``advance``, on a row that the caller has locked.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, insert, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.dues import foresee
from kinerja_api.complaints.commands.news import send_news
from kinerja_api.complaints.commands.proposals import follow_proposal
from kinerja_api.complaints.commands.segments import follow_pauses, follow_segments, move_caps
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import (
    ENDED,
    LogEntry,
    PartyKind,
    PauseReason,
    ReportEvent,
    ReportStatus,
    next_status,
)
from kinerja_api.complaints.tables import citizen_reports, report_events
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)

_CLEARED: Mapping[ReportStatus, tuple[str, ...]] = {
    ReportStatus.ARCHIVED: ("archive_reason",),
    ReportStatus.CLOSED: ("close_reason",),
}
"""Columns that are empty again when a report leaves the status."""


@dataclass(frozen=True, slots=True)
class By:
    """Who causes an event."""

    party: PartyKind
    account_id: UUID | None = None
    employee_id: UUID | None = None


CITIZEN = By(PartyKind.CITIZEN)
SYSTEM = By(PartyKind.SYSTEM)


def staff(actor: Actor) -> By:
    """Return the actor as the cause of an event."""
    return By(PartyKind.STAFF, actor.account_id, actor.employee_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What comes with an event.

    note: for the people who work on it; public_note: what the citizen reads; data: what the clocks
    and readers of the log need; changes: columns of the report; unit_id, handler_id: of an
    assignment; pause: why the clock stands, until when at most.
    """

    note: str | None = None
    public_note: str | None = None
    data: Mapping[str, object] = field(default_factory=dict[str, object])
    changes: Mapping[str, object] = field(default_factory=dict[str, object])
    unit_id: UUID | None = None
    handler_id: UUID | None = None
    pause: tuple[PauseReason, dt.date] | None = None


NOTHING = Happening()


async def advance(
    writing: Writing,
    report: LockedReport,
    event: ReportEvent,
    by: By,
    what: Happening = NOTHING,
) -> ReportStatus:
    """Let the event happen to a locked report; return its status; TransitionRefused."""
    before, now = report.status, clock.now()
    after = next_status(before, event, asked_in=report.asked_in)
    changes = {**_consequences(report, event, after, now), **what.changes}
    number = report.row["events"] + 1
    entry = LogEntry(number, event, after, now, _data(report, what))
    foreseen = await foresee(writing, report, entry)
    changes |= foreseen.columns
    await writing.execute(
        _update(tuple(sorted(changes))), id=report.id, status=after, now=now, **changes
    )
    await writing.execute(
        _log(),
        report_id=report.id,
        number=number,
        event=event,
        status=after,
        at=now,
        party=by.party,
        account_id=by.account_id,
        employee_id=by.employee_id,
        note=what.note,
        public_note=what.public_note,
        data={**entry.data, **foreseen.data},
    )
    whose = (what.unit_id, what.handler_id)
    await follow_segments(writing, report, event, after, now, whose=whose)
    await follow_pauses(writing, report, after, now, what.pause)
    if foreseen.cap is not None:
        await move_caps(writing, [report.id], [foreseen.cap])
    await follow_proposal(writing, report, event, after, now)
    subject = ("citizen_report", report.id)
    writing.record(
        f"citizen_report.{event}",
        subject,
        before={"status": before},
        after={"status": after, "party": by.party},
    )
    writing.emit(
        f"citizen_report.{event}", subject, version=report.row["version"] + 1, status=after
    )
    if report.row["sends_news"] and by.party is not PartyKind.CITIZEN:
        await send_news(writing, report, event)
    return after


def _consequences(
    report: LockedReport, event: ReportEvent, after: ReportStatus, now: dt.datetime
) -> dict[str, object]:
    """Return the columns that follow from the event itself."""
    changes: dict[str, object] = {}
    if after != report.status:
        changes |= dict.fromkeys(_CLEARED.get(report.status, ()))
        if (after in ENDED) != (report.status in ENDED):
            changes["ended_at"] = now if after in ENDED else None
        is_asked = after is ReportStatus.AWAITING_INFORMATION
        changes["asked_in"] = report.status if is_asked else None
    if event in {ReportEvent.ANSWER_FIRST, ReportEvent.APPROVE_REPLY}:
        changes["first_reply_at"] = report.row["first_reply_at"] or now
    if event is ReportEvent.APPROVE_REPLY:
        changes |= {"answered_at": now, "is_escalated": False}
    if event is ReportEvent.REOPEN:
        changes["answered_at"] = None
        changes["reopenings"] = report.row["reopenings"] + 1
    if event in {ReportEvent.RETURN, ReportEvent.TAKE_OVER}:
        changes |= {"unit_id": None, "handler_id": None}
        if after is ReportStatus.VERIFIED:
            changes["assigned_at"] = None
    return changes


def _data(report: LockedReport, what: Happening) -> dict[str, object]:
    """Return what the clocks need of the event; a changed class and an extension among it."""
    named = {"unit_id": what.unit_id, "handler_id": what.handler_id}
    known: dict[str, object] = {
        name: str(value) for name, value in named.items() if value is not None
    }
    if what.pause:
        known["pause"] = what.pause[0]
    if "report_class" in what.changes:
        known["report_class"] = what.changes["report_class"]
        known["report_class_before"] = report.report_class
    if "extended_days" in what.changes:
        known["extended_days"] = what.changes["extended_days"]
    return {**known, **what.data}


@statement
def _update(columns: tuple[str, ...]) -> Executable:
    report = citizen_reports.c
    return (
        update(citizen_reports)
        .where(report.tenant_id == _TENANT, report.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            updated_at=bindparam("now", type_=_INSTANT),
            version=report.version + 1,
            events=report.events + 1,
            **{name: bindparam(name, type_=report[name].type) for name in columns},
        )
    )


@statement
def _log() -> Executable:
    return insert(report_events).values(
        tenant_id=_TENANT,
        report_id=bindparam("report_id", type_=Uuid),
        number=bindparam("number", type_=Integer),
        event=bindparam("event", type_=Text),
        status=bindparam("status", type_=Text),
        at=bindparam("at", type_=_INSTANT),
        party=bindparam("party", type_=Text),
        account_id=bindparam("account_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        note=bindparam("note", type_=Text),
        public_note=bindparam("public_note", type_=Text),
        data=bindparam("data", type_=JSONB),
    )
