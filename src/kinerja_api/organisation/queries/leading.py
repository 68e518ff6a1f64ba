"""Whom an actor leads: as superior, or as head of a unit above."""

from typing import Any

from sqlalchemy import Date, Uuid, bindparam, case, exists, or_, select
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.dated import holds_on
from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.scope import is_me, is_my_subordinate
from kinerja_api.organisation.tables import placements, unit_closure

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)


def is_my_leading(
    employee_id: ColumnElement[Any], unit_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return the condition that the actor is the superior, or heads the unit or one above, today.

    Values: those of ``scope_values``. Nobody leads himself.
    """
    mine, over = placements.alias("heading"), unit_closure.alias("headed_over")
    heads = exists().where(
        mine.c.tenant_id == _TENANT,
        mine.c.employee_id == _ME,
        mine.c.is_head,
        holds_on(mine, _TODAY),
        over.c.tenant_id == _TENANT,
        over.c.ancestor_id == mine.c.unit_id,
        over.c.descendant_id == unit_id,
    )
    return case((is_me(employee_id), False), else_=or_(heads, is_my_subordinate(employee_id)))


def headed_units() -> Rows:
    """Select ``unit_id`` of the units that the actor himself heads today."""
    mine = placements.alias("my_heading")
    return select(mine.c.unit_id).where(
        mine.c.tenant_id == _TENANT,
        mine.c.employee_id == _ME,
        mine.c.is_head,
        holds_on(mine, _TODAY),
    )
