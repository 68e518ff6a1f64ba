"""Questions of a category, set as a whole."""

from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.integrations.queries.categories import get_questions, lock_questions
from kinerja_api.integrations.schemas.questions import CategoryQuestionsIn, CategoryQuestionsOut
from kinerja_api.integrations.tables import category_questions


async def set_questions(
    writing: Writing, category_id: UUID, given: CategoryQuestionsIn, *, expected: int | None
) -> CategoryQuestionsOut:
    """Set the questions of a category; ResourceNotFound, VersionStale."""
    old = await lock_questions(writing, category_id)
    check_version(old["version"], expected)
    questions = given.model_dump(mode="json")["questions"]
    await writing.execute(_upsert(), category_id=category_id, questions=questions, now=clock.now())
    new = await get_questions(writing, category_id)
    subject = ("report_category", category_id)
    before, after = {"questions": old["questions"]}, {"questions": questions}
    writing.record("report_category.questions_set", subject, before=before, after=after)
    writing.emit("report_category.questions_set", subject, version=new["version"])
    return new


@statement
def _upsert() -> Executable:
    now, questions = (
        bindparam("now", type_=DateTime(timezone=True)),
        bindparam("questions", type_=JSONB),
    )
    table = category_questions.c
    added = insert(category_questions).values(
        tenant_id=bindparam("tenant_id", type_=Uuid),
        category_id=bindparam("category_id", type_=Uuid),
        questions=questions,
        created_at=now,
        updated_at=now,
    )
    return added.on_conflict_do_update(
        index_elements=["tenant_id", "category_id"],
        set_={"questions": questions, "updated_at": now, "version": table.version + 1},
    )
