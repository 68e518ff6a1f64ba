"""Changes of action plans: setting the actions of a period, reporting their progress."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import (
    FieldError,
    InvalidRequest,
    ResourceNotFound,
    TransitionRefused,
    UnknownReference,
)
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.queries.scope import superior_on
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.planning.errors import NotOwnPlan
from kinerja_api.planning.policies import may_act
from kinerja_api.planning.queries.actions import (
    LockedAction,
    get_action,
    get_plan_actions,
    lock_action,
)
from kinerja_api.planning.queries.plans import lock_plan
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.rules import PlanEvent
from kinerja_api.planning.schemas.actions import (
    ActionOut,
    ActionPatch,
    PlanActionsIn,
    PlanActionsOut,
)
from kinerja_api.planning.tables import PERCENT, plan_actions, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_DONE = Decimal(100)


class _Target(TypedDict):
    id: UUID


async def set_actions(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    period_id: UUID,
    wanted: PlanActionsIn,
    *,
    expected: int | None,
) -> PlanActionsOut:
    """Set the actions of one's plan in a period; UnknownReference, InvalidRequest, PeriodClosed."""
    plan = await lock_plan(writing, actor, plan_id)
    if all(period["id"] != period_id for period in plan["periods"]):
        raise ResourceNotFound
    _require_own(plan["status"], is_own=plan["is_own"])
    await hold_open_period(writing, period_id)
    check_version(plan["version"], expected)
    before = await get_plan_actions(writing, actor, plan_id, period_id)
    own_targets = {row["id"] for row in await writing.rows(_targets(), _Target, id=plan_id)}
    _refuse_faults(wanted, {action["id"] for action in before["items"]}, own_targets)
    rows: list[dict[str, object]] = [
        {**action.model_dump(), "id": action.id or new_id(), "number": number}
        for number, action in enumerate(wanted.actions, start=1)
    ]
    ids = [row["id"] for row in rows]
    await writing.execute(_make_room(), id=plan_id, period_id=period_id, ids=ids)
    values = {"id": plan_id, "period_id": period_id, "now": clock.now()}
    await writing.execute(_write(), actions=rows, **values)
    await writing.execute(_touch_plan(), **values)
    old = [
        {"id": action["id"], "target_id": action["target_id"], "title": action["title"]}
        for action in before["items"]
    ]
    writing.record(
        "plan.actions_set",
        ("plan", plan_id),
        before={"period_id": period_id, "actions": old},
        after={"period_id": period_id, **wanted.model_dump(mode="json")},
    )
    version = plan["version"] + 1
    writing.emit("plan.actions_set", ("plan", plan_id), version=version, period_id=period_id)
    return await get_plan_actions(writing, actor, plan_id, period_id)


async def report_action(
    writing: Writing, actor: Actor, action_id: UUID, patch: ActionPatch, *, expected: int | None
) -> ActionOut:
    """Report the progress of an own action; the superior hears when it is done. PeriodClosed."""
    action = await lock_action(writing, actor, action_id)
    _require_own(action["plan_status"], is_own=action["is_own"])
    check_version(action["version"], expected)
    await hold_open_period(writing, action["period_id"])
    changes = patch.changes(action)
    if not changes:
        return await get_action(writing, actor, action_id)
    await writing.execute(_update_progress(), **{**action, **changes, "now": clock.now()})
    before = {name: value for name, value in action.items() if name in changes}
    subject = ("action", action_id)
    writing.record("action.progressed", subject, before=before, after=changes)
    version = action["version"] + 1
    writing.emit("action.progressed", subject, version=version, employee_id=action["employee_id"])
    if action["progress_percent"] < _DONE == patch.progress_percent:
        await _tell_superior(writing, actor, action)
    return await get_action(writing, actor, action_id)


def _require_own(plan_status: str, *, is_own: bool) -> None:
    if not is_own:
        raise NotOwnPlan
    if not may_act(plan_status):
        raise TransitionRefused(status=plan_status, event=PlanEvent.WRITE)


async def _tell_superior(writing: Writing, actor: Actor, action: LockedAction) -> None:
    superior = await superior_on(writing, action["employee_id"], actor.today)
    if superior is not None:
        await notify(
            writing, superior, "action_done", ("action", action["id"]),
            from_id=actor.employee_id, params={"title": action["title"]},
        )  # fmt: skip


def _refuse_faults(wanted: PlanActionsIn, own: set[UUID], own_targets: set[UUID]) -> None:
    """Refuse ids that are not of this plan and period, and actions named twice."""
    unknown: list[FieldError] = []
    repeated: list[FieldError] = []
    seen: set[UUID] = set()
    for position, action in enumerate(wanted.actions):
        place = f"/actions/{position}"
        if action.target_id not in own_targets:
            unknown.append(FieldError(UnknownReference.code, f"{place}/target_id"))
        if action.id is None:
            continue
        if action.id not in own:
            unknown.append(FieldError(UnknownReference.code, f"{place}/id"))
        if action.id in seen:
            repeated.append(FieldError("named_twice", f"{place}/id"))
        seen.add(action.id)
    if unknown:
        raise UnknownReference(errors=unknown)
    if repeated:
        raise InvalidRequest(errors=repeated)


@statement
def _targets() -> Executable:
    return select(targets.c.id).where(targets.c.tenant_id == _TENANT, targets.c.plan_id == _ID)


def _of_period(change: Any) -> Any:  # noqa: ANN401 - a delete or an update
    actions = plan_actions.c
    return change.where(
        actions.tenant_id == _TENANT, actions.plan_id == _ID, actions.period_id == _PERIOD
    )


@statement
def _make_room() -> Executable:
    """Remove actions not kept and make the numbers of the kept ones negative.

    Numbers are unique and checked row by row: two kept rows could not swap theirs.
    """
    kept = bindparam("ids", type_=ARRAY(Uuid))
    gone = _of_period(delete(plan_actions)).where(plan_actions.c.id != func.all(kept))
    moved = (
        _of_period(update(plan_actions))
        .where(plan_actions.c.id == func.any(kept))
        .values(number=-plan_actions.c.number)
    )
    return moved.add_cte(gone.cte("gone"))


@statement
def _write() -> Executable:
    """Write all actions; a kept one is changed in place, with its progress."""
    names = ("id", "target_id", "number", "title")
    rows = rows_of("actions", {name: plan_actions.c[name].type for name in names})
    of_plan = ["tenant_id", "plan_id", "employee_id", "unit_id"]
    made = upsert(plan_actions).from_select(
        [*of_plan, "period_id", "created_at", "updated_at", *names],
        select(
            plans.c.tenant_id,
            plans.c.id,
            plans.c.employee_id,
            plans.c.unit_id,
            _PERIOD,
            _NOW,
            _NOW,
            *[rows.c[name] for name in names],
        ).where(plans.c.tenant_id == _TENANT, plans.c.id == _ID),
    )
    changed = {name: made.excluded[name] for name in (*names[1:], "updated_at")}
    return made.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_={**changed, "version": plan_actions.c.version + 1},
    )


@statement
def _touch_plan() -> Executable:
    return (
        update(plans)
        .where(plans.c.tenant_id == _TENANT, plans.c.id == _ID)
        .values(updated_at=_NOW, version=plans.c.version + 1)
    )


@statement
def _update_progress() -> Executable:
    return (
        update(plan_actions)
        .where(plan_actions.c.tenant_id == _TENANT, plan_actions.c.id == _ID)
        .values(
            progress_percent=bindparam("progress_percent", type_=PERCENT),
            progress_note=bindparam("progress_note", type_=Text),
            progressed_at=_NOW,
            updated_at=_NOW,
            version=plan_actions.c.version + 1,
        )
    )
