"""Who the inspectorate is, to be told of things: the employees behind its accounts."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.rules import AccountStatus, Role
from kinerja_api.access.tables import accounts, grants
from kinerja_api.complaints.queries.visible import find_conflicted
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement


async def find_inspectors(reading: Reading, report_id: UUID, *, today: dt.date) -> list[UUID]:
    """Return the employees of the inspectorate who stand in no accused person's line."""
    people = await reading.rows(_inspectors(), _id, today=today)
    conflicted = await find_conflicted(reading, report_id, people, today=today)
    return [person for person in people if person not in conflicted]


def _id(employee_id: UUID) -> UUID:
    return employee_id


@statement
def _inspectors() -> Executable:
    account, grant = accounts.c, grants.c
    return (
        select(account.employee_id)
        .distinct()
        .join_from(
            grants,
            accounts,
            and_(account.tenant_id == grant.tenant_id, account.id == grant.account_id),
        )
        .where(
            grant.tenant_id == bindparam("tenant_id", type_=Uuid),
            grant.role == Role.INSPECTORATE,
            grant.unit_id.is_(None),
            holds_on(grants, bindparam("today", type_=Date)),
            account.status == AccountStatus.ACTIVE,
            account.employee_id.is_not(None),
        )
        .order_by(account.employee_id)
    )
