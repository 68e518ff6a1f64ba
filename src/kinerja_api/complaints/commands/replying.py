"""The public reply (tanggapan): proposed by the handler, decided by the head."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import DateTime, SmallInteger, Text, Uuid, bindparam, func, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.stepping import begin
from kinerja_api.complaints.commands.telling import heads_of, tell
from kinerja_api.complaints.errors import SecondPersonNeeded
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.rules import ReplyStatus, ReportEvent
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import ReplyRejectionIn, ReportReplyIn
from kinerja_api.complaints.tables import report_replies
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement

_E = ReportEvent
_TENANT = bindparam("tenant_id", type_=Uuid)
_REPORT = bindparam("report_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_reply = report_replies.c


@dataclass(frozen=True, slots=True)
class _Proposal:
    id: UUID
    number: int
    body: str
    proposed_by: UUID


async def propose_reply(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportReplyIn, *, expected: int | None
) -> ReportOut:
    """Propose a reply to the head."""
    report = await begin(writing, actor, report_id, _E.PROPOSE_REPLY, expected)
    number: int = await writing.value(_next_number(), report_id=report_id)
    what = Happening(data={"reply": number})
    await advance(writing, report, _E.PROPOSE_REPLY, staff(actor), what)
    await writing.execute(
        _insert(),
        id=new_id(),
        report_id=report_id,
        number=number,
        body=given.body,
        account_id=actor.account_id,
        now=clock.now(),
    )
    heads = await heads_of(writing, actor, report, but=actor.employee_id)
    await tell(writing, report, "report_reply_proposed", heads, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def approve_reply(
    writing: Writing, actor: Actor, report_id: UUID, reply_id: UUID, *, expected: int | None
) -> ReportOut:
    """Send a proposed reply: the report is answered, the citizen's window opens."""
    report = await begin(writing, actor, report_id, _E.APPROVE_REPLY, expected)
    proposal = await _decide(writing, actor, report, reply_id, ReplyStatus.APPROVED)
    what = Happening(data={"reply": proposal.number}, changes={"reply": proposal.body})
    await advance(writing, report, _E.APPROVE_REPLY, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def reject_reply(
    writing: Writing, actor: Actor, report_id: UUID, reply_id: UUID, given: ReplyRejectionIn,
    *, expected: int | None,
) -> ReportOut:  # fmt: skip
    """Send a proposed reply back to the handler, with a reason."""
    report = await begin(writing, actor, report_id, _E.REJECT_REPLY, expected)
    status = ReplyStatus.REJECTED
    proposal = await _decide(writing, actor, report, reply_id, status, note=given.note)
    what = Happening(note=given.note, data={"reply": proposal.number})
    await advance(writing, report, _E.REJECT_REPLY, staff(actor), what)
    people = [report.row["handler_id"]]
    await tell(writing, report, "report_reply_rejected", people, by=actor, zone=actor.time_zone)
    return await report_after(writing, actor, report_id)


async def _decide(
    writing: Writing,
    actor: Actor,
    report: LockedReport,
    reply_id: UUID,
    status: ReplyStatus,
    *,
    note: str | None = None,
) -> _Proposal:
    """Write the decision on a reply that waits; ResourceNotFound, SecondPersonNeeded."""
    proposal = await writing.row(_proposal(), _Proposal, report_id=report.id, id=reply_id)
    if proposal is None:
        raise ResourceNotFound
    if proposal.proposed_by == actor.account_id:
        raise SecondPersonNeeded
    await writing.execute(
        _write_decision(),
        id=reply_id,
        status=status,
        account_id=actor.account_id,
        now=clock.now(),
        note=note,
    )
    return proposal


@statement
def _proposal() -> Executable:
    return select(_reply.id, _reply.number, _reply.body, _reply.proposed_by).where(
        _reply.tenant_id == _TENANT,
        _reply.report_id == _REPORT,
        _reply.id == bindparam("id", type_=Uuid),
        _reply.status == ReplyStatus.PROPOSED.value,
    )


@statement
def _next_number() -> Executable:
    return select(func.coalesce(func.max(_reply.number), 0) + 1).where(
        _reply.tenant_id == _TENANT, _reply.report_id == _REPORT
    )


@statement
def _insert() -> Executable:
    return insert(report_replies).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=_REPORT,
        number=bindparam("number", type_=SmallInteger),
        body=bindparam("body", type_=Text),
        status=ReplyStatus.PROPOSED.value,
        proposed_by=bindparam("account_id", type_=Uuid),
        proposed_at=bindparam("now", type_=_INSTANT),
    )


@statement
def _write_decision() -> Executable:
    return (
        update(report_replies)
        .where(_reply.tenant_id == _TENANT, _reply.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            decided_by=bindparam("account_id", type_=Uuid),
            decided_at=bindparam("now", type_=_INSTANT),
            note=bindparam("note", type_=Text),
        )
    )
