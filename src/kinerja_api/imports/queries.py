"""Finds imported people by the agency's own key."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import accounts
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import EmployeeStatus
from kinerja_api.organisation.tables import employees


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """An employee who has no account yet."""

    id: UUID
    ref: str
    name: str


async def list_people_without_account(reading: Reading) -> list[ImportedPerson]:
    """Return the active employees who have no account, in the order of their names."""
    return await reading.rows(_without_account(), ImportedPerson)


async def find_employee(reading: Reading, ref: str) -> UUID | None:
    """Return the employee with the agency's key, or None."""
    return await reading.value(_by_ref(), ref=ref)


@statement
def _without_account() -> Executable:
    return (
        select(employees.c.id, employees.c.ref, employees.c.name)
        .join_from(
            employees,
            accounts,
            and_(
                accounts.c.tenant_id == employees.c.tenant_id,
                accounts.c.employee_id == employees.c.id,
            ),
            isouter=True,
        )
        .where(
            employees.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            employees.c.status == EmployeeStatus.ACTIVE,
            accounts.c.id.is_(None),
        )
        .order_by(employees.c.name, employees.c.id)
    )


@statement
def _by_ref() -> Executable:
    return select(employees.c.id).where(
        employees.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        employees.c.ref == bindparam("ref", type_=Text),
    )
