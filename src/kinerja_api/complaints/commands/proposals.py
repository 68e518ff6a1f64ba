"""A proposed reply that lost its question: the report was merged, withdrawn or taken over."""

import datetime as dt

from sqlalchemy import DateTime, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.rules import ReplyStatus, ReportEvent, ReportStatus
from kinerja_api.complaints.tables import report_replies
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement

_DECIDING = frozenset({ReportEvent.APPROVE_REPLY, ReportEvent.REJECT_REPLY})


async def follow_proposal(
    writing: Writing,
    report: LockedReport,
    event: ReportEvent,
    after: ReportStatus,
    now: dt.datetime,
) -> None:
    """Drop the reply that waits for the head when another event ends its waiting."""
    waits = report.status is ReportStatus.REPLY_PROPOSED and after is not report.status
    if waits and event not in _DECIDING:
        await writing.execute(_drop(), report_id=report.id, now=now)


@statement
def _drop() -> Executable:
    reply = report_replies.c
    return (
        update(report_replies)
        .where(
            reply.tenant_id == bindparam("tenant_id", type_=Uuid),
            reply.report_id == bindparam("report_id", type_=Uuid),
            reply.status == ReplyStatus.PROPOSED.value,
        )
        .values(
            status=ReplyStatus.DROPPED.value,
            decided_at=bindparam("now", type_=DateTime(timezone=True)),
        )
    )
