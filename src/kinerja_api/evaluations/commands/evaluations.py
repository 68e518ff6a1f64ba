"""The superior's decision, the employee's acknowledgement, a correction as a new version."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Text,
    Update,
    Uuid,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.errors import ReasonRequired
from kinerja_api.evaluations.policies import require_assessor, require_author, require_own
from kinerja_api.evaluations.queries.evaluations import get_evaluation, get_evaluation_for_update
from kinerja_api.evaluations.rules import (
    DecidedAs,
    EvaluationEvent,
    EvaluationStatus,
    FinalBy,
    last_day,
    needs_reason,
    next_status,
)
from kinerja_api.evaluations.schemas.evaluations import (
    AcknowledgementIn,
    EvaluationCorrectionIn,
    EvaluationDecisionIn,
    EvaluationOut,
)
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.scoring.rule_sets import RULE_SETS

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def decide_evaluation(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    decision: EvaluationDecisionIn,
    *,
    expected: int | None,
) -> EvaluationOut:
    """Set both ratings, and the predicate by the matrix; NotAssessor, ReasonRequired.

    The employee sees it from now on, so the days to object begin.
    """
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    require_assessor(is_assessor=evaluation["assessor"])
    check_version(evaluation["version"], expected)
    next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.DECIDE)
    ratings = (decision.work_rating, decision.behaviour_rating)
    suggested = (evaluation["suggested_work_rating"], evaluation["suggested_behaviour_rating"])
    if decision.reason is None and needs_reason(ratings, suggested):
        raise ReasonRequired.at("/reason")
    decided = await _decided(writing, actor, evaluation["rule_set"], decision)
    await writing.execute(
        _decide(), id=evaluation_id, decided_by_id=actor.employee_id, now=clock.now(), **decided
    )
    subject = ("evaluation", evaluation_id)
    after = {"status": EvaluationStatus.DECIDED, **decided}
    writing.record(
        "evaluation.decided",
        subject,
        before={"status": evaluation["status"]},
        after=after,
        reason=decision.reason,
    )
    writing.emit("evaluation.decided", subject, version=evaluation["version"] + 1)
    await notify(
        writing,
        evaluation["employee_id"],
        "evaluation_decided",
        subject,
        from_id=actor.employee_id,
        params={"until": decided["objection_until"]},
    )
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
    require_own(is_own=evaluation["own"])
    check_version(evaluation["version"], expected)
    status = next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.ACKNOWLEDGE)
    await writing.execute(
        _acknowledge(), id=evaluation_id, note=acknowledgement.note, now=clock.now()
    )
    subject = ("evaluation", evaluation_id)
    before = {"status": evaluation["status"]}
    after = {"status": status, "acknowledgement_note": acknowledgement.note}
    writing.record("evaluation.acknowledged", subject, before=before, after=after)
    writing.emit("evaluation.acknowledged", subject, version=evaluation["version"] + 1)
    return await get_evaluation(writing, actor, evaluation_id)


async def correct_evaluation(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    correction: EvaluationCorrectionIn,
    *,
    expected: int | None,
) -> EvaluationOut:
    """Decide anew as the next version, with days to object of its own; NotDecisionAuthor.

    The former version stays readable as it was.
    """
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    require_author(is_author=evaluation["author"])
    check_version(evaluation["version"], expected)
    next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.CORRECT)
    decided = await _decided(writing, actor, evaluation["rule_set"], correction)
    version_id, now = new_id(), clock.now()
    lapsed = FinalBy.DEADLINE if evaluation["has_lapsed"] else None
    await writing.execute(_replace(), id=evaluation_id, lapsed=lapsed, now=now)
    await writing.execute(
        _insert_version(),
        id=evaluation_id,
        version_id=version_id,
        decided_by_id=actor.employee_id,
        now=now,
        **decided,
    )
    subject = ("evaluation", version_id)
    before = {
        "id": evaluation_id,
        "status": evaluation["status"],
        "work_rating": evaluation["work_rating"],
        "behaviour_rating": evaluation["behaviour_rating"],
        "predicate": evaluation["predicate"],
    }
    writing.record(
        "evaluation.corrected", subject, before=before, after=decided, reason=correction.reason
    )
    writing.emit("evaluation.corrected", subject, corrected_id=str(evaluation_id))
    await notify(
        writing,
        evaluation["employee_id"],
        "evaluation_corrected",
        subject,
        from_id=actor.employee_id,
        params={"until": decided["objection_until"]},
    )
    return await get_evaluation(writing, actor, version_id)


async def _decided(
    writing: Writing,
    actor: Actor,
    rule_set: str,
    decision: EvaluationDecisionIn | EvaluationCorrectionIn,
) -> dict[str, object]:
    """Return what a decision of today sets; the deadline stays whatever the norm becomes."""
    norms = await norms_on(writing, actor.today)
    return {
        **decision.model_dump(),
        "predicate": RULE_SETS[rule_set].matrix[decision.work_rating, decision.behaviour_rating],
        "objection_until": last_day(actor.today, norms.objection_days),
    }


def _change(*statuses: EvaluationStatus) -> Update:
    """Return the update of one evaluation, which happens only from these statuses."""
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == _TENANT,
            evaluations.c.id == _ID,
            evaluations.c.status.in_(statuses),
        )
        .values(updated_at=_NOW, version=evaluations.c.version + 1)
    )


def _decision() -> dict[str, ColumnElement[Any]]:
    texts = ("work_rating", "behaviour_rating", "predicate", "reason")
    return {
        **{name: bindparam(name, type_=Text) for name in texts},
        "objection_until": bindparam("objection_until", type_=Date),
        "decided_by_id": bindparam("decided_by_id", type_=Uuid),
        "decided_at": _NOW,
    }


@statement
def _decide() -> Executable:
    return _change(EvaluationStatus.OPENED).values(
        status=EvaluationStatus.DECIDED, decided_as=DecidedAs.ASSESSOR, **_decision()
    )


@statement
def _acknowledge() -> Executable:
    return _change(EvaluationStatus.DECIDED).values(
        status=EvaluationStatus.FINAL,
        final_by=FinalBy.ACKNOWLEDGEMENT,
        acknowledgement_note=bindparam("note", type_=Text),
        acknowledged_at=_NOW,
    )


@statement
def _replace() -> Executable:
    return _change(EvaluationStatus.DECIDED, EvaluationStatus.FINAL).values(
        status=EvaluationStatus.CORRECTED,
        final_by=func.coalesce(evaluations.c.final_by, bindparam("lapsed", type_=Text)),
    )


@statement
def _insert_version() -> Executable:
    """The next version: everything of the former but its decision and what came of it."""
    former = evaluations.c
    kept = [
        "tenant_id", "period_id", "closing_id", "correction_number", "employee_id", "unit_id",
        "superior_id", "suggested_work_result", "suggested_work_rating",
        "suggested_behaviour_rating", "suggested_predicate", "decided_as",
    ]  # fmt: skip
    values: dict[str, ColumnElement[Any]] = {
        **{name: former[name] for name in kept},
        "id": bindparam("version_id", type_=Uuid),
        "number": former.number + 1,
        "corrects_id": former.id,
        "status": literal(EvaluationStatus.DECIDED.value),
        **_decision(),
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    query = select(*values.values()).where(former.tenant_id == _TENANT, former.id == _ID)
    return insert(evaluations).from_select(list(values), query)
