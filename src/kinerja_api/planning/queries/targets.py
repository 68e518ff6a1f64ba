"""Reads of targets across plans: what carries a goal and what does not."""

from typing import Any

from sqlalchemy import (
    FromClause,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.queries.subtree import found_rows, looked_up, same_row
from kinerja_api.planning.rules import IN_FORCE
from kinerja_api.planning.schemas.alignment import ListedTargetOut, TargetListParams
from kinerja_api.planning.tables import goals, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_YEAR = bindparam("year", type_=SmallInteger)
_READ = Permission.PLANS_READ
_OWN = (
    select(targets)
    .where(targets.c.tenant_id == _TENANT, targets.c.plan_id == plans.c.id)
    .correlate(plans)
    .offset(literal_column("0"))
    .lateral("own_target")
)
"""The targets of a plan. OFFSET keeps it a loop: a page reads plans from where it stands, where
a join of the two tables would begin with the first target."""

_BY_PLAN = Sort((("plan_id", plans.c.id), ("number", _OWN.c.number), ("id", _OWN.c.id)))
_OF_PLAN = ("status", "approach", "year", "employee_id", "unit_id")


def carries_goal(target: FromClause) -> ColumnElement[bool]:
    """Return the condition that the target, or one above that it supports, names a goal."""
    above = targets.alias("target_above")
    chain = (
        select(target.c.superior_target_id.label("above_id"), target.c.goal_id.label("goal_id"))
        .correlate(target)
        .cte("chain", recursive=True, nesting=True)
    )
    chain = chain.union(
        select(above.c.superior_target_id, above.c.goal_id)
        .join_from(chain, above, above.c.id == chain.c.above_id)
        .where(above.c.tenant_id == _TENANT)
    )
    through = exists(select(literal(1)).select_from(chain).where(chain.c.goal_id.is_not(None)))
    return or_(target.c.goal_id.is_not(None), through)


def _carries_goal() -> ColumnElement[bool]:
    """The same for conditions on many targets: what superiors carry is found once.

    From the targets that name a goal down, as long as somebody supports them.
    """
    below = targets.alias("target_below")
    of_year = and_(same_row(plans, targets.c.plan_id), plans.c.year == _YEAR)
    first = (
        select(targets.c.id)
        .join_from(targets, plans, of_year)
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.goal_id.is_not(None),
            _is_supported(targets.c.id),
        )
        .cte("carrying", recursive=True)
    )
    carrying = first.union(
        select(below.c.id)
        .join_from(first, below, below.c.superior_target_id == first.c.id)
        .where(below.c.tenant_id == _TENANT, _is_supported(below.c.id))
    )
    through = _OWN.c.superior_target_id.in_(select(carrying.c.id))
    return func.coalesce(or_(_OWN.c.goal_id.is_not(None), through), false())


def _is_supported(target_id: ColumnElement[Any]) -> ColumnElement[bool]:
    support = targets.alias("support")
    return exists(
        select(literal(1)).where(
            support.c.tenant_id == _TENANT, support.c.superior_target_id == target_id
        )
    )


async def list_targets(
    reading: Reading, actor: Actor, params: TargetListParams, cursors: Cursors
) -> Page[ListedTargetOut]:
    """Return one page of the targets the actor may see, plan by plan."""
    filters = {"year": actor.today.year, **params.filters()}
    given, asked = tuple(sorted(filters)), (params.aligned, params.carries_goal)
    far = reach(actor, _READ)
    return await fetch_page(
        reading,
        lambda: _filtered(far, given, *asked),
        ListedTargetOut,
        name="targets",
        params=params,
        sort=_BY_PLAN,
        cursors=cursors,
        shape_key=(far, given, asked),
        values={**filters, **scope_values(actor, _READ)},
        spread=lambda page: _spread(page, below="below_id" in given),
    )


def _filtered(
    far: Reach, given: tuple[str, ...], aligned: bool | None, carrying: bool | None
) -> Rows:
    query = (
        select(_OWN, *[plans.c[name].label(f"plan_{name}") for name in _OF_PLAN])
        .join_from(plans, _OWN, true())
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.year == _YEAR,
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=far),
        )
    )
    if "below_id" in given:
        query = query.where(plans.c.unit_id == UNITS_BELOW.c.unit_id).correlate(UNITS_BELOW)
    if "employee_id" in given:
        query = query.where(plans.c.employee_id == bindparam("employee_id", type_=Uuid))
    if "kind" in given:
        query = query.where(_OWN.c.kind == bindparam("kind", type_=Text))
    if "approach" in given:
        query = query.where(plans.c.approach == bindparam("approach", type_=Text))
    if "in_force" in given:
        query = query.where(plans.c.status.in_(IN_FORCE))
    is_linked = or_(_OWN.c.goal_id.is_not(None), _OWN.c.superior_target_id.is_not(None))
    for wanted, condition in ((aligned, is_linked), (carrying, _carries_goal())):
        if wanted is not None:
            query = query.where(condition if wanted else ~condition)
    return query


def _spread(page: Rows, *, below: bool) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the first rows of each unit."""
    found, source = found_rows(page, below=below)
    above = targets.alias("superior_target")
    columns: dict[str, ColumnElement[Any]] = {
        "employee_name": looked_up(employees.c.name, employees, found.c.plan_employee_id),
        "unit_name": looked_up(units.c.name, units, found.c.plan_unit_id),
        "goal_title": looked_up(goals.c.title, goals, found.c.goal_id),
        "superior_target_title": looked_up(above.c.title, above, found.c.superior_target_id),
        "carries_goal": carries_goal(found),
        **{name: found.c[f"plan_{name}"] for name in _OF_PLAN},
        "plan_status": found.c.plan_status,
    }
    shown = [
        (columns[name] if name in columns else found.c[name]).label(name)
        for name in ListedTargetOut.__annotations__
    ]
    return select(*shown).select_from(source), [found.c.plan_id, found.c.number, found.c.id]
