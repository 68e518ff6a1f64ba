"""Who is rated in a close, set-based: placement, plan and superior of everybody on one day."""

from typing import Any

from sqlalchemy import CTE, Select, Uuid, and_, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.organisation.queries.scope import holds_on
from kinerja_api.organisation.rules import EmployeeKind, PlacementKind
from kinerja_api.organisation.tables import employees, placements, unit_closure
from kinerja_api.planning.rules import PlanStatus
from kinerja_api.planning.tables import plans

_TENANT = bindparam("tenant_id", type_=Uuid)


def people_on(day: ColumnElement[Any], year: ColumnElement[Any]) -> Select[Any]:
    """Select everybody with a definitive placement on the day: employee, unit, plan, superior.

    The plan is the approved one of that placement and year, null for none. Political office
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
        .subquery("own")
    )
    candidates = _candidates(day)
    first, second = _first(candidates), _second(candidates)
    derived = case(
        (first.c.employee_id == own.c.employee_id, second.c.employee_id),
        else_=first.c.employee_id,
    )
    person = and_(employees.c.tenant_id == own.c.tenant_id, employees.c.id == own.c.employee_id)
    plan = and_(
        plans.c.tenant_id == own.c.tenant_id,
        plans.c.placement_id == own.c.id,
        plans.c.year == year,
        plans.c.status == PlanStatus.APPROVED,
    )
    return (
        select(
            own.c.employee_id,
            plans.c.id.label("plan_id"),
            own.c.unit_id,
            func.coalesce(own.c.superior_id, derived).label("superior_id"),
            own.c.is_head,
        )
        .join_from(own, employees, person)
        .outerjoin(plans, plan)
        .outerjoin(first, first.c.unit_id == own.c.unit_id)
        .outerjoin(second, second.c.unit_id == own.c.unit_id)
        .where(employees.c.kind != EmployeeKind.OFFICIAL)
    )


def _candidates(day: ColumnElement[Any]) -> CTE:
    """Return the heads above every unit, the nearest and the best kind of placement first.

    The same order as ``organisation.queries.scope.superior_of``, once for each unit.
    """
    head, above = placements.alias("head"), unit_closure.alias("above")
    rank = case(
        (head.c.kind == PlacementKind.PLH, 0), (head.c.kind == PlacementKind.PLT, 1), else_=2
    )
    place = func.row_number().over(
        partition_by=above.c.descendant_id, order_by=(above.c.depth, rank, head.c.id)
    )
    return (
        select(above.c.descendant_id.label("unit_id"), head.c.employee_id, place.label("place"))
        .join_from(
            above,
            head,
            and_(head.c.tenant_id == above.c.tenant_id, head.c.unit_id == above.c.ancestor_id),
        )
        .where(above.c.tenant_id == _TENANT, head.c.is_head, holds_on(head, day))
        .cte("candidates")
    )


def _first(candidates: CTE) -> CTE:
    columns = candidates.c
    return select(columns.unit_id, columns.employee_id).where(columns.place == 1).cte("first_heads")


def _second(candidates: CTE) -> CTE:
    """Return for every unit the first head who is somebody else: superior of the first."""
    first, other = candidates.alias("nearest"), candidates.alias("other")
    return (
        select(other.c.unit_id, other.c.employee_id)
        .ext(distinct_on(other.c.unit_id))
        .join_from(first, other, other.c.unit_id == first.c.unit_id)
        .where(first.c.place == 1, other.c.employee_id != first.c.employee_id)
        .order_by(other.c.unit_id, other.c.place)
        .cte("second_heads")
    )
