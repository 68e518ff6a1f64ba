"""Reads of action plans: one's own, one's people's, the government's with a grant."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    FromClause,
    Uuid,
    and_,
    bindparam,
    extract,
    func,
    select,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.queries.scope import Reach, in_scope, is_me, reach, scope_values
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.policies import action_events
from kinerja_api.planning.queries.subtree import found_rows, looked_up, same_row
from kinerja_api.planning.schemas.actions import (
    ActionListParams,
    ActionOut,
    ActionSort,
    PlanActionsOut,
)
from kinerja_api.planning.tables import periods, plan_actions, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_READ = Permission.PLANS_READ
_HALF = 2
_ORDER = (("created_at", plan_actions.c.created_at), ("id", plan_actions.c.id))
_SORTS = {
    ActionSort.CREATED: Sort(_ORDER),
    ActionSort.CREATED_DESC: Sort(_ORDER, descending=True),
}


class LockedAction(TypedDict):
    """An action as commands see it; the row is locked."""

    id: UUID
    employee_id: UUID
    period_id: UUID
    title: str
    progress_percent: Decimal
    progress_note: str | None
    version: int
    plan_status: str
    is_own: bool


class _Head(TypedDict):
    version: int
    period_code: str


def is_behind(action: FromClause) -> ColumnElement[bool]:
    """Return the condition that half of the period is over and the progress below its share.

    Compares percent · days with 100 · days gone, so nothing is rounded. Needs ``periods`` joined.
    """
    days = periods.c.ends_on - periods.c.starts_on + 1
    gone = func.least(bindparam("scope_today", type_=Date) - periods.c.starts_on + 1, days)
    return and_(gone * _HALF >= days, action.c.progress_percent * days < gone * 100)


def _visible(reach: Reach) -> ColumnElement[bool]:
    actions = plan_actions.c
    return and_(
        actions.tenant_id == _TENANT, in_scope(actions.employee_id, actions.unit_id, reach=reach)
    )


def _shown(action: FromClause, source: FromClause) -> Rows:
    """Select the actions of ``source`` as ``_action`` takes them."""
    period_id = action.c.period_id
    columns: dict[str, ColumnElement[Any]] = {
        "target_title": looked_up(targets.c.title, targets, action.c.target_id),
        "period_code": looked_up(periods.c.code, periods, period_id),
        "employee_name": looked_up(employees.c.name, employees, action.c.employee_id),
        "is_behind": looked_up(is_behind(action), periods, period_id),
        "plan_status": looked_up(plans.c.status, plans, action.c.plan_id),
        "period_status": looked_up(periods.c.status, periods, period_id),
        "is_own": is_me(action.c.employee_id),
    }
    names = [name for name in ActionOut.__annotations__ if name in action.c]
    return select(
        *[action.c[name] for name in names],
        *[column.label(name) for name, column in columns.items()],
    ).select_from(source)


def _action(*, is_own: bool, plan_status: str, period_status: str, **columns: Any) -> ActionOut:  # noqa: ANN401 - columns of a row
    events = action_events(plan_status, period_status, own=is_own)
    return ActionOut(**columns, allowed_actions=events)  # pyright: ignore[reportReturnType]


@statement
def _one(reach: Reach) -> Executable:
    return _shown(plan_actions, plan_actions).where(_visible(reach), plan_actions.c.id == _ID)


async def get_action(reading: Reading, actor: Actor, action_id: UUID) -> ActionOut:
    """Return the action; ResourceNotFound."""
    wanted = _one(reach(actor, _READ))
    row = await reading.row(wanted, _action, id=action_id, **scope_values(actor, _READ))
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _locked(reach: Reach) -> Executable:
    own = [name for name in LockedAction.__annotations__ if name in plan_actions.c]
    return (
        select(
            *[plan_actions.c[name] for name in own],
            plans.c.status.label("plan_status"),
            is_me(plan_actions.c.employee_id).label("is_own"),
        )
        .join_from(plan_actions, plans, same_row(plans, plan_actions.c.plan_id))
        .where(_visible(reach), plan_actions.c.id == _ID)
        .with_for_update(of=plan_actions)
    )


async def lock_action(writing: Writing, actor: Actor, action_id: UUID) -> LockedAction:
    """Lock the action to the end of the transaction; ResourceNotFound."""
    wanted = _locked(reach(actor, _READ))
    row = await writing.row(wanted, LockedAction, id=action_id, **scope_values(actor, _READ))
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _head(reach: Reach) -> Executable:
    """The plan's version, if the period begins in its year."""
    return select(plans.c.version, periods.c.code.label("period_code")).where(
        plans.c.tenant_id == _TENANT,
        plans.c.id == _ID,
        in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        periods.c.tenant_id == _TENANT,
        periods.c.id == bindparam("period_id", type_=Uuid),
        extract("year", periods.c.starts_on) == plans.c.year,
    )


@statement
def _of_plan() -> Executable:
    return (
        _shown(plan_actions, plan_actions)
        .where(
            plan_actions.c.tenant_id == _TENANT,
            plan_actions.c.plan_id == _ID,
            plan_actions.c.period_id == bindparam("period_id", type_=Uuid),
        )
        .order_by(plan_actions.c.number)
    )


async def get_plan_actions(
    reading: Reading, actor: Actor, plan_id: UUID, period_id: UUID
) -> PlanActionsOut:
    """Return the plan's actions in a period of its year, in order; ResourceNotFound."""
    values = {"id": plan_id, "period_id": period_id, **scope_values(actor, _READ)}
    head = await reading.row(_head(reach(actor, _READ)), _Head, **values)
    if head is None:
        raise ResourceNotFound
    items = await reading.rows(_of_plan(), _action, **values)
    return PlanActionsOut(plan_id=plan_id, period_id=period_id, items=items, **head)


async def list_actions(
    reading: Reading, actor: Actor, params: ActionListParams, cursors: Cursors
) -> Page[ActionOut]:
    """Return one page of the actions the actor may see."""
    filters = params.filters()
    far, given = reach(actor, _READ), tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(far, given),
        _action,
        name="plan_actions",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(far, given),
        values={**filters, **scope_values(actor, _READ)},
        spread=lambda page: _spread(page, below="below_id" in given),
    )


def _filtered(far: Reach, given: tuple[str, ...]) -> Rows:
    query = select(plan_actions).where(_visible(far))
    if "below_id" in given:
        query = query.where(plan_actions.c.unit_id == UNITS_BELOW.c.unit_id).correlate(UNITS_BELOW)
    for name in ("plan_id", "employee_id", "period_id"):
        if name in given:
            query = query.where(plan_actions.c[name] == bindparam(name, type_=Uuid))
    if "behind" in given:
        query = query.join(periods, same_row(periods, plan_actions.c.period_id)).where(
            is_behind(plan_actions)
        )
    return query


def _spread(page: Rows, *, below: bool) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the first rows of each unit."""
    found, source = found_rows(page, below=below)
    return _shown(found, source), [found.c.created_at, found.c.id]
