"""Whose work a report is, and when its clocks stand: rows that follow from its events."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import (
    ENDED,
    PauseReason,
    ReportEvent,
    ReportStatus,
    SegmentEnd,
)
from kinerja_api.complaints.tables import report_pauses, report_segments
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_WAITING = frozenset({ReportStatus.AWAITING_INFORMATION, ReportStatus.AWAITING_OTHER_PARTY})
_ENDS: Mapping[ReportEvent, SegmentEnd] = {
    ReportEvent.ASSIGN: SegmentEnd.REASSIGNED,
    ReportEvent.RETURN: SegmentEnd.RETURNED,
    ReportEvent.APPROVE_REPLY: SegmentEnd.ANSWERED,
    ReportEvent.TAKE_OVER: SegmentEnd.TAKEN_OVER,
}


async def follow_segments(
    writing: Writing,
    report: LockedReport,
    event: ReportEvent,
    after: ReportStatus,
    now: dt.datetime,
    *,
    whose: tuple[UUID | None, UUID | None],
) -> None:
    """End and begin segments as the event demands; whose: unit and handler of an assignment."""
    unit_id, handler_id = whose
    ended_by = _ENDS.get(event) or (SegmentEnd.ENDED if after in ENDED else None)
    if ended_by is not None:
        await writing.execute(_end_segment(), report_id=report.id, now=now, ended_by=ended_by)
    if event is ReportEvent.ACCEPT:
        await writing.execute(
            _accept_segment(), report_id=report.id, now=now, handler_id=handler_id
        )
    if event is ReportEvent.REOPEN:
        unit_id, handler_id = report.row["unit_id"], report.row["handler_id"]
    if event in {ReportEvent.ASSIGN, ReportEvent.REOPEN} and unit_id is not None:
        await writing.execute(
            _begin_segment(),
            id=new_id(),
            report_id=report.id,
            unit_id=unit_id,
            handler_id=handler_id,
            now=now,
            accepted_at=now if event is ReportEvent.REOPEN else None,
        )


async def follow_pauses(
    writing: Writing,
    report: LockedReport,
    after: ReportStatus,
    now: dt.datetime,
    pause: tuple[PauseReason, dt.date] | None,
) -> None:
    """Let the clocks stand, or run again, as the status demands."""
    if report.status in _WAITING and after not in _WAITING:
        await writing.execute(_end_pause(), report_id=report.id, now=now)
    if after in _WAITING and report.status not in _WAITING:
        if pause is None:
            raise RuntimeError("a clock that stands needs a reason and an end")
        reason, due_on = pause
        await writing.execute(
            _begin_pause(), id=new_id(), report_id=report.id, reason=reason, due_on=due_on, now=now
        )


def _is_open(table: Table) -> Sequence[ColumnElement[bool]]:
    return (
        table.c.tenant_id == _TENANT,
        table.c.report_id == bindparam("report_id", type_=Uuid),
        table.c.ends_at.is_(None),
    )


async def move_caps(writing: Writing, report_ids: Sequence[UUID], dues: Sequence[dt.date]) -> None:
    """Let open questions lapse when the time for their answers is over, as it is now counted."""
    await writing.execute(_move_caps(), ids=list(report_ids), dues=list(dues))


@statement
def _end_segment() -> Executable:
    return (
        update(report_segments)
        .where(*_is_open(report_segments))
        .values(
            ends_at=bindparam("now", type_=_INSTANT), ended_by=bindparam("ended_by", type_=Text)
        )
    )


@statement
def _accept_segment() -> Executable:
    return (
        update(report_segments)
        .where(*_is_open(report_segments))
        .values(
            accepted_at=bindparam("now", type_=_INSTANT),
            handler_id=bindparam("handler_id", type_=Uuid),
        )
    )


@statement
def _begin_segment() -> Executable:
    segment, report_id = report_segments.c, bindparam("report_id", type_=Uuid)
    before = select(func.coalesce(func.max(segment.number), 0) + 1).where(
        segment.tenant_id == _TENANT, segment.report_id == report_id
    )
    return insert(report_segments).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=report_id,
        number=before.scalar_subquery(),
        unit_id=bindparam("unit_id", type_=Uuid),
        handler_id=bindparam("handler_id", type_=Uuid),
        starts_at=bindparam("now", type_=_INSTANT),
        accepted_at=bindparam("accepted_at", type_=_INSTANT),
    )


@statement
def _begin_pause() -> Executable:
    return insert(report_pauses).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        reason=bindparam("reason", type_=Text),
        starts_at=bindparam("now", type_=_INSTANT),
        due_on=bindparam("due_on", type_=Date),
    )


@statement
def _end_pause() -> Executable:
    return (
        update(report_pauses)
        .where(*_is_open(report_pauses))
        .values(ends_at=bindparam("now", type_=_INSTANT))
    )


@statement
def _move_caps() -> Executable:
    pause = report_pauses.c
    given = (
        func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("dues", type_=ARRAY(Date)))
        .table_valued(column("report_id", Uuid), column("due_on", Date))
        .render_derived(name="given")
    )
    return (
        update(report_pauses)
        .where(
            pause.tenant_id == _TENANT,
            pause.report_id == given.c.report_id,
            pause.reason == PauseReason.AWAITING_CITIZEN,
            pause.ends_at.is_(None),
        )
        .values(due_on=given.c.due_on)
    )
