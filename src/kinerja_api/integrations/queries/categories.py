"""Categories as clients of Open311 see them: services with their questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.complaints.rules import ReportKind
from kinerja_api.complaints.tables import report_categories
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.integrations.errors import ServiceCodeUnknown
from kinerja_api.integrations.rules import Datatype
from kinerja_api.integrations.rules.documents import Value
from kinerja_api.integrations.rules.kinds import LISTS
from kinerja_api.integrations.rules.questions import Question
from kinerja_api.integrations.schemas.questions import CategoryQuestionOut, CategoryQuestionsOut
from kinerja_api.integrations.tables import category_questions

_TENANT = bindparam("tenant_id", type_=Uuid)
_category = report_categories.c


@dataclass(frozen=True, slots=True)
class ClientService:
    """A category that clients may report under."""

    id: UUID
    code: str
    name: str
    kind: str
    description: str | None
    group_name: str | None
    keywords: str | None
    is_moderated: bool
    asked: list[CategoryQuestionOut] | None

    @property
    def questions(self) -> Sequence[Question]:
        """Return what it asks for."""
        return [
            Question(**cast("Any", {**one, "datatype": Datatype(one["datatype"])}))
            for one in self.asked or []
        ]

    @property
    def document(self) -> Mapping[str, Value]:
        """Return it as an entry of the service list."""
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description,
            "metadata": bool(self.asked),
            "type": "batch" if self.is_moderated else "realtime",
            "keywords": self.keywords,
            "group": self.group_name,
        }

    @property
    def definition(self) -> Mapping[str, Value]:
        """Return it as a service definition."""
        numbered = enumerate(self.questions, start=1)
        return {
            "service_code": self.code,
            "attributes": [_attribute(number, question) for number, question in numbered],
        }


def _attribute(number: int, question: Question) -> Mapping[str, Value]:
    is_list = question.datatype in LISTS
    return {
        "variable": question.is_variable,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required,
        "datatype_description": question.datatype_description,
        "order": number,
        "description": question.description,
        "values": [dict(value) for value in question.values] if is_list else None,
    }


async def list_services(reading: Reading) -> list[ClientService]:
    """Return the categories that clients may report under, by group and code."""
    return await reading.rows(_services(one=False), ClientService)


async def find_service(reading: Reading, code: str) -> ClientService:
    """Return the category of a ``service_code``; ServiceCodeUnknown."""
    found = await reading.row(_services(one=True), ClientService, code=code)
    if found is None:
        raise ServiceCodeUnknown
    return found


def is_for_clients() -> ColumnElement[bool]:
    """Return the condition that reports of the category may be public."""
    return (
        _category.is_active
        & ~_category.is_confidential
        & (_category.kind != ReportKind.PELAPORAN_PELANGGARAN)
    )


@statement
def _services(*, one: bool) -> Executable:
    asked = (
        select(category_questions.c.questions)
        .where(
            category_questions.c.tenant_id == _TENANT,
            category_questions.c.category_id == _category.id,
        )
        .scalar_subquery()
    )
    names = [name for name in ClientService.__dataclass_fields__ if name != "asked"]
    query = (
        select(*[_category[name] for name in names], asked.label("asked"))
        .where(_category.tenant_id == _TENANT, is_for_clients())
        .order_by(_category.group_name, _category.code)
    )
    return query.where(_category.code == bindparam("code", type_=Text)) if one else query


async def get_questions(reading: Reading, category_id: UUID) -> CategoryQuestionsOut:
    """Return the questions of a category; ResourceNotFound."""
    row = await reading.row(_questions(lock=False), dict[str, Any], category_id=category_id)
    return _questions_out(row)


async def lock_questions(writing: Writing, category_id: UUID) -> CategoryQuestionsOut:
    """Return the questions, the category locked to the end of the write; ResourceNotFound."""
    row = await writing.row(_questions(lock=True), dict[str, Any], category_id=category_id)
    if row is not None:
        # Questions set while this waited for the lock are not in the statement's snapshot.
        row = await writing.row(_questions(lock=False), dict[str, Any], category_id=category_id)
    return _questions_out(row)


def _questions_out(row: Mapping[str, Any] | None) -> CategoryQuestionsOut:
    if row is None:
        raise ResourceNotFound
    return cast(
        "CategoryQuestionsOut",
        {**row, "questions": row["questions"] or [], "version": row["version"] or 0},
    )


@statement
def _questions(*, lock: bool) -> Rows:
    asked = category_questions.c
    query = (
        select(_category.id.label("category_id"), asked.questions, asked.updated_at, asked.version)
        .select_from(
            report_categories.outerjoin(
                category_questions,
                (asked.tenant_id == _category.tenant_id) & (asked.category_id == _category.id),
            )
        )
        .where(_category.tenant_id == _TENANT, _category.id == bindparam("category_id", type_=Uuid))
    )
    return query.with_for_update(of=report_categories) if lock else query
