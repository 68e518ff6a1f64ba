"""Changes of placements.

The employee's row is locked, then the position's, then overlaps are looked for: of two requests
at once never both succeed.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Uuid,
    bindparam,
    exists,
    insert,
    select,
    update,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_between, holds_on
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import (
    EmployeeLeft,
    OwnPlacementRefused,
    PlacementOverlaps,
    PositionTaken,
)
from kinerja_api.organisation.queries.employees import get_employee_for_update
from kinerja_api.organisation.queries.placements import get_any_placement
from kinerja_api.organisation.queries.positions import get_position_for_update
from kinerja_api.organisation.queries.scope import require_unit
from kinerja_api.organisation.rules import EmployeeStatus, PlacementKind
from kinerja_api.organisation.schemas.employees import EmployeeOut
from kinerja_api.organisation.schemas.placements import (
    PlacementEndingIn,
    PlacementIn,
    PlacementOut,
)
from kinerja_api.organisation.schemas.positions import PositionOut
from kinerja_api.organisation.tables import placements

_MANAGE = Permission.ORGANISATION_MANAGE


async def create_placement(writing: Writing, actor: Actor, placement: PlacementIn) -> PlacementOut:
    """Place an employee; PlacementOverlaps, PositionTaken, EmployeeLeft, UnknownReference.

    Who manages some units only takes nobody from elsewhere; OwnPlacementRefused.
    """
    _check_not_own(actor, placement.employee_id, placement.superior_id)
    employee = await _named_employee(writing, placement.employee_id)
    position = await _named_position(writing, placement.position_id)
    await require_unit(writing, actor, _MANAGE, position["unit_id"])
    await _require_present_unit(writing, actor, placement.employee_id)
    if employee["status"] == EmployeeStatus.LEFT:
        raise EmployeeLeft.at("/employee_id")
    placement_id = new_id()
    if placement.kind == PlacementKind.DEFINITIVE:
        await _check_overlaps(
            writing,
            placement_id,
            (placement.employee_id, placement.position_id),
            (placement.starts_on, placement.ends_on),
        )
    values = placement.model_dump()
    await writing.execute(
        _insert_placement(),
        id=placement_id,
        unit_id=position["unit_id"],
        is_head=position["is_head"],
        now=clock.now(),
        **values,
    )
    subject = ("placement", placement_id)
    writing.record("placement.created", subject, after=values)
    writing.emit("placement.created", subject, employee_id=placement.employee_id)
    return await get_any_placement(writing, placement_id)


async def end_placement(
    writing: Writing,
    actor: Actor,
    placement_id: UUID,
    ending: PlacementEndingIn,
    *,
    expected: int | None,
) -> PlacementOut:
    """Set the last day, also of one that has ended; EndsBeforeStart, PlacementOverlaps.

    Raises OwnPlacementRefused.
    """
    found = await get_any_placement(writing, placement_id)
    _check_not_own(actor, found["employee_id"])
    await require_unit(writing, actor, _MANAGE, found["unit_id"])
    await get_employee_for_update(writing, found["employee_id"])
    await get_position_for_update(writing, found["position_id"])
    placement = await get_any_placement(writing, placement_id)
    check_version(placement["version"], expected)
    if placement["kind"] == PlacementKind.DEFINITIVE:
        await _check_overlaps(
            writing,
            placement_id,
            (placement["employee_id"], placement["position_id"]),
            (placement["starts_on"], ending.ends_on),
        )
    await writing.execute(_update_end(), id=placement_id, ends_on=ending.ends_on, now=clock.now())
    subject = ("placement", placement_id)
    before, after = {"ends_on": placement["ends_on"]}, {"ends_on": ending.ends_on}
    writing.record("placement.ended", subject, before=before, after=after, reason=ending.reason)
    writing.emit("placement.ended", subject, version=placement["version"] + 1)
    return await get_any_placement(writing, placement_id)


def _check_not_own(actor: Actor, *employee_ids: UUID | None) -> None:
    """Raise OwnPlacementRefused if the actor is one of the employees."""
    if actor.employee_id is not None and actor.employee_id in employee_ids:
        raise OwnPlacementRefused


async def _require_present_unit(writing: Writing, actor: Actor, employee_id: UUID) -> None:
    """Raise PermissionDenied if the employee is placed today where the actor manages nothing."""
    if actor.has_tenant_reach(_MANAGE):
        return
    present = await writing.value(_present_unit(), employee_id=employee_id, day=actor.today)
    if present is not None:
        await require_unit(writing, actor, _MANAGE, present)


@statement
def _present_unit() -> Executable:
    return select(placements.c.unit_id).where(
        placements.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        placements.c.employee_id == bindparam("employee_id", type_=Uuid),
        placements.c.kind == PlacementKind.DEFINITIVE,
        holds_on(placements, bindparam("day", type_=Date)),
    )


async def _named_employee(writing: Writing, employee_id: UUID) -> EmployeeOut:
    try:
        return await get_employee_for_update(writing, employee_id)
    except ResourceNotFound:
        raise UnknownReference.at("/employee_id") from None


async def _named_position(writing: Writing, position_id: UUID) -> PositionOut:
    try:
        return await get_position_for_update(writing, position_id)
    except ResourceNotFound:
        raise UnknownReference.at("/position_id") from None


async def _check_overlaps(
    writing: Writing,
    placement_id: UUID,
    who_and_where: tuple[UUID, UUID],
    days: tuple[dt.date, dt.date | None],
) -> None:
    """Raise if another definitive placement of the employee or position shares a day."""
    (employee_id, position_id), (starts_on, ends_on) = who_and_where, days
    dates = {"id": placement_id, "starts_on": starts_on, "ends_on": ends_on}
    if await writing.value(_overlaps("employee_id"), of=employee_id, **dates):
        raise PlacementOverlaps.at("/starts_on")
    if await writing.value(_overlaps("position_id"), of=position_id, **dates):
        raise PositionTaken.at("/position_id")


@statement
def _overlaps(column: str) -> Executable:
    return select(
        exists().where(
            placements.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            placements.c[column] == bindparam("of", type_=Uuid),
            placements.c.id != bindparam("id", type_=Uuid),
            placements.c.kind == PlacementKind.DEFINITIVE,
            holds_between(placements),
        )
    )


@statement
def _insert_placement() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = (
        "id", "employee_id", "position_id", "unit_id", "is_head", "kind", "starts_on", "ends_on",
        "superior_id",
    )  # fmt: skip
    return insert(placements).values(
        tenant_id=bindparam("tenant_id"),
        **{name: bindparam(name) for name in given},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_end() -> Executable:
    return (
        update(placements)
        .where(
            placements.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            placements.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            ends_on=bindparam("ends_on", type_=Date),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=placements.c.version + 1,
        )
    )
