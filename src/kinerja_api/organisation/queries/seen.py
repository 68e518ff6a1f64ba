"""Whether an actor sees an employee, and stands above him; for domains that keep rows of people."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.tables import employees, placements


@dataclass(frozen=True, slots=True)
class SeenEmployee:
    """What an employee is to the actor today."""

    is_own: bool
    is_superior: bool


async def see_employee(
    reading: Reading, actor: Actor, employee_id: UUID, permission: Permission
) -> SeenEmployee:
    """Return what the employee is to the actor; ResourceNotFound outside his scope."""
    seen = await reading.row(
        _seen(reach=reach(actor, permission)),
        SeenEmployee,
        employee_id=employee_id,
        **scope_values(actor, permission),
    )
    if seen is None:
        raise ResourceNotFound
    return seen


@statement
def _seen(*, reach: Reach) -> Executable:
    placed = and_(
        placements.c.tenant_id == employees.c.tenant_id,
        placements.c.employee_id == employees.c.id,
        holds_on(placements, bindparam("scope_today", type_=Date)),
    )
    return (
        select(
            is_me(employees.c.id).label("is_own"),
            is_my_subordinate(employees.c.id).label("is_superior"),
        )
        .outerjoin_from(employees, placements, placed)
        .where(
            employees.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            employees.c.id == bindparam("employee_id", type_=Uuid),
            in_scope(employees.c.id, placements.c.unit_id, reach=reach),
        )
        .limit(1)
    )
