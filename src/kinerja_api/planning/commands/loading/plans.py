"""The file of plans: one row per indicator, set-based from the first statement to the last."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.commands.loading.given import fault_select, put_given, tell_loaded
from kinerja_api.organisation.queries.scope import superior_of
from kinerja_api.organisation.rules import PlacementKind, RowFault
from kinerja_api.organisation.tables import employees, placements, unit_closure
from kinerja_api.planning.commands.loading.faults import own_faults
from kinerja_api.planning.commands.loading.given import RESOLVED, ROW, day_of, in_year, target_above
from kinerja_api.planning.commands.loading.given import given_plans as _given
from kinerja_api.planning.commands.loading.writing import write_given
from kinerja_api.planning.commands.periods import hold_years
from kinerja_api.planning.errors import PeriodClosed
from kinerja_api.planning.rules import IN_FORCE, UNDER_REVISION, PeriodStatus, PlanRow, PlanStatus
from kinerja_api.planning.tables import (
    goals,
    indicator_targets,
    indicators,
    periods,
    plans,
    targets,
)

_TENANT = bindparam("tenant_id", type_=Uuid)


async def load_plans(writing: Writing, rows: Sequence[PlanRow]) -> list[RowFault]:
    """Create and change plans with their targets.

    Return what is wrong; the caller then takes back what was written. Whether a row changes a
    plan that takes no change from a file is known only when it is written.
    """
    faults = own_faults(rows)
    if faults:
        return faults
    records = [tuple(getattr(row, name) for name in ROW) for row in rows]
    await put_given(writing, _given, _with_ids(rows, records))
    closed = await hold_years(writing, {row.year for row in rows})
    await writing.execute(_resolve())
    await writing.execute(_resolve_goals())
    faults = await writing.rows(_faults(), RowFault)
    if faults:
        return faults
    changed = await write_given(writing)
    faults = await writing.rows(
        _changed_faults(), RowFault, plan_ids=list(changed), years=sorted(closed)
    )
    if not faults:
        tell_loaded(writing, "plans", records, changed=len(changed))
    return faults


def _with_ids(
    rows: Sequence[PlanRow], records: Sequence[tuple[object, ...]]
) -> list[tuple[object, ...]]:
    """Return the records with the ids their plan, target and indicator get if they are new."""
    made: dict[tuple[object, ...], UUID] = {}

    def of(*key: object) -> UUID:
        return made.setdefault(key, new_id())

    return [
        (
            row.line,
            new_id(),
            of(row.person_ref, row.year),
            of(row.person_ref, row.year, row.target_no),
            *record,
            *(None for _ in RESOLVED),
        )
        for row, record in zip(rows, records, strict=True)
    ]


@statement
def _resolve() -> Executable:
    """Find employee, placement (definitive before acting, the latest) and superior of each plan."""
    first, last = day_of(_given.c.year, 1, 1), day_of(_given.c.year, 12, 31)
    chosen = (
        select(
            _given.c.person_ref,
            _given.c.year,
            placements.c.employee_id,
            placements.c.id.label("placement_id"),
            placements.c.unit_id,
            func.greatest(first, placements.c.starts_on).label("day"),
        )
        .ext(distinct_on(_given.c.person_ref, _given.c.year))
        .join_from(
            _given,
            employees,
            and_(employees.c.tenant_id == _TENANT, employees.c.ref == _given.c.person_ref),
        )
        .join(
            placements,
            and_(placements.c.tenant_id == _TENANT, placements.c.employee_id == employees.c.id),
        )
        .where(
            placements.c.starts_on <= last,
            or_(placements.c.ends_on.is_(None), placements.c.ends_on >= first),
        )
        .order_by(
            _given.c.person_ref,
            _given.c.year,
            placements.c.kind != PlacementKind.DEFINITIVE,
            placements.c.starts_on.desc(),
            placements.c.id,
        )
        .cte("chosen")
    )
    found = (
        select(chosen, superior_of(chosen.c.employee_id, chosen.c.day).label("superior_id"))
        .cte("found")
        .prefix_with("MATERIALIZED")  # or the superior is looked up for each row of a plan
    )
    return (
        update(_given)
        .where(_given.c.person_ref == found.c.person_ref, _given.c.year == found.c.year)
        .values({name: found.c[name] for name in RESOLVED if name != "goal_id"})
    )


@statement
def _resolve_goals() -> Executable:
    """Find the goal that a row names: one of the year, of the plan's unit or one above."""
    return (
        update(_given)
        .where(
            goals.c.tenant_id == _TENANT,
            goals.c.year == _given.c.year,
            goals.c.code == _given.c.goal_code,
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.descendant_id == _given.c.unit_id,
            unit_closure.c.ancestor_id == goals.c.unit_id,
        )
        .values(goal_id=goals.c.id)
    )


@statement
def _faults() -> Executable:
    other = _given.alias("other")
    is_person = exists().where(
        employees.c.tenant_id == _TENANT, employees.c.ref == _given.c.person_ref
    )
    is_given = exists().where(
        other.c.employee_id == _given.c.superior_id,
        other.c.year == _given.c.year,
        other.c.target_no == _given.c.superior_target_no,
    )
    found = union_all(
        fault_select(_given, "person_ref", "unknown_reference").where(~is_person),
        fault_select(_given, "person_ref", "placement_missing").where(
            is_person, _given.c.placement_id.is_(None)
        ),
        fault_select(_given, "period_kind", "periods_missing").where(
            _given.c.period_kind.is_not(None),
            ~exists().where(in_year(periods), periods.c.kind == _given.c.period_kind),
        ),
        fault_select(_given, "superior_target_no", "superior_target_unknown").where(
            _given.c.superior_target_no.is_not(None),
            _given.c.placement_id.is_not(None),
            ~is_given,
            target_above().is_(None),
        ),
        fault_select(_given, "goal_code", "unknown_reference").where(
            _given.c.goal_code.is_not(None),
            _given.c.placement_id.is_not(None),
            _given.c.goal_id.is_(None),
        ),
        _in_force("status", "plan_in_force").where(_given.c.status != PlanStatus.APPROVED),
        _in_force("approach", "approach_in_force").where(_given.c.approach != plans.c.approach),
        *[_fixed(column) for column in ("unit", "direction")],
    ).subquery()
    return select(found).order_by(found.c.line, found.c.column)


def _in_force(column: str, code: str) -> Rows:
    """Select a fault for each row whose plan is there and was approved."""
    return (
        fault_select(_given, column, code)
        .join(
            plans,
            and_(plans.c.placement_id == _given.c.placement_id, plans.c.year == _given.c.year),
        )
        .where(plans.c.tenant_id == _TENANT, plans.c.status.in_(IN_FORCE))
    )


def _fixed(column: str) -> Rows:
    """Select a fault for each row that would give the numbers of a closed period another sense."""
    return (
        _in_force(column, "closed_period_changed")
        .join(
            targets,
            and_(
                targets.c.tenant_id == _TENANT,
                targets.c.plan_id == plans.c.id,
                targets.c.number == _given.c.target_no,
            ),
        )
        .join(
            indicators,
            and_(
                indicators.c.tenant_id == _TENANT,
                indicators.c.target_id == targets.c.id,
                indicators.c.number == _given.c.indicator_no,
            ),
        )
        .where(
            indicators.c[column] != _given.c[column],
            exists().where(
                indicator_targets.c.tenant_id == _TENANT,
                indicator_targets.c.indicator_id == indicators.c.id,
                periods.c.tenant_id == _TENANT,
                periods.c.id == indicator_targets.c.period_id,
                periods.c.status == PeriodStatus.CLOSED,
            ),
        )
    )


@statement
def _changed_faults() -> Executable:
    """Name the rows of plans that were changed and take no change: closed, or under revision."""
    is_closed = plans.c.year == func.any(bindparam("years", type_=ARRAY(Integer)))
    is_revised = plans.c.status.in_(UNDER_REVISION)
    return (
        select(
            _given.c.line,
            literal("person_ref").label("column"),
            case((is_closed, PeriodClosed.code), else_="plan_under_revision").label("code"),
        )
        .join_from(_given, plans, plans.c.id == _given.c.plan_id)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id == func.any(bindparam("plan_ids", type_=ARRAY(Uuid))),
            or_(is_closed, is_revised),
        )
        .order_by(_given.c.line)
    )
