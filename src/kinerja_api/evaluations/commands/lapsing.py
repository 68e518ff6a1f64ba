"""Evaluations whose deadline passed without a reaction: final; set-based."""

import datetime as dt

from sqlalchemy import DateTime, Integer, Uuid, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.core.sql_ids import new_id_of_row
from kinerja_api.evaluations.rules import EvaluationStatus, FinalBy
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.notices.tables import notices


async def lapse_some(writing: Writing, *, now: dt.datetime, limit: int) -> int:
    """Make final what was decided and not reacted to in time, and tell the people; return how many.

    The days end with the day of the government's own time zone. An evaluation that somebody acts
    on meanwhile is passed over: it is his or the next run's.
    """
    count = await writing.execute(_lapse(), now=now, limit=limit)
    if count:
        subject = ("tenant", writing.tenant_id)
        writing.record("evaluations.lapsed", subject, after={"lapsed": count})
        writing.emit("evaluations.lapsed", subject, lapsed=count)
    return count


@statement
def _lapse() -> Executable:
    columns = evaluations.c
    tenant, now = (
        bindparam("tenant_id", type_=Uuid),
        bindparam("now", type_=DateTime(timezone=True)),
    )
    today = (
        select(func.date(func.timezone(tenants.c.time_zone, now)))
        .where(tenants.c.id == tenant)
        .scalar_subquery()
    )
    overdue = (
        select(columns.id)
        .where(
            columns.tenant_id == tenant,
            columns.status == EvaluationStatus.DECIDED,
            columns.objection_until < today,
        )
        .order_by(columns.objection_until, columns.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
        .cte("overdue")
    )
    lapsed = (
        update(evaluations)
        .where(
            columns.tenant_id == tenant,
            columns.id == overdue.c.id,
            columns.status == EvaluationStatus.DECIDED,
        )
        .values(
            status=EvaluationStatus.FINAL,
            final_by=FinalBy.DEADLINE,
            updated_at=now,
            version=columns.version + 1,
        )
        .returning(columns.tenant_id, columns.id, columns.employee_id)
        .cte("lapsed")
    )
    values = {
        "tenant_id": lapsed.c.tenant_id,
        "id": new_id_of_row(),
        "employee_id": lapsed.c.employee_id,
        "kind": literal("evaluation_lapsed"),
        "subject_type": literal("evaluation"),
        "subject_id": lapsed.c.id,
        "params": func.jsonb_build_object(type_=JSONB),
        "created_at": now,
    }
    return insert(notices).from_select(list(values), select(*values.values()))
