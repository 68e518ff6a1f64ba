"""Reads of closings and of the employees they left unrated."""

from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, case, func, null, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.outbox import jobs
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, Shape, statement
from kinerja_api.organisation.queries.scope import Reach, in_scope, reach, scope_values
from kinerja_api.organisation.tables import employees
from kinerja_api.scoring.policies import allowed_actions
from kinerja_api.scoring.rules import ClosingStatus
from kinerja_api.scoring.schemas import (
    ClosingListParams,
    ClosingOut,
    ClosingSort,
    UnratedListParams,
    UnratedOut,
    UnratedSort,
)
from kinerja_api.scoring.tables import closing_people, closing_scores, closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_CLOSING_SORTS = {
    ClosingSort.NUMBER_DESC: Sort(
        (("number", closings.c.number), ("id", closings.c.id)), descending=True
    )
}
_UNRATED_SORTS = {UnratedSort.EMPLOYEE: Sort((("employee_id", closing_scores.c.employee_id),))}


def all_closings() -> Rows:
    """Select the closings of the government, as ``ClosingOut`` without ``allowed_actions``."""
    started = func.jsonb_exists(jobs.c.progress, "step")
    return (
        select(
            closings.c.id,
            closings.c.period_id,
            closings.c.number,
            closings.c.status,
            closings.c.rule_set,
            closings.c.policy,
            case((started, jobs.c.progress), else_=null().cast(JSONB)).label("progress"),
            closings.c.people,
            closings.c.rated,
            closings.c.unrated,
            func.encode(closings.c.snapshot_sha256, "hex").label("snapshot_sha256"),
            closings.c.started_at,
            closings.c.finished_at,
            closings.c.reason,
            closings.c.error,
            closings.c.created_at,
            closings.c.updated_at,
            closings.c.version,
        )
        .outerjoin_from(
            closings,
            jobs,
            and_(jobs.c.tenant_id == closings.c.tenant_id, jobs.c.id == closings.c.job_id),
        )
        .where(closings.c.tenant_id == _TENANT)
    )


@statement
def _closing(*, lock: bool) -> Executable:
    query = all_closings().where(closings.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update(of=closings) if lock else query


def _row_of(actor: Actor) -> Shape[ClosingOut]:
    def row(**columns: Any) -> ClosingOut:  # noqa: ANN401 - columns of a row
        actions = allowed_actions(actor, ClosingStatus(columns["status"]))
        return ClosingOut(**columns, allowed_actions=actions)

    return row


async def get_closing(reading: Reading, actor: Actor, closing_id: UUID) -> ClosingOut:
    """Return the closing; ResourceNotFound."""
    return _found(await reading.row(_closing(lock=False), _row_of(actor), id=closing_id))


async def get_closing_for_update(writing: Writing, actor: Actor, closing_id: UUID) -> ClosingOut:
    """Return the closing, locked to the end of the transaction; ResourceNotFound."""
    return _found(await writing.row(_closing(lock=True), _row_of(actor), id=closing_id))


async def list_closings(
    reading: Reading, actor: Actor, period_id: UUID, params: ClosingListParams, cursors: Cursors
) -> Page[ClosingOut]:
    """Return one page of the closings of a period, the newest first."""
    values = {**params.filters(), "period_id": period_id}
    shape = tuple(sorted(values))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        _row_of(actor),
        name=f"closings {period_id}",
        params=params,
        sort=_CLOSING_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values=values,
    )


def _filtered(shape: tuple[str, ...]) -> Rows:
    query = all_closings().where(closings.c.period_id == bindparam("period_id", type_=Uuid))
    if "status" in shape:
        query = query.where(closings.c.status == bindparam("status", type_=Text))
    return query


async def list_unrated(
    reading: Reading, actor: Actor, closing_id: UUID, params: UnratedListParams, cursors: Cursors
) -> Page[UnratedOut]:
    """Return one page of the employees without a suggestion; ResourceNotFound."""
    await get_closing(reading, actor, closing_id)
    filters = params.filters()
    shape = (reach(actor, Permission.CLOSINGS_READ), *sorted(filters))
    return await fetch_page(
        reading,
        lambda: _unrated(shape),
        UnratedOut,
        name=f"unrated {closing_id}",
        params=params,
        sort=_UNRATED_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values={
            **filters,
            "closing_id": closing_id,
            **scope_values(actor, Permission.CLOSINGS_READ),
        },
    )


def _unrated(shape: tuple[Any, ...]) -> Rows:
    scores, people = closing_scores.c, closing_people.c
    seen: Reach = shape[0]
    query = (
        select(
            scores.employee_id,
            employees.c.name.label("employee_name"),
            people.unit_id,
            people.superior_id,
            scores.unrated_reason,
            scores.missing_count,
        )
        .join_from(
            closing_scores,
            closing_people,
            and_(
                people.tenant_id == scores.tenant_id,
                people.closing_id == scores.closing_id,
                people.employee_id == scores.employee_id,
            ),
        )
        .join(
            employees,
            and_(employees.c.tenant_id == scores.tenant_id, employees.c.id == scores.employee_id),
        )
        .where(
            scores.tenant_id == _TENANT,
            scores.closing_id == bindparam("closing_id", type_=Uuid),
            scores.unrated_reason.is_not(None),
            in_scope(scores.employee_id, people.unit_id, reach=seen),
        )
    )
    if "unrated_reason" in shape:
        query = query.where(scores.unrated_reason == bindparam("unrated_reason", type_=Text))
    return query


def _found(row: ClosingOut | None) -> ClosingOut:
    if row is None:
        raise ResourceNotFound
    return row
