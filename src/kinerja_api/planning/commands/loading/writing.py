"""Writing the given plans once they are known to be right.

Plans are found by placement and year, targets and indicators by their numbers. What the file
does not name stays; the targets of a named indicator in open periods become those of the file,
those in closed periods stay. A plan in force stays in force.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    DateTime,
    FromClause,
    Table,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.planning.commands.loading.given import given_plans as _given
from kinerja_api.planning.commands.loading.given import in_year, target_above
from kinerja_api.planning.rules import IN_FORCE, PeriodStatus, PlanStatus
from kinerja_api.planning.tables import indicator_targets, indicators, periods, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)


class _Changed(TypedDict):
    plan_id: UUID


async def write_given(writing: Writing) -> set[UUID]:
    """Write all rows; return the plans that changed."""
    now = clock.now()
    await writing.execute(_lock_plans())
    marked = await writing.rows(_upsert_plans(), _Changed, now=now)
    await writing.execute(_take_plan_ids())
    filled = await writing.rows(_upsert_targets(), _Changed)
    await writing.execute(_take_target_ids())
    filled += await writing.rows(_upsert_indicators(), _Changed)
    await writing.execute(_take_indicator_ids())
    filled += await writing.rows(_drop_period_targets(), _Changed)
    filled += await writing.rows(_upsert_period_targets(), _Changed)
    filled += await writing.rows(_link_targets(), _Changed)
    fresh = {row["plan_id"] for row in marked}
    changed = {row["plan_id"] for row in filled}
    await writing.execute(_touch_plans(), plan_ids=list(changed - fresh), now=now)
    return fresh | changed


@statement
def _lock_plans() -> Executable:
    given = select(_given.c.placement_id, _given.c.year)
    return (
        select(plans.c.id)
        .where(plans.c.tenant_id == _TENANT, tuple_(plans.c.placement_id, plans.c.year).in_(given))
        .order_by(plans.c.id)
        .with_for_update()
    )


def _upsert(
    table: Table,
    key: Sequence[str],
    columns: dict[str, ColumnElement[Any]],
    changing: Sequence[str],
    source: FromClause = _given,
) -> Any:  # noqa: ANN401 - an insert
    """Return the insert of distinct given rows by ``key``; rows that differ are changed."""
    by = [columns[name] for name in key]
    made = insert(table).from_select(
        ["tenant_id", *columns],
        select(_TENANT, *columns.values()).ext(distinct_on(*by)).select_from(source).order_by(*by),
    )
    old = tuple_(*[table.c[name] for name in changing])
    new = tuple_(*[made.excluded[name] for name in changing])
    return made.on_conflict_do_update(
        index_elements=["tenant_id", *key],
        set_={name: made.excluded[name] for name in changing},
        where=old.is_distinct_from(new),
    )


@statement
def _upsert_plans() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    sent = case((_given.c.status != PlanStatus.DRAFT, now))
    decided = case((_given.c.status.in_([PlanStatus.APPROVED, PlanStatus.RETURNED]), now))
    columns: dict[str, ColumnElement[Any]] = {
        **{
            name: _given.c[name]
            for name in ("employee_id", "placement_id", "unit_id", "year", "approach", "status")
        },
        "id": _given.c.plan_id,
        "submitted_at": sent,
        "decided_at": decided,
        "created_at": now,
        "updated_at": now,
    }
    made = insert(plans).from_select(
        ["tenant_id", *columns],
        select(_TENANT, *columns.values())
        .ext(distinct_on(_given.c.placement_id, _given.c.year))
        .order_by(_given.c.placement_id, _given.c.year),
    )
    new = made.excluded
    status = case((plans.c.status.in_(IN_FORCE), plans.c.status), else_=new.status)
    changed = made.on_conflict_do_update(
        constraint="plans_placement_year_key",
        set_={
            "approach": new.approach,
            "status": status,
            "submitted_at": func.coalesce(plans.c.submitted_at, new.submitted_at),
            "decided_at": new.decided_at,
            "updated_at": new.updated_at,
            "version": plans.c.version + 1,
        },
        where=tuple_(plans.c.approach, plans.c.status).is_distinct_from(
            tuple_(new.approach, status)
        ),
    )
    return changed.returning(plans.c.id.label("plan_id"))


@statement
def _take_plan_ids() -> Executable:
    return (
        update(_given)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.placement_id == _given.c.placement_id,
            plans.c.year == _given.c.year,
        )
        .values(plan_id=plans.c.id)
    )


@statement
def _upsert_targets() -> Executable:
    columns: dict[str, ColumnElement[Any]] = {
        "id": _given.c.target_id,
        "plan_id": _given.c.plan_id,
        "number": _given.c.target_no,
        "kind": _given.c.target_kind,
        "title": _given.c.target_title,
        "weight_percent": _given.c.target_weight,
    }
    changing = ("kind", "title", "weight_percent")
    return _upsert(targets, ("plan_id", "number"), columns, changing).returning(targets.c.plan_id)


@statement
def _take_target_ids() -> Executable:
    return (
        update(_given)
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.plan_id == _given.c.plan_id,
            targets.c.number == _given.c.target_no,
        )
        .values(target_id=targets.c.id)
    )


@statement
def _upsert_indicators() -> Executable:
    columns: dict[str, ColumnElement[Any]] = {
        "id": _given.c.id,
        "plan_id": _given.c.plan_id,
        "target_id": _given.c.target_id,
        "employee_id": _given.c.employee_id,
        "number": _given.c.indicator_no,
        "title": _given.c.indicator_title,
        "weight_percent": _given.c.weight,
        "annual_low": _given.c.annual_target_low,
        "annual_high": _given.c.annual_target_high,
        **{
            name: _given.c[name]
            for name in ("aspect", "unit", "direction", "accumulation", "source")
        },
        "source_scope": null(),
        "source_service_id": cast(null(), Uuid),
    }
    fixed = ("id", "plan_id", "target_id", "employee_id", "number")
    changing = [name for name in columns if name not in fixed]
    made = _upsert(indicators, ("target_id", "number"), columns, changing)
    return made.returning(indicators.c.plan_id)


@statement
def _take_indicator_ids() -> Executable:
    return (
        update(_given)
        .where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.target_id == _given.c.target_id,
            indicators.c.number == _given.c.indicator_no,
        )
        .values(id=indicators.c.id)
    )


@statement
def _drop_period_targets() -> Executable:
    """Remove the targets that an indicator of the file has in open periods of other kinds."""
    gone = (
        delete(indicator_targets)
        .where(
            indicator_targets.c.tenant_id == _TENANT,
            indicator_targets.c.indicator_id == _given.c.id,
            periods.c.tenant_id == _TENANT,
            periods.c.id == indicator_targets.c.period_id,
            periods.c.status == PeriodStatus.OPEN,
            periods.c.kind.is_distinct_from(_given.c.period_kind),
        )
        .returning(indicator_targets.c.indicator_id)
    )
    return _plans_behind(gone.cte("gone"))


@statement
def _upsert_period_targets() -> Executable:
    columns: dict[str, ColumnElement[Any]] = {
        "period_id": periods.c.id,
        "indicator_id": _given.c.id,
        "low": _given.c.period_target_low,
        "high": _given.c.period_target_high,
    }
    made = _upsert(
        indicator_targets,
        ("period_id", "indicator_id"),
        columns,
        ("low", "high"),
        _given.join(
            periods,
            and_(
                in_year(periods),
                periods.c.kind == _given.c.period_kind,
                periods.c.status == PeriodStatus.OPEN,
            ),
        ),
    )
    return _plans_behind(made.returning(indicator_targets.c.indicator_id).cte("made"))


def _plans_behind(effect: CTE) -> Executable:
    return (
        select(_given.c.plan_id)
        .distinct()
        .join_from(_given, effect, effect.c.indicator_id == _given.c.id)
    )


@statement
def _link_targets() -> Executable:
    named = (
        select(_given.c.target_id, target_above().label("above_id"), _given.c.goal_id)
        .ext(distinct_on(_given.c.target_id))
        .order_by(_given.c.target_id)
        .subquery("named")
    )
    return (
        update(targets)
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.id == named.c.target_id,
            tuple_(targets.c.superior_target_id, targets.c.goal_id).is_distinct_from(
                tuple_(named.c.above_id, named.c.goal_id)
            ),
        )
        .values(superior_target_id=named.c.above_id, goal_id=named.c.goal_id)
        .returning(targets.c.plan_id)
    )


@statement
def _touch_plans() -> Executable:
    return (
        update(plans)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id == func.any(bindparam("plan_ids", type_=ARRAY(Uuid))),
        )
        .values(
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=plans.c.version + 1,
        )
    )
