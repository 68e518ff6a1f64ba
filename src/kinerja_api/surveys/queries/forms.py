"""Reads of survey forms. Every member of the staff may see them."""

from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, exists, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.surveys.schemas.forms import FormListParams, FormOut, FormSort
from kinerja_api.surveys.tables import survey_campaigns, survey_forms

_TENANT = bindparam("tenant_id", type_=Uuid)
_FORM = survey_forms.c
_ORDER = (("code", _FORM.code), ("number", _FORM.number), ("id", _FORM.id))
_SORTS = {sort: Sort(_ORDER, descending=sort.startswith("-")) for sort in FormSort}


def _is_newest() -> ColumnElement[bool]:
    newer = survey_forms.alias("newer")
    return ~exists().where(
        newer.c.tenant_id == _FORM.tenant_id,
        newer.c.code == _FORM.code,
        newer.c.number > _FORM.number,
    )


def _shown() -> Rows:
    is_used = exists().where(
        survey_campaigns.c.tenant_id == _FORM.tenant_id, survey_campaigns.c.form_id == _FORM.id
    )
    derived = {"is_newest": _is_newest().label("is_newest"), "is_used": is_used.label("is_used")}
    columns = [
        derived[name] if name in derived else _FORM[name] for name in FormOut.__annotations__
    ]
    return select(*columns).where(_FORM.tenant_id == _TENANT)


@statement
def _form() -> Executable:
    return _shown().where(_FORM.id == bindparam("id", type_=Uuid))


@statement
def _locked() -> Executable:
    """A campaign that is made at the same time holds the row: one waits for the other."""
    return (
        select(_FORM.id)
        .where(_FORM.tenant_id == _TENANT, _FORM.id == bindparam("id", type_=Uuid))
        .with_for_update()
    )


async def get_form(reading: Reading, form_id: UUID) -> FormOut:
    """Return the form; ResourceNotFound."""
    row = await reading.row(_form(), FormOut, id=form_id)
    if row is None:
        raise ResourceNotFound
    return row


async def get_form_for_update(writing: Writing, form_id: UUID) -> FormOut:
    """Return the form, locked before it was read; ResourceNotFound."""
    await writing.value(_locked(), id=form_id)
    return await get_form(writing, form_id)


async def list_forms(reading: Reading, params: FormListParams, cursors: Cursors) -> Page[FormOut]:
    """Return one page of forms."""
    filters = params.filters()
    conditions = {
        "code": _FORM.code == bindparam("code", type_=Text),
        "newest": _is_newest(),
    }
    given = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _shown().where(*[conditions[name] for name in given]),
        FormOut,
        name="survey_forms",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values=filters,
    )
