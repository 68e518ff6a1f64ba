"""Changes of unit schedules. A unit has one of its own on a day: its row is locked first."""

import datetime as dt
from typing import cast
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, exists, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_between
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.errors import ScheduleOverlaps
from kinerja_api.organisation.queries.schedules import get_schedule
from kinerja_api.organisation.queries.scope import require_unit
from kinerja_api.organisation.queries.units import get_unit_for_update
from kinerja_api.organisation.schemas.schedules import (
    UnitScheduleIn,
    UnitScheduleOut,
    UnitSchedulePatch,
)
from kinerja_api.organisation.tables import unit_schedules

_MANAGE = Permission.ORGANISATION_MANAGE
_KEPT = ("working_week", "observes_holidays", "basis", "starts_on", "ends_on")


async def create_schedule(
    writing: Writing, actor: Actor, schedule: UnitScheduleIn
) -> UnitScheduleOut:
    """Give a unit its own week; ScheduleOverlaps, EndsBeforeStart, UnknownReference."""
    try:
        await get_unit_for_update(writing, schedule.unit_id)
    except ResourceNotFound:
        raise UnknownReference.at("/unit_id") from None
    await require_unit(writing, actor, _MANAGE, schedule.unit_id)
    schedule_id, values = new_id(), schedule.model_dump()
    days = (schedule.starts_on, schedule.ends_on)
    await _check_overlap(writing, schedule_id, schedule.unit_id, days)
    await writing.execute(_insert_schedule(), id=schedule_id, now=clock.now(), **values)
    subject = ("unit_schedule", schedule_id)
    writing.record("unit_schedule.created", subject, after=values)
    writing.emit("unit_schedule.created", subject, unit_id=schedule.unit_id)
    return await get_schedule(writing, schedule_id)


async def change_schedule(
    writing: Writing,
    actor: Actor,
    schedule_id: UUID,
    patch: UnitSchedulePatch,
    *,
    expected: int | None,
) -> UnitScheduleOut:
    """Change week, basis or days; VersionStale, ScheduleOverlaps, EndsBeforeStart."""
    unit_id = (await get_schedule(writing, schedule_id))["unit_id"]
    await require_unit(writing, actor, _MANAGE, unit_id)
    await get_unit_for_update(writing, unit_id)
    schedule = await get_schedule(writing, schedule_id)
    check_version(schedule["version"], expected)
    changes = patch.changes(schedule)
    if not changes:
        return schedule
    new = cast("UnitScheduleOut", {**schedule, **changes})
    await _check_overlap(writing, schedule_id, unit_id, (new["starts_on"], new["ends_on"]))
    await writing.execute(_update_schedule(), **{**new, "now": clock.now()})
    before = {name: value for name, value in schedule.items() if name in changes}
    subject = ("unit_schedule", schedule_id)
    writing.record("unit_schedule.changed", subject, before=before, after=changes)
    writing.emit("unit_schedule.changed", subject, version=schedule["version"] + 1, unit_id=unit_id)
    return await get_schedule(writing, schedule_id)


async def _check_overlap(
    writing: Writing, schedule_id: UUID, unit_id: UUID, days: tuple[dt.date, dt.date | None]
) -> None:
    dates = {"starts_on": days[0], "ends_on": days[1]}
    if await writing.value(_overlaps(), id=schedule_id, unit_id=unit_id, **dates):
        raise ScheduleOverlaps.at("/starts_on")


@statement
def _overlaps() -> Executable:
    return select(
        exists().where(
            unit_schedules.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            unit_schedules.c.unit_id == bindparam("unit_id", type_=Uuid),
            unit_schedules.c.id != bindparam("id", type_=Uuid),
            holds_between(unit_schedules),
        )
    )


@statement
def _insert_schedule() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return insert(unit_schedules).values(
        tenant_id=bindparam("tenant_id"),
        id=bindparam("id"),
        unit_id=bindparam("unit_id"),
        **{name: bindparam(name) for name in _KEPT},
        created_at=now,
        updated_at=now,
    )


@statement
def _update_schedule() -> Executable:
    return (
        update(unit_schedules)
        .where(
            unit_schedules.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            unit_schedules.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            **{name: bindparam(name, type_=unit_schedules.c[name].type) for name in _KEPT},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=unit_schedules.c.version + 1,
        )
    )
