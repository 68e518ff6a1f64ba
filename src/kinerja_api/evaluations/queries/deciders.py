"""Whom to tell of an objection: who decides it today."""

from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, exists, func, or_, select
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import AccountStatus, Role
from kinerja_api.access.tables import accounts, grants
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import superior_on
from kinerja_api.organisation.tables import unit_closure

_TENANT = bindparam("tenant_id", type_=Uuid)
_DAY = bindparam("day", type_=Date)


class _Official(TypedDict):
    employee_id: UUID


async def list_deciders(
    reading: Reading, actor: Actor, *, employee_id: UUID, assessor_id: UUID, unit_id: UUID
) -> list[UUID]:
    """Return the assessor's superior of today, or the objection officials in his place."""
    superior = await superior_on(reading, assessor_id, actor.today)
    if superior is not None and superior not in {employee_id, assessor_id}:
        return [superior]
    officials = await reading.rows(_officials(), _Official, unit_id=unit_id, day=actor.today)
    return [each["employee_id"] for each in officials]


@statement
def _officials() -> Executable:
    """Grants of accounts of the government's people: who decides is named."""
    over_unit = exists().where(
        unit_closure.c.tenant_id == grants.c.tenant_id,
        unit_closure.c.ancestor_id == grants.c.unit_id,
        unit_closure.c.descendant_id == bindparam("unit_id", type_=Uuid),
    )
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
            grants.c.role == Role.OBJECTION_OFFICIAL,
            grants.c.starts_on <= _DAY,
            func.coalesce(grants.c.ends_on, _DAY) >= _DAY,
            or_(grants.c.unit_id.is_(None), over_unit),
            accounts.c.status == AccountStatus.ACTIVE,
            accounts.c.employee_id.is_not(None),
        )
    )
