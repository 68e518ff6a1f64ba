"""Changes of report categories."""

from typing import cast
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, delete, exists, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.errors import CategoryInUse
from kinerja_api.complaints.queries.categories import get_category, lock_category
from kinerja_api.complaints.schemas.categories import (
    ReportCategoryIn,
    ReportCategoryOut,
    ReportCategoryPatch,
)
from kinerja_api.complaints.tables import citizen_reports, report_categories
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import require_tenant

_MANAGE = Permission.COMPLAINT_SETTINGS_MANAGE
_TENANT = bindparam("tenant_id", type_=Uuid)
_CHANGING = (
    "code", "name", "description", "group_name", "keywords", "unit_id", "service_id",
    "is_confidential", "is_moderated", "duplicate_radius_m", "duplicate_days", "is_active",
)  # fmt: skip
_FIELDS = ("kind", *_CHANGING)


async def create_category(
    writing: Writing, actor: Actor, category: ReportCategoryIn
) -> ReportCategoryOut:
    """Create a category; CategoryCodeTaken, UnknownReference."""
    require_tenant(actor, _MANAGE)
    category_id, values = new_id(), category.model_dump()
    await writing.execute(_insert(), id=category_id, now=clock.now(), **values)
    subject = ("report_category", category_id)
    writing.record("report_category.created", subject, after=values)
    writing.emit("report_category.created", subject)
    return await get_category(writing, category_id)


async def change_category(
    writing: Writing,
    actor: Actor,
    category_id: UUID,
    patch: ReportCategoryPatch,
    *,
    expected: int | None,
) -> ReportCategoryOut:
    """Change a category; VersionStale, CategoryCodeTaken, UnknownReference."""
    require_tenant(actor, _MANAGE)
    category = await lock_category(writing, category_id)
    check_version(category["version"], expected)
    changes = patch.changes(category)
    if not changes:
        return category
    await writing.execute(_update(), **{**category, **changes, "now": clock.now()})
    subject = ("report_category", category_id)
    before = {name: cast("dict[str, object]", category)[name] for name in changes}
    writing.record("report_category.changed", subject, before=before, after=changes)
    writing.emit("report_category.changed", subject, version=category["version"] + 1)
    return await get_category(writing, category_id)


async def remove_category(
    writing: Writing, actor: Actor, category_id: UUID, *, expected: int | None
) -> None:
    """Remove a category that no report names; VersionStale, CategoryInUse."""
    require_tenant(actor, _MANAGE)
    category = await lock_category(writing, category_id, removing=True)
    check_version(category["version"], expected)
    if await writing.value(_is_used(), id=category_id):
        raise CategoryInUse
    await writing.execute(_delete(), id=category_id)
    subject = ("report_category", category_id)
    before = {name: cast("dict[str, object]", category)[name] for name in _FIELDS}
    writing.record("report_category.removed", subject, before=before)
    writing.emit("report_category.removed", subject, version=category["version"] + 1)


@statement
def _is_used() -> Executable:
    report = citizen_reports.c
    return select(
        exists().where(
            report.tenant_id == _TENANT, report.category_id == bindparam("id", type_=Uuid)
        )
    )


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    category = report_categories.c
    return insert(report_categories).values(
        tenant_id=_TENANT,
        **{name: bindparam(name, type_=category[name].type) for name in ("id", *_FIELDS)},
        created_at=now,
        updated_at=now,
    )


@statement
def _update() -> Executable:
    category = report_categories.c
    return (
        update(report_categories)
        .where(category.tenant_id == _TENANT, category.id == bindparam("id", type_=Uuid))
        .values(
            **{name: bindparam(name, type_=category[name].type) for name in _CHANGING},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=category.version + 1,
        )
    )


@statement
def _delete() -> Executable:
    category = report_categories.c
    return delete(report_categories).where(
        category.tenant_id == _TENANT, category.id == bindparam("id", type_=Uuid)
    )
