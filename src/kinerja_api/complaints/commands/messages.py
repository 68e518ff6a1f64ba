"""What staff say: questions and messages to the citizen, remarks among themselves."""

from uuid import UUID

from sqlalchemy import Boolean, DateTime, Text, Uuid, bindparam, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import By, Happening, advance, staff
from kinerja_api.complaints.commands.stepping import begin
from kinerja_api.complaints.queries.clocks import cap_of
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.rules import Audience, PauseReason, ReportEvent, Stage
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import ReportMessageIn, ReportQuestionIn
from kinerja_api.complaints.tables import report_messages
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement

_E = ReportEvent


async def ask(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportQuestionIn,
    *, expected: int | None,
) -> ReportOut:  # fmt: skip
    """Ask the citizen; the clocks stand until he answers or the time for it is over."""
    report = await begin(writing, actor, report_id, _E.ASK, expected)
    until = await cap_of(writing, report, Stage.FILE_COMPLETION, actor.today)
    what = Happening(pause=(PauseReason.AWAITING_CITIZEN, until))
    await advance(writing, report, _E.ASK, staff(actor), what)
    await say(
        writing, report, staff(actor), given.text, audience=Audience.CITIZEN, is_question=True
    )
    return await report_after(writing, actor, report_id)


async def write_message(
    writing: Writing, actor: Actor, report_id: UUID, given: ReportMessageIn, *, expected: int | None
) -> ReportOut:
    """Write to the citizen, who hears of it, or to those who work on the report."""
    report = await begin(writing, actor, report_id, _E.MESSAGE, expected)
    if given.audience is Audience.CITIZEN:
        await advance(writing, report, _E.MESSAGE, staff(actor))
    else:
        subject = ("citizen_report", report_id)
        writing.record("citizen_report.remarked", subject, after={"audience": given.audience})
        writing.emit("citizen_report.remarked", subject, version=report.row["version"])
    await say(writing, report, staff(actor), given.body, audience=given.audience)
    return await report_after(writing, actor, report_id)


async def say(
    writing: Writing,
    report: LockedReport,
    by: By,
    body: str,
    *,
    audience: Audience,
    is_question: bool = False,
) -> None:
    """Keep a message of a locked report."""
    await writing.execute(
        _insert(),
        id=new_id(),
        report_id=report.id,
        party=by.party,
        audience=audience,
        account_id=by.account_id,
        employee_id=by.employee_id,
        body=body,
        is_question=is_question,
        now=clock.now(),
    )


@statement
def _insert() -> Executable:
    return insert(report_messages).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        id=bindparam("id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        party=bindparam("party", type_=Text),
        audience=bindparam("audience", type_=Text),
        account_id=bindparam("account_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        body=bindparam("body", type_=Text),
        is_question=bindparam("is_question", type_=Boolean),
        created_at=bindparam("now", type_=DateTime(timezone=True)),
    )
