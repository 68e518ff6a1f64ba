"""Naming who decides an evaluation where nobody does."""

from uuid import UUID

from sqlalchemy import DateTime, Uuid, and_, bindparam, func, not_, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.errors import AssessorInPlace, AssessorUnsuitable
from kinerja_api.evaluations.queries.evaluations import get_evaluation, get_evaluation_for_update
from kinerja_api.evaluations.queries.seen import TODAY, is_in_office
from kinerja_api.evaluations.rules import EvaluationEvent, EvaluationStatus, next_status
from kinerja_api.evaluations.schemas.evaluations import AssessorIn, EvaluationOut
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.queries.scope import require_unit, superior_of

_NAMED = bindparam("assessor_id", type_=Uuid)


async def assign_assessor(
    writing: Writing,
    actor: Actor,
    evaluation_id: UUID,
    assessor: AssessorIn,
    *,
    expected: int | None,
) -> EvaluationOut:
    """Name who decides, where no superior was found at the close or he has left since.

    The agency names, it does not decide (PermenPANRB 6/2022: the assessor is the direct superior
    or an official to whom it is delegated). AssessorInPlace, AssessorUnsuitable.
    """
    evaluation = await get_evaluation_for_update(writing, actor, evaluation_id)
    await require_unit(writing, actor, Permission.EVALUATIONS_ASSIGN, evaluation["unit_id"])
    check_version(evaluation["version"], expected)
    next_status(EvaluationStatus(evaluation["status"]), EvaluationEvent.ASSIGN)
    if not evaluation["assigns"]:
        raise AssessorInPlace
    named_id = assessor.employee_id
    is_partial = named_id in {evaluation["employee_id"], actor.employee_id}
    if is_partial or not await writing.value(
        _may_assess(),
        assessor_id=named_id,
        employee_id=evaluation["employee_id"],
        scope_today=actor.today,
    ):
        raise AssessorUnsuitable.at("/employee_id")
    await writing.execute(_assign(), id=evaluation_id, assessor_id=named_id, now=clock.now())
    subject = ("evaluation", evaluation_id)
    before, after = {"superior_id": evaluation["superior_id"]}, {"superior_id": named_id}
    writing.record(
        "evaluation.assigned", subject, before=before, after=after, reason=assessor.reason
    )
    writing.emit("evaluation.assigned", subject, version=evaluation["version"] + 1)
    await notify(writing, named_id, "evaluation_assigned", subject, from_id=actor.employee_id)
    return await get_evaluation(writing, actor, evaluation_id)


@statement
def _may_assess() -> Executable:
    """In office today, and nobody whom the evaluated employee rates himself."""
    his_superior = superior_of(_NAMED, TODAY)
    is_subordinate = func.coalesce(his_superior == bindparam("employee_id", type_=Uuid), False)
    return select(and_(is_in_office(_NAMED), not_(is_subordinate)))


@statement
def _assign() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            evaluations.c.id == bindparam("id", type_=Uuid),
            evaluations.c.status == EvaluationStatus.OPENED,
        )
        .values(superior_id=_NAMED, updated_at=now, version=evaluations.c.version + 1)
    )
