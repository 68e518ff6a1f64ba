"""Which governments there are, for work that goes tenant by tenant."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement


@dataclass(frozen=True, slots=True)
class _Tenant:
    id: UUID


async def list_active_tenants(reading: Reading) -> list[UUID]:
    """Return the ids of all active governments and of the operators' tenant."""
    return [tenant.id for tenant in await reading.rows(_active_tenants(), _Tenant)]


@statement
def _active_tenants() -> Executable:
    return select(tenants.c.id).where(tenants.c.is_active).order_by(tenants.c.id)
