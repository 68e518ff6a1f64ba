"""Reads of goals. Every member of a government sees them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    FromClause,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.queries.leading import leads_unit
from kinerja_api.organisation.tables import unit_closure, units
from kinerja_api.planning.errors import NotHeadOfUnit
from kinerja_api.planning.queries.content import json_object, ordered
from kinerja_api.planning.queries.subtree import found_rows, looked_up, same_row
from kinerja_api.planning.rules import IN_FORCE
from kinerja_api.planning.schemas.goals import GoalListParams, GoalOut, GoalSort
from kinerja_api.planning.tables import goal_indicators, goals, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_YEAR = bindparam("year", type_=SmallInteger)
_ORDER = (("year", goals.c.year), ("code", goals.c.code), ("id", goals.c.id))
_SORTS = {
    GoalSort.YEAR: Sort(_ORDER),
    GoalSort.YEAR_DESC: Sort(_ORDER, descending=True),
}


class LockedGoal(TypedDict):
    """A goal as commands see it; the row is locked."""

    id: UUID
    unit_id: UUID
    year: int
    code: str
    title: str
    perspective: str | None
    parent_goal_id: UUID | None
    version: int


def family_of(goal: FromClause) -> CTE:
    """Return the goal of a row with all that serve it, as ``id``; for a sub-select on the row.

    Its UNION ends even where goals serve each other in a circle.
    """
    child = goals.alias("serving_goal")
    family = select(goal.c.id.label("id")).correlate(goal).cte(
        "family", recursive=True, nesting=True
    )  # fmt: skip
    return family.union(
        select(child.c.id)
        .join_from(family, child, child.c.parent_goal_id == family.c.id)
        .where(child.c.tenant_id == _TENANT)
    )


def is_carried(goal: FromClause) -> ColumnElement[bool]:
    """Return the condition that a target of a plan in force carries the goal in the end."""
    family = family_of(goal)
    return exists(_carrying(family.c.id).select_from(family))


def carried_goals() -> Rows:
    """Select the ids of all goals that are carried: those that targets name, and up from there.

    For conditions on many goals; ``is_carried`` walks down from each one.
    """
    parent = goals.alias("served_goal")
    named = (
        select(goals.c.id, goals.c.parent_goal_id)
        .where(goals.c.tenant_id == _TENANT, exists(_carrying(goals.c.id)))
        .cte("carried", recursive=True)
    )
    carried = named.union(
        select(parent.c.id, parent.c.parent_goal_id)
        .join_from(named, parent, parent.c.id == named.c.parent_goal_id)
        .where(parent.c.tenant_id == _TENANT)
    )
    return select(carried.c.id)


def _carrying(goal_id: ColumnElement[Any]) -> Rows:
    """Select from targets of plans in force that name the goal."""
    return (
        select(literal(1))
        .join_from(targets, plans, same_row(plans, targets.c.plan_id))
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.goal_id == goal_id,
            plans.c.status.in_(IN_FORCE),
        )
    )


def _indicators_of(goal: FromClause) -> ColumnElement[Any]:
    part = goal_indicators.c
    row = json_object(
        {
            "number": part.number,
            "title": part.title,
            "unit": part.unit,
            "direction": part.direction,
            "low": cast(part.low, Text),
            "high": cast(part.high, Text),
        }
    )
    return (
        select(ordered(row, part.number))
        .where(part.tenant_id == goal.c.tenant_id, part.goal_id == goal.c.id)
        .correlate(goal)
        .scalar_subquery()
    )


def _shown(goal: FromClause, source: FromClause) -> Rows:
    """Select the goals of ``source`` as ``GoalOut``."""
    columns: dict[str, ColumnElement[Any]] = {
        "unit_name": looked_up(units.c.name, units, goal.c.unit_id),
        "is_carried": is_carried(goal),
        "indicators": _indicators_of(goal),
    }
    shown = [
        (columns[name] if name in columns else goal.c[name]).label(name)
        for name in GoalOut.__annotations__
    ]
    return select(*shown).select_from(source)


@statement
def _goal() -> Executable:
    return _shown(goals, goals).where(goals.c.tenant_id == _TENANT, goals.c.id == _ID)


async def get_goal(reading: Reading, goal_id: UUID) -> GoalOut:
    """Return the goal with its indicators; ResourceNotFound."""
    row = await reading.row(_goal(), GoalOut, id=goal_id)
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _locked() -> Executable:
    return (
        select(*[goals.c[name] for name in LockedGoal.__annotations__])
        .where(goals.c.tenant_id == _TENANT, goals.c.id == _ID)
        .with_for_update()
    )


async def lock_goal(writing: Writing, goal_id: UUID) -> LockedGoal:
    """Lock the goal to the end of the transaction, against new carriers too; ResourceNotFound."""
    row = await writing.row(_locked(), LockedGoal, id=goal_id)
    if row is None:
        raise ResourceNotFound
    return row


async def list_goals(reading: Reading, params: GoalListParams, cursors: Cursors) -> Page[GoalOut]:
    """Return one page of goals."""
    filters = params.filters()
    given = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(given, carried=params.carried),
        GoalOut,
        name="goals",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(given, params.carried),
        values=filters,
        spread=lambda page: _spread(page, below="below_id" in given),
    )


def _filtered(given: tuple[str, ...], *, carried: bool | None) -> Rows:
    query = select(goals).where(goals.c.tenant_id == _TENANT)
    if "below_id" in given:
        query = query.where(goals.c.unit_id == UNITS_BELOW.c.unit_id).correlate(UNITS_BELOW)
    if "year" in given:
        query = query.where(goals.c.year == _YEAR)
    for name in ("unit_id", "parent_goal_id"):
        if name in given:
            query = query.where(goals.c[name] == bindparam(name, type_=Uuid))
    if carried is not None:
        found = goals.c.id.in_(carried_goals())
        query = query.where(found if carried else ~found)
    return query


def _spread(page: Rows, *, below: bool) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the first rows of each unit."""
    found, source = found_rows(page, below=below)
    return _shown(found, source), [found.c[name] for name, _ in _ORDER]


def select_goals_above(shown: ColumnElement[Any], year: ColumnElement[Any]) -> Rows:
    """Select from the goals of the year of the unit ``:unit_id`` and of those above it."""
    above = unit_closure.c
    is_above = and_(above.tenant_id == goals.c.tenant_id, above.ancestor_id == goals.c.unit_id)
    return (
        select(shown)
        .join_from(goals, unit_closure, is_above)
        .where(goals.c.tenant_id == _TENANT, goals.c.year == year, above.descendant_id == _UNIT)
    )


@statement
def _above() -> Executable:
    wanted = goals.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))
    return select_goals_above(goals.c.id, _YEAR).where(wanted)


async def goals_above(
    reading: Reading, unit_id: UUID, year: int, goal_ids: Iterable[UUID]
) -> set[UUID]:
    """Return those of the goals that are of the year and of the unit or of one above it."""
    rows = await reading.rows(
        _above(), dict[str, UUID], unit_id=unit_id, year=year, ids=list(goal_ids)
    )
    return {row["id"] for row in rows}


async def require_keeper(reading: Reading, actor: Actor, unit_id: UUID) -> None:
    """Raise NotHeadOfUnit unless the actor may set goals for the unit today."""
    if not await leads_unit(reading, actor, Permission.GOALS_MANAGE, unit_id):
        raise NotHeadOfUnit
