"""How plans hang together: whose targets support whose."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    reach,
    scope_values,
    superior_of,
)
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.queries.content import json_object, ordered
from kinerja_api.planning.queries.links import targets_above
from kinerja_api.planning.schemas.cascade import CascadeOut
from kinerja_api.planning.tables import plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)
_READ = Permission.PLANS_READ


@statement
def _cascade(reach: Reach) -> Executable:
    plan = (
        select(
            plans.c.tenant_id,
            plans.c.id,
            plans.c.year,
            superior_of(plans.c.employee_id, _TODAY).label("superior_id"),
        )
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id == bindparam("id", type_=Uuid),
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
        .cte("plan")
    )
    theirs, joined, is_theirs = targets_above(plan.c.superior_id, plan.c.year)
    title = json_object({"id": theirs.c.id, "number": theirs.c.number, "title": theirs.c.title})
    above = (
        select(ordered(title, theirs.c.number, theirs.c.id))
        .select_from(joined)
        .where(is_theirs)
        .correlate(plan)
        .scalar_subquery()
    )
    own = targets.alias("own_target")
    row = json_object(
        {
            "id": own.c.id,
            "number": own.c.number,
            "kind": own.c.kind,
            "title": own.c.title,
            "superior_target_id": own.c.superior_target_id,
            "supported_by": _supports_of(own, reach),
        }
    )
    mine = (
        select(ordered(row, own.c.number))
        .where(own.c.tenant_id == plan.c.tenant_id, own.c.plan_id == plan.c.id)
        .correlate(plan)
        .scalar_subquery()
    )
    return select(
        plan.c.id.label("plan_id"), above.label("superior_targets"), mine.label("targets")
    )


def _supports_of(own: Any, reach: Reach) -> ColumnElement[Any]:  # noqa: ANN401 - an alias
    below, theirs, people = (
        plans.alias("plan_below"),
        targets.alias("target_below"),
        employees.alias("person_below"),
    )
    row = json_object(
        {
            "id": theirs.c.id,
            "number": theirs.c.number,
            "title": theirs.c.title,
            "cascading": theirs.c.cascading,
            "plan_id": below.c.id,
            "plan_status": below.c.status,
            "employee_id": people.c.id,
            "employee_name": people.c.name,
        }
    )
    joined = theirs.join(
        below, and_(below.c.tenant_id == theirs.c.tenant_id, below.c.id == theirs.c.plan_id)
    ).join(
        people, and_(people.c.tenant_id == below.c.tenant_id, people.c.id == below.c.employee_id)
    )
    return (
        select(ordered(row, people.c.name, below.c.id, theirs.c.number))
        .select_from(joined)
        .where(
            theirs.c.tenant_id == own.c.tenant_id,
            theirs.c.superior_target_id == own.c.id,
            in_scope(below.c.employee_id, below.c.unit_id, reach=reach),
        )
        .correlate(own)
        .scalar_subquery()
    )


async def get_cascade(reading: Reading, actor: Actor, plan_id: UUID) -> CascadeOut:
    """Return what the plan supports and who supports it; ResourceNotFound."""
    row = await reading.row(
        _cascade(reach(actor, _READ)), CascadeOut, id=plan_id, **scope_values(actor, _READ)
    )
    if row is None:
        raise ResourceNotFound
    return row
