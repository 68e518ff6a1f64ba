"""Categories under which citizens report."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.commands.categories import (
    change_category,
    create_category,
    remove_category,
)
from kinerja_api.complaints.errors import CategoryCodeTaken, CategoryInUse
from kinerja_api.complaints.queries.categories import get_category, list_categories
from kinerja_api.complaints.schemas.categories import (
    ReportCategoryIn,
    ReportCategoryListParams,
    ReportCategoryOut,
    ReportCategoryPatch,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Citizen reports")

_READ, _MANAGE = Permission.COMPLAINT_SETTINGS_READ, Permission.COMPLAINT_SETTINGS_MANAGE


@router.list(
    "/report-categories", permission=_READ, name="report_categories_list", item=ReportCategoryOut
)
async def get_categories(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ReportCategoryListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ReportCategoryOut]:
    """List categories; every member of the government sees them."""
    del actor
    return await list_categories(reading, params, cursors)


@router.post(
    "/report-categories",
    permission=_MANAGE,
    name="report_categories_create",
    model=ReportCategoryOut,
    location="/v1/report-categories/{id}",
    problems=[CategoryCodeTaken, UnknownReference],
)
async def post_category(
    actor: CurrentActor, writing: WritingUnit, category: ReportCategoryIn
) -> ReportCategoryOut:
    """Create a category."""
    return await create_category(writing, actor, category)


@router.get(
    "/report-categories/{category_id}",
    permission=_READ,
    name="report_categories_get",
    model=ReportCategoryOut,
    problems=[ResourceNotFound],
)
async def get_one_category(
    actor: CurrentActor, reading: ReadingUnit, category_id: Id
) -> ReportCategoryOut:
    """Read a category."""
    del actor
    return await get_category(reading, category_id)


@router.patch(
    "/report-categories/{category_id}",
    permission=_MANAGE,
    name="report_categories_change",
    model=ReportCategoryOut,
    problems=[ResourceNotFound, CategoryCodeTaken, UnknownReference],
)
async def patch_category(
    actor: CurrentActor,
    writing: WritingUnit,
    category_id: Id,
    patch: ReportCategoryPatch,
    version: RequiredVersion,
) -> ReportCategoryOut:
    """Change a category; reports sent before stay as they are."""
    return await change_category(writing, actor, category_id, patch, expected=version)


@router.delete(
    "/report-categories/{category_id}",
    permission=_MANAGE,
    name="report_categories_remove",
    problems=[ResourceNotFound, CategoryInUse],
)
async def delete_category(
    actor: CurrentActor, writing: WritingUnit, category_id: Id, version: RequiredVersion
) -> None:
    """Remove a category that no report names; one in use is set inactive instead."""
    await remove_category(writing, actor, category_id, expected=version)
