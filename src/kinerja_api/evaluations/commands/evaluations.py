"""The superior's decision and the employee's acknowledgement."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.errors import ReasonRequired
from kinerja_api.evaluations.policies import require_assessor, require_own
from kinerja_api.evaluations.queries.evaluations import get_evaluation, get_evaluation_for_update
from kinerja_api.evaluations.rules import (
    EvaluationEvent,
    EvaluationStatus,
    needs_reason,
    next_status,
)
from kinerja_api.evaluations.schemas import AcknowledgementIn, EvaluationDecisionIn, EvaluationOut
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.notices.commands import notify
from kinerja_api.scoring.rules import PREDICATE_MATRIX

_NOW = bindparam("now", type_=DateTime(timezone=True))


async def decide_evaluation(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    decision: EvaluationDecisionIn,
    *,
    expected: int | None,
) -> EvaluationOut:
    """Set both ratings, and the predicate by the matrix; NotAssessor, ReasonRequired."""
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    require_assessor(is_assessor=evaluation["is_assessor"])
    check_version(evaluation["version"], expected)
    status = next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.DECIDE)
    ratings = (decision.work_rating, decision.behaviour_rating)
    suggested = (evaluation["suggested_work_rating"], evaluation["suggested_behaviour_rating"])
    if decision.reason is None and needs_reason(ratings, suggested):
        raise ReasonRequired.at("/reason")
    decided = {**decision.model_dump(), "predicate": PREDICATE_MATRIX[ratings]}
    await writing.execute(
        _decide(),
        id=evaluation_id,
        status=status,
        decided_by_id=actor.employee_id,
        now=clock.now(),
        **decided,
    )
    subject, version = ("evaluation", evaluation_id), evaluation["version"] + 1
    before = {"status": evaluation["status"]}
    after = {"status": status, **decided}
    writing.record(
        "evaluation.decided", subject, before=before, after=after, reason=decision.reason
    )
    writing.emit("evaluation.decided", subject, version=version)
    await notify(
        writing, evaluation["employee_id"], "evaluation_decided", subject,
        from_id=actor.employee_id,
    )  # fmt: skip
    return await get_evaluation(writing, actor, evaluation_id)


async def acknowledge_evaluation(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    acknowledgement: AcknowledgementIn,
    *,
    expected: int | None,
) -> EvaluationOut:
    """Make a decided evaluation final; NotOwnEvaluation."""
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    require_own(is_own=evaluation["is_own"])
    check_version(evaluation["version"], expected)
    status = next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.ACKNOWLEDGE)
    await writing.execute(
        _acknowledge(), id=evaluation_id, status=status, note=acknowledgement.note, now=clock.now()
    )
    subject = ("evaluation", evaluation_id)
    before = {"status": evaluation["status"]}
    after = {"status": status, "acknowledgement_note": acknowledgement.note}
    writing.record("evaluation.acknowledged", subject, before=before, after=after)
    writing.emit("evaluation.acknowledged", subject, version=evaluation["version"] + 1)
    return await get_evaluation(writing, actor, evaluation_id)


@statement
def _decide() -> Executable:
    texts = ("status", "work_rating", "behaviour_rating", "predicate", "reason")
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            evaluations.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            **{name: bindparam(name, type_=Text) for name in texts},
            decided_by_id=bindparam("decided_by_id", type_=Uuid),
            decided_at=_NOW,
            updated_at=_NOW,
            version=evaluations.c.version + 1,
        )
    )


@statement
def _acknowledge() -> Executable:
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            evaluations.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            status=bindparam("status", type_=Text),
            acknowledgement_note=bindparam("note", type_=Text),
            acknowledged_at=_NOW,
            updated_at=_NOW,
            version=evaluations.c.version + 1,
        )
    )
