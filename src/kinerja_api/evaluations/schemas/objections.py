"""Wire shapes of objections."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Id, In, Prose, word
from kinerja_api.evaluations.rules import DecidedAs, ObjectionOutcome, ObjectionStatus
from kinerja_api.evaluations.schemas.evaluations import PredicateWord, RatingWord
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rules import Predicate


class ObjectionOut(TypedDict):
    """An employee's objection to a decision about him (keberatan)."""

    id: UUID
    evaluation_id: UUID
    period_id: UUID
    period_code: str
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    assessor_id: Annotated[UUID, Field(description="Whose decision is objected to")]
    assessor_name: str
    status: Annotated[str, word(ObjectionStatus)]
    filed_at: dt.datetime
    due_on: Annotated[dt.date, Field(description="Day by which a decision is expected")]
    reasons: str
    assessor_statement: str | None
    answered_at: dt.datetime | None
    old_work_rating: Annotated[str, word(Rating)]
    old_behaviour_rating: Annotated[str, word(Rating)]
    old_predicate: Annotated[str, word(Predicate)]
    old_reason: str | None
    outcome: Annotated[str, word(ObjectionOutcome)] | None
    new_work_rating: RatingWord
    new_behaviour_rating: RatingWord
    new_predicate: PredicateWord
    decision_reason: str | None
    decided_by_id: UUID | None
    decided_by_name: str | None
    decided_as: Annotated[str, word(DecidedAs)] | None
    decided_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    allowed_actions: list[str]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class ObjectionSort(StrEnum):
    NEWEST = "-id"
    OLDEST = "id"


class ObjectionListParams(ListParams):
    """Filters of the list of objections."""

    period_id: Id | None = None
    employee_id: Id | None = None
    below_id: Annotated[Id | None, Field(description="The unit itself and everything below")] = None
    status: ObjectionStatus | None = None
    overdue: Annotated[Only, Field(description="Only open ones past their day")] = None
    waits_for_me: Annotated[
        Only, Field(description="Only those to decide, and those to answer as the assessor")
    ] = None
    sort: ObjectionSort = ObjectionSort.NEWEST


class ObjectionIn(In):
    """An objection; it is filed within the deadline and once."""

    reasons: Prose


class StatementIn(In):
    """The assessor's answer to an objection."""

    statement: Prose


class ObjectionDecisionIn(In):
    """The decision on an objection; it is final, and the predicate follows by the matrix."""

    outcome: ObjectionOutcome
    work_rating: Annotated[
        Rating | None, Field(description="Left out: as decided before; for `changed`")
    ] = None
    behaviour_rating: Annotated[
        Rating | None, Field(description="Left out: as decided before; for `changed`")
    ] = None
    reason: Prose


class WithdrawalIn(In):
    """The withdrawal of an objection; the decision stands as it was."""

    note: Prose | None = None
