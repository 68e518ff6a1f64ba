"""Who heads a unit, works in it, or holds an office for reports, on a day."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, exists, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.rules import AccountStatus, Role
from kinerja_api.access.tables import accounts, grants
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import acting_first
from kinerja_api.organisation.tables import placements, unit_closure, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_DAY = bindparam("day", type_=Date)
_UNIT = bindparam("unit_id", type_=Uuid)


async def heads_over(reading: Reading, unit_id: UUID, day: dt.date) -> list[UUID]:
    """Return who heads the unit and those above it, the nearest first."""
    rows = await reading.rows(_heads(), dict[str, UUID], unit_id=unit_id, day=day)
    return [row["employee_id"] for row in rows]


async def is_placed_within(
    reading: Reading, employee_id: UUID, unit_id: UUID, day: dt.date
) -> bool:
    """Return whether the employee works in the unit or below it on the day."""
    return await reading.value(_placed(), employee_id=employee_id, unit_id=unit_id, day=day)


async def is_unit(reading: Reading, unit_id: UUID) -> bool:
    """Return whether there is such a unit."""
    return await reading.value(_is_unit(), unit_id=unit_id)


async def holders_of(reading: Reading, role: Role, day: dt.date) -> list[UUID]:
    """Return the employees whose accounts hold the role for the whole tenant on the day."""
    rows = await reading.rows(_holders(), dict[str, UUID], role=role, day=day)
    return [row["employee_id"] for row in rows]


@statement
def _heads() -> Executable:
    return (
        select(placements.c.employee_id)
        .join_from(
            unit_closure,
            placements,
            and_(
                placements.c.tenant_id == unit_closure.c.tenant_id,
                placements.c.unit_id == unit_closure.c.ancestor_id,
            ),
        )
        .where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.descendant_id == _UNIT,
            placements.c.is_head,
            holds_on(placements, _DAY),
        )
        .order_by(unit_closure.c.depth, acting_first(placements.c.kind), placements.c.id)
    )


@statement
def _placed() -> Executable:
    within = exists().where(
        placements.c.tenant_id == _TENANT,
        placements.c.employee_id == bindparam("employee_id", type_=Uuid),
        holds_on(placements, _DAY),
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == _UNIT,
        unit_closure.c.descendant_id == placements.c.unit_id,
    )
    return select(within)


@statement
def _is_unit() -> Executable:
    return select(exists().where(units.c.tenant_id == _TENANT, units.c.id == _UNIT))


@statement
def _holders() -> Executable:
    return (
        select(accounts.c.employee_id)
        .distinct()
        .join_from(
            grants,
            accounts,
            and_(accounts.c.tenant_id == grants.c.tenant_id, accounts.c.id == grants.c.account_id),
        )
        .where(
            grants.c.tenant_id == _TENANT,
            grants.c.role == bindparam("role", type_=Text),
            grants.c.unit_id.is_(None),
            grants.c.starts_on <= _DAY,
            func.coalesce(grants.c.ends_on, _DAY) >= _DAY,
            accounts.c.status == AccountStatus.ACTIVE,
            accounts.c.employee_id.is_not(None),
        )
    )
