"""How a suggestion came about: the decimals over the frozen inputs, step by step."""

from collections.abc import Mapping
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.evaluations.queries.corrections import explain_correction
from kinerja_api.evaluations.queries.evaluations import get_evaluation
from kinerja_api.evaluations.queries.saying import said
from kinerja_api.evaluations.schemas.corrections import ExplainedCorrectionOut
from kinerja_api.evaluations.schemas.evaluations import (
    EvaluationExplanationOut,
    ExplanationOut,
    ExplanationSourceOut,
)
from kinerja_api.scoring.decimal_ops import Explanation, Scalar
from kinerja_api.scoring.queries.corrections import load_shown_score
from kinerja_api.scoring.queries.snapshots import (
    FrozenRow,
    get_frozen_closing,
    load_rows,
    plan_of,
)
from kinerja_api.scoring.rederive import agrees
from kinerja_api.scoring.rule_sets import RULE_SETS


async def explain_evaluation(
    reading: Reading, actor: Actor, evaluation_id: UUID, language: Language
) -> EvaluationExplanationOut:
    """Return the steps of the suggestion; ResourceNotFound.

    A fault (500) where the decimals do not give what was stored: that must alarm.
    """
    evaluation = await get_evaluation(reading, actor, evaluation_id)
    closing_id, correction = evaluation["closing_id"], evaluation["correction"]
    closing = await get_frozen_closing(reading, closing_id)
    key = (closing_id, evaluation["employee_id"], correction["number"] if correction else None)
    stored = await load_shown_score(reading, *key)
    if closing is None or stored is None:
        raise ResourceNotFound
    row = await _row_shown(reading, *key)
    frozen = plan_of(row)
    rule_set = RULE_SETS[closing["rule_set"]]
    scored = rule_set.score_employee(frozen.plan, rule_set.read_policy(closing["policy"]))
    if not agrees(scored, stored):
        raise RuntimeError(f"the snapshot of closing {closing_id} does not give its scores")
    explained: ExplainedCorrectionOut | None = None
    if correction is not None:
        before = await _row_shown(reading, key[0], key[1], correction["number"] - 1)
        explained = explain_correction(correction, before, row, language)
    return EvaluationExplanationOut(
        evaluation_id=evaluation_id,
        closing_id=closing_id,
        rule_set=closing["rule_set"],
        suggestion=evaluation["suggestion"],
        correction=explained,
        explanation=_step(scored.explanation, frozen.titles, language),
    )


async def _row_shown(
    reading: Reading, closing_id: UUID, employee_id: UUID, number: int | None
) -> FrozenRow:
    return (await load_rows(reading, closing_id, {employee_id: number}))[employee_id]


def _step(step: Explanation, titles: Mapping[str, str], language: Language) -> ExplanationOut:
    inputs = {name: _text(value) for name, value in step.inputs.items()}
    shown = {**step.inputs, "value": step.value}
    words = {name: said(value, language) for name, value in shown.items()}
    return ExplanationOut(
        code=step.label_code,
        label=label(step.label_code, language, **words),
        subject_id=UUID(step.subject) if step.subject else None,
        subject_title=titles.get(step.subject or ""),
        weight_percent=_text(step.weight),
        formula=step.formula,
        inputs=inputs,
        value=_text(step.value),
        source=ExplanationSourceOut(basis=step.source.basis, citation=step.source.citation),
        children=[_step(child, titles, language) for child in step.children],
    )


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)
