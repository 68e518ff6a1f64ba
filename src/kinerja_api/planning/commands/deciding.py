"""The way of a plan: submission, approval or return, revision."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
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
from kinerja_api.core.i18n import Language, field_text
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.planning.commands.plans import begin, tell
from kinerja_api.planning.errors import PlanIncomplete
from kinerja_api.planning.queries.cascade import get_superior
from kinerja_api.planning.queries.content import expectations_of, json_object, targets_of
from kinerja_api.planning.queries.plans import LockedPlan, get_plan
from kinerja_api.planning.rules import (
    Bounds,
    DraftIndicator,
    DraftTarget,
    PlanEvent,
    PlanStatus,
    next_status,
    plan_faults,
    plan_warnings,
)
from kinerja_api.planning.schemas.plans import (
    PlanContentOut,
    PlanSubmittedOut,
    WarningOut,
)
from kinerja_api.planning.tables import plan_versions, plans

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)


async def submit_plan(
    writing: Writing, actor: Actor, plan_id: UUID, *, expected: int | None, language: Language
) -> PlanSubmittedOut:
    """Hand a plan to the superior; PlanIncomplete with everything that is wrong."""
    plan = await begin(writing, actor, plan_id, PlanEvent.SUBMIT, expected=expected)
    drafted = _drafted(await get_plan(writing, actor, plan_id, language=language))
    faults = plan_faults(drafted)
    if faults:
        raise PlanIncomplete(errors=faults)
    above = await get_superior(writing, plan["employee_id"], plan["year"], today=actor.today)
    now = clock.now()
    await writing.execute(_mark_submitted(), id=plan_id, now=now)
    tell(writing, "plan.submitted", plan, status=PlanStatus.SUBMITTED)
    if above["superior_id"] is not None:
        await _notify(writing, above["superior_id"], "plan_submitted", plan, actor)
    warnings = plan_warnings(
        drafted,
        has_superior=above["superior_id"] is not None,
        superior_has_plan=bool(above["target_ids"]),
    )
    told = [
        WarningOut(
            code=found.code,
            pointer=found.pointer or "",
            message=field_text(found.code, language, found.params),
        )
        for found in warnings
    ]
    answer = await get_plan(writing, actor, plan_id, language=language)
    return PlanSubmittedOut(**answer, warnings=told)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a plan, why, and the version the caller saw."""

    event: PlanEvent
    note: str | None
    expected: int | None


async def decide_plan(
    writing: Writing, actor: Actor, plan_id: UUID, decision: Decision, *, language: Language
) -> PlanContentOut:
    """Approve or return a submitted plan, as the superior of today."""
    plan = await begin(writing, actor, plan_id, decision.event, expected=decision.expected)
    status, note = next_status(plan["status"], decision.event), decision.note
    await writing.execute(
        _mark_decided(),
        id=plan_id,
        status=status,
        decided_by_id=actor.employee_id,
        note=note,
        now=clock.now(),
    )
    tell(writing, f"plan.{status}", plan, status=status, reason=note)
    await _notify(writing, plan["employee_id"], f"plan_{status}", plan, actor, note=note)
    return await get_plan(writing, actor, plan_id, language=language)


async def revise_plan(
    writing: Writing, actor: Actor, plan_id: UUID, decision: Decision, *, language: Language
) -> PlanContentOut:
    """Open an approved plan again; what was approved is kept as a version."""
    plan = await begin(writing, actor, plan_id, decision.event, expected=decision.expected)
    now, reason = clock.now(), decision.note
    await writing.execute(_keep_version(), id=plan_id, reason=reason, now=now)
    await writing.execute(_mark_revised(), id=plan_id, now=now)
    tell(writing, "plan.revised", plan, status=PlanStatus.DRAFT, reason=reason)
    above = await get_superior(writing, plan["employee_id"], plan["year"], today=actor.today)
    if above["superior_id"] is not None:
        await _notify(writing, above["superior_id"], "plan_revised", plan, actor, note=reason)
    return await get_plan(writing, actor, plan_id, language=language)


async def _notify(
    writing: Writing,
    employee_id: UUID,
    kind: str,
    plan: LockedPlan,
    actor: Actor,
    *,
    note: str | None = None,
) -> None:
    await notify(
        writing,
        employee_id,
        kind,
        ("plan", plan["id"]),
        from_id=actor.employee_id,
        note=note,
        params={"year": plan["year"]},
    )


def _drafted(plan: PlanContentOut) -> list[DraftTarget]:
    return [
        DraftTarget(
            target["kind"],
            _number(target["weight_percent"]),
            target["superior_target_id"] is not None,
            [
                DraftIndicator(
                    indicator["direction"],
                    _number(indicator["weight_percent"]),
                    _bounds(indicator["annual_low"], indicator["annual_high"]),
                    [
                        _bounds(wanted["low"], wanted["high"])
                        for wanted in indicator["period_targets"]
                    ],
                )
                for indicator in target["indicators"]
            ],
        )
        for target in plan["targets"]
    ]


def _number(text: Decimal | str | None) -> Decimal | None:
    """The decimals of a content read as JSON are text."""
    return None if text is None else Decimal(text)


def _bounds(low: Decimal | str, high: Decimal | str | None) -> Bounds:
    return Bounds(Decimal(low), _number(high))


def _change(**values: object) -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    return (
        update(plans)
        .where(plans.c.tenant_id == _TENANT, plans.c.id == _ID)
        .values(updated_at=now, version=plans.c.version + 1, **values)
    )


@statement
def _mark_submitted() -> Executable:
    return _change(
        status=literal_column(f"'{PlanStatus.SUBMITTED}'", Text),
        submitted_at=bindparam("now", type_=DateTime(timezone=True)),
        decided_at=None,
        decided_by_id=None,
        decision_note=None,
    )


@statement
def _mark_decided() -> Executable:
    return _change(
        status=bindparam("status", type_=Text),
        decided_at=bindparam("now", type_=DateTime(timezone=True)),
        decided_by_id=bindparam("decided_by_id", type_=Uuid),
        decision_note=bindparam("note", type_=Text),
    )


@statement
def _mark_revised() -> Executable:
    return _change(status=literal_column(f"'{PlanStatus.DRAFT}'", Text))


@statement
def _keep_version() -> Executable:
    """The plan's row is locked, so two versions cannot take one number."""
    kept = plan_versions.alias("kept")
    number = (
        select(func.coalesce(func.max(kept.c.number), 0) + 1)
        .where(kept.c.tenant_id == plans.c.tenant_id, kept.c.plan_id == plans.c.id)
        .scalar_subquery()
    )
    content = json_object(
        {"targets": targets_of(plans.c.id), "expectations": expectations_of(plans.c.id)}
    )
    values: dict[str, ColumnElement[Any]] = {
        "tenant_id": plans.c.tenant_id,
        "plan_id": plans.c.id,
        "number": number,
        "content": content,
        "reason": bindparam("reason", type_=Text),
        "created_at": bindparam("now", type_=DateTime(timezone=True)),
    }
    return insert(plan_versions).from_select(
        list(values),
        select(*values.values()).where(plans.c.tenant_id == _TENANT, plans.c.id == _ID),
    )
