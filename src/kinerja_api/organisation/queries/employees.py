"""Reads of employees: all for who reads the tenant, else oneself and the people in one's scope."""

import datetime as dt
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, case, exists, func, or_, select, true
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    head_over,
    in_scope,
    is_me,
    placement_on,
    reach,
    scope_values,
)
from kinerja_api.organisation.rules import normal_nip
from kinerja_api.organisation.schemas.employees import (
    EmployeeListParams,
    EmployeeOut,
    EmployeeSort,
    SuperiorOut,
    SuperiorReason,
)
from kinerja_api.organisation.tables import employees, placements

_READ = Permission.ORGANISATION_READ
_TENANT = bindparam("tenant_id", type_=Uuid)
_BY_NAME = (("name", employees.c.name), ("id", employees.c.id))
_SORTS = {
    EmployeeSort.NAME: Sort(_BY_NAME),
    EmployeeSort.NAME_DESC: Sort(_BY_NAME, descending=True),
}


def all_employees() -> Rows:
    """Select employees, as ``EmployeeOut``."""
    return select(
        employees.c.id,
        employees.c.ref,
        employees.c.kind,
        employees.c.nip,
        employees.c.nip_override_reason,
        employees.c.name,
        employees.c.rank,
        employees.c.born_on,
        employees.c.sex,
        employees.c.email,
        employees.c.status,
        employees.c.created_at,
        employees.c.updated_at,
        employees.c.version,
    ).where(employees.c.tenant_id == _TENANT)


def _is_visible(reach: Reach) -> ColumnElement[bool]:
    """Himself, and whoever is placed today where the actor sees."""
    if reach == "tenant":
        return true()
    held = placements.alias("held")
    seen = select(held.c.employee_id).where(
        held.c.tenant_id == _TENANT,
        holds_on(held, bindparam("scope_today", type_=Date)),
        in_scope(held.c.employee_id, held.c.unit_id, reach=reach),
    )
    return or_(is_me(employees.c.id), employees.c.id.in_(seen))


@statement
def _employee(*, reach: Reach, by: str) -> Executable:
    return all_employees().where(
        employees.c[by] == bindparam(by, type_=employees.c[by].type), _is_visible(reach)
    )


@statement
def _locked_employee() -> Executable:
    return (
        all_employees()
        .where(employees.c.id == bindparam("id", type_=Uuid))
        .with_for_update(key_share=True)
    )


async def get_employee(reading: Reading, actor: Actor, employee_id: UUID) -> EmployeeOut:
    """Return the employee; ResourceNotFound."""
    wanted = _employee(reach=reach(actor, _READ), by="id")
    values = scope_values(actor, _READ)
    return _found(await reading.row(wanted, EmployeeOut, id=employee_id, **values))


async def get_employee_for_update(writing: Writing, employee_id: UUID) -> EmployeeOut:
    """Return the employee, whoever asks, locked to the end of the transaction."""
    return _found(await writing.row(_locked_employee(), EmployeeOut, id=employee_id))


async def find_by_nip(reading: Reading, actor: Actor, nip: str) -> list[EmployeeOut]:
    """Return the employee with the number, if the actor may see him; InvalidNip."""
    wanted = _employee(reach=reach(actor, _READ), by="nip")
    values = scope_values(actor, _READ)
    return await reading.rows(wanted, EmployeeOut, nip=normal_nip(nip), **values)


async def list_employees(
    reading: Reading, actor: Actor, params: EmployeeListParams, cursors: Cursors
) -> Page[EmployeeOut]:
    """Return one page of the employees the actor may see."""
    filters = params.filters()
    far, shape = reach(actor, _READ), tuple(sorted(filters))
    values = {**scope_values(actor, _READ), **filters}
    if params.q is not None:
        values["q"] = _prefix(params.q)
    return await fetch_page(
        reading,
        lambda: _filtered(shape).where(_is_visible(far)),
        EmployeeOut,
        name="employees",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(far, *shape),
        values=values,
    )


def _prefix(text: str) -> str:
    """Return the LIKE pattern of texts that begin so; nothing in the text is a wildcard."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = all_employees()
    if "q" in shape:
        pattern = func.lower(bindparam("q", type_=Text))
        query = query.where(func.lower(employees.c.name).like(pattern, escape="\\"))
    if "kind" in shape:
        query = query.where(employees.c.kind == bindparam("kind", type_=Text))
    if "status" in shape:
        query = query.where(employees.c.status == bindparam("status", type_=Text))
    if "unit_id" in shape:
        placed = placements.alias("placed")
        query = query.where(
            exists().where(
                placed.c.tenant_id == employees.c.tenant_id,
                placed.c.employee_id == employees.c.id,
                placed.c.unit_id == bindparam("unit_id", type_=Uuid),
                holds_on(placed, bindparam("scope_today", type_=Date)),
            )
        )
    return query


async def explain_superior(reading: Reading, employee_id: UUID, day: dt.date) -> SuperiorOut:
    """Return who is the employee's superior on the day, and why."""
    found = await reading.row(_explained(), SuperiorOut, employee_id=employee_id, day=day)
    if found is not None:
        return found
    return SuperiorOut(
        employee_id=employee_id,
        on=day,
        superior_id=None,
        superior_name=None,
        reason=SuperiorReason.NOT_PLACED,
        unit_id=None,
        units_up=None,
    )


@statement
def _explained() -> Executable:
    employee_id, day = bindparam("employee_id", type_=Uuid), bindparam("day", type_=Date)
    own = placement_on(placements.alias("own_placement"), employee_id, day).subquery("own")
    over = head_over(own, day).lateral("over_him")
    is_named = own.c.superior_id.is_not(None)
    superior_id = func.coalesce(own.c.superior_id, over.c.employee_id)
    superior = employees.alias("superior")
    return select(
        own.c.employee_id,
        day.label("on"),
        superior.c.id.label("superior_id"),
        superior.c.name.label("superior_name"),
        case(
            (is_named, SuperiorReason.NAMED),
            else_=func.coalesce(over.c.kind, SuperiorReason.NOBODY),
        ).label("reason"),
        case((is_named, None), else_=over.c.unit_id).label("unit_id"),
        case((is_named, None), else_=over.c.depth).label("units_up"),
    ).select_from(
        own.outerjoin(over, true()).outerjoin(
            superior, and_(superior.c.tenant_id == _TENANT, superior.c.id == superior_id)
        )
    )


def _found(row: EmployeeOut | None) -> EmployeeOut:
    if row is None:
        raise ResourceNotFound
    return row
