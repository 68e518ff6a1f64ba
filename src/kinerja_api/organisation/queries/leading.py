"""Whom and what an actor leads: as superior, or as head of a unit or of one above."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import is_me, is_my_subordinate, scope_values
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


async def leads_unit(reading: Reading, actor: Actor, permission: Permission, unit_id: UUID) -> bool:
    """Return whether the actor heads the unit or one above it today, or a grant gives it to him."""
    if actor.has_tenant_reach(permission):
        return True
    return await reading.value(_is_led(), unit_id=unit_id, **scope_values(actor, permission))


@statement
def _is_led() -> Executable:
    granted = func.any(bindparam("scope_unit_ids", type_=ARRAY(Uuid)))
    above = unit_closure.c.ancestor_id
    return select(
        exists().where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.descendant_id == bindparam("unit_id", type_=Uuid),
            or_(above == granted, above.in_(headed_units())),
        )
    )
