"""Wire shapes of corrected suggestions."""

import datetime as dt
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field
from typing_extensions import TypedDict

from kinerja_api.core.schemas import word
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rules import CorrectionCause, CorrectionReason, Predicate


class CorrectedScoreOut(TypedDict):
    """A suggestion before or after a correction."""

    work_result: Annotated[Decimal | None, Field(description="Percent")]
    work_rating: Annotated[str, word(Rating)] | None
    behaviour_rating: Annotated[str, word(Rating)] | None
    predicate: Annotated[str, word(Predicate)] | None


class CorrectionOut(TypedDict):
    """Why a suggestion was computed anew after the close, and what changed.

    The closing stays as it was, and so does a decision.
    """

    number: Annotated[int, Field(description="1, 2, …: each corrects the one before")]
    cause_type: Annotated[str, word(CorrectionCause)]
    cause_id: UUID
    reason: Annotated[str, word(CorrectionReason)]
    at: dt.datetime
    before: CorrectedScoreOut
    after: CorrectedScoreOut


class ExplainedCorrectionOut(CorrectionOut):
    """The correction in words, and what it changed in the inputs."""

    label: Annotated[str, Field(description="The reason in the caller's language")]
    changed_results: "list[ChangedResultOut]"


class ChangedResultOut(TypedDict):
    """A result that counts otherwise since the correction."""

    indicator_id: UUID
    indicator_title: str
    period_code: Annotated[
        str | None, Field(description="Of the shorter period in it; null: the period itself")
    ]
    before: Annotated[Decimal | None, Field(description="Null: no result, or not enough data")]
    after: Decimal | None
