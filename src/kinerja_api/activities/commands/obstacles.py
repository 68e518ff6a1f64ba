"""Changes of obstacles: raising, answering, resolving. Leaders hear of them at once."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, func, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import find_units
from kinerja_api.activities.errors import NoPlacement, NotOwnLog
from kinerja_api.activities.policies import require_obstacle_right
from kinerja_api.activities.queries.obstacles import (
    get_obstacle,
    get_obstacle_for_update,
    head_of,
    is_led_by,
)
from kinerja_api.activities.rules import ObstacleEvent, ObstacleStatus, next_obstacle_status
from kinerja_api.activities.schemas import ObstacleIn, ObstacleOut
from kinerja_api.activities.tables import obstacles
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.queries.scope import superior_on
from kinerja_api.planning.tables import plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)


async def raise_obstacle(writing: Writing, actor: Actor, obstacle: ObstacleIn) -> ObstacleOut:
    """Raise an obstacle and tell the superior and the head of the unit."""
    if actor.employee_id is None:
        raise NotOwnLog
    key = (actor.employee_id, actor.today)
    unit_id = (await find_units(writing, [key])).get(key)
    if unit_id is None:
        raise NoPlacement
    if obstacle.target_id is not None and not await writing.value(
        _is_own_target(), target_id=obstacle.target_id, employee_id=actor.employee_id
    ):
        raise UnknownReference.at("/target_id")
    obstacle_id, values = new_id(), obstacle.model_dump()
    await writing.execute(
        _insert_obstacle(),
        id=obstacle_id,
        employee_id=actor.employee_id,
        unit_id=unit_id,
        now=clock.now(),
        **values,
    )
    subject = ("obstacle", obstacle_id)
    writing.record("obstacle.raised", subject, after=values)
    writing.emit("obstacle.raised", subject, employee_id=actor.employee_id, unit_id=unit_id)
    superior = await superior_on(writing, actor.employee_id, actor.today)
    head = await head_of(writing, unit_id, actor.today)
    for leader in {superior, head}:
        if leader is not None and leader != actor.employee_id:
            await notify(
                writing, leader, "obstacle_raised", subject, from_id=actor.employee_id,
                params={"title": obstacle.title},
            )  # fmt: skip
    return await get_obstacle(writing, actor, obstacle_id)


async def answer_obstacle(
    writing: Writing, actor: Actor, obstacle_id: UUID, answer: str, *, expected: int | None
) -> ObstacleOut:
    """Answer an obstacle and tell its owner; NotLeader, TransitionRefused."""
    obstacle = await _advance(
        writing, actor, obstacle_id, ObstacleEvent.ANSWER, answer=answer, expected=expected
    )
    await notify(
        writing, obstacle["employee_id"], "obstacle_answered", ("obstacle", obstacle_id),
        from_id=actor.employee_id, note=answer, params={"title": obstacle["title"]},
    )  # fmt: skip
    return obstacle


async def resolve_obstacle(
    writing: Writing, actor: Actor, obstacle_id: UUID, *, expected: int | None
) -> ObstacleOut:
    """Declare an own obstacle gone; NotOwnLog, TransitionRefused."""
    return await _advance(
        writing, actor, obstacle_id, ObstacleEvent.RESOLVE, answer=None, expected=expected
    )


async def _advance(
    writing: Writing,
    actor: Actor,
    obstacle_id: UUID,
    event: ObstacleEvent,
    *,
    answer: str | None,
    expected: int | None,
) -> ObstacleOut:
    obstacle = await get_obstacle_for_update(writing, actor, obstacle_id)
    require_obstacle_right(
        event,
        own=obstacle["employee_id"] == actor.employee_id,
        leader=await is_led_by(writing, actor, obstacle),
    )
    status = next_obstacle_status(ObstacleStatus(obstacle["status"]), event)
    check_version(obstacle["version"], expected)
    now = clock.now()
    await writing.execute(
        _update_obstacle(),
        id=obstacle_id,
        status=status,
        answer=answer,
        **_decided(event, actor, now),
        now=now,
    )
    verb = "obstacle.answered" if event == ObstacleEvent.ANSWER else "obstacle.resolved"
    subject, before = ("obstacle", obstacle_id), {"status": obstacle["status"]}
    after = {"status": status} | ({"answer": answer} if answer else {})
    writing.record(verb, subject, before=before, after=after)
    writing.emit(verb, subject, version=obstacle["version"] + 1)
    return await get_obstacle(writing, actor, obstacle_id)


def _decided(event: ObstacleEvent, actor: Actor, now: dt.datetime) -> dict[str, object]:
    answers = event == ObstacleEvent.ANSWER
    return {
        "answered_by_id": actor.employee_id if answers else None,
        "answered_at": now if answers else None,
        "resolved_at": None if answers else now,
    }


@statement
def _is_own_target() -> Executable:
    return select(
        exists().where(
            targets.c.tenant_id == _TENANT,
            targets.c.id == bindparam("target_id", type_=Uuid),
            plans.c.tenant_id == _TENANT,
            plans.c.id == targets.c.plan_id,
            plans.c.employee_id == bindparam("employee_id", type_=Uuid),
        )
    )


@statement
def _insert_obstacle() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(obstacles).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        employee_id=bindparam("employee_id", type_=Uuid),
        unit_id=bindparam("unit_id", type_=Uuid),
        target_id=bindparam("target_id", type_=Uuid),
        title=bindparam("title", type_=Text),
        description=bindparam("description", type_=Text),
        status=ObstacleStatus.OPEN,
        created_at=now,
        updated_at=now,
    )


@statement
def _update_obstacle() -> Executable:
    """Advance an obstacle; what an event does not bring stays as it is."""
    found = obstacles.c
    brought = {
        name: func.coalesce(bindparam(name, type_=found[name].type), found[name])
        for name in ("answer", "answered_by_id", "answered_at", "resolved_at")
    }
    return (
        update(obstacles)
        .where(found.tenant_id == _TENANT, found.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=found.version + 1,
            **brought,
        )
    )
