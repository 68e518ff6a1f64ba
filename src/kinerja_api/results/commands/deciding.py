"""Verifying and returning results: by the superior of today, while the period is open."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem, ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import notify
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.planning.errors import PeriodClosed
from kinerja_api.results.commands.periods import hold_periods
from kinerja_api.results.policies import check_may_decide
from kinerja_api.results.queries.results import (
    SeenResult,
    get_result,
    see_result,
    see_result_for_update,
    see_results_for_update,
)
from kinerja_api.results.rules import ResultEvent, ResultStatus, next_status
from kinerja_api.results.schemas import ResultOut, ResultVerificationOut, ResultVerificationsOut
from kinerja_api.results.tables import indicator_results

_ACTIONS = {ResultEvent.VERIFY: "result.verified", ResultEvent.RETURN: "result.returned"}


async def decide_result(
    writing: Writing,
    actor: Actor,
    result_id: UUID,
    event: ResultEvent,
    note: str | None,
    *,
    expected: int | None,
) -> ResultOut:
    """Verify or return a result; a return is told to the employee.

    NotSuperior, ResultIsDerived, PeriodClosed, TransitionRefused, VersionStale.
    """
    seen = await see_result(writing, actor, result_id)
    await hold_open_period(writing, seen.out["period_id"])
    seen = await see_result_for_update(writing, actor, result_id)
    check_may_decide(seen.out["source"], superior=seen.is_superior)
    check_version(seen.out["version"], expected)
    status = next_status(ResultStatus(seen.out["status"]), event)
    await _decide(writing, actor, [seen], event, status, note)
    if event is ResultEvent.RETURN:
        await _tell(writing, actor, seen.out, note)
    return await get_result(writing, actor, result_id)


async def verify_results(
    writing: Writing, actor: Actor, ids: Sequence[UUID]
) -> ResultVerificationsOut:
    """Verify many results, each on its own: one that cannot be does not stop the others."""
    wanted = list(dict.fromkeys(ids))
    period_ids = await writing.value(_periods_of(), ids=wanted)
    closed = await hold_periods(writing, period_ids or [])
    seen = {row.out["id"]: row for row in await see_results_for_update(writing, actor, wanted)}
    refusals = {each: _refusal(seen.get(each), closed) for each in wanted}
    good = [seen[each] for each in wanted if refusals[each] is None]
    if good:
        await _decide(writing, actor, good, ResultEvent.VERIFY, ResultStatus.VERIFIED, None)
    return ResultVerificationsOut(
        items=[_outcome(each, refusals[each], seen.get(each)) for each in wanted]
    )


def _refusal(seen: SeenResult | None, closed: set[UUID]) -> Problem | None:
    if seen is None:
        return ResourceNotFound()
    try:
        check_may_decide(seen.out["source"], superior=seen.is_superior)
        next_status(ResultStatus(seen.out["status"]), ResultEvent.VERIFY)
    except Problem as problem:
        return problem
    return PeriodClosed() if seen.out["period_id"] in closed else None


def _outcome(
    result_id: UUID, refusal: Problem | None, seen: SeenResult | None
) -> ResultVerificationOut:
    version = seen.out["version"] if seen else None
    if refusal is None:
        after = version + 1 if version else None
        return ResultVerificationOut(id=result_id, status=200, code=None, version=after)
    return ResultVerificationOut(
        id=result_id, status=refusal.status, code=refusal.code, version=version
    )


async def _decide(
    writing: Writing,
    actor: Actor,
    seen: Sequence[SeenResult],
    event: ResultEvent,
    status: ResultStatus,
    note: str | None,
) -> None:
    await writing.execute(
        _decide_results(),
        ids=[row.out["id"] for row in seen],
        status=status,
        decided_by_id=actor.employee_id,
        decision_note=note,
        now=clock.now(),
    )
    for row in seen:
        subject = ("result", row.out["id"])
        before, after = {"status": row.out["status"]}, {"status": status}
        writing.record(_ACTIONS[event], subject, before=before, after=after, reason=note)
        writing.emit(_ACTIONS[event], subject, version=row.out["version"] + 1)


async def _tell(writing: Writing, actor: Actor, result: ResultOut, note: str | None) -> None:
    await notify(
        writing,
        result["employee_id"],
        "result_returned",
        ("result", result["id"]),
        from_id=actor.employee_id,
        note=note,
        params={"indicator": result["indicator_title"], "period": result["period_code"]},
    )


@statement
def _periods_of() -> Executable:
    return select(func.array_agg(indicator_results.c.period_id.distinct())).where(
        indicator_results.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        indicator_results.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
    )


@statement
def _decide_results() -> Executable:
    return (
        update(indicator_results)
        .where(
            indicator_results.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            indicator_results.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
        )
        .values(
            status=bindparam("status", type_=Text),
            decided_by_id=bindparam("decided_by_id", type_=Uuid),
            decided_at=bindparam("now", type_=DateTime(timezone=True)),
            decision_note=bindparam("decision_note", type_=Text),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=indicator_results.c.version + 1,
        )
    )
