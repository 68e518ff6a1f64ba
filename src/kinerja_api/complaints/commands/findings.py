"""Findings about accused officials: made, confirmed by a second person, reversed.

Only a confirmed finding has an effect, and only while it is confirmed: keys of the tables hold
that too (PP 94/2021; UU 20/2023 art. 4).
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Date, DateTime, Numeric, Text, Uuid, bindparam, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.errors import (
    ConflictOfInterest,
    DisputeTimeRunning,
    FindingNotSubstantiated,
    NotYourPart,
    PersonNeeded,
    ReportNotExamined,
    SecondPersonNeeded,
)
from kinerja_api.complaints.policies import Party
from kinerja_api.complaints.queries.findings import LockedFinding, get_finding, lock_finding
from kinerja_api.complaints.queries.locked import LockedReport, lock_report
from kinerja_api.complaints.rules import (
    SUBSTANTIATED,
    SUPERVISORY,
    FindingStatus,
    Lead,
    Severity,
)
from kinerja_api.complaints.rules.findings import (
    DISPUTE_DAYS,
    RULE_VERSION,
    WEIGHTS,
    FindingEvent,
    check_gravity,
    next_finding_status,
)
from kinerja_api.complaints.schemas.findings import FindingIn, FindingOut, FindingReversalIn
from kinerja_api.complaints.tables import finding_effects, report_findings
from kinerja_api.core import clock
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.masking import mask_personal
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.queries.calendar import working_calendar
from kinerja_api.organisation.rules import add_working_days

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_LONGEST = dt.timedelta(days=90)


async def make_finding(
    writing: Writing, actor: Actor, report_id: UUID, finding: FindingIn
) -> FindingOut:
    """Say what was found about an accused; ReportNotExamined, NotAccused, FindingExists."""
    _check_person(actor)
    report = await lock_report(writing, actor, report_id)
    _check_examined(report)
    check_gravity(finding.outcome, finding.severity)
    finding_id, until = new_id(), await working_day_after(writing, actor.today, DISPUTE_DAYS)
    await writing.execute(
        _insert(),
        id=finding_id,
        report_id=report_id,
        employee_id=finding.employee_id,
        outcome=finding.outcome,
        severity=finding.severity,
        summary=mask_personal(finding.summary),
        found_by=actor.account_id,
        dispute_until=until,
        now=clock.now(),
    )
    subject = ("finding", finding_id)
    after = {"status": FindingStatus.FOUND, "outcome": finding.outcome,
             "severity": finding.severity}  # fmt: skip
    writing.record("finding.found", subject, after=after)
    writing.emit("finding.found", subject)
    made = await get_finding(writing, actor, finding_id)
    await tell_accused(
        writing, finding.employee_id, "finding_made", finding_id, ref=made["ref"], until=until
    )
    return made


def _check_person(actor: Actor) -> None:
    if not actor.is_person:
        raise PersonNeeded


def _check_examined(report: LockedReport) -> None:
    if Party.INSPECTOR not in report.parties:
        raise NotYourPart(event="finding")
    is_led = report.row["led_by"] == Lead.INSPECTORATE
    if not is_led and report.report_class not in SUPERVISORY:
        raise ReportNotExamined


async def confirm_finding(
    writing: Writing, actor: Actor, finding_id: UUID, *, expected: int | None
) -> FindingOut:
    """Let a substantiated finding count; SecondPersonNeeded, DisputeTimeRunning."""
    finding = await lock_finding(writing, actor, finding_id)
    check_inspector(actor, finding, expected)
    after = next_finding_status(FindingStatus(finding["status"]), FindingEvent.CONFIRM)
    check_second_person(actor, finding)
    severity = check_substantiated(finding)
    if actor.today <= finding["dispute_until"]:
        raise DisputeTimeRunning(until=str(finding["dispute_until"]))
    now = clock.now()
    await writing.execute(
        _confirm(), id=finding_id, confirmed_by=actor.account_id, today=actor.today, now=now
    )
    await writing.execute(
        _insert_effect(),
        id=new_id(),
        finding_id=finding_id,
        report_id=finding["report_id"],
        employee_id=finding["employee_id"],
        weight=WEIGHTS[severity],
        today=actor.today,
    )
    trace(writing, finding, "confirmed", {"status": after}, counts_on=actor.today)
    await tell_accused(
        writing, finding["employee_id"], "finding_confirmed", finding_id, ref=finding["ref"]
    )
    return await get_finding(writing, actor, finding_id)


async def reverse_finding(
    writing: Writing,
    actor: Actor,
    finding_id: UUID,
    reversal: FindingReversalIn,
    *,
    expected: int | None,
) -> FindingOut:
    """Take a finding back with its effect, however late; ConflictOfInterest."""
    finding = await lock_finding(writing, actor, finding_id)
    check_inspector(actor, finding, expected)
    after = next_finding_status(FindingStatus(finding["status"]), FindingEvent.REVERSE)
    now, reason = clock.now(), mask_personal(reversal.reason)
    counted = await writing.row(_take_back(), dict[str, dt.date], finding_id=finding_id, now=now)
    await writing.execute(set_reversed(), id=finding_id, reason=reason, now=now)
    counts_on = counted["counts_on"] if counted else None
    trace(writing, finding, "reversed", {"status": after}, counts_on=counts_on, reason=reason)
    await tell_accused(
        writing, finding["employee_id"], "finding_reversed", finding_id, ref=finding["ref"]
    )
    return await get_finding(writing, actor, finding_id)


def check_inspector(actor: Actor, finding: LockedFinding, expected: int | None) -> None:
    """Raise unless the actor is a person in nobody's line who saw this version."""
    _check_person(actor)
    if not finding["is_outside"]:
        raise ConflictOfInterest
    check_version(finding["version"], expected)


def check_second_person(actor: Actor, finding: LockedFinding) -> None:
    """Raise SecondPersonNeeded if the actor made the finding himself."""
    if finding["found_by"] == actor.account_id:
        raise SecondPersonNeeded


def check_substantiated(finding: LockedFinding) -> Severity:
    """Return how grave the finding is; FindingNotSubstantiated."""
    if finding["outcome"] not in SUBSTANTIATED or finding["severity"] is None:
        raise FindingNotSubstantiated
    return Severity(finding["severity"])


async def working_day_after(reading: Reading, day: dt.date, count: int) -> dt.date:
    """Return the last of so many working days after the day, in the government's calendar."""
    calendar = await working_calendar(reading, day, day + _LONGEST)
    return add_working_days(day, count, calendar)


async def tell_accused(
    writing: Writing, employee_id: UUID, kind: str, finding_id: UUID, **params: object
) -> None:
    """Tell the official, with no word of the report and of nobody who acted."""
    said = {name: str(value) for name, value in params.items()}
    await notify(writing, employee_id, kind, ("finding", finding_id), params=said)


def trace(
    writing: Writing,
    finding: LockedFinding,
    action: str,
    after: Mapping[str, object],
    *,
    counts_on: dt.date | None = None,
    reason: str | None = None,
) -> None:
    """Write the trail, and tell subscribers whose figure changed on which day."""
    subject = ("finding", finding["id"])
    writing.record(
        f"finding.{action}",
        subject,
        before={"status": finding["status"]},
        after=after,
        reason=reason,
    )
    writing.emit(
        f"finding.{action}",
        subject,
        version=finding["version"] + 1,
        employee_id=str(finding["employee_id"]),
        counts_on=None if counts_on is None else counts_on.isoformat(),
    )


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=_INSTANT)
    return insert(report_findings).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        report_id=bindparam("report_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        outcome=bindparam("outcome", type_=Text),
        severity=bindparam("severity", type_=Text),
        summary=bindparam("summary", type_=Text),
        status=FindingStatus.FOUND,
        found_by=bindparam("found_by", type_=Uuid),
        found_at=now,
        dispute_until=bindparam("dispute_until", type_=Date),
        created_at=now,
        updated_at=now,
    )


@statement
def _confirm() -> Executable:
    finding, now = report_findings.c, bindparam("now", type_=_INSTANT)
    return (
        update(report_findings)
        .where(finding.tenant_id == _TENANT, finding.id == bindparam("id", type_=Uuid))
        .values(
            status=FindingStatus.CONFIRMED,
            confirmed_by=bindparam("confirmed_by", type_=Uuid),
            confirmed_at=now,
            confirmed_on=bindparam("today", type_=Date),
            updated_at=now,
            version=finding.version + 1,
        )
    )


@statement
def set_reversed() -> Executable:
    """Return the statement that reverses a finding whose effect was taken back."""
    finding, now = report_findings.c, bindparam("now", type_=_INSTANT)
    return (
        update(report_findings)
        .where(finding.tenant_id == _TENANT, finding.id == bindparam("id", type_=Uuid))
        .values(
            status=FindingStatus.REVERSED,
            reversed_at=now,
            reversal_reason=bindparam("reason", type_=Text),
            updated_at=now,
            version=finding.version + 1,
        )
    )


@statement
def _insert_effect() -> Executable:
    return insert(finding_effects).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        finding_id=bindparam("finding_id", type_=Uuid),
        finding_status=FindingStatus.CONFIRMED,
        report_id=bindparam("report_id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        rule_version=RULE_VERSION,
        weight=bindparam("weight", type_=Numeric(5, 2)),
        counts_on=bindparam("today", type_=Date),
    )


@statement
def _take_back() -> Executable:
    effect = finding_effects.c
    return (
        update(finding_effects)
        .where(
            effect.tenant_id == _TENANT,
            effect.finding_id == bindparam("finding_id", type_=Uuid),
            effect.taken_back_at.is_(None),
        )
        .values(finding_status=None, taken_back_at=bindparam("now", type_=_INSTANT))
        .returning(effect.counts_on)
    )
