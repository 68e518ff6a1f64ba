"""Ordering the close of a period, and opening a closed period again."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.jobs import enqueue
from kinerja_api.core.outbox import jobs
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.closing import reopen_plans
from kinerja_api.planning.commands.periods import reopen_period
from kinerja_api.planning.queries.periods import get_period, get_period_for_update
from kinerja_api.planning.rules import PeriodKind
from kinerja_api.scoring.errors import PeriodNotOver, RuleSetMissing
from kinerja_api.scoring.policies import require_tenant_reach
from kinerja_api.scoring.queries.closings import get_closing, get_closing_for_update
from kinerja_api.scoring.queries.policy import policy_on
from kinerja_api.scoring.rule_sets import rule_set_on
from kinerja_api.scoring.rule_sets.plugin import frozen
from kinerja_api.scoring.rules import ClosingEvent, ClosingStatus, next_status
from kinerja_api.scoring.schemas import ClosingOut, ReopeningIn
from kinerja_api.scoring.tables import closings

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def order_closing(
    writing: Writing, actor: Actor, period_id: UUID, *, early_reason: str | None = None
) -> ClosingOut:
    """Freeze the policy and queue the close of a period.

    PeriodNotOver without a reason on its last day or before; ClosingExists, RuleSetMissing.
    """
    require_tenant_reach(actor)
    period = await get_period(writing, period_id)
    if early_reason is None and actor.today <= period["ends_on"]:
        raise PeriodNotOver
    rule_set = rule_set_on(period["ends_on"])
    if rule_set is None:
        raise RuleSetMissing
    policy = frozen(await policy_on(writing, rule_set, period["ends_on"]))
    closing_id, now = new_id(), clock.now()
    await writing.execute(_give_up_dead(), period_id=period_id, now=now)
    job_id = await enqueue(
        writing, "close_period", subject_id=closing_id, payload={"period_id": period_id}
    )
    await writing.execute(
        _insert_closing(),
        id=closing_id,
        period_id=period_id,
        rule_set=rule_set.key,
        policy=policy,
        job_id=job_id,
        now=now,
    )
    closing = await get_closing(writing, actor, closing_id)
    after = {"period_id": period_id, "number": closing["number"], "policy": policy}
    writing.record("closing.ordered", ("closing", closing_id), after=after, reason=early_reason)
    writing.emit("scoring.ordered", ("closing", closing_id), period_id=period_id)
    return closing


async def reopen_closing(
    writing: Writing,
    actor: Actor,
    closing_id: UUID,
    reopening: ReopeningIn,
    *,
    expected: int | None,
) -> ClosingOut:
    """Open a closed period again; its closing stays with its rows. TransitionRefused."""
    require_tenant_reach(actor)
    # The period first, as the close does, so that the two cannot deadlock.
    period_id = (await get_closing(writing, actor, closing_id))["period_id"]
    period = await get_period_for_update(writing, period_id)
    closing = await get_closing_for_update(writing, actor, closing_id)
    check_version(closing["version"], expected)
    status = next_status(ClosingStatus(closing["status"]), ClosingEvent.REOPEN)
    await writing.execute(
        _reopen(), id=closing_id, status=status, reason=reopening.reason, now=clock.now()
    )
    await reopen_period(writing, period_id)
    if period["kind"] == PeriodKind.YEAR:
        await reopen_plans(writing, period["starts_on"].year)
    before, after = {"status": closing["status"]}, {"status": status}
    writing.record(
        "closing.reopened", ("closing", closing_id), before=before, after=after,
        reason=reopening.reason,
    )  # fmt: skip
    writing.emit(
        "scoring.reopened",
        ("closing", closing_id),
        version=closing["version"] + 1,
        period_id=period_id,
    )
    return await get_closing(writing, actor, closing_id)


@statement
def _give_up_dead() -> Executable:
    """Let go of a closing whose job was given up for dead, so that it blocks no other."""
    return (
        update(closings)
        .where(
            closings.c.tenant_id == _TENANT,
            closings.c.period_id == bindparam("period_id", type_=Uuid),
            closings.c.status.in_([ClosingStatus.QUEUED, ClosingStatus.RUNNING]),
            jobs.c.tenant_id == closings.c.tenant_id,
            jobs.c.id == closings.c.job_id,
            jobs.c.status.in_(["failed", "cancelled"]),
        )
        .values(
            status=ClosingStatus.FAILED,
            error=func.coalesce(jobs.c.error, jobs.c.status),
            finished_at=_NOW,
            updated_at=_NOW,
            version=closings.c.version + 1,
        )
    )


@statement
def _insert_closing() -> Executable:
    period_id = bindparam("period_id", type_=Uuid)
    before = closings.alias("closings_before")
    number = (
        select(func.coalesce(func.max(before.c.number), 0) + 1)
        .where(before.c.tenant_id == _TENANT, before.c.period_id == period_id)
        .scalar_subquery()
    )
    return insert(closings).values(
        tenant_id=_TENANT,
        id=bindparam("id", type_=Uuid),
        period_id=period_id,
        number=number,
        status=ClosingStatus.QUEUED,
        rule_set=bindparam("rule_set", type_=Text),
        policy=bindparam("policy", type_=JSONB),
        job_id=bindparam("job_id", type_=Uuid),
        created_at=_NOW,
        updated_at=_NOW,
    )


@statement
def _reopen() -> Executable:
    return (
        update(closings)
        .where(closings.c.tenant_id == _TENANT, closings.c.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            reason=bindparam("reason", type_=Text),
            updated_at=_NOW,
            version=closings.c.version + 1,
        )
    )
