"""Changes of the working calendar."""

import datetime as dt

import holidays
from sqlalchemy import Date, DateTime, Text, Uuid, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.calendar import find_day_for_update, get_day
from kinerja_api.organisation.queries.scope import require_tenant
from kinerja_api.organisation.rules import DayKind
from kinerja_api.organisation.schemas.calendar import (
    CalendarDayIn,
    CalendarDayOut,
    CalendarSeedingOut,
)
from kinerja_api.organisation.tables import calendar_days

_MANAGE = Permission.ORGANISATION_MANAGE
_TENANT = bindparam("tenant_id", type_=Uuid)
# Categories of the library: national holidays, and joint leave (cuti bersama) once decreed.
_CATEGORIES = {DayKind.JOINT_LEAVE: "government", DayKind.HOLIDAY: "public"}


async def set_day(
    writing: Writing, actor: Actor, day: dt.date, given: CalendarDayIn, *, expected: int | None
) -> CalendarDayOut:
    """Say what a day is, new or again; VersionStale."""
    require_tenant(actor, _MANAGE)
    old = await find_day_for_update(writing, day)
    check_version(old["version"] if old else 0, expected)
    await writing.execute(_upsert_day(), day=day, kind=given.kind, name=given.name, now=clock.now())
    new = await get_day(writing, day)
    before = {"day": day, "kind": old["kind"], "name": old["name"]} if old else None
    after = {"day": day, **given.model_dump()}
    subject = ("calendar", writing.tenant_id)
    writing.record("calendar.day_set", subject, before=before, after=after)
    writing.emit("calendar.day_set", subject, version=new["version"], day=day)
    return new


async def remove_day(writing: Writing, actor: Actor, day: dt.date, *, expected: int | None) -> None:
    """Let the working week hold on the day again; ResourceNotFound, VersionStale."""
    require_tenant(actor, _MANAGE)
    old = await find_day_for_update(writing, day)
    if old is None:
        raise ResourceNotFound
    check_version(old["version"], expected)
    await writing.execute(_delete_day(), day=day)
    subject = ("calendar", writing.tenant_id)
    before = {"day": day, "kind": old["kind"], "name": old["name"]}
    writing.record("calendar.day_removed", subject, before=before)
    writing.emit("calendar.day_removed", subject, version=old["version"] + 1, day=day)


async def seed_year(writing: Writing, actor: Actor, year: int) -> CalendarSeedingOut:
    """Add the holidays and joint leave known of a year; days that are there stay as they are."""
    require_tenant(actor, _MANAGE)
    days = _known_days(year)
    added = await writing.execute(
        _insert_days(),
        days=list(days),
        kinds=[kind for kind, _ in days.values()],
        names=[name for _, name in days.values()],
        now=clock.now(),
    )
    subject = ("calendar", writing.tenant_id)
    if added:
        writing.record("calendar.seeded", subject, after={"year": year, "added": added})
        writing.emit("calendar.seeded", subject, year=year, added=added)
    kinds = [kind for kind, _ in days.values()]
    return CalendarSeedingOut(
        year=year,
        holidays=kinds.count(DayKind.HOLIDAY),
        joint_leave_days=kinds.count(DayKind.JOINT_LEAVE),
        added=added,
    )


def _known_days(year: int) -> dict[dt.date, tuple[DayKind, str]]:
    """Return what the library knows of a year; a holiday goes before joint leave."""
    return {
        day: (kind, name)
        for kind, category in _CATEGORIES.items()
        for day, name in holidays.country_holidays(
            "ID", years=year, categories=(category,), language="id"
        ).items()
    }


@statement
def _upsert_day() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    put = upsert(calendar_days).values(
        tenant_id=_TENANT,
        day=bindparam("day", type_=Date),
        kind=bindparam("kind", type_=Text),
        name=bindparam("name", type_=Text),
        created_at=now,
        updated_at=now,
    )
    new = put.excluded
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "day"],
        set_={
            "kind": new.kind,
            "name": new.name,
            "updated_at": new.updated_at,
            "version": calendar_days.c.version + 1,
        },
    )


@statement
def _insert_days() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = select(
        _TENANT,
        func.unnest(bindparam("days", type_=ARRAY(Date))),
        func.unnest(bindparam("kinds", type_=ARRAY(Text))),
        func.unnest(bindparam("names", type_=ARRAY(Text))),
        now,
        now,
    )
    columns = ["tenant_id", "day", "kind", "name", "created_at", "updated_at"]
    return upsert(calendar_days).from_select(columns, given).on_conflict_do_nothing()


@statement
def _delete_day() -> Executable:
    return delete(calendar_days).where(
        calendar_days.c.tenant_id == _TENANT, calendar_days.c.day == bindparam("day", type_=Date)
    )
