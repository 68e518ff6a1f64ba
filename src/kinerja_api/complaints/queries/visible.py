"""Whose reports an actor sees, and what he is to each.

The inspectorate sees all; a complaints officer those that his office leads; the head of a unit
those of his units; a handler his own. Above all stands the conflict guard: the accused, those
whom they lead and those who lead them, today or on the day they were named, see nothing.
Where the head of a government itself is accused this leaves only accounts of nobody's line, such
as one of the inspectorate of the province.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.rules import Lead
from kinerja_api.complaints.tables import citizen_reports, report_accused, report_findings
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.leading import headed_units
from kinerja_api.organisation.queries.scope import is_me, scope_values
from kinerja_api.organisation.tables import placements, unit_closure

ReportReach = Literal["inspect", "tenant", "people"]
"""The whole tenant as inspectorate or as complaints office, or one's own and one's units'."""

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)


def report_reach(actor: Actor) -> ReportReach:
    """Return how far the actor sees; part of a statement's shape."""
    if actor.has_tenant_reach(Permission.CITIZEN_REPORTS_INSPECT):
        return "inspect"
    is_officer = actor.has_tenant_reach(Permission.CITIZEN_REPORTS_MANAGE)
    return "tenant" if is_officer else "people"


def report_values(actor: Actor) -> Mapping[str, object]:
    """Return the values of the parameters in ``sees`` and ``standing``."""
    return scope_values(actor, Permission.CITIZEN_REPORTS_MANAGE)


def sees(report: FromClause, *, reach: ReportReach) -> ColumnElement[bool]:
    """Return the condition that the report is the actor's to see."""
    if reach == "inspect":
        return not_in_conflict(report)
    led = true() if reach == "tenant" else report.c.unit_id == func.any(_units())
    by_office = and_(report.c.led_by == Lead.OFFICER, led)
    return and_(or_(is_me(report.c.handler_id), by_office), not_in_conflict(report))


def standing(report: FromClause, *, reach: ReportReach) -> list[ColumnElement[Any]]:
    """Select what the actor is to a report that he sees: the fields of ``Standing``."""
    is_officer = true() if reach != "people" else report.c.unit_id == func.any(_granted())
    return [
        func.coalesce(is_officer, false()).label("officer"),
        func.coalesce(report.c.unit_id == func.any(_headed()), false()).label("head"),
        is_me(report.c.handler_id).label("handler"),
        (true() if reach == "inspect" else false()).label("inspector"),
    ]


def not_in_conflict(report: FromClause) -> ColumnElement[bool]:
    """Return the condition that the actor stands in no accused person's line.

    Whom the report accuses that it was merged into, it accuses as well.
    """
    accused = report_accused.alias("accused")
    in_line = (
        exists()
        .where(
            accused.c.tenant_id == _TENANT,
            accused.c.report_id == func.any(array([report.c.id, report.c.parent_id])),
            _is_of_line(accused, _ME, _TODAY),
        )
        .correlate_except(accused)
    )
    may_accuse = or_(report.c.has_accused, report.c.parent_id.is_not(None))
    return case((may_accuse, ~in_line), else_=True)


def _is_of_line(accused: FromClause, person: Any, today: Any) -> ColumnElement[bool]:  # noqa: ANN401 - operands
    named, days = accused.c.employee_id, (today, accused.c.named_on)
    return or_(
        func.coalesce(named == person, false()),
        _leads(person, named, days, "up"),
        _leads(named, person, days, "down"),
    )


def _leads(
    leader: ColumnElement[Any], led: ColumnElement[Any], days: Sequence[Any], name: str
) -> ColumnElement[bool]:
    """On one of the days the leader is named superior, or heads the unit or one above.

    What is correlated is said: by itself SQLAlchemy looks no further out than one select.
    """
    place, heading = placements.alias(f"{name}_place"), placements.alias(f"{name}_heading")
    over = unit_closure.alias(f"{name}_over")
    heads = (
        exists()
        .where(
            heading.c.tenant_id == _TENANT,
            heading.c.employee_id == leader,
            heading.c.is_head,
            or_(*[holds_on(heading, day) for day in days]),
            over.c.tenant_id == _TENANT,
            over.c.ancestor_id == heading.c.unit_id,
            over.c.descendant_id == place.c.unit_id,
        )
        .correlate_except(heading, over)
    )
    return (
        exists()
        .where(
            place.c.tenant_id == _TENANT,
            place.c.employee_id == led,
            or_(*[holds_on(place, day) for day in days]),
            or_(func.coalesce(place.c.superior_id == leader, false()), heads),
        )
        .correlate_except(place)
    )


def hidden_subjects() -> ColumnElement[Any]:
    """Return the array of reports and findings that the conflict guard hides from the actor.

    For the trail of other domains; made once a statement.
    """
    accused, finding = report_accused.alias("hidden"), report_findings.alias("hidden_finding")
    in_line = and_(accused.c.tenant_id == _TENANT, _is_of_line(accused, _ME, _TODAY))
    reports = select(accused.c.report_id).where(in_line)
    of_report = and_(
        finding.c.tenant_id == accused.c.tenant_id, finding.c.report_id == accused.c.report_id
    )
    findings = select(finding.c.id).join_from(accused, finding, of_report).where(in_line)
    into = citizen_reports.alias("hidden_child")
    of_parent = and_(
        into.c.tenant_id == accused.c.tenant_id, into.c.parent_id == accused.c.report_id
    )
    children = select(into.c.id).join_from(accused, into, of_parent).where(in_line)
    return func.array(union_all(reports, children, findings).scalar_subquery())


async def find_conflicted(
    reading: Reading, report_id: UUID, people: Sequence[UUID], *, today: dt.date
) -> set[UUID]:
    """Return those of the employees who stand in an accused person's line of the report."""
    rows = await reading.rows(
        _conflicted(), dict[str, UUID], report_id=report_id, people=list(people), scope_today=today
    )
    return {row["employee_id"] for row in rows}


@statement
def _conflicted() -> Executable:
    accused = report_accused.alias("accused")
    people = (
        func.unnest(bindparam("people", type_=ARRAY(Uuid)))
        .table_valued(column("employee_id", Uuid))
        .render_derived(name="people")
    )
    report, report_id = citizen_reports.c, bindparam("report_id", type_=Uuid)
    parent = select(report.parent_id).where(report.tenant_id == _TENANT, report.id == report_id)
    return select(people.c.employee_id).where(
        exists().where(
            accused.c.tenant_id == _TENANT,
            accused.c.report_id == func.any(array([report_id, parent.scalar_subquery()])),
            _is_of_line(accused, people.c.employee_id, _TODAY),
        )
    )


def _below(above: ColumnElement[bool]) -> Rows:
    return select(unit_closure.c.descendant_id).where(unit_closure.c.tenant_id == _TENANT, above)


def _of_headed() -> Rows:
    return _below(unit_closure.c.ancestor_id.in_(headed_units()))


def _of_granted() -> Rows:
    return _below(
        unit_closure.c.ancestor_id == func.any(bindparam("scope_unit_ids", type_=ARRAY(Uuid)))
    )


def _headed() -> ColumnElement[Any]:
    return func.array(_of_headed().scalar_subquery())


def _granted() -> ColumnElement[Any]:
    return func.array(_of_granted().scalar_subquery())


def _units() -> ColumnElement[Any]:
    """The units whose reports he sees as head or officer, made once a statement."""
    return func.array(union_all(_of_headed(), _of_granted()).scalar_subquery())
