"""How far the plans of a unit and everything below it are aligned, in numbers."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    SmallInteger,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.below import is_below
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.rules import EmployeeKind, PlacementKind
from kinerja_api.organisation.tables import employees, placements, units
from kinerja_api.planning.queries.goals import carried_goals
from kinerja_api.planning.queries.subtree import same_row
from kinerja_api.planning.rules import IN_FORCE, TargetKind
from kinerja_api.planning.schemas.alignment import (
    UnitAlignmentOut,
)
from kinerja_api.planning.tables import goals, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_YEAR = bindparam("year", type_=SmallInteger)


async def get_unit_alignment(
    reading: Reading, actor: Actor, unit_id: UUID, year: int
) -> UnitAlignmentOut:
    """Count goals, targets and people of a unit with all below it, in one statement.

    People are those placed there today, or on the day of the year nearest to it.
    ResourceNotFound for a unit that is not the actor's to watch.
    """
    permission = Permission.PLANS_READ
    day = min(max(actor.today, dt.date(year, 1, 1)), dt.date(year, 12, 31))
    row = await reading.row(
        _unit_counts(reach=reach(actor, permission)),
        UnitAlignmentOut,
        unit_id=unit_id,
        year=year,
        day=day,
        **scope_values(actor, permission),
    )
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _unit_counts(reach: Reach) -> Executable:
    goal_counts = _goal_counts().subquery("goal_counts")
    target_counts = _target_counts().subquery("target_counts")
    people_counts = _people_counts().subquery("people_counts")
    return (
        select(
            units.c.id.label("unit_id"),
            units.c.name.label("unit_name"),
            _YEAR.label("year"),
            *goal_counts.c,
            *target_counts.c,
            *people_counts.c,
        )
        .select_from(
            units.join(goal_counts, true()).join(target_counts, true()).join(people_counts, true())
        )
        .where(
            units.c.tenant_id == _TENANT,
            units.c.id == _UNIT,
            in_scope(cast(null(), Uuid), units.c.id, reach=reach),
        )
    )


def _goal_counts() -> Any:  # noqa: ANN401 - a select
    return select(
        func.count().label("goal_count"),
        func.count().filter(goals.c.id.in_(carried_goals())).label("carried_goal_count"),
    ).where(goals.c.tenant_id == _TENANT, goals.c.year == _YEAR, is_below(goals.c.unit_id))


def _target_counts() -> Any:  # noqa: ANN401 - a select
    is_linked = or_(targets.c.goal_id.is_not(None), targets.c.superior_target_id.is_not(None))
    return (
        select(
            func.count().label("main_target_count"),
            func.count().filter(is_linked).label("linked_target_count"),
        )
        .join_from(
            plans, targets, and_(targets.c.tenant_id == _TENANT, targets.c.plan_id == plans.c.id)
        )
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.year == _YEAR,
            plans.c.status.in_(IN_FORCE),
            is_below(plans.c.unit_id),
            targets.c.kind == TargetKind.UTAMA,
        )
    )


def _people_counts() -> Any:  # noqa: ANN401 - a select
    day = bindparam("day", type_=Date)
    has_plan = exists().where(
        plans.c.tenant_id == _TENANT,
        plans.c.employee_id == employees.c.id,
        plans.c.year == _YEAR,
        plans.c.status.in_(IN_FORCE),
    )
    people = (
        select(employees.c.id, has_plan.label("has_plan"))
        .distinct()
        .join_from(placements, employees, same_row(employees, placements.c.employee_id))
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.kind == PlacementKind.DEFINITIVE,
            holds_on(placements, day),
            is_below(placements.c.unit_id),
            employees.c.kind != EmployeeKind.OFFICIAL,
        )
        .subquery("people")
    )
    return select(
        func.count().filter(people.c.has_plan).label("planned_count"),
        func.count().filter(~people.c.has_plan).label("unplanned_count"),
    )
