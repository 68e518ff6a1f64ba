"""Wire shapes of evaluations."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams
from kinerja_api.core.schemas import Id, In, Prose, word
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula import Basis, Label
from kinerja_api.scoring.rules import Predicate, UnratedReason

_Rating = Annotated[str, word(Rating)] | None
_Predicate = Annotated[str, word(Predicate)] | None


class SuggestionOut(TypedDict):
    """What the close suggests; a suggestion only, the superior decides."""

    work_result: Annotated[Decimal | None, Field(description="Percent")]
    work_rating: _Rating
    behaviour_rating: _Rating
    predicate: _Predicate
    unrated_reason: Annotated[str, word(UnratedReason)] | None
    missing_count: Annotated[int, Field(description="Indicators without a verified result")]
    is_provisional: Annotated[
        bool, Field(description="Head of a unit: the organisation's achievement is not yet rated")
    ]


class EvaluationOut(TypedDict):
    """The evaluation of an employee in a period (evaluasi kinerja pegawai)."""

    id: UUID
    period_id: UUID
    closing_id: Annotated[UUID, Field(description="The closing whose suggestion is shown")]
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    superior_id: Annotated[UUID | None, Field(description="Who decides; frozen at the close")]
    status: Annotated[str, word(EvaluationStatus)]
    suggestion: SuggestionOut
    work_rating: _Rating
    behaviour_rating: _Rating
    predicate: _Predicate
    reason: str | None
    decided_by_id: UUID | None
    decided_at: dt.datetime | None
    acknowledged_at: dt.datetime | None
    acknowledgement_note: str | None
    allowed_actions: list[str]
    created_at: dt.datetime
    updated_at: dt.datetime
    version: Annotated[int, Field(description="The ETag's number")]


class EvaluationSort(StrEnum):
    NEWEST = "-id"
    OLDEST = "id"


class EvaluationListParams(ListParams):
    """Filters of the list of evaluations."""

    period_id: Id | None = None
    employee_id: Id | None = None
    superior_id: Annotated[Id | None, Field(description="Who decides")] = None
    below_id: Annotated[Id | None, Field(description="The unit itself and everything below")] = None
    status: EvaluationStatus | None = None
    sort: EvaluationSort = EvaluationSort.NEWEST


class EvaluationDecisionIn(In):
    """The superior's decision; the predicate follows by the matrix."""

    work_rating: Rating
    behaviour_rating: Rating
    reason: Annotated[
        Prose | None, Field(description="Required where a rating differs from the suggestion")
    ] = None


class AcknowledgementIn(In):
    """The employee's acknowledgement."""

    note: Prose | None = None


class ExplanationSourceOut(TypedDict):
    """What a step rests on."""

    basis: Annotated[str, word(Basis)]
    citation: str


class ExplanationOut(TypedDict):
    """One step of a suggestion and the steps it came from."""

    code: Annotated[str, word(Label)]
    label: Annotated[str, Field(description="The step in the caller's language")]
    subject_id: Annotated[UUID | None, Field(description="The indicator or target it is about")]
    subject_title: str | None
    weight_percent: Annotated[str | None, Field(description="Of the subject in the mean above it")]
    formula: Annotated[str, Field(description="Over the names of the inputs; may be empty")]
    inputs: dict[str, str | None]
    value: str | None
    source: ExplanationSourceOut
    children: "list[ExplanationOut]"


class EvaluationExplanationOut(TypedDict):
    """How the suggestion of an evaluation came about, from its frozen inputs."""

    evaluation_id: UUID
    closing_id: UUID
    rule_set: str
    suggestion: SuggestionOut
    explanation: ExplanationOut


class OpenAssessorOut(TypedDict):
    """A superior with evaluations still to decide."""

    superior_id: UUID | None
    superior_name: str | None
    undecided: int


class StageCountsOut(TypedDict):
    """How many evaluations are in each stage."""

    opened: int
    decided: int
    final: int


class PredicateCountsOut(TypedDict):
    """How many people were given each predicate."""

    sangat_baik: int
    baik: int
    butuh_perbaikan: int
    kurang: int
    sangat_kurang: int


class EvaluationSummaryOut(TypedDict):
    """Stages and distribution of predicates of a unit with everything below it."""

    unit_id: UUID
    period_id: UUID
    total: int
    stages: StageCountsOut
    predicates: PredicateCountsOut
    still_open: Annotated[
        list[OpenAssessorOut], Field(description="The fifty with most left to decide")
    ]
