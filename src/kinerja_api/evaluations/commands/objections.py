"""Objections (keberatan): filed by the employee, answered by the assessor, decided above him.

PP 30/2019 art. 59: within 14 days of receiving the result, with reasons, to the superior of the
assessor, who hears both, may change the result and decides finally.
"""

from collections.abc import Mapping
from uuid import UUID

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.evaluations.commands.objection_changes import (
    insert_objection,
    let_stand,
    mark_answered,
    mark_decided,
    mark_objected,
    mark_withdrawn,
    settle,
)
from kinerja_api.evaluations.errors import ObjectionTooLate
from kinerja_api.evaluations.policies import require_assessor, require_decider, require_own
from kinerja_api.evaluations.queries.deciders import list_deciders
from kinerja_api.evaluations.queries.evaluations import Standing, get_evaluation_for_update
from kinerja_api.evaluations.queries.objections import (
    OpenObjection,
    get_objection,
    get_objection_for_update,
)
from kinerja_api.evaluations.rules import (
    DecidedAs,
    EvaluationEvent,
    EvaluationStatus,
    FinalBy,
    ObjectionEvent,
    ObjectionStatus,
    last_day,
    next_objection_status,
    next_status,
    ruled_ratings,
)
from kinerja_api.evaluations.schemas.objections import (
    ObjectionDecisionIn,
    ObjectionIn,
    ObjectionOut,
    StatementIn,
    WithdrawalIn,
)
from kinerja_api.notices.commands import NoticeToSend, notify_many
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rule_sets import RULE_SETS


async def file_objection(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    objection: ObjectionIn,
    *,
    expected: int | None,
) -> ObjectionOut:
    """Object to a decision about oneself; NotOwnEvaluation, ObjectionTooLate."""
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    require_own(is_own=evaluation["own"])
    check_version(evaluation["version"], expected)
    _require_in_time(evaluation)
    status = next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.OBJECT)
    norms, now, objection_id = await norms_on(writing, actor.today), clock.now(), new_id()
    await writing.execute(mark_objected(), id=evaluation_id, now=now)
    await writing.execute(
        insert_objection(),
        id=evaluation_id,
        objection_id=objection_id,
        reasons=objection.reasons,
        due_on=last_day(actor.today, norms.objection_days),
        now=now,
    )
    subject = ("objection", objection_id)
    after = {"evaluation_id": evaluation_id, "evaluation_status": status}
    writing.record("objection.filed", subject, after=after, reason=objection.reasons)
    writing.emit("objection.filed", subject, evaluation_id=str(evaluation_id))
    filed = await get_objection(writing, actor, objection_id)
    told = [filed["assessor_id"], *await _deciders(writing, actor, filed)]
    await _tell(writing, actor, told, "objection_filed", objection_id)
    return filed


def _require_in_time(evaluation: Standing) -> None:
    if evaluation["has_lapsed"] or evaluation["final_by"] == FinalBy.DEADLINE:
        raise ObjectionTooLate(until=str(evaluation["objection_until"]))


async def answer_objection(
    writing: Writing,
    actor: Actor,
    objection_id: UUID,
    answer: StatementIn,
    *,
    expected: int | None,
) -> ObjectionOut:
    """Put the assessor's statement beside the employee's reasons; NotAssessor."""
    objection = await get_objection_for_update(writing, actor, objection_id)
    require_assessor(is_assessor=objection["assessor"])
    status = _next(objection, ObjectionEvent.ANSWER, expected)
    await writing.execute(mark_answered(), id=objection_id, text=answer.statement, now=clock.now())
    _trace(writing, objection, status, after={"assessor_statement": answer.statement})
    answered = await get_objection(writing, actor, objection_id)
    told = await _deciders(writing, actor, answered)
    await _tell(writing, actor, told, "objection_answered", objection_id)
    return answered


async def decide_objection(
    writing: Writing,
    actor: Actor,
    objection_id: UUID,
    decision: ObjectionDecisionIn,
    *,
    expected: int | None,
) -> ObjectionOut:
    """Keep or change the ratings; final. NotObjectionDecider, OutcomeContradicted."""
    objection = await get_objection_for_update(writing, actor, objection_id)
    require_decider(is_decider=objection["decider"])
    status = _next(objection, ObjectionEvent.DECIDE, expected)
    old = (Rating(objection["old_work_rating"]), Rating(objection["old_behaviour_rating"]))
    ruled = (decision.work_rating, decision.behaviour_rating)
    work, behaviour = ruled_ratings(decision.outcome, ruled, old)
    as_official = objection["as_official"]
    made: dict[str, object] = {
        "work_rating": work,
        "behaviour_rating": behaviour,
        "predicate": RULE_SETS[objection["rule_set"]].matrix[work, behaviour],
        "reason": decision.reason,
        "decided_by_id": actor.employee_id,
        "decided_as": (
            DecidedAs.OBJECTION_OFFICIAL if as_official else DecidedAs.SUPERIOR_OF_ASSESSOR
        ),
        "now": clock.now(),
    }
    await writing.execute(mark_decided(), id=objection_id, outcome=decision.outcome, **made)
    await writing.execute(settle(), id=objection["evaluation_id"], **made)
    after = {"outcome": decision.outcome, "work_rating": work, "behaviour_rating": behaviour}
    _trace(writing, objection, status, after=after, reason=decision.reason)
    told = [objection["employee_id"], objection["assessor_id"]]
    await _tell(writing, actor, told, "objection_decided", objection_id)
    return await get_objection(writing, actor, objection_id)


async def withdraw_objection(
    writing: Writing,
    actor: Actor,
    objection_id: UUID,
    withdrawal: WithdrawalIn,
    *,
    expected: int | None,
) -> ObjectionOut:
    """Take back one's own objection: the decision is final as it was; NotOwnEvaluation."""
    objection = await get_objection_for_update(writing, actor, objection_id)
    require_own(is_own=objection["own"])
    status = _next(objection, ObjectionEvent.WITHDRAW, expected)
    now = clock.now()
    await writing.execute(mark_withdrawn(), id=objection_id, now=now)
    await writing.execute(let_stand(), id=objection["evaluation_id"], now=now)
    _trace(writing, objection, status, reason=withdrawal.note)
    withdrawn = await get_objection(writing, actor, objection_id)
    told = [withdrawn["assessor_id"], *await _deciders(writing, actor, withdrawn)]
    await _tell(writing, actor, told, "objection_withdrawn", objection_id)
    return withdrawn


def _next(objection: OpenObjection, event: ObjectionEvent, expected: int | None) -> ObjectionStatus:
    check_version(objection["version"], expected)
    return next_objection_status(ObjectionStatus(objection["status"]), event)


def _trace(
    writing: Writing,
    objection: OpenObjection,
    status: ObjectionStatus,
    *,
    after: Mapping[str, object] | None = None,
    reason: str | None = None,
) -> None:
    subject, action = ("objection", objection["id"]), f"objection.{status}"
    before, changed = {"status": objection["status"]}, {"status": status, **(after or {})}
    writing.record(action, subject, before=before, after=changed, reason=reason)
    writing.emit(action, subject, version=objection["version"] + 1)


async def _deciders(writing: Writing, actor: Actor, objection: ObjectionOut) -> list[UUID]:
    return await list_deciders(
        writing,
        actor,
        employee_id=objection["employee_id"],
        assessor_id=objection["assessor_id"],
        unit_id=objection["unit_id"],
    )


async def _tell(
    writing: Writing, actor: Actor, people: list[UUID], kind: str, objection_id: UUID
) -> None:
    told = [NoticeToSend(each, kind, "objection", objection_id) for each in dict.fromkeys(people)]
    await notify_many(writing, told, from_id=actor.employee_id)
