"""Questions that clients of Open311 ask for a category."""

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, RequiredVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id
from kinerja_api.integrations.commands.questions import set_questions
from kinerja_api.integrations.queries.categories import get_questions
from kinerja_api.integrations.schemas.questions import CategoryQuestionsIn, CategoryQuestionsOut

router = Router(tag="Channels")


@router.get(
    "/report-categories/{category_id}/questions",
    permission=Permission.COMPLAINT_SETTINGS_READ,
    name="report_category_questions_get",
    model=CategoryQuestionsOut,
    problems=[ResourceNotFound],
)
async def get_category_questions(
    actor: CurrentActor, reading: ReadingUnit, category_id: Id
) -> CategoryQuestionsOut:
    """Read the questions that clients of Open311 ask for a category (attributes)."""
    del actor
    return await get_questions(reading, category_id)


@router.put(
    "/report-categories/{category_id}/questions",
    permission=Permission.COMPLAINT_SETTINGS_MANAGE,
    name="report_category_questions_set",
    model=CategoryQuestionsOut,
    problems=[ResourceNotFound],
)
async def put_category_questions(
    actor: CurrentActor,
    writing: WritingUnit,
    category_id: Id,
    given: CategoryQuestionsIn,
    version: RequiredVersion,
) -> CategoryQuestionsOut:
    """Set all questions of a category; with none its services need no definition.

    Answers that were given before stay with their reports.
    """
    del actor
    return await set_questions(writing, category_id, given, expected=version)
