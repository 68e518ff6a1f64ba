"""The one way a content gets into the tables.

It is set whole, in two statements however many rows it has: one removes what is gone and moves
the numbers of the rest out of the way, one writes all rows. Kept ids are changed in place, so
what refers to them stays right.
"""

from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Table as SqlTable
from sqlalchemy import Text, Uuid, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.planning.errors import TargetInUse
from kinerja_api.planning.queries.plans import LockedPlan
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.schemas.content import TargetOut
from kinerja_api.planning.tables import (
    behaviour_expectations,
    indicator_targets,
    indicators,
    targets,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)


async def write_targets(writing: Writing, plan: LockedPlan, content: list[TargetOut]) -> None:
    """Make the plan's targets those of the content; TargetInUse."""
    parts = [(target["id"], part) for target in content for part in target["indicators"]]
    measures = [{**part, "target_id": target_id} for target_id, part in parts]
    wanted = [
        {**bounds, "indicator_id": part["id"]}
        for _, part in parts
        for bounds in part["period_targets"]
    ]
    try:
        await writing.execute(
            _make_room(),
            id=plan["id"],
            target_ids=[UUID(str(target["id"])) for target in content],
            indicator_ids=[UUID(str(part["id"])) for _, part in parts],
        )
    except asyncpg.ForeignKeyViolationError as error:
        raise TargetInUse from error
    await writing.execute(
        _write(), id=plan["id"], employee_id=plan["employee_id"], targets=content,
        indicators=measures, period_targets=wanted,
    )  # fmt: skip


async def write_expectations(writing: Writing, plan_id: UUID, expected: dict[str, str]) -> None:
    """Make the superior's special expectations of the plan those given, by value."""
    rows = [{"value": value, "expectation": text} for value, text in expected.items()]
    await writing.execute(_drop_expectations(), id=plan_id, values=list(expected))
    await writing.execute(_write_expectations(), id=plan_id, expectations=rows)


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


_TARGET = (
    "id", "number", "kind", "title", "weight_percent", "superior_target_id", "cascading", "goal_id",
)  # fmt: skip
_INDICATOR = (
    "id", "target_id", "number", "aspect", "title", "unit", "direction", "weight_percent",
    "annual_low", "annual_high", "accumulation", "source", "source_scope", "source_service_id",
)  # fmt: skip
_PERIOD_TARGET = ("indicator_id", "period_id", "low", "high")


@statement
def _write() -> Executable:
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
