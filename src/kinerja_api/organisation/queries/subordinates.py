"""Who answers to the actor today, found from his units downwards, not one by one."""

from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Uuid,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.dated import holds_on
from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.scope import is_my_subordinate
from kinerja_api.organisation.tables import placements, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)


def direct_subordinates() -> Rows:
    """Select ``employee_id`` of everybody whose superior today is the actor.

    Candidates are the people of the units that the actor heads, of units without a head below
    these, the heads of the next units down, and whoever names him superior: few, however large
    the tree. ``is_my_subordinate`` then decides. Values: those of ``scope_values``.
    """
    reached = _reached_units()
    below = (
        select(placements.c.employee_id)
        .join_from(reached, placements, placements.c.unit_id == reached.c.unit_id)
        .where(
            placements.c.tenant_id == _TENANT,
            holds_on(placements, _TODAY),
            or_(reached.c.is_open, placements.c.is_head),
        )
    )
    naming = select(placements.c.employee_id).where(
        placements.c.tenant_id == _TENANT,
        placements.c.superior_id == _ME,
        holds_on(placements, _TODAY),
    )
    candidates = below.union(naming).subquery("candidates")
    return select(candidates.c.employee_id).where(is_my_subordinate(candidates.c.employee_id))


def is_led(employee_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the employee's superior today is the actor, for lists.

    Finds his people once, where ``is_my_subordinate`` looks up the superior of every row.
    """
    return employee_id == func.any(func.array(direct_subordinates().scalar_subquery()))


def _reached_units() -> CTE:
    """Units below the actor down to the first head; ``is_open``: its people answer further up."""
    headed = placements.alias("headed_by_me")
    start = select(headed.c.unit_id, true().label("is_open")).where(
        headed.c.tenant_id == _TENANT,
        headed.c.employee_id == _ME,
        headed.c.is_head,
        holds_on(headed, _TODAY),
    )
    reached = start.cte("reached", recursive=True)
    head = placements.alias("next_head")
    has_head = exists(
        select(literal(1)).where(
            head.c.tenant_id == _TENANT,
            head.c.unit_id == units.c.id,
            head.c.is_head,
            holds_on(head, _TODAY),
        )
    )
    step = (
        select(units.c.id, ~has_head)
        .join_from(reached, units, units.c.parent_id == reached.c.unit_id)
        .where(units.c.tenant_id == _TENANT, reached.c.is_open)
    )
    return reached.union(step)
