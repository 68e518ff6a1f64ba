"""Who sees an evaluation or an objection, and what the actor is to it; conditions in SQL.

An objection is decided by the superior that the assessor has on the day of acting. Where there
is none, or it is the employee himself, an objection official decides (PP 30/2019 art. 59). The
assessor never decides an objection against himself.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    Date,
    FromClause,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.evaluations.rules import (
    OPEN_OBJECTIONS,
    SHOWN_STATUSES,
    DecidedAs,
    EvaluationStatus,
    FinalBy,
)
from kinerja_api.evaluations.tables import evaluations, objections
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
    superior_of,
)
from kinerja_api.organisation.queries.subordinates import is_led
from kinerja_api.organisation.rules import EmployeeStatus
from kinerja_api.organisation.tables import employees, placements, unit_closure
from kinerja_api.scoring.tables import closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
TODAY = bindparam("scope_today", type_=Date)

Office = Literal["tenant", "units", "none"]
"""Over what a grant gives the actor a permission."""


@dataclass(frozen=True, slots=True)
class View:
    """What of an actor shapes the statements; ``view_values`` has the values."""

    reach: Reach
    assigns: Office
    official: Office


def view_of(actor: Actor) -> View:
    """Return how far the actor sees evaluations, names assessors and decides as an official."""
    return View(
        reach(actor, Permission.EVALUATIONS_READ),
        _office(actor, Permission.EVALUATIONS_ASSIGN),
        _office(actor, Permission.OBJECTIONS_DECIDE),
    )


def view_values(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters in the conditions below."""
    return {
        **scope_values(actor, Permission.EVALUATIONS_READ),
        "assigned_unit_ids": actor.granted_units(Permission.EVALUATIONS_ASSIGN),
        "official_unit_ids": actor.granted_units(Permission.OBJECTIONS_DECIDE),
    }


def _office(actor: Actor, permission: Permission) -> Office:
    if actor.has_tenant_reach(permission):
        return "tenant"
    return "units" if actor.granted_units(permission) else "none"


def _holds(office: Office, unit_id: ColumnElement[Any], values: str) -> ColumnElement[bool]:
    if office != "units":
        return true() if office == "tenant" else false()
    return unit_id.in_(
        select(unit_closure.c.descendant_id).where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.ancestor_id == func.any(bindparam(values, type_=ARRAY(Uuid))),
        )
    )


def sees_evaluation(view: View, *, one: bool = False) -> ColumnElement[bool]:
    """Return the condition that an evaluation is the actor's to see.

    By scope; as the superior who decides it or who decided (they may have moved since); the
    employee himself only once it is decided: until then the suggestion is hidden.
    one: also who decides on an objection against it, for reads of a single evaluation.
    """
    columns = evaluations.c
    entitled = [
        in_scope(columns.employee_id, columns.unit_id, reach=view.reach),
        is_me(columns.superior_id),
        is_me(columns.decided_by_id),
        _made_by_official(view),
    ]
    if one:
        against = exists().where(
            objections.c.tenant_id == columns.tenant_id,
            objections.c.evaluation_id == columns.id,
            is_open(objections),
            decides(view),
        )
        entitled.append(against)
    return and_(
        columns.tenant_id == _TENANT,
        or_(*entitled),
        or_(not_(is_me(columns.employee_id)), columns.status.in_(SHOWN_STATUSES)),
    )


def _made_by_official(view: View) -> ColumnElement[bool]:
    by_official = evaluations.c.decided_as == DecidedAs.OBJECTION_OFFICIAL
    return and_(_holds(view.official, evaluations.c.unit_id, "official_unit_ids"), by_official)


def is_author(found: FromClause, view: View) -> ColumnElement[bool]:
    """Return the condition that the actor corrects the decision: he made it.

    What an objection official decided any of them corrects, but nobody what is about himself.
    """
    official = and_(
        _holds(view.official, found.c.unit_id, "official_unit_ids"),
        found.c.decided_as == DecidedAs.OBJECTION_OFFICIAL,
        _ME.is_not(None),
        not_(is_me(found.c.employee_id)),
    )
    return func.coalesce(or_(is_me(found.c.decided_by_id), official), False)


def needs_assessor(found: FromClause, view: View) -> ColumnElement[bool]:
    """Return the condition that the actor may name an assessor: nobody is there to decide."""
    return and_(
        _holds(view.assigns, found.c.unit_id, "assigned_unit_ids"),
        found.c.status == EvaluationStatus.OPENED,
        not_(is_in_office(found.c.superior_id)),
    )


def is_in_office(employee_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the employee is active and placed today."""
    return exists(
        select(literal(1))
        .join_from(
            employees,
            placements,
            and_(
                placements.c.tenant_id == employees.c.tenant_id,
                placements.c.employee_id == employees.c.id,
            ),
        )
        .where(
            employees.c.tenant_id == _TENANT,
            employees.c.id == employee_id,
            employees.c.status == EmployeeStatus.ACTIVE,
            holds_on(placements, TODAY),
        )
    )


def has_lapsed(found: FromClause) -> ColumnElement[bool]:
    """Return the condition that the deadline passed without a reaction.

    Such an evaluation is final from that day on, though the job marks it only later.
    """
    return func.coalesce(
        and_(found.c.status == EvaluationStatus.DECIDED, found.c.objection_until < TODAY), False
    )


def status_today(found: FromClause) -> ColumnElement[str]:
    """Return the status as it is today (``has_lapsed``)."""
    return case((has_lapsed(found), EvaluationStatus.FINAL), else_=found.c.status)


def final_by_today(found: FromClause) -> ColumnElement[str]:
    """Return what made the evaluation final as it is today (``has_lapsed``)."""
    return case((has_lapsed(found), FinalBy.DEADLINE), else_=found.c.final_by)


def sees_objection(view: View) -> ColumnElement[bool]:
    """Return the condition that an objection is the actor's to see.

    By scope over the evaluation; as the assessor; as who decides or has decided it.
    """
    columns = objections.c
    return and_(
        columns.tenant_id == _TENANT,
        or_(
            in_scope(columns.employee_id, columns.unit_id, reach=view.reach),
            is_me(columns.assessor_id),
            is_me(columns.decided_by_id),
            and_(is_open(objections), decides(view)),
        ),
    )


def is_open(found: FromClause) -> ColumnElement[bool]:
    """Return the condition that an objection waits for a decision."""
    return found.c.status.in_(OPEN_OBJECTIONS)


def decides(view: View, found: FromClause = objections) -> ColumnElement[bool]:
    """Return the condition that an objection, if open, is the actor's to decide today."""
    return _decides(view, found, is_my_subordinate(found.c.assessor_id))


def decides_set(view: View) -> ColumnElement[bool]:
    """Return the same for lists: the actor's people are found once, not for every row."""
    return _decides(view, objections, is_led(objections.c.assessor_id))


def _decides(view: View, found: FromClause, superior: ColumnElement[bool]) -> ColumnElement[bool]:
    columns = found.c
    nobody = superior_of(columns.assessor_id, TODAY).in_([columns.employee_id, columns.assessor_id])
    official = and_(
        _holds(view.official, columns.unit_id, "official_unit_ids"),
        func.coalesce(nobody, True),
    )
    return and_(
        _ME.is_not(None),
        not_(is_me(columns.employee_id)),
        not_(is_me(columns.assessor_id)),
        or_(superior, official),
    )


def decides_as_official(found: FromClause = objections) -> ColumnElement[bool]:
    """Return the condition that the assessor's superior today is somebody else than the actor."""
    return not_(is_my_subordinate(found.c.assessor_id))


def rule_set_of(evaluation_id: ColumnElement[Any]) -> ColumnElement[str]:
    """Select the key of the rule set by which an evaluation was suggested and is decided."""
    own = evaluations.alias("own_evaluation")
    return (
        select(closings.c.rule_set)
        .join_from(
            own,
            closings,
            and_(closings.c.tenant_id == own.c.tenant_id, closings.c.id == own.c.closing_id),
        )
        .where(own.c.tenant_id == _TENANT, own.c.id == evaluation_id)
        .scalar_subquery()
    )
