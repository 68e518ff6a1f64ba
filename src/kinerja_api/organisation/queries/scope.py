"""Who is whose superior on a day, and whose rows an actor may see.

On a date an acting daily head (PLH) goes before an acting (PLT) before a definitive one; a
vacant head falls to the next unit up; a unit's head answers to the head of the unit above; a
superior named in the placement goes before all of these.
"""

import datetime as dt
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
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import PermissionDenied
from kinerja_api.core.sql import Rows, statement
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


def in_scope(
    employee_id: ColumnElement[Any], unit_id: ColumnElement[Any], *, reach: Reach
) -> ColumnElement[bool]:
    """Return the condition that a row of this employee and unit is the actor's to see.

    Own rows; rows of the units he heads today with their subtrees, and of units granted to him;
    rows of those whose placement names him superior, or who have moved into one of those units:
    what they left undecided is his to decide.
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
            named.c.employee_id == employee_id,
            holds_on(named, _TODAY),
            or_(
                named.c.superior_id == _ME,
                and_(named.c.kind == PlacementKind.DEFINITIVE, named.c.unit_id.in_(units)),
            ),
        ),
    )


def placement_on(own: FromClause, employee_id: ColumnElement[Any], day: ColumnElement[Any]) -> Rows:
    """Return the select of the placement that counts on the day: definitive, then the oldest.

    own: an alias of ``placements``.
    """
    return (
        select(own)
        .where(
            own.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            own.c.employee_id == employee_id,
            holds_on(own, day),
        )
        .order_by(own.c.kind != PlacementKind.DEFINITIVE, own.c.starts_on, own.c.id)
        .limit(1)
    )


def acting_first(kind: ColumnElement[Any]) -> ColumnElement[int]:
    """Return the rank of a head's placement among the heads of one unit, the lowest counts."""
    return case((kind == PlacementKind.PLH, 0), (kind == PlacementKind.PLT, 1), else_=2)


def head_over(own: FromClause, day: ColumnElement[Any]) -> Rows:
    """Return the select of the head to whom the holder of a placement answers on the day.

    Units that he heads himself that day, in whatever way, are passed over.
    """
    head = placements.alias("head_placement")
    above = unit_closure.alias("above")
    himself = placements.alias("himself")
    heads_it_himself = (
        exists()
        .where(
            himself.c.tenant_id == above.c.tenant_id,
            himself.c.unit_id == above.c.ancestor_id,
            himself.c.employee_id == own.c.employee_id,
            himself.c.is_head,
            holds_on(himself, day),
        )
        .correlate_except(himself)
    )
    return (
        select(head.c.employee_id, head.c.kind, head.c.unit_id, above.c.depth)
        .join_from(
            above,
            head,
            and_(head.c.tenant_id == above.c.tenant_id, head.c.unit_id == above.c.ancestor_id),
        )
        .where(
            above.c.tenant_id == own.c.tenant_id,
            above.c.descendant_id == own.c.unit_id,
            head.c.is_head,
            holds_on(head, day),
            ~heads_it_himself,
        )
        .order_by(above.c.depth, acting_first(head.c.kind), head.c.id)
        .limit(1)
        .correlate_except(above, head)
    )


def superior_of(employee_id: ColumnElement[Any], day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the employee id of the superior on the day, or null; a scalar sub-select."""
    own = placements.alias("own_placement")
    over = head_over(own, day)
    derived = over.with_only_columns(over.selected_columns.employee_id).scalar_subquery()
    named_or_derived = func.coalesce(own.c.superior_id, derived)
    return placement_on(own, employee_id, day).with_only_columns(named_or_derived).scalar_subquery()


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


async def superior_on(reading: Reading, employee_id: UUID, day: dt.date) -> UUID | None:
    """Return who is the employee's superior on the day, or None."""
    return await reading.value(_superior_on(), employee_id=employee_id, day=day)


@statement
def _head_on() -> Executable:
    return (
        select(placements.c.employee_id)
        .where(
            placements.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            placements.c.unit_id == bindparam("unit_id", type_=Uuid),
            placements.c.is_head,
            holds_on(placements, bindparam("day", type_=Date)),
        )
        .order_by(acting_first(placements.c.kind), placements.c.id)
        .limit(1)
    )


async def head_on(reading: Reading, unit_id: UUID, day: dt.date) -> UUID | None:
    """Return who heads the unit itself on the day, or None."""
    return await reading.value(_head_on(), unit_id=unit_id, day=day)


async def require_unit(
    reading: Reading, actor: Actor, permission: Permission, unit_id: UUID
) -> None:
    """Raise PermissionDenied unless a grant gives the permission over the unit."""
    if actor.has_tenant_reach(permission):
        return
    granted = actor.granted_units(permission)
    if not await reading.value(_is_within(), unit_ids=granted, unit_id=unit_id):
        raise PermissionDenied(permission=permission)


def require_tenant(actor: Actor, permission: Permission) -> None:
    """Raise PermissionDenied unless a grant gives the permission over the whole tenant."""
    if not actor.has_tenant_reach(permission):
        raise PermissionDenied(permission=permission)


@statement
def _is_within() -> Executable:
    return select(
        exists().where(
            unit_closure.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            unit_closure.c.ancestor_id == func.any(bindparam("unit_ids", type_=ARRAY(Uuid))),
            unit_closure.c.descendant_id == bindparam("unit_id", type_=Uuid),
        )
    )
