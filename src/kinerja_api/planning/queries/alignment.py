"""Who carries a goal: one walk from the goal down.

The walk goes level by level and stops at a number of rows, so the rows it leaves out are the
lowest ones.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Integer,
    Uuid,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.queries.subtree import same_row
from kinerja_api.planning.schemas.alignment import (
    AlignedGoalOut,
    CarrierOut,
    GoalAlignmentOut,
)
from kinerja_api.planning.tables import goals, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_MOST_ROWS = 1000
_MOST_LEVELS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A goal or target on the way down; columns of the other kind are null."""

    id: UUID
    parent_id: UUID | None
    level: int
    is_goal: bool
    is_named: bool
    title: str
    unit_id: UUID
    unit_name: str
    code: str
    perspective: str | None
    number: int
    kind: str
    cascading: str | None
    plan_id: UUID
    plan_status: str
    employee_id: UUID
    employee_name: str


async def get_goal_alignment(reading: Reading, actor: Actor, goal_id: UUID) -> GoalAlignmentOut:
    """Return the goal with all that carries it, in one statement; ResourceNotFound."""
    permission = Permission.PLANS_READ
    steps = await reading.rows(
        _walk(reach=reach(actor, permission)), _Step, id=goal_id, **scope_values(actor, permission)
    )
    if not steps:
        raise ResourceNotFound
    kept = [step for step in steps[:_MOST_ROWS] if step.level < _MOST_LEVELS]
    return GoalAlignmentOut(goal=_grown(kept), is_cut=len(kept) < len(steps))


@dataclass(slots=True)
class _Place:
    """Where what comes below a step belongs: the nearest entry with a name."""

    entry: AlignedGoalOut | CarrierOut
    is_direct: bool


def _grown(steps: list[_Step]) -> AlignedGoalOut:
    """Return the tree of the steps, which come level by level, the goal first.

    Each goal and target stands once, where it is reached first: a circle ends there.
    """
    root = _goal_entry(steps[0])
    places = {steps[0].id: _Place(root, is_direct=True)}
    for step in steps[1:]:
        above = places.get(step.parent_id or step.id)
        if above is None or step.id in places:
            continue
        if not step.is_named:
            above.entry["unnamed_count"] += 1
            places[step.id] = _Place(above.entry, is_direct=False)
            continue
        entry = _goal_entry(step) if step.is_goal else _carrier_entry(step, above)
        places[step.id] = _Place(entry, is_direct=True)
        _children(above.entry, is_goal=step.is_goal).append(entry)
    return root


def _children(entry: Any, *, is_goal: bool) -> list[Any]:  # noqa: ANN401 - either kind of entry
    if is_goal:
        return entry["goals"]
    return entry["targets"] if "targets" in entry else entry["supported_by"]


def _goal_entry(step: _Step) -> AlignedGoalOut:
    return AlignedGoalOut(
        goal_id=step.id,
        code=step.code,
        title=step.title,
        perspective=step.perspective,
        unit_id=step.unit_id,
        unit_name=step.unit_name,
        unnamed_count=0,
        goals=[],
        targets=[],
    )


def _carrier_entry(step: _Step, above: _Place) -> CarrierOut:
    return CarrierOut(
        target_id=step.id,
        number=step.number,
        kind=step.kind,
        title=step.title,
        cascading=step.cascading,
        plan_id=step.plan_id,
        plan_status=step.plan_status,
        employee_id=step.employee_id,
        employee_name=step.employee_name,
        unit_id=step.unit_id,
        unit_name=step.unit_name,
        is_direct=above.is_direct,
        unnamed_count=0,
        supported_by=[],
    )


def _way() -> CTE:
    """Goals and targets with what they carry, from the goal down, one level after the other."""
    first = select(
        goals.c.id,
        cast(null(), Uuid).label("parent_id"),
        literal_column("0", Integer).label("level"),
        true().label("is_goal"),
    ).where(goals.c.tenant_id == _TENANT, goals.c.id == _ID)
    way = first.cte("way", recursive=True)
    serving, carrying, supporting = (
        goals.alias("serving"),
        targets.alias("carrying"),
        targets.alias("supporting"),
    )
    below = union_all(
        select(serving.c.id, true().label("is_goal")).where(
            serving.c.tenant_id == _TENANT, way.c.is_goal, serving.c.parent_goal_id == way.c.id
        ),
        select(carrying.c.id, false()).where(
            carrying.c.tenant_id == _TENANT, way.c.is_goal, carrying.c.goal_id == way.c.id
        ),
        select(supporting.c.id, false()).where(
            supporting.c.tenant_id == _TENANT,
            ~way.c.is_goal,
            supporting.c.superior_target_id == way.c.id,
        ),
    ).lateral("below")
    return way.union(
        select(below.c.id, way.c.id, way.c.level + 1, below.c.is_goal)
        .select_from(way.join(below, true()))
        .where(way.c.level < _MOST_LEVELS)
    )


@statement
def _walk(reach: Reach) -> Executable:
    way = _way()
    step = select(way).limit(literal_column(str(_MOST_ROWS + 1), Integer)).subquery("step")
    columns = {
        "title": func.coalesce(goals.c.title, targets.c.title),
        "unit_id": units.c.id,
        "unit_name": units.c.name,
        "code": goals.c.code,
        "perspective": goals.c.perspective,
        "number": targets.c.number,
        "kind": targets.c.kind,
        "cascading": targets.c.cascading,
        "plan_id": plans.c.id,
        "plan_status": plans.c.status,
        "employee_id": plans.c.employee_id,
        "employee_name": employees.c.name,
    }
    is_named = or_(step.c.is_goal, in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach))
    joined = (
        step.outerjoin(goals, same_row(goals, step.c.id))
        .outerjoin(targets, same_row(targets, step.c.id))
        .outerjoin(plans, same_row(plans, targets.c.plan_id))
        .outerjoin(employees, same_row(employees, plans.c.employee_id))
        .join(units, same_row(units, func.coalesce(goals.c.unit_id, plans.c.unit_id)))
    )
    return (
        select(
            *step.c,
            is_named.label("is_named"),
            *[column.label(name) for name, column in columns.items()],
        )
        .select_from(joined)
        .order_by(
            step.c.level, goals.c.code, employees.c.name, plans.c.id, targets.c.number, step.c.id
        )
    )
