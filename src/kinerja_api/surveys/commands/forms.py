"""Changes of survey forms; one that a campaign uses never changes."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.surveys.errors import FormHasNewer, FormInUse
from kinerja_api.surveys.queries.forms import get_form, get_form_for_update
from kinerja_api.surveys.rules import Element
from kinerja_api.surveys.schemas.forms import FormContentIn, FormIn, FormOut
from kinerja_api.surveys.tables import survey_forms

_CONTENT = ("title", "questions", "profile_fields")


async def create_form(writing: Writing, form: FormIn) -> FormOut:
    """Create the first version of a form; FormCodeTaken."""
    return await _add(writing, form.code, 1, form)


async def create_version(writing: Writing, form_id: UUID, content: FormContentIn) -> FormOut:
    """Create the next version of a form; ResourceNotFound, FormHasNewer."""
    form = await get_form_for_update(writing, form_id)
    if not form["is_newest"]:
        raise FormHasNewer
    return await _add(writing, form["code"], form["number"] + 1, content)


async def change_form(
    writing: Writing, form_id: UUID, content: FormContentIn, *, expected: int | None
) -> FormOut:
    """Set what a form asks that no campaign uses; ResourceNotFound, FormInUse."""
    form = await get_form_for_update(writing, form_id)
    check_version(form["version"], expected)
    if form["is_used"]:
        raise FormInUse
    values = _values(content)
    before = cast("Mapping[str, Any]", form)
    changes = {name: value for name, value in values.items() if value != before[name]}
    if not changes:
        return form
    await writing.execute(_update(), id=form_id, now=clock.now(), **values)
    subject, old = ("survey_form", form_id), {name: before[name] for name in changes}
    writing.record("survey_form.changed", subject, before=old, after=changes)
    writing.emit("survey_form.changed", subject, version=form["version"] + 1)
    return await get_form(writing, form_id)


async def _add(writing: Writing, code: str, number: int, content: FormContentIn) -> FormOut:
    form_id, values = new_id(), _values(content)
    await writing.execute(
        _insert(), id=form_id, code=code, number=number, now=clock.now(), **values
    )
    after = {"code": code, "number": number, **values}
    writing.record("survey_form.created", ("survey_form", form_id), after=after)
    writing.emit("survey_form.created", ("survey_form", form_id), code=code, number=number)
    return await get_form(writing, form_id)


def _values(content: FormContentIn) -> dict[str, Any]:
    """Return the columns; the nine elements stand first, each part in its given order."""
    questions = [
        {**question.model_dump(mode="json"), "is_addition": question.code not in set(Element)}
        for question in content.questions
    ]
    return {
        "title": content.title,
        "questions": sorted(questions, key=lambda question: question["is_addition"]),
        "profile_fields": [str(field) for field in content.profile_fields],
    }


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    names = ("id", "code", "number", *_CONTENT)
    return insert(survey_forms).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        created_at=now,
        updated_at=now,
        **{name: bindparam(name, type_=survey_forms.c[name].type) for name in names},
    )


@statement
def _update() -> Executable:
    return (
        update(survey_forms)
        .where(
            survey_forms.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            survey_forms.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=survey_forms.c.version + 1,
            **{name: bindparam(name, type_=survey_forms.c[name].type) for name in _CONTENT},
        )
    )
