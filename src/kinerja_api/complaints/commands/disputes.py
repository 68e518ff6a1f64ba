"""Disputes of findings (sanggah): filed by the official, decided by others, appealed once."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Text, Uuid, bindparam, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.commands.findings import (
    check_inspector,
    check_second_person,
    check_substantiated,
    set_reversed,
    tell_accused,
    trace,
    working_day_after,
)
from kinerja_api.complaints.errors import (
    DisputesExhausted,
    DisputeTooLate,
    FindingNotLessened,
    NotOwnFinding,
    SecondPersonNeeded,
)
from kinerja_api.complaints.queries.findings import LockedFinding, get_finding, lock_finding
from kinerja_api.complaints.queries.inspectors import find_inspectors
from kinerja_api.complaints.rules import DisputeStatus, FindingStatus, Outcome, Severity
from kinerja_api.complaints.rules.findings import (
    DECISION_DAYS,
    DISPUTE_DAYS,
    MOST_DISPUTES,
    RULINGS,
    FindingEvent,
    Ruling,
    lessened,
    next_finding_status,
)
from kinerja_api.complaints.schemas.findings import (
    DisputeDecisionIn,
    FindingDisputeIn,
    FindingOut,
)
from kinerja_api.complaints.tables import finding_disputes, report_findings
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import NoticeToSend, notify_many

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)


async def dispute_finding(
    writing: Writing,
    actor: Actor,
    finding_id: UUID,
    dispute: FindingDisputeIn,
    *,
    expected: int | None,
) -> FindingOut:
    """Dispute a finding about oneself, or appeal; DisputeTooLate, DisputesExhausted."""
    finding = await lock_finding(writing, actor, finding_id)
    if not finding["is_own"]:
        raise NotOwnFinding
    check_version(finding["version"], expected)
    after = next_finding_status(FindingStatus(finding["status"]), FindingEvent.DISPUTE)
    check_substantiated(finding)
    if finding["disputes"] >= MOST_DISPUTES:
        raise DisputesExhausted
    if actor.today > finding["dispute_until"]:
        raise DisputeTooLate(until=str(finding["dispute_until"]))
    now, number = clock.now(), finding["disputes"] + 1
    due_on = await working_day_after(writing, actor.today, DECISION_DAYS)
    await writing.execute(_set_disputed(), id=finding_id, now=now)
    await writing.execute(
        _insert(),
        id=new_id(),
        finding_id=finding_id,
        number=number,
        statement=dispute.statement,
        due_on=due_on,
        now=now,
    )
    trace(writing, finding, "disputed", {"status": after, "number": number})
    await _tell_inspectors(writing, actor, finding, due_on)
    return await get_finding(writing, actor, finding_id)


async def decide_dispute(
    writing: Writing,
    actor: Actor,
    finding_id: UUID,
    decision: DisputeDecisionIn,
    *,
    expected: int | None,
) -> FindingOut:
    """Decide the open dispute of another's finding; SecondPersonNeeded, ConflictOfInterest."""
    finding = await lock_finding(writing, actor, finding_id)
    check_inspector(actor, finding, expected)
    event, status = RULINGS[decision.decision]
    after = next_finding_status(FindingStatus(finding["status"]), event)
    check_second_person(actor, finding)
    if finding["has_decided"]:
        raise SecondPersonNeeded
    outcome, severity = _ruled(finding, decision)
    now, reason = clock.now(), mask_personal(decision.reason)
    await writing.execute(
        _decide(),
        finding_id=finding_id,
        status=status,
        decided_by=actor.account_id,
        reason=reason,
        now=now,
    )
    if after is FindingStatus.REVERSED:
        await writing.execute(set_reversed(), id=finding_id, reason=reason, now=now)
    else:
        until = await _next_window(writing, actor, finding)
        await writing.execute(
            _let_stand(), id=finding_id, outcome=outcome, severity=severity, until=until, now=now
        )
    action = "reversed" if after is FindingStatus.REVERSED else "dispute_decided"
    changed = {
        "status": after,
        "decision": decision.decision,
        "outcome": outcome,
        "severity": severity,
    }
    trace(writing, finding, action, changed, reason=reason)
    await tell_accused(
        writing, finding["employee_id"], "finding_dispute_decided", finding_id, ref=finding["ref"]
    )
    return await get_finding(writing, actor, finding_id)


def _ruled(finding: LockedFinding, decision: DisputeDecisionIn) -> tuple[Outcome, Severity]:
    """Return outcome and severity after the decision; FindingNotLessened."""
    present = (Outcome(finding["outcome"]), Severity(finding["severity"]))
    if decision.decision is Ruling.PARTLY_ACCEPTED:
        return lessened(present, decision.outcome, decision.severity)
    if decision.outcome is not None or decision.severity is not None:
        raise FindingNotLessened.at("/decision")
    return present


async def _next_window(writing: Writing, actor: Actor, finding: LockedFinding) -> dt.date:
    """Return the last day for an appeal; after the appeal there is no other."""
    if finding["disputes"] >= MOST_DISPUTES:
        return actor.today
    return await working_day_after(writing, actor.today, DISPUTE_DAYS)


async def _tell_inspectors(
    writing: Writing, actor: Actor, finding: LockedFinding, due_on: dt.date
) -> None:
    people = await find_inspectors(writing, finding["report_id"], today=actor.today)
    params = {"ref": finding["ref"], "due_on": due_on.isoformat()}
    told = [
        NoticeToSend(person, "finding_disputed", "finding", finding["id"], params=params)
        for person in people
    ]
    if told:
        await notify_many(writing, told, from_id=actor.employee_id)


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=_INSTANT)
    return insert(finding_disputes).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        finding_id=bindparam("finding_id", type_=Uuid),
        open_status=FindingStatus.DISPUTED,
        number=bindparam("number", type_=Integer),
        statement=bindparam("statement", type_=Text),
        status=DisputeStatus.OPEN,
        filed_at=now,
        due_on=bindparam("due_on", type_=Date),
        created_at=now,
        updated_at=now,
    )


@statement
def _set_disputed() -> Executable:
    finding = report_findings.c
    return (
        update(report_findings)
        .where(finding.tenant_id == _TENANT, finding.id == bindparam("id", type_=Uuid))
        .values(
            status=FindingStatus.DISPUTED,
            updated_at=bindparam("now", type_=_INSTANT),
            version=finding.version + 1,
        )
    )


@statement
def _decide() -> Executable:
    dispute, now = finding_disputes.c, bindparam("now", type_=_INSTANT)
    return (
        update(finding_disputes)
        .where(
            dispute.tenant_id == _TENANT,
            dispute.finding_id == bindparam("finding_id", type_=Uuid),
            dispute.status == DisputeStatus.OPEN,
        )
        .values(
            open_status=None,
            status=bindparam("status", type_=Text),
            decided_by=bindparam("decided_by", type_=Uuid),
            decided_at=now,
            reason=bindparam("reason", type_=Text),
            updated_at=now,
            version=dispute.version + 1,
        )
    )


@statement
def _let_stand() -> Executable:
    finding = report_findings.c
    return (
        update(report_findings)
        .where(finding.tenant_id == _TENANT, finding.id == bindparam("id", type_=Uuid))
        .values(
            status=FindingStatus.FOUND,
            outcome=bindparam("outcome", type_=Text),
            severity=bindparam("severity", type_=Text),
            dispute_until=bindparam("until", type_=Date),
            updated_at=bindparam("now", type_=_INSTANT),
            version=finding.version + 1,
        )
    )
