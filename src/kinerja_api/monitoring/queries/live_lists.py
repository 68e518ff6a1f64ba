"""The lists of the live view: who has not logged today, the newest obstacles; one statement."""

from typing import Any

from sqlalchemy import (
    FromClause,
    Uuid,
    and_,
    bindparam,
    exists,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.activities.queries.obstacles import OPEN
from kinerja_api.activities.tables import activity_logs, obstacles
from kinerja_api.core.dated import holds_on
from kinerja_api.core.sql import Rows, statement
from kinerja_api.monitoring.queries.me import as_list, as_object
from kinerja_api.monitoring.queries.moment import current_period, latest_closing
from kinerja_api.monitoring.queries.people import TODAY
from kinerja_api.organisation.queries.schedules import works_on
from kinerja_api.organisation.rules import PlacementKind
from kinerja_api.organisation.tables import employees, placements, unit_closure

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_NAMES, _OBSTACLES = 200, 20


@statement
def newest_lists() -> Executable:
    """Return the lists as JSON, in one row."""
    period, closing = current_period().cte("period"), latest_closing().cte("closing")
    parts = {
        "period": select(_object_of(period)),
        "closing": select(_object_of(closing)),
        "not_logged": _not_logged(),
        "obstacles": _newest_obstacles(),
    }
    return select(*[part.scalar_subquery().label(name) for name, part in parts.items()])


def _object_of(row: FromClause) -> ColumnElement[Any]:
    return as_object(**dict(row.c.items()))


def _not_logged() -> Rows:
    """People of the subtree who work today and have no log of today, by name.

    Each counts where his definitive placement is, as in the counts.
    """
    below = (
        select(
            unit_closure.c.descendant_id.label("unit_id"),
            works_on(unit_closure.c.descendant_id, TODAY).label("works_today"),
        )
        .where(unit_closure.c.tenant_id == _TENANT, unit_closure.c.ancestor_id == _UNIT)
        .cte("below")
        .prefix_with("MATERIALIZED")
    )
    people = (
        select(placements.c.employee_id, below.c.works_today)
        .ext(distinct_on(placements.c.employee_id))
        .join_from(below, placements, placements.c.unit_id == below.c.unit_id)
        .where(placements.c.tenant_id == _TENANT, holds_on(placements, TODAY))
        .order_by(
            placements.c.employee_id,
            placements.c.kind != PlacementKind.DEFINITIVE,
            placements.c.starts_on,
            placements.c.id,
        )
        .subquery("people")
    )
    logged = exists().where(
        activity_logs.c.tenant_id == _TENANT,
        activity_logs.c.employee_id == people.c.employee_id,
        activity_logs.c.work_date == TODAY,
    )
    of_person = and_(employees.c.tenant_id == _TENANT, employees.c.id == people.c.employee_id)
    idle = (
        select(employees.c.id, employees.c.name)
        .join_from(people, employees, of_person)
        .where(people.c.works_today, ~logged)
        .order_by(employees.c.name, employees.c.id)
        .limit(_NAMES)
        .subquery("idle")
    )
    item = as_object(id=idle.c.id, name=idle.c.name)
    return select(as_list(item, idle.c.name, idle.c.id))


def _newest_obstacles() -> Rows:
    """The newest open obstacles: a few from the index of each unit, then the newest of these."""
    newest = (
        select(
            obstacles.c.id,
            obstacles.c.unit_id,
            obstacles.c.employee_id,
            obstacles.c.title,
            obstacles.c.created_at,
        )
        .where(
            obstacles.c.tenant_id == _TENANT,
            obstacles.c.unit_id == unit_closure.c.descendant_id,
            obstacles.c.status == OPEN,
        )
        .order_by(obstacles.c.id.desc())
        .limit(_OBSTACLES)
        .lateral("newest")
    )
    listed = (
        select(newest, employees.c.name.label("employee_name"))
        .join_from(unit_closure, newest, true())
        .join(
            employees,
            and_(employees.c.tenant_id == _TENANT, employees.c.id == newest.c.employee_id),
        )
        .where(unit_closure.c.tenant_id == _TENANT, unit_closure.c.ancestor_id == _UNIT)
        .order_by(newest.c.id.desc())
        .limit(_OBSTACLES)
        .subquery("listed")
    )
    return select(as_list(_object_of(listed), listed.c.id.desc()))
