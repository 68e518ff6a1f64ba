"""The content of a plan: targets with their indicators, and expected behaviours.

A content is set whole, in two statements however many rows it has: one removes what is gone and
moves the numbers of the rest out of the way, one writes all rows.
"""

from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Text, Uuid, bindparam, delete, func, insert, select, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.i18n import Language
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import FieldError, InvalidRequest, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.plans import begin
from kinerja_api.planning.commands.references import References
from kinerja_api.planning.errors import TargetInUse
from kinerja_api.planning.queries.cascade import get_superior
from kinerja_api.planning.queries.periods import list_periods_of_year
from kinerja_api.planning.queries.plans import LockedPlan, get_plan
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.rules import PlanEvent
from kinerja_api.planning.schemas.plans import (
    ExpectationsIn,
    PlanContentIn,
    PlanContentOut,
)
from kinerja_api.planning.tables import (
    behaviour_expectations,
    indicator_targets,
    indicators,
    plans,
    targets,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
Row = dict[str, object]


async def set_content(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    content: PlanContentIn,
    *,
    expected: int | None,
    language: Language,
) -> PlanContentOut:
    """Set all targets of a draft; UnknownReference, InvalidRequest, TargetInUse."""
    plan = await begin(writing, actor, plan_id, PlanEvent.WRITE, expected=expected)
    before = await get_plan(writing, actor, plan_id, language=language)
    await _refuse_faults(writing, actor, plan, before, content)
    goals, measures, wanted = _rows(content)
    await _clear(writing, plan_id, goals, measures)
    await writing.execute(
        _write(), id=plan_id, employee_id=plan["employee_id"], targets=goals, indicators=measures,
        period_targets=wanted,
    )  # fmt: skip
    approach = content.approach or plan["approach"]
    await writing.execute(_touch(), id=plan_id, approach=approach, now=clock.now())
    after = await get_plan(writing, actor, plan_id, language=language)
    _told(writing, "plan.content_set", plan, {"targets": before["targets"]}, content)
    return after


async def set_behaviours(
    writing: Writing,
    actor: Actor,
    plan_id: UUID,
    wanted: ExpectationsIn,
    *,
    expected: int | None,
    language: Language,
) -> PlanContentOut:
    """Set the superior's special expectations of a plan that is not yet approved."""
    plan = await begin(writing, actor, plan_id, PlanEvent.EXPECT, expected=expected)
    named = [behaviour.value for behaviour in wanted.behaviours]
    twice = [position for position, value in enumerate(named) if value in named[:position]]
    if twice:
        places = [f"/behaviours/{position}/value" for position in twice]
        raise InvalidRequest(errors=[FieldError("duplicate_value", place) for place in places])
    old = await get_plan(writing, actor, plan_id, language=language)
    rows = [behaviour.model_dump(mode="json") for behaviour in wanted.behaviours]
    await writing.execute(_drop_expectations(), id=plan_id, values=named)
    await writing.execute(_write_expectations(), id=plan_id, expectations=rows)
    await writing.execute(_touch(), id=plan_id, approach=plan["approach"], now=clock.now())
    before = {
        behaviour["value"]: behaviour["expectation"]
        for behaviour in old["behaviours"]
        if behaviour["expectation"] is not None
    }
    _told(writing, "plan.behaviours_set", plan, {"behaviours": before}, wanted)
    return await get_plan(writing, actor, plan_id, language=language)


def _told(
    writing: Writing,
    event: str,
    plan: LockedPlan,
    before: Row,
    wanted: PlanContentIn | ExpectationsIn,
) -> None:
    subject = ("plan", plan["id"])
    writing.record(event, subject, before=before, after=wanted.model_dump(mode="json"))
    writing.emit(
        event,
        subject,
        version=plan["version"] + 1,
        employee_id=plan["employee_id"],
        year=plan["year"],
    )


async def _clear(writing: Writing, plan_id: UUID, goals: list[Row], measures: list[Row]) -> None:
    try:
        await writing.execute(
            _make_room(),
            id=plan_id,
            target_ids=[row["id"] for row in goals],
            indicator_ids=[row["id"] for row in measures],
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise TargetInUse from error


async def _refuse_faults(
    writing: Writing, actor: Actor, plan: LockedPlan, before: PlanContentOut, wanted: PlanContentIn
) -> None:
    """Refuse ids that are not of this plan, its year or its superior, and ids named twice."""
    above = await get_superior(writing, plan["employee_id"], plan["year"], today=actor.today)
    own = {str(target["id"]) for target in before["targets"]}
    parts = {str(part["id"]) for target in before["targets"] for part in target["indicators"]}
    linked = {target["superior_target_id"] for target in before["targets"]}
    periods = {str(period["id"]) for period in await list_periods_of_year(writing, plan["year"])}
    supported = {str(found) for found in (*above["target_ids"], *linked) if found is not None}
    check = References(own, parts, supported, periods)
    for position, target in enumerate(wanted.targets):
        check.target(f"/targets/{position}", target)
    if check.unknown:
        raise UnknownReference(errors=check.unknown)
    if check.repeated:
        raise InvalidRequest(errors=check.repeated)


def _rows(content: PlanContentIn) -> tuple[list[Row], list[Row], list[Row]]:
    """Return the rows of targets, indicators and period targets, new ones with new ids."""
    goals: list[Row] = []
    measures: list[Row] = []
    wanted: list[Row] = []
    for number, target in enumerate(content.targets, start=1):
        goal = target.model_dump(exclude={"indicators"})
        goals.append({**goal, "id": target.id or new_id(), "number": number})
        for place, indicator in enumerate(target.indicators, start=1):
            indicator_id = indicator.id or new_id()
            own: Row = {"id": indicator_id, "target_id": goals[-1]["id"], "number": place}
            measures.append({**indicator.model_dump(exclude={"period_targets"}), **own})
            wanted.extend(
                {"indicator_id": indicator_id, **bounds.model_dump()}
                for bounds in indicator.period_targets
            )
    return goals, measures, wanted


@statement
def _make_room() -> Executable:
    """Remove rows not kept and make the numbers of the kept ones negative.

    Numbers are unique and checked row by row: two kept rows could not swap theirs.
    """
    kept_targets = bindparam("target_ids", type_=ARRAY(Uuid))
    kept_indicators = bindparam("indicator_ids", type_=ARRAY(Uuid))
    own = select(indicators.c.id).where(
        indicators.c.tenant_id == _TENANT, indicators.c.plan_id == _ID
    )
    wanted = delete(indicator_targets).where(
        indicator_targets.c.tenant_id == _TENANT, indicator_targets.c.indicator_id.in_(own)
    )
    gone_indicators = _of_plan(delete(indicators), indicators).where(
        indicators.c.id != func.all(kept_indicators)
    )
    gone_targets = _of_plan(delete(targets), targets).where(targets.c.id != func.all(kept_targets))
    moved_indicators = (
        _of_plan(update(indicators), indicators)
        .where(indicators.c.id == func.any(kept_indicators))
        .values(number=-indicators.c.number)
    )
    moved_targets = (
        _of_plan(update(targets), targets)
        .where(targets.c.id == func.any(kept_targets))
        .values(number=-targets.c.number)
    )
    return moved_targets.add_cte(
        wanted.cte("wanted"),
        gone_indicators.cte("gone_indicators"),
        gone_targets.cte("gone_targets"),
        moved_indicators.cte("moved_indicators"),
    )


def _of_plan(change: Any, table: SqlTable) -> Any:  # noqa: ANN401 - a delete or an update
    return change.where(table.c.tenant_id == _TENANT, table.c.plan_id == _ID)


_TARGET = ("id", "number", "kind", "title", "weight_percent", "superior_target_id", "cascading")
_INDICATOR = (
    "id", "target_id", "number", "aspect", "title", "unit", "direction", "weight_percent",
    "annual_low", "annual_high", "accumulation", "source",
)  # fmt: skip
_PERIOD_TARGET = ("indicator_id", "period_id", "low", "high")


@statement
def _write() -> Executable:
    """Write all rows; a kept id is changed in place, so what refers to it stays right."""
    goals = _upsert(targets, _TARGET, {"plan_id": _ID})
    employee_id = bindparam("employee_id", type_=Uuid)
    measures = _upsert(indicators, _INDICATOR, {"plan_id": _ID, "employee_id": employee_id})
    wanted = rows_of(
        "period_targets", {name: indicator_targets.c[name].type for name in _PERIOD_TARGET}
    )
    return (
        insert(indicator_targets)
        .from_select(
            ["tenant_id", *_PERIOD_TARGET],
            select(_TENANT, *[wanted.c[name] for name in _PERIOD_TARGET]),
        )
        .add_cte(goals.cte("goals"), measures.cte("measures"))
    )


def _upsert(table: SqlTable, names: tuple[str, ...], fixed: dict[str, Any]) -> Any:  # noqa: ANN401 - an insert
    rows = rows_of(table.name, {name: table.c[name].type for name in names})
    made = upsert(table).from_select(
        ["tenant_id", *fixed, *names],
        select(_TENANT, *fixed.values(), *[rows.c[name] for name in names]),
    )
    changed = {name: made.excluded[name] for name in names if name != "id"}
    return made.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=changed)


@statement
def _touch() -> Executable:
    return (
        update(plans)
        .where(plans.c.tenant_id == _TENANT, plans.c.id == _ID)
        .values(
            approach=bindparam("approach", type_=Text),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=plans.c.version + 1,
        )
    )


@statement
def _drop_expectations() -> Executable:
    return delete(behaviour_expectations).where(
        behaviour_expectations.c.tenant_id == _TENANT,
        behaviour_expectations.c.plan_id == _ID,
        behaviour_expectations.c.value != func.all(bindparam("values", type_=ARRAY(Text))),
    )


@statement
def _write_expectations() -> Executable:
    rows = rows_of("expectations", {"value": Text(), "expectation": Text()})
    made = upsert(behaviour_expectations).from_select(
        ["tenant_id", "plan_id", "value", "expectation"],
        select(_TENANT, _ID, rows.c.value, rows.c.expectation),
    )
    return made.on_conflict_do_update(
        index_elements=["tenant_id", "plan_id", "value"],
        set_={"expectation": made.excluded.expectation},
    )
