"""Changes of obstacles: raised, answered, replied to, resolved. Each side hears of it at once."""

import datetime as dt
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, func, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.facts import find_units
from kinerja_api.activities.errors import NoPlacement, NotOwnLog
from kinerja_api.activities.policies import require_obstacle_right
from kinerja_api.activities.queries.obstacles import (
    get_obstacle,
    get_obstacle_for_update,
    is_led_by,
)
from kinerja_api.activities.rules import ObstacleEvent, ObstacleStatus, next_obstacle_status
from kinerja_api.activities.schemas.obstacles import ObstacleIn, ObstacleOut
from kinerja_api.activities.tables import obstacle_messages, obstacles
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import NoticeToSend, notify, notify_many
from kinerja_api.organisation.queries.scope import head_on, superior_on
from kinerja_api.planning.tables import plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_VERBS = {
    ObstacleEvent.ANSWER: "obstacle.answered",
    ObstacleEvent.REPLY: "obstacle.replied",
    ObstacleEvent.RESOLVE: "obstacle.resolved",
}


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
    made = await get_obstacle(writing, actor, obstacle_id)
    await _tell_leaders(writing, actor, made, "obstacle_raised", note=None)
    return made


async def answer_obstacle(
    writing: Writing, actor: Actor, obstacle_id: UUID, answer: str, *, expected: int | None
) -> ObstacleOut:
    """Answer an obstacle and tell its owner; NotLeader, TransitionRefused."""
    obstacle = await _advance(
        writing, actor, obstacle_id, ObstacleEvent.ANSWER, text=answer, expected=expected
    )
    await notify(
        writing, obstacle["employee_id"], "obstacle_answered", ("obstacle", obstacle_id),
        from_id=actor.employee_id, note=answer, params={"title": obstacle["title"]},
    )  # fmt: skip
    return obstacle


async def reply_to_answer(
    writing: Writing, actor: Actor, obstacle_id: UUID, note: str, *, expected: int | None
) -> ObstacleOut:
    """Open an own obstacle again, as the answer did not help; NotOwnLog, TransitionRefused."""
    obstacle = await _advance(
        writing, actor, obstacle_id, ObstacleEvent.REPLY, text=note, expected=expected
    )
    await _tell_leaders(writing, actor, obstacle, "obstacle_replied", note=note)
    return obstacle


async def resolve_obstacle(
    writing: Writing, actor: Actor, obstacle_id: UUID, *, expected: int | None
) -> ObstacleOut:
    """Declare an own obstacle gone; NotOwnLog, TransitionRefused."""
    obstacle = await _advance(
        writing, actor, obstacle_id, ObstacleEvent.RESOLVE, text=None, expected=expected
    )
    leader = obstacle["answered_by_id"]
    if leader is not None:
        await notify(
            writing, leader, "obstacle_resolved", ("obstacle", obstacle_id),
            from_id=actor.employee_id, params={"title": obstacle["title"]},
        )  # fmt: skip
    return obstacle


async def _tell_leaders(
    writing: Writing, actor: Actor, obstacle: ObstacleOut, kind: str, *, note: str | None
) -> None:
    """Tell the superior, the head of the employee's unit, and who answered last."""
    leaders = {
        await superior_on(writing, obstacle["employee_id"], actor.today),
        await head_on(writing, obstacle["unit_id"], actor.today),
        obstacle["answered_by_id"],
    } - {None, actor.employee_id}
    sent = [
        NoticeToSend(
            leader, kind, "obstacle", obstacle["id"], note=note,
            params={"title": obstacle["title"]},
        )
        for leader in leaders
        if leader is not None
    ]  # fmt: skip
    if sent:
        await notify_many(writing, sent, from_id=actor.employee_id)


async def _advance(
    writing: Writing,
    actor: Actor,
    obstacle_id: UUID,
    event: ObstacleEvent,
    *,
    text: str | None,
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
        **_brought(event, actor, text, now),
        now=now,
    )
    if text is not None:
        await writing.execute(
            _insert_message(),
            id=new_id(),
            obstacle_id=obstacle_id,
            author_id=actor.employee_id,
            kind=event,
            text=text,
            now=now,
        )
    verb = _VERBS[event]
    subject, before = ("obstacle", obstacle_id), {"status": obstacle["status"]}
    after = {"status": status} | ({event: text} if text else {})
    writing.record(verb, subject, before=before, after=after)
    writing.emit(verb, subject, version=obstacle["version"] + 1)
    return await get_obstacle(writing, actor, obstacle_id)


def _brought(
    event: ObstacleEvent, actor: Actor, text: str | None, now: dt.datetime
) -> dict[str, object]:
    answers = event == ObstacleEvent.ANSWER
    return {
        "answer": text if answers else None,
        "answered_by_id": actor.employee_id if answers else None,
        "answered_at": now if answers else None,
        "resolved_at": now if event == ObstacleEvent.RESOLVE else None,
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


@statement
def _insert_message() -> Executable:
    return insert(obstacle_messages).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        obstacle_id=bindparam("obstacle_id", type_=Uuid),
        author_id=bindparam("author_id", type_=Uuid),
        kind=bindparam("kind", type_=Text),
        text=bindparam("text", type_=Text),
        created_at=bindparam("now", type_=DateTime(timezone=True)),
    )
