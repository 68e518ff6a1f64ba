"""Reads of report categories. Every member of a government sees them."""

from uuid import UUID

from sqlalchemy import Boolean, Text, Uuid, bindparam

from kinerja_api.complaints.schemas.categories import (
    ReportCategoryListParams,
    ReportCategoryOut,
    ReportCategorySort,
)
from kinerja_api.complaints.tables import report_categories
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Collection, Cursors, both_ways
from kinerja_api.core.schemas import Page

_SORTS = both_ways(
    ReportCategorySort, ("code", report_categories.c.code), ("id", report_categories.c.id)
)
_FILTERS = {
    "kind": report_categories.c.kind == bindparam("kind", type_=Text),
    "unit_id": report_categories.c.unit_id == bindparam("unit_id", type_=Uuid),
    "service_id": report_categories.c.service_id == bindparam("service_id", type_=Uuid),
    "is_active": report_categories.c.is_active == bindparam("is_active", type_=Boolean),
}
_CATEGORIES = Collection(report_categories, ReportCategoryOut, _FILTERS, key_share=True)
_ENDING = Collection(report_categories, ReportCategoryOut, {})


async def get_category(reading: Reading, category_id: UUID) -> ReportCategoryOut:
    """Return the category; ResourceNotFound."""
    return await _CATEGORIES.get(reading, category_id)


async def lock_category(
    writing: Writing, category_id: UUID, *, removing: bool = False
) -> ReportCategoryOut:
    """Return the category, locked to the end of the transaction; ResourceNotFound.

    removing: no report can be sent under it meanwhile.
    """
    return await (_ENDING if removing else _CATEGORIES).lock(writing, category_id)


async def list_categories(
    reading: Reading, params: ReportCategoryListParams, cursors: Cursors
) -> Page[ReportCategoryOut]:
    """Return one page of categories."""
    return await _CATEGORIES.page(reading, params, cursors, sort=_SORTS[params.sort])
