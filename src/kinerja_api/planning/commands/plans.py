"""Changes of plans: drafting, and what every later change begins and ends with."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.commands.periods import hold_year_open
from kinerja_api.planning.errors import NotOwnPlan, PeriodClosed, PlacementUnsuitable
from kinerja_api.planning.policies import refusal
from kinerja_api.planning.queries.periods import HeldPeriod
from kinerja_api.planning.queries.plans import LockedPlan, get_plan, lock_plan
from kinerja_api.planning.rules import (
    UNDER_REVISION,
    PeriodKind,
    PeriodStatus,
    PlanEvent,
    PlanStatus,
    next_status,
)
from kinerja_api.planning.schemas.plans import (
    PlanContentOut,
    PlanIn,
)
from kinerja_api.planning.tables import plans

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)


async def create_plan(
    writing: Writing, actor: Actor, plan: PlanIn, *, language: Language
) -> PlanContentOut:
    """Draft a plan for one of one's own placements; PlacementUnsuitable, PlanExists."""
    if actor.employee_id is None:
        raise NotOwnPlan
    plan_id, values = new_id(), plan.model_dump()
    await hold_year_open(writing, plan.year)
    made = await writing.execute(
        _insert_plan(),
        id=plan_id,
        employee_id=actor.employee_id,
        first_day=dt.date(plan.year, 1, 1),
        last_day=dt.date(plan.year, 12, 31),
        now=clock.now(),
        **values,
    )
    if not made:
        raise PlacementUnsuitable.at("/placement_id")
    writing.record("plan.created", ("plan", plan_id), after=values)
    writing.emit("plan.created", ("plan", plan_id), employee_id=actor.employee_id, year=plan.year)
    return await get_plan(writing, actor, plan_id, language=language)


async def begin(
    writing: Writing, actor: Actor, plan_id: UUID, event: PlanEvent, *, expected: int | None
) -> LockedPlan:
    """Lock the plan and make sure that this caller may do this to it now.

    ResourceNotFound, NotOwnPlan, NotSuperior, TransitionRefused, VersionStale, PeriodClosed.
    """
    plan = await lock_plan(writing, actor, plan_id)
    refused = refusal(event, own=plan["is_own"], superior=plan["is_superior"])
    if refused is not None:
        raise refused
    next_status(plan["status"], event)
    check_version(plan["version"], expected)
    if any(held["kind"] == PeriodKind.YEAR and is_closed(held) for held in plan["periods"]):
        raise PeriodClosed
    return plan


def is_closed(period: HeldPeriod) -> bool:
    """Return whether the period takes no more changes."""
    return period["status"] == PeriodStatus.CLOSED


async def change_plan(writing: Writing, plan: LockedPlan, **columns: object) -> None:
    """Set columns of the plan's row, which becomes a new version."""
    values = {"id": plan["id"], "now": clock.now(), **columns}
    await writing.execute(_change_plan(*sorted(columns)), **values)


def tell(
    writing: Writing, plan: LockedPlan, verb: str, *, status: str, reason: str | None = None
) -> str:
    """Record and emit a change of status; return the kind of a notice about it.

    verb: what was done with the plan, or with its revision if it has one.
    """
    kind = f"revision_{verb}" if plan["status"] in UNDER_REVISION else verb
    before, after = {"status": plan["status"]}, {"status": status}
    tell_change(writing, plan, kind, before=before, after=after, reason=reason)
    return f"plan_{kind}"


def tell_change(
    writing: Writing,
    plan: LockedPlan,
    what: str,
    *,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str | None = None,
) -> None:
    """Record and emit ``plan.<what>`` with the changed fields."""
    event, subject = f"plan.{what}", ("plan", plan["id"])
    writing.record(event, subject, before=before, after=after, reason=reason)
    writing.emit(
        event,
        subject,
        version=plan["version"] + 1,
        employee_id=plan["employee_id"],
        year=plan["year"],
    )


async def notify_of(
    writing: Writing,
    plan: LockedPlan,
    actor: Actor,
    employee_id: UUID,
    kind: str,
    *,
    note: str | None = None,
) -> None:
    """Put a notice about the plan into somebody's feed."""
    await notify(
        writing,
        employee_id,
        kind,
        ("plan", plan["id"]),
        from_id=actor.employee_id,
        note=note,
        params={"year": plan["year"]},
    )


@statement
def _change_plan(*names: str) -> Executable:
    return (
        update(plans)
        .where(plans.c.tenant_id == _TENANT, plans.c.id == _ID)
        .values(
            {name: bindparam(name, type_=plans.c[name].type) for name in names}
            | {
                "updated_at": bindparam("now", type_=DateTime(timezone=True)),
                "version": plans.c.version + 1,
            }
        )
    )


@statement
def _insert_plan() -> Executable:
    """A plan of the placement, if it is the employee's and holds on a day of the year."""
    now = bindparam("now", type_=DateTime(timezone=True))
    values: dict[str, ColumnElement[Any]] = {
        "tenant_id": placements.c.tenant_id,
        "id": _ID,
        "employee_id": placements.c.employee_id,
        "placement_id": placements.c.id,
        "unit_id": placements.c.unit_id,
        "year": bindparam("year", type_=SmallInteger),
        "approach": bindparam("approach", type_=Text),
        "status": literal_column(f"'{PlanStatus.DRAFT}'", Text),
        "created_at": now,
        "updated_at": now,
    }
    return insert(plans).from_select(
        list(values),
        select(*values.values()).where(
            placements.c.tenant_id == _TENANT,
            placements.c.id == bindparam("placement_id", type_=Uuid),
            placements.c.employee_id == bindparam("employee_id", type_=Uuid),
            placements.c.starts_on <= bindparam("last_day", type_=Date),
            func.coalesce(placements.c.ends_on, literal_column("'infinity'::date"))
            >= bindparam("first_day", type_=Date),
        ),
    )
