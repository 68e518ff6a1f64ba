"""Reads of what a plan held before its revisions."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.schemas.plans import PlanVersionOut
from kinerja_api.planning.tables import plan_versions, plans

_TENANT = bindparam("tenant_id", type_=Uuid)
_READ = Permission.PLANS_READ


@statement
def _versions(reach: Reach) -> Executable:
    return (
        select(
            plan_versions.c.number,
            plan_versions.c.reason,
            plan_versions.c.approved_at,
            plan_versions.c.approved_by_id,
            employees.c.name.label("approved_by_name"),
            plan_versions.c.created_at,
            plan_versions.c.content,
        )
        .join_from(
            plans,
            plan_versions,
            and_(
                plan_versions.c.tenant_id == plans.c.tenant_id,
                plan_versions.c.plan_id == plans.c.id,
            ),
            isouter=True,
        )
        .outerjoin(
            employees,
            and_(
                employees.c.tenant_id == plan_versions.c.tenant_id,
                employees.c.id == plan_versions.c.approved_by_id,
            ),
        )
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id == bindparam("id", type_=Uuid),
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
        .order_by(plan_versions.c.number.desc())
    )


async def list_plan_versions(reading: Reading, actor: Actor, plan_id: UUID) -> list[PlanVersionOut]:
    """Return the earlier contents of the plan, the latest first; ResourceNotFound."""
    rows = await reading.rows(
        _versions(reach(actor, _READ)), dict[str, Any], id=plan_id, **scope_values(actor, _READ)
    )
    if not rows:
        raise ResourceNotFound
    return [
        PlanVersionOut(**columns, **content)
        for columns in rows
        if (content := columns.pop("content")) is not None
    ]
