"""Reads of obstacles, and who leads the one who has them."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Date, Select, Text, Uuid, and_, bindparam, case, exists, or_, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.policies import obstacle_actions
from kinerja_api.activities.schemas import ObstacleListParams, ObstacleOut, ObstacleSort
from kinerja_api.activities.tables import obstacles
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    holds_on,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import placements, unit_closure

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)

# Ids are time-ordered, so creation is the order of the ids and has their index.
_SORTS = {
    sort: Sort((("id", obstacles.c.id),), descending=sort.startswith("-")) for sort in ObstacleSort
}


def _i_lead(employee_id: ColumnElement[Any], unit_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the actor is the superior, or heads a unit above, today."""
    heads = exists().where(
        placements.c.tenant_id == _TENANT,
        placements.c.employee_id == _ME,
        placements.c.is_head,
        holds_on(placements, _TODAY),
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == placements.c.unit_id,
        unit_closure.c.descendant_id == unit_id,
    )
    return case((is_me(employee_id), False), else_=or_(heads, is_my_subordinate(employee_id)))


def visible_obstacles(reach: Reach) -> Select[Any]:
    """Select the obstacles that the actor may see, with what he is to each."""
    found = obstacles.c
    return select(
        *[found[name] for name in ObstacleOut.__annotations__ if name in found],
        is_me(found.employee_id).label("is_own"),
        _i_lead(found.employee_id, found.unit_id).label("is_leader"),
    ).where(found.tenant_id == _TENANT, in_scope(found.employee_id, found.unit_id, reach=reach))


def _obstacle_out(**row: Any) -> ObstacleOut:  # noqa: ANN401 - the columns of a row
    row["allowed_actions"] = obstacle_actions(
        row["status"], own=row.pop("is_own"), leader=row.pop("is_leader")
    )
    return cast("ObstacleOut", row)


@statement
def _obstacle(*, reach: Reach, lock: bool) -> Executable:
    query = visible_obstacles(reach).where(obstacles.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update(of=obstacles) if lock else query


async def get_obstacle(reading: Reading, actor: Actor, obstacle_id: UUID) -> ObstacleOut:
    """Return the obstacle; ResourceNotFound."""
    return await _get(reading, actor, obstacle_id, lock=False)


async def get_obstacle_for_update(writing: Writing, actor: Actor, obstacle_id: UUID) -> ObstacleOut:
    """Return the obstacle, locked to the end of the transaction; ResourceNotFound."""
    return await _get(writing, actor, obstacle_id, lock=True)


async def is_led_by(writing: Writing, actor: Actor, obstacle: ObstacleOut) -> bool:
    """Return whether the actor is the owner's superior or heads a unit above, today."""
    return await writing.value(
        _led(),
        employee_id=obstacle["employee_id"],
        unit_id=obstacle["unit_id"],
        **scope_values(actor, Permission.OBSTACLES_ANSWER),
    )


async def list_obstacles(
    reading: Reading, actor: Actor, params: ObstacleListParams, cursors: Cursors
) -> Page[ObstacleOut]:
    """Return one page of obstacles."""
    filters = params.filters()
    shape = tuple(sorted(filters))
    scope = reach(actor, Permission.OBSTACLES_READ)
    return await fetch_page(
        reading,
        lambda: _filtered(shape, scope),
        _obstacle_out,
        name="obstacles",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(*shape, scope),
        values={**filters, **scope_values(actor, Permission.OBSTACLES_READ)},
    )


@statement
def _head() -> Executable:
    unit_id, day = bindparam("unit_id", type_=Uuid), bindparam("day", type_=Date)
    kind = placements.c.kind
    first = case((kind == PlacementKind.PLH, 0), (kind == PlacementKind.PLT, 1), else_=2)
    return (
        select(placements.c.employee_id)
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.unit_id == unit_id,
            placements.c.is_head,
            holds_on(placements, day),
        )
        .order_by(first, placements.c.id)
        .limit(1)
    )


async def head_of(reading: Reading, unit_id: UUID, day: object) -> UUID | None:
    """Return who heads the unit on the day, or None."""
    return await reading.value(_head(), unit_id=unit_id, day=day)


async def _get(reading: Reading, actor: Actor, obstacle_id: UUID, *, lock: bool) -> ObstacleOut:
    permission = Permission.OBSTACLES_READ
    row = await reading.row(
        _obstacle(reach=reach(actor, permission), lock=lock),
        _obstacle_out,
        id=obstacle_id,
        **scope_values(actor, permission),
    )
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _led() -> Executable:
    employee_id, unit_id = bindparam("employee_id", type_=Uuid), bindparam("unit_id", type_=Uuid)
    return select(_i_lead(employee_id, unit_id))


def _filtered(shape: tuple[str, ...], scope: Reach) -> Select[Any]:
    query, found = visible_obstacles(scope), obstacles.c
    for name in ("employee_id", "unit_id", "target_id"):
        if name in shape:
            query = query.where(found[name] == bindparam(name, type_=Uuid))
    if "status" in shape:
        query = query.where(found.status == bindparam("status", type_=Text))
    if "below_id" in shape:
        below = and_(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
        )
        query = query.where(found.unit_id.in_(select(unit_closure.c.descendant_id).where(below)))
    return query
