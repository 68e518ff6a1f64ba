"""Who is whose superior on a day, and whose rows an actor may see.

On a date an acting daily head (PLH) goes before an acting (PLT) before a definitive one; a
vacant head falls to the next unit up; a unit's head answers to the head of the unit above; a
superior named in the placement goes before all of these.
"""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import placements, unit_closure

Reach = Literal["tenant", "people"]
"""How far an actor sees: the whole tenant, or his own rows, his people's and granted units'."""

_ME = bindparam("scope_me", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)


def reach(actor: Actor, permission: Permission) -> Reach:
    """Return how far the actor's permission goes; part of a statement's shape."""
    return "tenant" if actor.has_tenant_reach(permission) else "people"


def scope_values(actor: Actor, permission: Permission) -> dict[str, object]:
    """Return the values of the parameters in ``in_scope``, ``is_me`` and ``is_my_subordinate``."""
    return {
        "scope_me": actor.employee_id,
        "scope_today": actor.today,
        "scope_unit_ids": actor.granted_units(permission),
    }


def holds_on(placement: FromClause, day: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that a placement holds on the day."""
    return and_(
        placement.c.starts_on <= day,
        or_(placement.c.ends_on.is_(None), placement.c.ends_on >= day),
    )


def in_scope(
    employee_id: ColumnElement[Any], unit_id: ColumnElement[Any], *, reach: Reach
) -> ColumnElement[bool]:
    """Return the condition that a row of this employee and unit is the actor's to see.

    Own rows; rows of the units he heads today with their subtrees, and of units granted to him;
    rows of those whose placement names him superior.
    """
    if reach == "tenant":
        return true()
    headed = placements.alias("headed")
    below = unit_closure.alias("below")
    granted = unit_closure.alias("granted")
    units = union_all(
        select(below.c.descendant_id)
        .join_from(
            headed,
            below,
            and_(below.c.tenant_id == headed.c.tenant_id, below.c.ancestor_id == headed.c.unit_id),
        )
        .where(
            headed.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            headed.c.employee_id == _ME,
            headed.c.is_head,
            holds_on(headed, _TODAY),
        ),
        select(granted.c.descendant_id).where(
            granted.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            granted.c.ancestor_id == func.any(bindparam("scope_unit_ids", type_=ARRAY(Uuid))),
        ),
    )
    named = placements.alias("named")
    return or_(
        employee_id == _ME,
        unit_id.in_(units),
        exists().where(
            named.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            named.c.superior_id == _ME,
            named.c.employee_id == employee_id,
            holds_on(named, _TODAY),
        ),
    )


def superior_of(employee_id: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the employee id of the superior on the day, or null; a scalar sub-select."""
    own = placements.alias("own_placement")
    head = placements.alias("head_placement")
    above = unit_closure.alias("above")
    first = case(
        (head.c.kind == PlacementKind.PLH, 0), (head.c.kind == PlacementKind.PLT, 1), else_=2
    )
    derived = (
        select(head.c.employee_id)
        .join_from(
            above,
            head,
            and_(head.c.tenant_id == above.c.tenant_id, head.c.unit_id == above.c.ancestor_id),
        )
        .where(
            above.c.tenant_id == own.c.tenant_id,
            above.c.descendant_id == own.c.unit_id,
            head.c.is_head,
            head.c.employee_id != own.c.employee_id,
            holds_on(head, day),
        )
        .order_by(above.c.depth, first, head.c.id)
        .limit(1)
        .correlate(own)
        .scalar_subquery()
    )
    return (
        select(func.coalesce(own.c.superior_id, derived))
        .where(
            own.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            own.c.employee_id == employee_id,
            holds_on(own, day),
        )
        .order_by(own.c.kind != PlacementKind.DEFINITIVE, own.c.starts_on, own.c.id)
        .limit(1)
        .scalar_subquery()
    )


def is_me(employee_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the employee is the actor."""
    return func.coalesce(employee_id == _ME, False)


def is_my_subordinate(employee_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the actor is the employee's superior today.

    Own rows are told apart first, so that a list of one's own costs no look-up of superiors.
    """
    return case(
        (employee_id == _ME, False),
        else_=func.coalesce(superior_of(employee_id, _TODAY) == _ME, False),
    )


@statement
def _superior_on() -> Executable:
    return select(superior_of(bindparam("employee_id", type_=Uuid), bindparam("day", type_=Date)))


async def superior_on(reading: Reading, employee_id: UUID, day: Any) -> UUID | None:
    """Return who is the employee's superior on the day, or None."""
    return await reading.value(_superior_on(), employee_id=employee_id, day=day)
