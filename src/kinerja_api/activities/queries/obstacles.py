"""Reads of obstacles and of what was said about them."""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.policies import obstacle_actions
from kinerja_api.activities.rules import ObstacleStatus
from kinerja_api.activities.schemas.obstacles import (
    ObstacleListParams,
    ObstacleMessageListParams,
    ObstacleMessageOut,
    ObstacleOut,
    ObstacleSort,
)
from kinerja_api.activities.tables import obstacle_messages, obstacles
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.queries.leading import headed_units, is_my_leading
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    reach,
    scope_values,
)
from kinerja_api.organisation.queries.subordinates import is_led
from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.tables import targets

_TENANT = bindparam("tenant_id", type_=Uuid)
OPEN = literal(ObstacleStatus.OPEN, Text, literal_execute=True)
"""Written into the text: the index of the open ones needs it."""

# Ids are time-ordered, so creation is the order of the ids and has their index.
_SORTS = {
    sort: Sort((("id", obstacles.c.id),), descending=sort.startswith("-")) for sort in ObstacleSort
}
_SAID = Sort((("id", obstacle_messages.c.id),))


def _shown(found: FromClause, source: FromClause) -> Rows:
    """Select ``ObstacleOut`` and what the actor is to each; source: ``found`` or a join with it."""
    person, leader = employees.alias("person"), employees.alias("leader")

    def of(table: FromClause, value: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(table.c.tenant_id == _TENANT, table.c.id == value)

    joined = (
        source.join(person, of(person, found.c.employee_id))
        .join(units, of(units, found.c.unit_id))
        .outerjoin(targets, of(targets, found.c.target_id))
        .outerjoin(leader, of(leader, found.c.answered_by_id))
    )
    names = {
        "employee_name": person.c.name,
        "unit_name": units.c.name,
        "target_title": targets.c.title,
        "answered_by_name": leader.c.name,
    }
    return select(
        *[
            names[name].label(name) if name in names else found.c[name]
            for name in ObstacleOut.__annotations__
            if name in names or name in found.c
        ],
        is_me(found.c.employee_id).label("is_own"),
        is_my_leading(found.c.employee_id, found.c.unit_id).label("is_leader"),
    ).select_from(joined)


def _visible(query: Rows, reach: Reach) -> Rows:
    found = obstacles.c
    return query.where(
        found.tenant_id == _TENANT, in_scope(found.employee_id, found.unit_id, reach=reach)
    )


def _obstacle_out(**row: Any) -> ObstacleOut:  # noqa: ANN401 - the columns of a row
    row["allowed_actions"] = obstacle_actions(
        row["status"], own=row.pop("is_own"), leader=row.pop("is_leader")
    )
    return cast("ObstacleOut", row)


@statement
def _obstacle(*, reach: Reach, lock: bool) -> Executable:
    query = _visible(_shown(obstacles, obstacles), reach).where(
        obstacles.c.id == bindparam("id", type_=Uuid)
    )
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
    is_open = params.status == ObstacleStatus.OPEN
    return await fetch_page(
        reading,
        lambda: _filtered(shape, scope, is_open=is_open),
        _obstacle_out,
        name="obstacles",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(*shape, scope, is_open),
        values={**filters, **scope_values(actor, Permission.OBSTACLES_READ)},
        spread=_spread if "below_id" in shape else None,
    )


async def list_messages(
    reading: Reading,
    actor: Actor,
    obstacle_id: UUID,
    params: ObstacleMessageListParams,
    cursors: Cursors,
) -> Page[ObstacleMessageOut]:
    """Return one page of what was said about an obstacle, the oldest first."""
    scope = reach(actor, Permission.OBSTACLES_READ)
    return await fetch_page(
        reading,
        lambda: _messages(scope),
        ObstacleMessageOut,
        name="obstacle_messages",
        params=params,
        sort=_SAID,
        cursors=cursors,
        shape_key=(scope,),
        values={"obstacle_id": obstacle_id, **scope_values(actor, Permission.OBSTACLES_READ)},
    )


def waits_for_me() -> ColumnElement[bool]:
    """Return the condition that an obstacle was told to the actor and waits for an answer."""
    found = obstacles.c
    headed = func.any(func.array(headed_units().scalar_subquery()))
    return and_(
        found.status == OPEN,
        or_(is_led(found.employee_id), found.unit_id == headed),
        ~is_me(found.employee_id),
    )


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
    return select(is_my_leading(employee_id, unit_id))


def _filtered(shape: tuple[str, ...], scope: Reach, *, is_open: bool) -> Rows:
    found = obstacles.c
    if "below_id" in shape:
        query = _visible(select(obstacles), scope).where(found.unit_id == UNITS_BELOW.c.unit_id)
        query = query.correlate(UNITS_BELOW)
    else:
        query = _visible(_shown(obstacles, obstacles), scope)
    for name in ("employee_id", "unit_id", "target_id"):
        if name in shape:
            query = query.where(found[name] == bindparam(name, type_=Uuid))
    if "status" in shape:
        query = query.where(found.status == (OPEN if is_open else bindparam("status", type_=Text)))
    if "waits_for_me" in shape:
        query = query.where(waits_for_me())
    return query


def _spread(page: Rows) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the newest rows of each unit; names and what the actor is are looked up at the end."""
    newest = page.lateral("found")
    return _shown(newest, UNITS_BELOW.join(newest, true())), [newest.c.id]


def _messages(scope: Reach) -> Rows:
    said = obstacle_messages.c
    of_author = and_(employees.c.tenant_id == said.tenant_id, employees.c.id == said.author_id)
    of_obstacle = and_(obstacles.c.tenant_id == said.tenant_id, obstacles.c.id == said.obstacle_id)
    return _visible(
        select(
            said.id,
            said.obstacle_id,
            said.kind,
            said.author_id,
            employees.c.name.label("author_name"),
            said.text,
            said.created_at,
        )
        .join_from(obstacle_messages, obstacles, of_obstacle)
        .join(employees, of_author)
        .where(
            said.tenant_id == _TENANT,
            said.obstacle_id == bindparam("obstacle_id", type_=Uuid),
        ),
        scope,
    )
