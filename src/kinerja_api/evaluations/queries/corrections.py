"""The correction that a suggestion comes from, as it goes out."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from kinerja_api.core.i18n import Language, label
from kinerja_api.evaluations.queries.saying import said
from kinerja_api.evaluations.schemas.corrections import (
    ChangedResultOut,
    CorrectedScoreOut,
    CorrectionOut,
    ExplainedCorrectionOut,
)
from kinerja_api.scoring.queries.snapshots import FrozenRow


def read_correction(found: Mapping[str, Any] | None) -> CorrectionOut | None:
    """Return the correction that ``score_shown`` selected; None: the suggestion is the close's."""
    if found is None:
        return None
    return CorrectionOut(
        number=found["number"],
        cause_type=found["cause_type"],
        cause_id=UUID(found["cause_id"]),
        reason=found["reason"],
        at=dt.datetime.fromisoformat(found["made_at"]).astimezone(dt.UTC),
        before=_score(found["before"]),
        after=_score(found["after"]),
    )


def _score(found: Mapping[str, str | None]) -> CorrectedScoreOut:
    result = found["work_result"]
    return CorrectedScoreOut(
        work_result=None if result is None else Decimal(result),
        work_rating=found["work_rating"],
        behaviour_rating=found["behaviour_rating"],
        predicate=found["predicate"],
    )


def explain_correction(
    correction: CorrectionOut, before: FrozenRow, after: FrozenRow, language: Language
) -> ExplainedCorrectionOut:
    """Return the correction in words, with the results that it changed.

    before, after: the inputs of the score, as they were and as they are.
    """
    was, now = correction["before"], correction["after"]
    text = label(
        f"correction_{correction['reason']}",
        language,
        number=correction["number"],
        work_result_before=said(was["work_result"], language),
        work_result_after=said(now["work_result"], language),
        predicate_before=said(was["predicate"], language),
        predicate_after=said(now["predicate"], language),
    )
    return ExplainedCorrectionOut(
        **correction, label=text, changed_results=list(_changed(before, after))
    )


def _changed(before: FrozenRow, after: FrozenRow) -> Iterator[ChangedResultOut]:
    titles = dict(zip(after["indicator_ids"], after["indicator_titles"], strict=True))
    periods = [*[None] * len(after["indicator_ids"]), *after["part_periods"]]
    ids = [*after["indicator_ids"], *after["part_indicator_ids"]]
    was = [*before["results"], *before["part_results"]]
    now = [*after["results"], *after["part_results"]]
    for indicator_id, period, old, new in zip(ids, periods, was, now, strict=True):
        if old != new:
            yield ChangedResultOut(
                indicator_id=indicator_id,
                indicator_title=titles[indicator_id],
                period_code=period,
                before=old,
                after=new,
            )
