"""Survey forms (kuesioner)."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.surveys.commands.forms import change_form, create_form, create_version
from kinerja_api.surveys.errors import FormCodeTaken, FormHasNewer, FormInUse
from kinerja_api.surveys.queries.forms import get_form, list_forms
from kinerja_api.surveys.schemas.forms import FormContentIn, FormIn, FormListParams, FormOut

router = Router(tag="Surveys")

_MANAGE = Permission.SURVEY_FORMS_MANAGE


@router.list(
    "/survey-forms", permission=Permission.SURVEYS_READ, name="survey_forms_list", item=FormOut
)
async def get_forms(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[FormListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[FormOut]:
    """List survey forms, all versions."""
    del actor
    return await list_forms(reading, params, cursors)


@router.post(
    "/survey-forms",
    permission=_MANAGE,
    name="survey_forms_create",
    model=FormOut,
    location="/v1/survey-forms/{id}",
    problems=[FormCodeTaken],
)
async def post_form(actor: CurrentActor, writing: WritingUnit, form: FormIn) -> FormOut:
    """Create a survey form.

    It has a question for each of the nine elements of the regulation; what it asks besides is
    reported apart and does not enter the index. For who manages surveys of the whole government.
    """
    del actor
    return await create_form(writing, form)


@router.get(
    "/survey-forms/{form_id}",
    permission=Permission.SURVEYS_READ,
    name="survey_forms_get",
    model=FormOut,
    problems=[ResourceNotFound],
)
async def get_one_form(actor: CurrentActor, reading: ReadingUnit, form_id: Id) -> FormOut:
    """Read a version of a survey form."""
    del actor
    return await get_form(reading, form_id)


@router.put(
    "/survey-forms/{form_id}",
    permission=_MANAGE,
    name="survey_forms_set",
    model=FormOut,
    problems=[ResourceNotFound, FormInUse],
)
async def put_form(
    actor: CurrentActor,
    writing: WritingUnit,
    form_id: Id,
    content: FormContentIn,
    version: RequiredVersion,
) -> FormOut:
    """Set what a form asks, as long as no campaign uses it."""
    del actor
    return await change_form(writing, form_id, content, expected=version)


@router.post(
    "/survey-forms/{form_id}/versions",
    permission=_MANAGE,
    name="survey_forms_create_version",
    model=FormOut,
    location="/v1/survey-forms/{id}",
    problems=[ResourceNotFound, FormHasNewer, FormCodeTaken],
)
async def post_form_version(
    actor: CurrentActor, writing: WritingUnit, form_id: Id, content: FormContentIn
) -> FormOut:
    """Create the next version of a form; campaigns keep the one they have."""
    del actor
    return await create_version(writing, form_id, content)
