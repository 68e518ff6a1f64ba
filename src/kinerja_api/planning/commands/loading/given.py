"""The given rows of a file of plans, and what of the database belongs to one."""

from typing import Any

from sqlalchemy import (
    Column,
    FromClause,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.organisation.commands.loading.given import given_table
from kinerja_api.planning.tables import plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)
_NUMBER = Numeric(14, 2)
ROW = {
    "person_ref": Text, "year": Integer, "approach": Text, "target_no": Integer,
    "target_kind": Text, "target_title": Text, "target_weight": _NUMBER,
    "superior_target_no": Integer, "goal_code": Text, "indicator_no": Integer, "aspect": Text,
    "indicator_title": Text, "unit": Text, "direction": Text, "weight": _NUMBER,
    "annual_target_low": _NUMBER, "annual_target_high": _NUMBER, "accumulation": Text,
    "period_kind": Text, "period_target_low": _NUMBER, "period_target_high": _NUMBER,
    "status": Text, "source": Text,
}  # fmt: skip
RESOLVED = ("employee_id", "placement_id", "unit_id", "superior_id", "goal_id")
given_plans = given_table(
    "given_plans",
    Column("plan_id", Uuid),
    Column("target_id", Uuid),
    *[Column(name, kind) for name, kind in ROW.items()],
    *[Column(name, Uuid) for name in RESOLVED],
)


def day_of(year: ColumnElement[Any], month: int, day: int) -> ColumnElement[Any]:
    """Return the day of the year as SQL."""
    return func.make_date(year, literal_column(str(month)), literal_column(str(day)))


def in_year(period: FromClause) -> ColumnElement[bool]:
    """Return the condition that a period is one of the given row's year."""
    return and_(
        period.c.tenant_id == _TENANT,
        period.c.starts_on.between(
            day_of(given_plans.c.year, 1, 1), day_of(given_plans.c.year, 12, 31)
        ),
    )


def target_above() -> ColumnElement[Any]:
    """Return the id of the superior's target that the given row names, or null."""
    plan, target = plans.alias("plan_above"), targets.alias("target_above")
    return (
        select(target.c.id)
        .join_from(plan, target, and_(target.c.tenant_id == _TENANT, target.c.plan_id == plan.c.id))
        .where(
            plan.c.tenant_id == _TENANT,
            plan.c.employee_id == given_plans.c.superior_id,
            plan.c.year == given_plans.c.year,
            target.c.number == given_plans.c.superior_target_no,
        )
        .order_by(plan.c.id.desc())
        .limit(1)
        .correlate(given_plans)
        .scalar_subquery()
    )
