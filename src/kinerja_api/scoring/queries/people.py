"""Who is rated in a close, set-based: placement, plan and superior of everybody on one day."""

from typing import Any

from sqlalchemy import CTE, Uuid, and_, bindparam, case, exists, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.dated import holds_on
from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.scope import acting_first
from kinerja_api.organisation.rules import EmployeeKind, PlacementKind
from kinerja_api.organisation.tables import employees, placements, unit_closure
from kinerja_api.planning.rules import IN_FORCE
from kinerja_api.planning.tables import plans

_TENANT = bindparam("tenant_id", type_=Uuid)


def people_on(day: ColumnElement[Any], year: ColumnElement[Any]) -> Rows:
    """Select everybody with a definitive placement on the day: employee, unit, plan, superior.

    The plan is the one in force of that placement and year, null for none. Political office
    holders are assessors and not rated themselves.
    """
    own = (
        select(placements)
        .ext(distinct_on(placements.c.employee_id))
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.kind == PlacementKind.DEFINITIVE,
            holds_on(placements, day),
        )
        .order_by(placements.c.employee_id, placements.c.starts_on, placements.c.id)
        .cte("own")
        .prefix_with("MATERIALIZED")
    )
    heads = _heads(day)
    candidates = _candidates(heads)
    first, passed = _first(candidates), _passing_over(own, heads, candidates)
    head_people = (
        select(heads.c.employee_id).distinct().cte("head_people").prefix_with("MATERIALIZED")
    )
    derived = case(
        (head_people.c.employee_id.is_not(None), passed.c.superior_id), else_=first.c.employee_id
    )
    person = and_(employees.c.tenant_id == _TENANT, employees.c.id == own.c.employee_id)
    plan = and_(
        plans.c.tenant_id == _TENANT,
        plans.c.placement_id == own.c.id,
        plans.c.year == year,
        plans.c.status.in_(IN_FORCE),
    )
    return (
        select(
            own.c.employee_id,
            plans.c.id.label("plan_id"),
            own.c.unit_id,
            func.coalesce(own.c.superior_id, derived).label("superior_id"),
            own.c.is_head,
            plans.c.approach,
        )
        .join_from(own, employees, person)
        .outerjoin(plans, plan)
        .outerjoin(first, first.c.unit_id == own.c.unit_id)
        .outerjoin(head_people, head_people.c.employee_id == own.c.employee_id)
        .outerjoin(passed, passed.c.employee_id == own.c.employee_id)
        .where(employees.c.kind != EmployeeKind.OFFICIAL)
    )


def _heads(day: ColumnElement[Any]) -> CTE:
    """Return who heads which unit on the day, in whatever way."""
    head = placements.alias("head")
    return (
        select(
            head.c.id, head.c.unit_id, head.c.employee_id, acting_first(head.c.kind).label("rank")
        )
        .where(head.c.tenant_id == _TENANT, head.c.is_head, holds_on(head, day))
        .cte("heads")
        .prefix_with("MATERIALIZED")
    )


def _candidates(heads: CTE) -> CTE:
    """Return the heads above every unit, the nearest and the best kind of placement first.

    The same order as ``organisation.queries.scope.superior_of``, once for each unit.
    """
    above = unit_closure.alias("above")
    place = func.row_number().over(
        partition_by=above.c.descendant_id, order_by=(above.c.depth, heads.c.rank, heads.c.id)
    )
    return (
        select(
            above.c.descendant_id.label("unit_id"),
            heads.c.unit_id.label("headed_id"),
            heads.c.employee_id,
            place.label("place"),
        )
        .join_from(above, heads, heads.c.unit_id == above.c.ancestor_id)
        .where(above.c.tenant_id == _TENANT)
        .cte("candidates")
        .prefix_with("MATERIALIZED")
    )


def _first(candidates: CTE) -> CTE:
    columns = candidates.c
    return (
        select(columns.unit_id, columns.employee_id)
        .where(columns.place == 1)
        .cte("first_heads")
        .prefix_with("MATERIALIZED")
    )


def _passing_over(own: CTE, heads: CTE, candidates: CTE) -> CTE:
    """Return the superior of everybody who heads a unit: those units are passed over."""
    himself = heads.alias("himself")
    heads_it_himself = exists().where(
        himself.c.employee_id == own.c.employee_id, himself.c.unit_id == candidates.c.headed_id
    )
    return (
        select(own.c.employee_id, candidates.c.employee_id.label("superior_id"))
        .ext(distinct_on(own.c.employee_id))
        .join_from(own, candidates, candidates.c.unit_id == own.c.unit_id)
        .where(own.c.employee_id.in_(select(heads.c.employee_id)), ~heads_it_himself)
        .order_by(own.c.employee_id, candidates.c.place)
        .cte("passed_over")
        .prefix_with("MATERIALIZED")
    )
