"""What a citizen does with his report, by its receipt: write, answer, confirm, reopen, withdraw.

Nothing of him is kept but what he writes: no account, no address, no request id.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    exists,
    insert,
    select,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.rules import Role
from kinerja_api.complaints.commands.advancing import CITIZEN, Happening, advance
from kinerja_api.complaints.commands.guarding import UNPUBLISHED
from kinerja_api.complaints.commands.reporters import request_erasure
from kinerja_api.complaints.commands.telling import tell
from kinerja_api.complaints.errors import (
    AppealsExhausted,
    ConfidentialityDemanded,
    ReopeningsExhausted,
    ReopeningTooLate,
)
from kinerja_api.complaints.queries.locked import LockedReport, lock_by_receipt
from kinerja_api.complaints.queries.people import holders_of
from kinerja_api.complaints.queries.public import reopening_until
from kinerja_api.complaints.queries.receipts import Visit, hold_mine
from kinerja_api.complaints.rules import (
    Audience,
    CloseReason,
    Lead,
    PartyKind,
    ReportEvent,
    ReportStatus,
    next_status,
)
from kinerja_api.complaints.rules.citizens import (
    MOST_APPEALS,
    must_stay_confidential,
    reopening,
    withdrawal,
)
from kinerja_api.complaints.tables import (
    citizen_reports,
    report_categories,
    report_confidentialities,
    report_messages,
)
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.services.commands.tokens import issue_for_citizen
from kinerja_api.services.tables import services

_TENANT = bindparam("tenant_id", type_=Uuid)
_E = ReportEvent


async def send_message(writing: Writing, visit: Visit, body: str) -> LockedReport:
    """Write to those who work on the report."""
    report = await hold_mine(writing, visit, _E.MESSAGE)
    await advance(writing, report, _E.MESSAGE, CITIZEN)
    await _write(writing, report, body)
    await _tell_workers(writing, visit, report, "report_citizen_wrote")
    return report


async def answer_question(writing: Writing, visit: Visit, body: str) -> LockedReport:
    """Answer the question that was asked: the clocks run again; TransitionRefused."""
    report = await hold_mine(writing, visit, _E.INFORM)
    await advance(writing, report, _E.INFORM, CITIZEN)
    await _write(writing, report, body)
    await _tell_workers(writing, visit, report, "report_citizen_answered")
    return report


async def confirm_reply(
    writing: Writing, visit: Visit, body: str | None
) -> tuple[LockedReport, str | None]:
    """Close the answered report; return it with a token to rate its service, if it has one."""
    report = await hold_mine(writing, visit, _E.CONFIRM)
    what = Happening(changes={"close_reason": CloseReason.CONFIRMED})
    await advance(writing, report, _E.CONFIRM, CITIZEN, what)
    if body is not None:
        await _write(writing, report, body)
    return report, await _rating_token(writing, visit, report)


async def reopen_report(writing: Writing, visit: Visit, reason: str) -> LockedReport:
    """Call the answer insufficient; the third time it goes up to the inspectorate.

    TransitionRefused, ReopeningTooLate, ReopeningsExhausted.
    """
    report = await hold_mine(writing, visit, _E.REOPEN)
    event = reopening(report.row["reopenings"])
    next_status(report.status, event)
    until = await reopening_until(writing, report, zone=visit.tenant.time_zone)
    if until is None or visit.today > until:
        raise ReopeningTooLate
    if report.row["is_escalated"]:
        raise ReopeningsExhausted
    if event is _E.ESCALATE:
        await _escalate(writing, visit, report, reason)
        return report
    await advance(writing, report, event, CITIZEN, Happening(public_note=reason))
    await _tell_workers(writing, visit, report, "report_reopened")
    return report


async def appeal(writing: Writing, visit: Visit, reason: str) -> LockedReport:
    """Take the report out of the archive, once; TransitionRefused, AppealsExhausted."""
    report = await hold_mine(writing, visit, _E.APPEAL)
    next_status(report.status, _E.APPEAL)
    if report.row["appeals"] >= MOST_APPEALS:
        raise AppealsExhausted
    what = Happening(public_note=reason, changes={"appeals": report.row["appeals"] + 1})
    await advance(writing, report, _E.APPEAL, CITIZEN, what)
    await _tell_workers(writing, visit, report, "report_appealed")
    return report


async def withdraw(writing: Writing, visit: Visit, reason: str | None) -> LockedReport:
    """Take the report back; what has to be supervised goes on as the inspectorate's own case.

    So does, where it was, what reports of other citizens were merged into. Either way nothing of
    it is public any more: so nobody else can tell which it was. TransitionRefused.
    """
    report = await hold_mine(writing, visit, _E.WITHDRAW)
    event = withdrawal(report.status, report.report_class, asked_in=report.asked_in)
    is_supervised = event is _E.DISOWN
    if await writing.value(_is_followed(), id=report.id):
        event = _E.DISOWN
    changes: dict[str, object] = dict(UNPUBLISHED)
    if event is _E.DISOWN:
        next_status(report.status, event)
        if report.status is ReportStatus.AWAITING_INFORMATION:
            # Nobody is left to answer: without this the case would lapse with the question.
            await advance(writing, report, _E.INFORM, CITIZEN)
            report = await lock_by_receipt(writing, visit.receipt)
        changes["is_ex_officio"] = True
    if is_supervised:
        changes["led_by"] = Lead.INSPECTORATE
    await advance(writing, report, event, CITIZEN, Happening(public_note=reason, changes=changes))
    if is_supervised:
        await _tell_inspectors(writing, visit, report, "report_disowned")
    return report


async def set_confidentiality(
    writing: Writing, visit: Visit, *, is_confidential: bool
) -> LockedReport:
    """Close the report to the public, or open it to a publication; ConfidentialityDemanded.

    What was published is published no more.
    """
    event = _E.RAISE_CONFIDENTIALITY if is_confidential else _E.LOWER_CONFIDENTIALITY
    report = await hold_mine(writing, visit, event)
    if report.row["is_confidential"] == is_confidential:
        return report
    if not is_confidential:
        category = await writing.value(_is_bound(), id=report.row["category_id"])
        if must_stay_confidential(report.report_class, category=bool(category)):
            raise ConfidentialityDemanded
    number = report.row["confidentiality_number"] + 1
    await writing.execute(
        _insert_confidentiality(),
        report_id=report.id,
        number=number,
        is_confidential=is_confidential,
        set_by=PartyKind.CITIZEN,
        set_at=clock.now(),
    )
    changes = {
        "is_confidential": is_confidential,
        "confidentiality_number": number,
        **(UNPUBLISHED if is_confidential else {}),
    }
    await advance(writing, report, event, CITIZEN, Happening(changes=changes))
    return report


async def erase_contact(writing: Writing, visit: Visit) -> LockedReport:
    """Have the sealed contact erased (UU 27/2022); what is erased already stays so."""
    report = await hold_mine(writing, visit, _E.MESSAGE)
    await request_erasure(writing, report.id)
    return report


async def _escalate(writing: Writing, visit: Visit, report: LockedReport, reason: str) -> None:
    what = Happening(public_note=reason, changes={"is_escalated": True})
    await advance(writing, report, _E.ESCALATE, CITIZEN, what)
    await _tell_inspectors(writing, visit, report, "report_escalated")


async def _rating_token(writing: Writing, visit: Visit, report: LockedReport) -> str | None:
    service_id: UUID | None = report.row["service_id"]
    if service_id is None:
        return None
    unit_id: UUID | None = await writing.value(_unit_of_service(), id=service_id)
    if unit_id is None:
        return None
    served_by = report.row["unit_id"] if report.row["led_by"] == Lead.OFFICER else None
    place = (service_id, served_by or unit_id)
    return await issue_for_citizen(writing, visit.tenant_code, place, today=visit.today)


async def _write(writing: Writing, report: LockedReport, body: str) -> None:
    await writing.execute(
        _insert_message(), id=new_id(), report_id=report.id, body=body, now=clock.now()
    )


async def _tell_workers(writing: Writing, visit: Visit, report: LockedReport, kind: str) -> None:
    """Tell the handler or, where there is none, those who lead the report."""
    handler_id: UUID | None = report.row["handler_id"]
    if handler_id is not None:
        people = [handler_id]
    else:
        is_inspected = report.row["led_by"] == Lead.INSPECTORATE
        role = Role.INSPECTORATE if is_inspected else Role.COMPLAINTS_OFFICER
        people = await holders_of(writing, role, visit.today)
    await tell(writing, report, kind, people, zone=visit.tenant.time_zone)


async def _tell_inspectors(writing: Writing, visit: Visit, report: LockedReport, kind: str) -> None:
    people = await holders_of(writing, Role.INSPECTORATE, visit.today)
    await tell(writing, report, kind, people, zone=visit.tenant.time_zone)


@statement
def _insert_message() -> Executable:
    return insert(report_messages).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        party=PartyKind.CITIZEN.value,
        audience=Audience.CITIZEN.value,
        body=bindparam("body", type_=Text),
        is_question=False,
        created_at=bindparam("now", type_=DateTime(timezone=True)),
    )


@statement
def _insert_confidentiality() -> Executable:
    kinds: dict[str, Any] = {
        "report_id": Uuid, "number": SmallInteger, "is_confidential": Boolean, "set_by": Text,
        "set_at": DateTime(timezone=True),
    }  # fmt: skip
    return insert(report_confidentialities).values(
        tenant_id=_TENANT, **{name: bindparam(name, type_=kind) for name, kind in kinds.items()}
    )


@statement
def _is_followed() -> Executable:
    child = citizen_reports.c
    return select(
        exists().where(child.tenant_id == _TENANT, child.parent_id == bindparam("id", type_=Uuid))
    )


@statement
def _is_bound() -> Executable:
    category = report_categories.c
    return select(category.is_confidential).where(
        category.tenant_id == _TENANT, category.id == bindparam("id", type_=Uuid)
    )


@statement
def _unit_of_service() -> Executable:
    return select(services.c.unit_id).where(
        services.c.tenant_id == _TENANT,
        services.c.id == bindparam("id", type_=Uuid),
        services.c.is_active,
    )
