"""Changes of employees. Numbers are checked by ``rules/nip`` unless an authority overrides it."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import Date, DateTime, Uuid, bindparam, exists, insert, or_, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import EmployeeStillPlaced
from kinerja_api.organisation.queries.employees import get_employee, get_employee_for_update
from kinerja_api.organisation.queries.scope import require_tenant
from kinerja_api.organisation.rules import EmployeeStatus, Identity, check_identity, normal_nip
from kinerja_api.organisation.schemas.employees import EmployeeIn, EmployeeOut, EmployeePatch
from kinerja_api.organisation.tables import employees, placements

_MANAGE = Permission.ORGANISATION_MANAGE
_KEPT = (
    "ref", "kind", "nip", "nip_override_reason", "name", "rank", "born_on", "sex", "email",
    "status",
)  # fmt: skip
_IDENTITY = frozenset({"kind", "nip", "nip_override_reason", "born_on", "sex"})


async def create_employee(writing: Writing, actor: Actor, employee: EmployeeIn) -> EmployeeOut:
    """Create an employee; InvalidNip, EmployeeRefTaken, NipTaken."""
    require_tenant(actor, _MANAGE)
    employee_id = new_id()
    values = _identified({**employee.model_dump(), "status": EmployeeStatus.ACTIVE})
    await writing.execute(_insert_employee(), id=employee_id, now=clock.now(), **values)
    subject = ("employee", employee_id)
    writing.record("employee.created", subject, after=values)
    writing.emit("employee.created", subject)
    return await get_employee(writing, actor, employee_id)


async def change_employee(
    writing: Writing, actor: Actor, employee_id: UUID, patch: EmployeePatch, *, expected: int | None
) -> EmployeeOut:
    """Change an employee; VersionStale, InvalidNip, EmployeeStillPlaced when he is to leave."""
    require_tenant(actor, _MANAGE)
    employee = await get_employee_for_update(writing, employee_id)
    check_version(employee["version"], expected)
    asked = _asked(employee, patch)
    old = {name: value for name, value in employee.items() if name in _KEPT}
    values = {**old, **asked}
    if any(name in _IDENTITY and value != old[name] for name, value in asked.items()):
        values = _identified(_without_derived(values, asked))
    changed = [name for name in _KEPT if values[name] != old[name]]
    if not changed:
        return employee
    if values["status"] == EmployeeStatus.LEFT and await writing.value(
        _is_placed_after(), employee_id=employee_id, day=actor.today
    ):
        raise EmployeeStillPlaced.at("/status")
    await writing.execute(_update_employee(), id=employee_id, now=clock.now(), **values)
    subject = ("employee", employee_id)
    before, after = {n: old[n] for n in changed}, {n: values[n] for n in changed}
    writing.record("employee.changed", subject, before=before, after=after)
    writing.emit("employee.changed", subject, version=employee["version"] + 1)
    return await get_employee(writing, actor, employee_id)


def _asked(employee: EmployeeOut, patch: EmployeePatch) -> dict[str, object]:
    """Return what was given, without a number that is the present one in another spelling."""
    asked = patch.model_dump(exclude_unset=True)
    if patch.nip is not None and normal_nip(patch.nip) == employee["nip"]:
        del asked["nip"]
    return asked


def _without_derived(
    values: Mapping[str, object], asked: Mapping[str, object]
) -> Mapping[str, object]:
    """Drop birth date and sex of the former number where a new one is given without them."""
    if "nip" not in asked:
        return values
    dropped = {name: None for name in ("born_on", "sex") if name not in asked}
    return {**values, **dropped}


def _identified(values: Mapping[str, object]) -> dict[str, object]:
    given = cast("EmployeeOut", values)
    who = check_identity(
        given["kind"],
        Identity(given["nip"], given["born_on"], given["sex"]),
        is_overridden=given["nip_override_reason"] is not None,
    )
    return {**values, "nip": who.nip, "born_on": who.born_on, "sex": who.sex}


@statement
def _is_placed_after() -> Executable:
    return select(
        exists().where(
            placements.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            placements.c.employee_id == bindparam("employee_id", type_=Uuid),
            or_(
                placements.c.ends_on.is_(None), placements.c.ends_on > bindparam("day", type_=Date)
            ),
        )
    )


@statement
def _insert_employee() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(employees).values(
        tenant_id=bindparam("tenant_id"),
        id=bindparam("id"),
        **{name: bindparam(name) for name in _KEPT},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_employee() -> Executable:
    return (
        update(employees)
        .where(
            employees.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            employees.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            **{name: bindparam(name, type_=employees.c[name].type) for name in _KEPT},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=employees.c.version + 1,
        )
    )
