"""Reports about the same matter: one goes on, the others go into it (penggabungan)."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.advancing import Happening, advance, staff
from kinerja_api.complaints.commands.stepping import check_step
from kinerja_api.complaints.errors import MergeRefused
from kinerja_api.complaints.policies import check_may
from kinerja_api.complaints.queries.locked import LockedReport, lock_report
from kinerja_api.complaints.queries.reports import report_after
from kinerja_api.complaints.rules import OPEN, PartyKind, ReportEvent, ReportStatus
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import MergerIn
from kinerja_api.complaints.tables import citizen_reports, report_accused, report_events
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import label
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement

_E = ReportEvent
_TENANT = bindparam("tenant_id", type_=Uuid)
_CHILD, _INTO = bindparam("child_id", type_=Uuid), bindparam("into_id", type_=Uuid)
_GOING_ON = OPEN | {ReportStatus.ANSWERED}


async def merge(
    writing: Writing, actor: Actor, report_id: UUID, given: MergerIn, *, expected: int | None
) -> ReportOut:
    """Merge a report into another one; those merged into it before go with it."""
    if given.into == report_id:
        raise MergeRefused(reason="itself")
    child, into = await _lock_both(writing, actor, report_id, given.into)
    check_step(actor, child, _E.MERGE)
    check_version(child.row["version"], expected)
    await _check_into(writing, child, into)
    told = _told(child, into)
    await _move_children(writing, actor, child, into, told)
    what = Happening(
        note=given.note,
        public_note=told,
        data={"into": str(into.id)},
        changes={"parent_id": into.id, "parent_is_merged": False},
    )
    await advance(writing, child, _E.MERGE, staff(actor), what)
    return await report_after(writing, actor, report_id)


async def _lock_both(
    writing: Writing, actor: Actor, report_id: UUID, into_id: UUID
) -> tuple[LockedReport, LockedReport]:
    """Lock both in the order of their ids, so that two mergers wait for each other."""
    locked: dict[UUID, LockedReport | None] = {}
    for one in sorted((report_id, into_id)):
        try:
            locked[one] = await lock_report(writing, actor, one)
        except ResourceNotFound:
            locked[one] = None
    child, into = locked[report_id], locked[into_id]
    if child is None:
        raise ResourceNotFound
    if into is None:
        raise UnknownReference.at("/into")
    return child, into


async def _check_into(writing: Writing, child: LockedReport, into: LockedReport) -> None:
    check_may(_E.MERGE, into.parties)
    if into.status not in _GOING_ON:
        raise MergeRefused(reason="ended")
    if into.row["led_by"] != child.row["led_by"]:
        raise MergeRefused(reason="other_lead")
    ids = {"child_id": child.id, "into_id": into.id}
    if child.row["has_accused"] and await writing.value(_accuses_others(), **ids):
        raise MergeRefused(reason="other_accused")


def _told(child: LockedReport, into: LockedReport) -> str:
    """What the citizen reads: the other's number only where everybody may read of it."""
    language = child.row["language"]
    if into.row["published_at"] is None:
        return label("report_merged_unseen", language)
    return label("report_merged_into", language, ticket=into.row["ticket"])


async def _move_children(
    writing: Writing, actor: Actor, child: LockedReport, into: LockedReport, told: str
) -> None:
    moved = await writing.rows(
        _move(),
        dict[str, UUID],
        child_id=child.id,
        into_id=into.id,
        now=clock.now(),
        account_id=actor.account_id,
        employee_id=actor.employee_id,
        public_note=told,
        data={"into": str(into.id)},
    )
    for row in moved:
        subject = ("citizen_report", row["report_id"])
        change = {"parent_id": str(child.id)}, {"parent_id": str(into.id)}
        writing.record("citizen_report.moved", subject, before=change[0], after=change[1])
        writing.emit("citizen_report.moved", subject)


@statement
def _accuses_others() -> Executable:
    mine, theirs = report_accused.alias("mine"), report_accused.alias("theirs")
    named_there = exists().where(
        theirs.c.tenant_id == _TENANT,
        theirs.c.report_id == _INTO,
        theirs.c.employee_id == mine.c.employee_id,
    )
    return select(
        exists().where(mine.c.tenant_id == _TENANT, mine.c.report_id == _CHILD, ~named_there)
    )


@statement
def _move() -> Executable:
    """Give the children another parent, each with its event."""
    report, now = citizen_reports.c, bindparam("now", type_=DateTime(timezone=True))
    moved = (
        update(citizen_reports)
        .where(report.tenant_id == _TENANT, report.parent_id == _CHILD)
        .values(
            parent_id=_INTO,
            updated_at=now,
            version=report.version + 1,
            events=report.events + 1,
        )
        .returning(report.id, report.events)
        .cte("moved")
    )
    rows = select(
        _TENANT,
        moved.c.id,
        moved.c.events,
        literal(_E.MERGE.value, Text),
        literal(ReportStatus.MERGED.value, Text),
        now,
        literal(PartyKind.STAFF.value, Text),
        bindparam("account_id", type_=Uuid),
        bindparam("employee_id", type_=Uuid),
        bindparam("public_note", type_=Text),
        bindparam("data", type_=JSONB),
    )
    columns = [
        "tenant_id", "report_id", "number", "event", "status", "at", "party", "account_id",
        "employee_id", "public_note", "data",
    ]  # fmt: skip
    return insert(report_events).from_select(columns, rows).returning(report_events.c.report_id)
