"""Entering results: by the employee, on his own plan in force, while the period is open.

An indicator of a qualitative plan is told in words: its result is the note, without a value.
"""

from uuid import UUID

from sqlalchemy import DateTime, Numeric, Text, Uuid, bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import (
    ResourceNotFound,
    UnknownReference,
    VersionRequired,
    VersionStale,
)
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.planning.rules import IN_FORCE, Source
from kinerja_api.planning.tables import indicators, plans
from kinerja_api.results.errors import (
    ResultIsDerived,
    ResultIsQualitative,
    ResultNeedsNote,
    ResultNeedsValue,
    ResultPeriodOutsidePlan,
    ResultPlanNotApproved,
)
from kinerja_api.results.policies import check_may_enter
from kinerja_api.results.queries.indicators import SeenIndicator, see_indicator_for_share
from kinerja_api.results.queries.results import find_result_for_update, get_result
from kinerja_api.results.rules import ResultEvent, ResultStatus, next_status
from kinerja_api.results.schemas import ResultIn, ResultOut
from kinerja_api.results.tables import indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)


async def see_open_indicator(
    writing: Writing, actor: Actor, indicator_id: UUID, period_id: UUID
) -> SeenIndicator:
    """Return the indicator, its plan in force and the period held open.

    ResourceNotFound, PeriodClosed, ResultPlanNotApproved, ResultPeriodOutsidePlan.
    """
    try:
        await hold_open_period(writing, period_id)
    except UnknownReference as error:
        raise ResourceNotFound from error
    return await see_indicator_for_share(writing, actor, indicator_id, period_id)


def check_takes_results(indicator: SeenIndicator) -> None:
    """Raise unless the plan is in force and of the period's year."""
    if indicator.plan_status not in IN_FORCE:
        raise ResultPlanNotApproved
    if indicator.plan_year != indicator.period_year:
        raise ResultPeriodOutsidePlan


async def enter_result(
    writing: Writing,
    actor: Actor,
    place: tuple[UUID, UUID],
    result: ResultIn,
    *,
    expected: int | None,
    is_versioned: bool,
) -> tuple[ResultOut, bool]:
    """Set an indicator's result in a period; return it and whether it is new.

    place: ids of indicator and period. is_versioned: the caller named a version or any.
    NotOwnResult, ResultIsDerived, ResultNeedsValue, ResultIsQualitative, ResultNeedsNote,
    VersionRequired, VersionStale, TransitionRefused.
    """
    indicator_id, period_id = place
    indicator = await see_open_indicator(writing, actor, indicator_id, period_id)
    check_may_enter(own=indicator.is_own)
    check_takes_results(indicator)
    if indicator.source != Source.ENTERED:
        raise ResultIsDerived
    _check_content(result, is_qualitative=indicator.is_qualitative)
    values = result.model_dump()
    if not is_versioned:
        made = await _create(writing, actor, place, values)
        if made is not None:
            return made, True
    found = await find_result_for_update(writing, actor, indicator_id, period_id)
    if found is None:
        raise VersionStale
    if not is_versioned:
        raise VersionRequired
    before = found.out
    check_version(before["version"], expected)
    status = ResultStatus.ENTERED
    if before["source"] == Source.ENTERED:  # else of before a revision changed the source
        status = next_status(ResultStatus(before["status"]), ResultEvent.ENTER)
    await writing.execute(
        _update_result(), id=before["id"], status=status, now=clock.now(), **values
    )
    old = {name: before[name] for name in ("value", "note", "status")}
    after = {**values, "status": status}
    writing.record("result.entered", ("result", before["id"]), before=old, after=after)
    writing.emit("result.entered", ("result", before["id"]), version=before["version"] + 1)
    return await get_result(writing, actor, before["id"]), False


def _check_content(result: ResultIn, *, is_qualitative: bool) -> None:
    if not is_qualitative:
        if result.value is None:
            raise ResultNeedsValue.at("/value")
        return
    if result.value is not None:
        raise ResultIsQualitative.at("/value")
    if result.note is None:
        raise ResultNeedsNote.at("/note")


async def _create(
    writing: Writing, actor: Actor, place: tuple[UUID, UUID], values: dict[str, object]
) -> ResultOut | None:
    """Return the new result, or None where there is one already."""
    result_id, (indicator_id, period_id) = new_id(), place
    made = await writing.execute(
        _insert_result(),
        id=result_id,
        indicator_id=indicator_id,
        period_id=period_id,
        now=clock.now(),
        **values,
    )
    if not made:
        return None
    after = {**values, "indicator_id": indicator_id, "period_id": period_id}
    writing.record("result.entered", ("result", result_id), after=after)
    writing.emit("result.entered", ("result", result_id))
    return await get_result(writing, actor, result_id)


@statement
def _insert_result() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    columns = {
        "tenant_id": indicators.c.tenant_id,
        "id": bindparam("id", type_=Uuid),
        "indicator_id": indicators.c.id,
        "period_id": bindparam("period_id", type_=Uuid),
        "employee_id": plans.c.employee_id,
        "unit_id": plans.c.unit_id,
        "value": bindparam("value", type_=Numeric(14, 2)),
        "note": bindparam("note", type_=Text),
        "source": bindparam("source", str(Source.ENTERED), type_=Text),
        "status": bindparam("status", str(ResultStatus.ENTERED), type_=Text),
        "created_at": now,
        "updated_at": now,
    }
    of_plan = (plans.c.tenant_id == indicators.c.tenant_id) & (plans.c.id == indicators.c.plan_id)
    row = (
        select(*columns.values())
        .join_from(indicators, plans, of_plan)
        .where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.id == bindparam("indicator_id", type_=Uuid),
        )
    )
    return (
        insert(indicator_results)
        .from_select(list(columns), row)
        .on_conflict_do_nothing(constraint="indicator_results_key")
    )


@statement
def _update_result() -> Executable:
    return (
        update(indicator_results)
        .where(
            indicator_results.c.tenant_id == _TENANT,
            indicator_results.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            value=bindparam("value", type_=Numeric(14, 2)),
            note=bindparam("note", type_=Text),
            source=bindparam("source", str(Source.ENTERED), type_=Text),
            figure_id=null(),
            status=bindparam("status", type_=Text),
            decided_by_id=null(),
            decided_at=null(),
            decision_note=null(),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=indicator_results.c.version + 1,
        )
    )
