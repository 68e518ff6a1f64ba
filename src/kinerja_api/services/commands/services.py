"""Changes of services and their standards. A service's row is locked before its standards."""

import datetime as dt
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from sqlalchemy import DateTime, Table, Uuid, bindparam, exists, insert, select, update
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
from kinerja_api.organisation.queries.leading import leads_unit
from kinerja_api.organisation.queries.units import get_unit
from kinerja_api.services.errors import NotServiceKeeper, StandardOverlaps
from kinerja_api.services.queries.services import get_service, get_standard, lock_service
from kinerja_api.services.schemas.services import (
    ServiceIn,
    ServiceOut,
    ServicePatch,
    StandardIn,
    StandardOut,
    StandardPatch,
)
from kinerja_api.services.tables import service_standards, services

SERVICE_FIELDS = ("code", "name", "description", "is_public", "is_active")
STANDARD_FIELDS = (
    "requirements", "procedure", "processing_time", "processing_unit", "cost", "product",
    "complaint_handling", "basis", "starts_on", "ends_on",
)  # fmt: skip
_TENANT = bindparam("tenant_id", type_=Uuid)


async def create_service(writing: Writing, actor: Actor, service: ServiceIn) -> ServiceOut:
    """Create a service of a unit; NotServiceKeeper, ServiceCodeTaken, UnknownReference."""
    try:
        await get_unit(writing, service.unit_id)
    except ResourceNotFound:
        raise UnknownReference.at("/unit_id") from None
    await require_keeper(writing, actor, service.unit_id)
    service_id, values = new_id(), service.model_dump()
    await writing.execute(_insert(services), id=service_id, now=clock.now(), **values)
    subject = ("service", service_id)
    writing.record("service.created", subject, after=values)
    writing.emit("service.created", subject, unit_id=service.unit_id)
    return await get_service(writing, service_id)


async def change_service(
    writing: Writing, actor: Actor, service_id: UUID, patch: ServicePatch, *, expected: int | None
) -> ServiceOut:
    """Change a service; NotServiceKeeper, VersionStale, ServiceCodeTaken."""
    service = await lock_service(writing, service_id)
    await require_keeper(writing, actor, service["unit_id"])
    check_version(service["version"], expected)
    changes = patch.changes(service)
    if not changes:
        return service
    await writing.execute(_update(services), **{**service, **changes, "now": clock.now()})
    subject = ("service", service_id)
    writing.record("service.changed", subject, before=_before(service, changes), after=changes)
    writing.emit("service.changed", subject, version=service["version"] + 1)
    return await get_service(writing, service_id)


async def create_standard(
    writing: Writing, actor: Actor, service_id: UUID, standard: StandardIn
) -> StandardOut:
    """Publish a standard; NotServiceKeeper, StandardOverlaps, EndsBeforeStart."""
    service = await lock_service(writing, service_id)
    await require_keeper(writing, actor, service["unit_id"])
    standard_id, values = new_id(), standard.model_dump()
    await _check_overlap(writing, standard_id, service_id, (standard.starts_on, standard.ends_on))
    await writing.execute(
        _insert(service_standards),
        id=standard_id,
        service_id=service_id,
        now=clock.now(),
        **values,
    )
    subject = ("service_standard", standard_id)
    writing.record("service_standard.created", subject, after=values)
    writing.emit("service_standard.created", subject, service_id=service_id)
    return await get_standard(writing, standard_id)


async def change_standard(
    writing: Writing,
    actor: Actor,
    standard_id: UUID,
    patch: StandardPatch,
    *,
    expected: int | None,
) -> StandardOut:
    """Change or end a standard; NotServiceKeeper, VersionStale, StandardOverlaps."""
    service_id = (await get_standard(writing, standard_id))["service_id"]
    service = await lock_service(writing, service_id)
    await require_keeper(writing, actor, service["unit_id"])
    standard = await get_standard(writing, standard_id)
    check_version(standard["version"], expected)
    changes = patch.changes(standard)
    if not changes:
        return standard
    new = cast("StandardOut", {**standard, **changes})
    await _check_overlap(writing, standard_id, service_id, (new["starts_on"], new["ends_on"]))
    await writing.execute(_update(service_standards), **{**new, "now": clock.now()})
    subject = ("service_standard", standard_id)
    before = _before(standard, changes)
    writing.record("service_standard.changed", subject, before=before, after=changes)
    version = standard["version"] + 1
    writing.emit("service_standard.changed", subject, version=version, service_id=service_id)
    return await get_standard(writing, standard_id)


async def require_keeper(writing: Writing, actor: Actor, unit_id: UUID) -> None:
    """Raise NotServiceKeeper unless the actor may keep the unit's services today."""
    if not await leads_unit(writing, actor, Permission.SERVICES_MANAGE, unit_id):
        raise NotServiceKeeper


def _before(row: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in changes}


async def _check_overlap(
    writing: Writing, standard_id: UUID, service_id: UUID, days: tuple[dt.date, dt.date | None]
) -> None:
    dates = {"starts_on": days[0], "ends_on": days[1]}
    if await writing.value(_overlaps(), id=standard_id, service_id=service_id, **dates):
        raise StandardOverlaps.at("/starts_on")


@statement
def _overlaps() -> Executable:
    return select(
        exists().where(
            service_standards.c.tenant_id == _TENANT,
            service_standards.c.service_id == bindparam("service_id", type_=Uuid),
            service_standards.c.id != bindparam("id", type_=Uuid),
            holds_between(service_standards),
        )
    )


_KEPT = {services.name: SERVICE_FIELDS, service_standards.name: STANDARD_FIELDS}
_ABOVE = {services.name: "unit_id", service_standards.name: "service_id"}


@statement
def _insert(table: Table) -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    given = ("id", _ABOVE[table.name], *_KEPT[table.name])
    return insert(table).values(
        tenant_id=_TENANT,
        **{name: bindparam(name, type_=table.c[name].type) for name in given},
        created_at=now,
        updated_at=now,
    )


@statement
def _update(table: Table) -> Executable:
    kept = _KEPT[table.name]
    return (
        update(table)
        .where(table.c.tenant_id == _TENANT, table.c.id == bindparam("id", type_=Uuid))
        .values(
            **{name: bindparam(name, type_=table.c[name].type) for name in kept},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=table.c.version + 1,
        )
    )
