"""Revising a plan in force: another content waits beside it until it is approved or withdrawn."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, func, insert, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language
from kinerja_api.core.problems import TransitionRefused, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.changes import gone_links, refuse_changes
from kinerja_api.planning.commands.plans import begin, change_plan, notify_of, tell
from kinerja_api.planning.commands.writing import write_expectations, write_targets
from kinerja_api.planning.queries.content import content_of, read_contents
from kinerja_api.planning.queries.links import find_links
from kinerja_api.planning.queries.plans import LockedPlan, get_plan
from kinerja_api.planning.rules import PlanEvent, PlanStatus, next_status
from kinerja_api.planning.schemas.plans import PlanContentOut
from kinerja_api.planning.tables import plan_versions, plans

NO_REVISION: Mapping[str, object] = {
    "revision_reason": None,
    "revision_content": None,
    "revision_submitted_at": None,
    "revision_note": None,
}


async def revise_plan(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    reason: str,
    *,
    expected: int | None,
    language: Language,
) -> PlanContentOut:
    """Open a revision of a plan in force; it begins as what is in force."""
    plan = await begin(writing, actor, plan_id, PlanEvent.REVISE, expected=expected)
    status = next_status(plan["status"], PlanEvent.REVISE)
    contents = await read_contents(writing, plan_id)
    await change_plan(
        writing, plan, status=status, revision_reason=reason, revision_content=contents["live"]
    )
    kind = tell(writing, plan, "revised", status=status, reason=reason)
    links = await find_links(writing, plan, today=actor.today)
    if links["superior_id"] is not None:
        await notify_of(writing, plan, actor, links["superior_id"], kind, note=reason)
    return await get_plan(writing, actor, plan_id, language=language)


async def withdraw_revision(
    writing: Writing, actor: Actor, plan_id: UUID, *, expected: int | None, language: Language
) -> PlanContentOut:
    """Drop a revision that is not submitted; what is in force stays."""
    plan = await begin(writing, actor, plan_id, PlanEvent.WITHDRAW, expected=expected)
    status = next_status(plan["status"], PlanEvent.WITHDRAW)
    await change_plan(writing, plan, status=status, **NO_REVISION)
    tell(writing, plan, "withdrawn", status=status)
    return await get_plan(writing, actor, plan_id, language=language)


async def take_in_force(writing: Writing, plan: LockedPlan, decided: Mapping[str, object]) -> None:
    """Put the waiting content into the place of the one in force, which becomes a version."""
    contents = await read_contents(writing, plan["id"])
    waiting = contents["waiting"]
    if waiting is None:
        raise TransitionRefused(status=plan["status"], event=PlanEvent.APPROVE)
    gone = await gone_links(writing, waiting)
    if gone:
        raise UnknownReference(errors=gone)
    await refuse_changes(writing, plan, contents["live"], waiting)
    await writing.execute(_keep_version(), id=plan["id"], now=clock.now())
    await write_targets(writing, plan, waiting["targets"])
    await write_expectations(writing, plan["id"], waiting["expectations"])
    sent = {"submitted_at": plan["revision_submitted_at"]}
    status = PlanStatus.APPROVED
    await change_plan(writing, plan, status=status, **sent, **decided, **NO_REVISION)


@statement
def _keep_version() -> Executable:
    """The plan's row is locked, so two versions cannot take one number."""
    kept = plan_versions.alias("kept")
    number = (
        select(func.coalesce(func.max(kept.c.number), 0) + 1)
        .where(kept.c.tenant_id == plans.c.tenant_id, kept.c.plan_id == plans.c.id)
        .scalar_subquery()
    )
    values = {
        "tenant_id": plans.c.tenant_id,
        "plan_id": plans.c.id,
        "number": number,
        "content": content_of(plans.c.id),
        "reason": plans.c.revision_reason,
        "approved_at": plans.c.decided_at,
        "approved_by_id": plans.c.decided_by_id,
        "created_at": bindparam("now", type_=DateTime(timezone=True)),
    }
    return insert(plan_versions).from_select(
        list(values),
        select(*values.values()).where(
            plans.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            plans.c.id == bindparam("id", type_=Uuid),
        ),
    )
