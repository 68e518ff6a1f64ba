"""Changes of goals and their indicators."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Uuid,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.units import lock_tree
from kinerja_api.planning.commands.periods import hold_year_open
from kinerja_api.planning.errors import GoalCarried, GoalCycle, GoalParentUnsuitable
from kinerja_api.planning.queries.goals import (
    LockedGoal,
    family_of,
    get_goal,
    goals_above,
    lock_goal,
    require_keeper,
)
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.schemas.goals import (
    GoalIn,
    GoalIndicatorIn,
    GoalIndicatorsIn,
    GoalOut,
    GoalPatch,
)
from kinerja_api.planning.tables import goal_indicators, goals, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_HEAD = ("code", "title", "perspective", "parent_goal_id")
_FIXED = ("unit_id", "year")


async def create_goal(writing: Writing, actor: Actor, goal: GoalIn) -> GoalOut:
    """Set a goal for a unit; NotHeadOfUnit, PeriodClosed, GoalCodeTaken, GoalParentUnsuitable."""
    await require_keeper(writing, actor, goal.unit_id)
    await hold_year_open(writing, goal.year)
    goal_id, head = new_id(), goal.model_dump(exclude={"indicators"})
    await _check_parent(writing, goal.unit_id, goal.year, goal.parent_goal_id)
    await writing.execute(_insert_goal(), id=goal_id, now=clock.now(), **head)
    if goal.indicators:
        await _insert_indicators(writing, goal_id, goal.indicators)
    after = goal.model_dump(mode="json", exclude_none=True)
    writing.record("goal.created", ("goal", goal_id), after=after)
    writing.emit("goal.created", ("goal", goal_id), unit_id=goal.unit_id, year=goal.year)
    return await get_goal(writing, goal_id)


async def change_goal(
    writing: Writing, actor: Actor, goal_id: UUID, patch: GoalPatch, *, expected: int | None
) -> GoalOut:
    """Change code, title, perspective or parent; GoalCodeTaken, GoalParentUnsuitable, GoalCycle."""
    if patch.parent_goal_id is not None:
        await writing.value(lock_tree())  # two changes at once could make a circle
    goal = await _begin(writing, actor, goal_id, expected=expected)
    changes = patch.changes(goal)
    if not changes:
        return await get_goal(writing, goal_id)
    before = {name: goal[name] for name in _HEAD}
    if patch.parent_goal_id is not None and "parent_goal_id" in changes:
        await _check_parent(writing, goal["unit_id"], goal["year"], patch.parent_goal_id)
        if await writing.value(_is_served_by(), id=goal_id, parent_goal_id=patch.parent_goal_id):
            raise GoalCycle.at("/parent_goal_id")
    await writing.execute(_update_goal(), id=goal_id, now=clock.now(), **before | changes)
    old = {name: before[name] for name in changes}
    _tell(writing, "goal.changed", goal, before=old, after=changes)
    return await get_goal(writing, goal_id)


async def set_indicators(
    writing: Writing, actor: Actor, goal_id: UUID, wanted: GoalIndicatorsIn, *, expected: int | None
) -> GoalOut:
    """Set all indicators of a goal."""
    goal = await _begin(writing, actor, goal_id, expected=expected)
    old = (await get_goal(writing, goal_id))["indicators"]
    await writing.execute(_delete_indicators(), id=goal_id)
    if wanted.indicators:
        await _insert_indicators(writing, goal_id, wanted.indicators)
    head = {name: goal[name] for name in _HEAD}
    await writing.execute(_update_goal(), id=goal_id, now=clock.now(), **head)
    after = wanted.model_dump(mode="json")
    _tell(writing, "goal.indicators_set", goal, before={"indicators": old}, after=after)
    return await get_goal(writing, goal_id)


async def remove_goal(
    writing: Writing, actor: Actor, goal_id: UUID, *, expected: int | None
) -> None:
    """Remove a goal that no target and no other goal refers to; GoalCarried."""
    goal = await _begin(writing, actor, goal_id, expected=expected)
    if await writing.value(_has_carriers(), id=goal_id):
        raise GoalCarried
    await writing.execute(_delete_goal(), id=goal_id)
    before = {name: goal[name] for name in (*_FIXED, *_HEAD)}
    _tell(writing, "goal.removed", goal, before=before)


async def _begin(
    writing: Writing, actor: Actor, goal_id: UUID, *, expected: int | None
) -> LockedGoal:
    """Lock the goal for its keeper, its year held open.

    ResourceNotFound, NotHeadOfUnit, VersionStale, PeriodClosed.
    """
    goal = await lock_goal(writing, goal_id)
    await require_keeper(writing, actor, goal["unit_id"])
    check_version(goal["version"], expected)
    await hold_year_open(writing, goal["year"])
    return goal


def _tell(
    writing: Writing,
    event: str,
    goal: LockedGoal,
    *,
    before: dict[str, Any],
    after: dict[str, Any] | None = None,
) -> None:
    subject = ("goal", goal["id"])
    writing.record(event, subject, before=before, after=after)
    version = goal["version"] + 1
    writing.emit(event, subject, version=version, unit_id=goal["unit_id"], year=goal["year"])


async def _check_parent(
    writing: Writing, unit_id: UUID, year: int, parent_goal_id: UUID | None
) -> None:
    if parent_goal_id is not None and not await goals_above(
        writing, unit_id, year, [parent_goal_id]
    ):
        raise GoalParentUnsuitable.at("/parent_goal_id")


async def _insert_indicators(
    writing: Writing, goal_id: UUID, wanted: Sequence[GoalIndicatorIn]
) -> None:
    rows = [{**part.model_dump(), "number": number} for number, part in enumerate(wanted, start=1)]
    await writing.execute(_write_indicators(), id=goal_id, indicators=rows)


@statement
def _insert_goal() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    head = {name: bindparam(name, type_=goals.c[name].type) for name in (*_FIXED, *_HEAD)}
    return insert(goals).values(tenant_id=_TENANT, id=_ID, created_at=now, updated_at=now, **head)


@statement
def _update_goal() -> Executable:
    head: dict[str, ColumnElement[Any]] = {
        name: bindparam(name, type_=goals.c[name].type) for name in _HEAD
    }
    return (
        update(goals)
        .where(goals.c.tenant_id == _TENANT, goals.c.id == _ID)
        .values(
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=goals.c.version + 1,
            **head,
        )
    )


@statement
def _delete_goal() -> Executable:
    return delete(goals).where(goals.c.tenant_id == _TENANT, goals.c.id == _ID)


@statement
def _delete_indicators() -> Executable:
    return delete(goal_indicators).where(
        goal_indicators.c.tenant_id == _TENANT, goal_indicators.c.goal_id == _ID
    )


@statement
def _write_indicators() -> Executable:
    names = ("number", "title", "unit", "direction", "low", "high")
    rows = rows_of("indicators", {name: goal_indicators.c[name].type for name in names})
    return insert(goal_indicators).from_select(
        ["tenant_id", "goal_id", *names], select(_TENANT, _ID, *[rows.c[name] for name in names])
    )


@statement
def _has_carriers() -> Executable:
    serving = exists().where(goals.c.tenant_id == _TENANT, goals.c.parent_goal_id == _ID)
    carrying = exists().where(targets.c.tenant_id == _TENANT, targets.c.goal_id == _ID)
    return select(or_(serving, carrying))


@statement
def _is_served_by() -> Executable:
    """Whether the goal to become the parent serves the goal itself."""
    goal = goals.alias("goal")
    family = family_of(goal)
    served = exists(
        select(family.c.id).where(family.c.id == bindparam("parent_goal_id", type_=Uuid))
    )
    return select(served).where(goal.c.tenant_id == _TENANT, goal.c.id == _ID)
