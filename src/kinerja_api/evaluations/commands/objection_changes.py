"""The changes of an objection and of its evaluation, each from the statuses it may happen in."""

from sqlalchemy import (
    Date,
    DateTime,
    Text,
    Update,
    Uuid,
    bindparam,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.base import Executable

from kinerja_api.core.sql import statement
from kinerja_api.evaluations.rules import (
    OPEN_OBJECTIONS,
    EvaluationStatus,
    FinalBy,
    ObjectionStatus,
)
from kinerja_api.evaluations.tables import evaluations, objections

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


def _change(*statuses: ObjectionStatus) -> Update:
    """Return the update of one objection, which happens only from these statuses."""
    return (
        update(objections)
        .where(
            objections.c.tenant_id == _TENANT,
            objections.c.id == _ID,
            objections.c.status.in_(statuses),
        )
        .values(updated_at=_NOW, version=objections.c.version + 1)
    )


def _finish(by: FinalBy) -> Update:
    """Return the update that makes the objected evaluation final."""
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == _TENANT,
            evaluations.c.id == _ID,
            evaluations.c.status == EvaluationStatus.OBJECTED,
        )
        .values(
            status=EvaluationStatus.FINAL,
            final_by=by,
            updated_at=_NOW,
            version=evaluations.c.version + 1,
        )
    )


@statement
def mark_objected() -> Executable:
    """Mark a decided evaluation as under objection."""
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == _TENANT,
            evaluations.c.id == _ID,
            evaluations.c.status == EvaluationStatus.DECIDED,
        )
        .values(
            status=EvaluationStatus.OBJECTED,
            updated_at=_NOW,
            version=evaluations.c.version + 1,
        )
    )


@statement
def insert_objection() -> Executable:
    """File an objection: the decision objected to is kept as it stands now."""
    decided = evaluations.c
    copied = ["tenant_id", "period_id", "employee_id", "unit_id"]
    old = ["work_rating", "behaviour_rating", "predicate", "reason"]
    values = {
        **{name: decided[name] for name in copied},
        "id": bindparam("objection_id", type_=Uuid),
        "evaluation_id": decided.id,
        "assessor_id": decided.decided_by_id,
        "status": literal(ObjectionStatus.FILED.value),
        "filed_at": _NOW,
        "due_on": bindparam("due_on", type_=Date),
        "reasons": bindparam("reasons", type_=Text),
        **{f"old_{name}": decided[name] for name in old},
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    query = select(*values.values()).where(decided.tenant_id == _TENANT, decided.id == _ID)
    return insert(objections).from_select(list(values), query)


@statement
def mark_answered() -> Executable:
    """Put the assessor's statement beside the reasons."""
    return _change(ObjectionStatus.FILED).values(
        status=ObjectionStatus.ANSWERED,
        assessor_statement=bindparam("text", type_=Text),
        answered_at=_NOW,
    )


_RATED = ("work_rating", "behaviour_rating", "predicate")


def _made() -> dict[str, object]:
    return {
        "decided_by_id": bindparam("decided_by_id", type_=Uuid),
        "decided_as": bindparam("decided_as", type_=Text),
        "decided_at": _NOW,
    }


@statement
def mark_decided() -> Executable:
    """Write the decision on an open objection."""
    return _change(*OPEN_OBJECTIONS).values(
        status=ObjectionStatus.DECIDED,
        outcome=bindparam("outcome", type_=Text),
        decision_reason=bindparam("reason", type_=Text),
        **{f"new_{name}": bindparam(name, type_=Text) for name in _RATED},
        **_made(),
    )


@statement
def settle() -> Executable:
    """Make the objected evaluation final by what was decided on it, the same ratings or others."""
    return _finish(FinalBy.OBJECTION).values(
        reason=bindparam("reason", type_=Text),
        **{name: bindparam(name, type_=Text) for name in _RATED},
        **_made(),
    )


@statement
def mark_withdrawn() -> Executable:
    """Take an open objection back."""
    return _change(*OPEN_OBJECTIONS).values(status=ObjectionStatus.WITHDRAWN, withdrawn_at=_NOW)


@statement
def let_stand() -> Executable:
    """Make the objected evaluation final as it was decided."""
    return _finish(FinalBy.WITHDRAWAL)
