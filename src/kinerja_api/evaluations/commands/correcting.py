"""The suggestion of an evaluation after its score was corrected; what was decided stands."""

from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, func, update
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.rules import DECISIONS, EvaluationStatus
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.notices.commands import NoticeToSend, notify_many
from kinerja_api.scoring.queries.corrections import SUGGESTED
from kinerja_api.scoring.tables import score_corrections

_TENANT = bindparam("tenant_id", type_=Uuid)


class _Shown(TypedDict):
    id: UUID
    employee_id: UUID
    status: str
    decided_by_id: UUID | None
    version: int


async def show_correction(
    writing: Writing, closing_id: UUID, employee_id: UUID, number: int
) -> None:
    """Give the evaluation that stands the corrected suggestion; nothing the second time.

    An undecided one takes it. A decision stays, with the new suggestion beside it: who made it
    and the employee are told, and he may correct it as he could before.
    """
    shown = await writing.row(
        _show(),
        _Shown,
        closing_id=closing_id,
        employee_id=employee_id,
        number=number,
        now=clock.now(),
    )
    if shown is None:
        return
    subject = ("evaluation", shown["id"])
    after = {"closing_id": closing_id, "correction_number": number}
    writing.record("evaluation.suggestion_corrected", subject, after=after)
    writing.emit("evaluation.suggestion_corrected", subject, version=shown["version"])
    if shown["status"] in DECISIONS:
        people = dict.fromkeys([shown["decided_by_id"], employee_id])
        kind = "evaluation_suggestion_corrected"
        told = [NoticeToSend(each, kind, *subject) for each in people if each is not None]
        await notify_many(writing, told)


@statement
def _show() -> Executable:
    columns, correction = evaluations.c, score_corrections.c
    keys = {"closing_id": Uuid, "employee_id": Uuid, "number": Integer}
    return (
        update(evaluations)
        .where(
            columns.tenant_id == _TENANT,
            columns.closing_id == correction.closing_id,
            columns.employee_id == correction.employee_id,
            columns.status.in_([EvaluationStatus.OPENED, *DECISIONS]),
            func.coalesce(columns.correction_number, 0) < correction.number,
            correction.tenant_id == _TENANT,
            *[correction[name] == bindparam(name, type_=kind) for name, kind in keys.items()],
        )
        .values(
            correction_number=correction.number,
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=columns.version + 1,
            **{f"suggested_{name}": correction[name] for name in SUGGESTED},
        )
        .returning(*[columns[name] for name in _Shown.__annotations__])
    )
