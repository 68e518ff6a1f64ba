"""Whose transactions an actor keeps and sees: those of the units he serves today.

He serves the unit of his placement, the units above it (whose services its people give), and,
as a head, everything below. Values: those of ``scope_values``.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, exists, func, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.leading import headed_units
from kinerja_api.organisation.queries.scope import Reach, reach, scope_values
from kinerja_api.organisation.tables import placements, unit_closure
from kinerja_api.services.errors import NotServiceStaff

_TENANT = bindparam("tenant_id", type_=Uuid)


def _units(*, granted: bool) -> ColumnElement[Any]:
    """Return the array of the units, made once a statement."""
    mine, above, below = placements.alias("mine"), unit_closure.alias(), unit_closure.alias()
    parts = [
        select(above.c.ancestor_id)
        .join_from(
            mine,
            above,
            and_(above.c.tenant_id == mine.c.tenant_id, above.c.descendant_id == mine.c.unit_id),
        )
        .where(
            mine.c.tenant_id == _TENANT,
            mine.c.employee_id == bindparam("scope_me", type_=Uuid),
            holds_on(mine, bindparam("scope_today", type_=Date)),
        ),
        select(below.c.descendant_id).where(
            below.c.tenant_id == _TENANT, below.c.ancestor_id.in_(headed_units())
        ),
    ]
    if granted:
        given = unit_closure.alias()
        parts.append(
            select(given.c.descendant_id).where(
                given.c.tenant_id == _TENANT,
                given.c.ancestor_id == func.any(bindparam("scope_unit_ids", type_=ARRAY(Uuid))),
            )
        )
    return func.array(union_all(*parts).scalar_subquery())


def is_staff(unit_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the actor keeps the transactions of the unit."""
    return unit_id == func.any(_units(granted=False))


def sees(unit_id: ColumnElement[Any], *, reach: Reach) -> ColumnElement[bool]:
    """Return the condition that the transactions of the unit are the actor's to see."""
    return true() if reach == "tenant" else unit_id == func.any(_units(granted=True))


async def require_reader(reading: Reading, actor: Actor, unit_id: UUID) -> None:
    """Raise NotServiceStaff unless the actor sees the transactions of the unit."""
    permission = Permission.TRANSACTIONS_READ
    seen = _seen(reach=reach(actor, permission))
    if not await reading.value(seen, unit_id=unit_id, **scope_values(actor, permission)):
        raise NotServiceStaff


@statement
def _seen(*, reach: Reach) -> Executable:
    unit_id = bindparam("unit_id", type_=Uuid)
    within = exists().where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == unit_id,
        unit_closure.c.descendant_id == unit_id,
        sees(unit_closure.c.ancestor_id, reach=reach),
    )
    return select(within)
