"""Opening the evaluations of a closing, and superseding those of a reopened one; set-based."""

from uuid import UUID

from sqlalchemy import (
    DateTime,
    Update,
    Uuid,
    and_,
    bindparam,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.core.sql_ids import new_id_of_row
from kinerja_api.evaluations.rules import DECISIONS, EvaluationStatus
from kinerja_api.evaluations.tables import STANDING, evaluations
from kinerja_api.notices.tables import notices
from kinerja_api.scoring.rules import ClosingStatus
from kinerja_api.scoring.tables import closing_people, closing_scores, closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_CLOSING = bindparam("closing_id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_SUGGESTED = ("work_result", "work_rating", "behaviour_rating", "predicate")

# The rows of the closing are in no statistics yet: the planner would loop over them (as in
# scoring/close.py).
_PATIENCE = (
    "SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '64MB';"
    " SET LOCAL enable_nestloop = off"
)


class _Closing(TypedDict):
    period_id: UUID
    status: str


async def open_evaluations(writing: Writing, closing_id: UUID) -> None:
    """Open an evaluation for everybody in the closing; does nothing the second time.

    Undecided evaluations of earlier closings are superseded. A decision stands, objected to and
    final ones too: such an evaluation is given the new suggestion beside it.
    """
    await writing.script(_PATIENCE)
    closing = await writing.row(_lock_closing(), _Closing, closing_id=closing_id)
    if closing is None or closing["status"] != ClosingStatus.DONE:
        return
    values: dict[str, object] = {
        "closing_id": closing_id,
        "period_id": closing["period_id"],
        "now": clock.now(),
    }
    superseded = await writing.execute(_supersede_others(), **values)
    renewed = await writing.execute(_renew_suggestions(), **values)
    opened = await writing.execute(_open(), **values)
    if not (superseded or renewed or opened):
        return
    if opened:
        await writing.execute(_notify_superiors(), **values)
    after = {"opened": opened, "superseded": superseded, "renewed": renewed}
    writing.record("evaluations.opened", ("closing", closing_id), after=after)
    writing.emit("evaluations.opened", ("closing", closing_id), **after)


async def supersede_evaluations(writing: Writing, closing_id: UUID) -> None:
    """Supersede what was not decided when its closing was reopened."""
    superseded = await writing.execute(_supersede_own(), closing_id=closing_id, now=clock.now())
    if superseded:
        after = {"superseded": superseded}
        writing.record("evaluations.superseded", ("closing", closing_id), after=after)
        writing.emit("evaluations.superseded", ("closing", closing_id), **after)


@statement
def _lock_closing() -> Executable:
    """Keep the closing from being reopened meanwhile."""
    return (
        select(closings.c.period_id, closings.c.status)
        .where(closings.c.tenant_id == _TENANT, closings.c.id == _CLOSING)
        .with_for_update(read=True)
    )


@statement
def _supersede_others() -> Executable:
    of_earlier = (evaluations.c.period_id == _PERIOD) & (evaluations.c.closing_id != _CLOSING)
    return _supersede(of_earlier)


@statement
def _supersede_own() -> Executable:
    return _supersede(evaluations.c.closing_id == _CLOSING)


def _supersede(of_closing: ColumnElement[bool]) -> Update:
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == _TENANT,
            of_closing,
            evaluations.c.status == EvaluationStatus.OPENED,
        )
        .values(
            status=EvaluationStatus.SUPERSEDED,
            updated_at=_NOW,
            version=evaluations.c.version + 1,
        )
    )


@statement
def _renew_suggestions() -> Executable:
    scores = closing_scores.c
    return (
        update(evaluations)
        .where(
            evaluations.c.tenant_id == _TENANT,
            evaluations.c.period_id == _PERIOD,
            evaluations.c.closing_id != _CLOSING,
            evaluations.c.status.in_(DECISIONS),
            scores.tenant_id == evaluations.c.tenant_id,
            scores.closing_id == _CLOSING,
            scores.employee_id == evaluations.c.employee_id,
        )
        .values(
            closing_id=_CLOSING,
            correction_number=null(),
            updated_at=_NOW,
            version=evaluations.c.version + 1,
            **{f"suggested_{name}": scores[name] for name in _SUGGESTED},
        )
    )


@statement
def _open() -> Executable:
    people, scores = closing_people.c, closing_scores.c
    values = {
        "tenant_id": people.tenant_id,
        "id": new_id_of_row(),
        "period_id": _PERIOD,
        "closing_id": people.closing_id,
        "employee_id": people.employee_id,
        "unit_id": people.unit_id,
        "superior_id": people.superior_id,
        "status": literal(EvaluationStatus.OPENED.value),
        **{f"suggested_{name}": scores[name] for name in _SUGGESTED},
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    query = (
        select(*values.values())
        .join_from(
            closing_people,
            closing_scores,
            and_(
                scores.tenant_id == people.tenant_id,
                scores.closing_id == people.closing_id,
                scores.employee_id == people.employee_id,
            ),
        )
        .where(people.tenant_id == _TENANT, people.closing_id == _CLOSING)
    )
    return (
        upsert(evaluations)
        .from_select(list(values), query)
        .on_conflict_do_nothing(
            index_elements=["tenant_id", "period_id", "employee_id"],
            index_where=text(STANDING),
        )
    )


@statement
def _notify_superiors() -> Executable:
    """One notice for each superior, with how many he has to decide."""
    columns = evaluations.c
    params = func.jsonb_build_object("count", func.count(), "period_id", _PERIOD, type_=JSONB)
    values = {
        "tenant_id": columns.tenant_id,
        "id": new_id_of_row(),
        "employee_id": columns.superior_id,
        "kind": literal("evaluation_opened"),
        "subject_type": literal("closing"),
        "subject_id": columns.closing_id,
        "params": params,
        "created_at": _NOW,
    }
    query = (
        select(*values.values())
        .where(
            columns.tenant_id == _TENANT,
            columns.closing_id == _CLOSING,
            columns.status == EvaluationStatus.OPENED,
            columns.superior_id.is_not(None),
        )
        .group_by(columns.tenant_id, columns.superior_id, columns.closing_id)
    )
    return insert(notices).from_select(list(values), query)
