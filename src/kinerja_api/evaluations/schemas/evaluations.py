"""Wire shapes of evaluations and their explanations."""

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.listing import ListParams, Only
from kinerja_api.core.schemas import Id, In, Prose, word
from kinerja_api.evaluations.rules import DecidedAs, EvaluationStatus, FinalBy
from kinerja_api.evaluations.schemas.corrections import CorrectionOut, ExplainedCorrectionOut
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.formula import Basis, Label
from kinerja_api.scoring.rules import Predicate, UnratedReason

RatingWord = Annotated[str, word(Rating)] | None
PredicateWord = Annotated[str, word(Predicate)] | None


class SuggestionOut(TypedDict):
    """What the close suggests; a suggestion only, the superior decides."""

    work_result: Annotated[Decimal | None, Field(description="Percent")]
    work_rating: RatingWord
    behaviour_rating: RatingWord
    predicate: PredicateWord
    unrated_reason: Annotated[str, word(UnratedReason)] | None
    missing_count: Annotated[int, Field(description="Indicators without a verified result")]
    is_provisional: Annotated[
        bool, Field(description="Head of a unit: the organisation's achievement is not yet rated")
    ]


class EvaluationOut(TypedDict):
    """The evaluation of an employee in a period (evaluasi kinerja pegawai)."""

    id: UUID
    period_id: UUID
    period_code: str
    closing_id: Annotated[UUID, Field(description="The closing whose suggestion is shown")]
    employee_id: UUID
    employee_name: str
    unit_id: UUID
    unit_name: str
    superior_id: Annotated[
        UUID | None, Field(description="Who decides: frozen at the close, or named in his place")
    ]
    superior_name: str | None
    status: Annotated[str, word(EvaluationStatus)]
    number: Annotated[int, Field(description="Of the version: each correction makes a new one")]
    corrects_id: Annotated[UUID | None, Field(description="The former version")]
    suggestion: SuggestionOut
    correction: Annotated[
        CorrectionOut | None, Field(description="Of the suggestion; null: it is the closing's")
    ]
    work_rating: RatingWord
    behaviour_rating: RatingWord
    predicate: PredicateWord
    reason: str | None
    decided_by_id: Annotated[UUID | None, Field(description="Whose decision stands")]
    decided_by_name: str | None
    decided_as: Annotated[str, word(DecidedAs)] | None
    decided_at: dt.datetime | None
    objection_until: Annotated[dt.date | None, Field(description="Last day to react")]
    objection_id: UUID | None
    acknowledged_at: dt.datetime | None
    acknowledgement_note: str | None
    final_by: Annotated[str, word(FinalBy)] | None
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
    predicate: Predicate | None = None
    work_rating: Rating | None = None
    behaviour_rating: Rating | None = None
    waits_for_me: Annotated[
        Only, Field(description="Only those to decide, and one's own to react to")
    ] = None
    versions: Annotated[
        Only, Field(description="Corrected and superseded ones too; without, those that stand")
    ] = None
    sort: EvaluationSort = EvaluationSort.NEWEST


class EvaluationDecisionIn(In):
    """The superior's decision; the predicate follows by the matrix."""

    work_rating: Rating
    behaviour_rating: Rating
    reason: Annotated[
        Prose | None, Field(description="Required where a rating differs from the suggestion")
    ] = None


class EvaluationCorrectionIn(In):
    """What the new version decides, and why."""

    work_rating: Rating
    behaviour_rating: Rating
    reason: Prose


class AcknowledgementIn(In):
    """The employee's acknowledgement."""

    note: Prose | None = None


class AssessorIn(In):
    """Who decides in place of a superior that there is not (pejabat penilai yang ditunjuk)."""

    employee_id: Annotated[Id, Field(description="In office today; not the employee, not oneself")]
    reason: Prose


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
    """How the suggestion of an evaluation came about: its inputs, frozen or corrected since."""

    evaluation_id: UUID
    closing_id: UUID
    rule_set: str
    suggestion: SuggestionOut
    correction: Annotated[
        ExplainedCorrectionOut | None, Field(description="Null: the inputs are as frozen")
    ]
    explanation: ExplanationOut
