"""Reads of indicators, for their results: one in a period, or over all periods of its year."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Integer, Uuid, and_, bindparam, extract, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.rules import Accumulation
from kinerja_api.planning.tables import indicator_targets, indicators, periods, plans, targets
from kinerja_api.results.rules import ResultStatus, accumulated
from kinerja_api.results.schemas import IndicatorProgressOut, PeriodProgress
from kinerja_api.results.tables import derived_figures, indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class SeenIndicator:
    """An indicator of a plan, and what a result of it in a period needs."""

    plan_id: UUID
    employee_id: UUID
    unit_id: UUID
    source: str
    source_scope: str | None
    source_service_id: UUID | None
    is_qualitative: bool
    plan_status: str
    plan_year: int
    period_year: int
    is_own: bool
    is_superior: bool


@statement
def _indicator(*, reach: Reach) -> Executable:
    return (
        select(
            plans.c.id.label("plan_id"),
            plans.c.employee_id,
            plans.c.unit_id,
            indicators.c.source,
            indicators.c.source_scope,
            indicators.c.source_service_id,
            indicators.c.direction.is_(None).label("is_qualitative"),
            plans.c.status.label("plan_status"),
            plans.c.year.label("plan_year"),
            sql_cast(extract("year", periods.c.starts_on), Integer).label("period_year"),
            is_me(plans.c.employee_id).label("is_own"),
            is_my_subordinate(plans.c.employee_id).label("is_superior"),
        )
        .join_from(
            indicators,
            plans,
            and_(plans.c.tenant_id == indicators.c.tenant_id, plans.c.id == indicators.c.plan_id),
        )
        .join(periods, periods.c.tenant_id == indicators.c.tenant_id)
        .where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.id == bindparam("indicator_id", type_=Uuid),
            periods.c.id == bindparam("period_id", type_=Uuid),
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
        .with_for_update(read=True, of=plans)
    )


async def see_indicator_for_share(
    writing: Writing, actor: Actor, indicator_id: UUID, period_id: UUID
) -> SeenIndicator:
    """Return the indicator for a result of the period; its plan stays as it is until the commit.

    ResourceNotFound if either is absent or not the actor's to see.
    """
    seen = await writing.row(
        _indicator(reach=reach(actor, Permission.RESULTS_READ)),
        SeenIndicator,
        indicator_id=indicator_id,
        period_id=period_id,
        **scope_values(actor, Permission.RESULTS_READ),
    )
    if seen is None:
        raise ResourceNotFound
    return seen


async def get_progress(reading: Reading, actor: Actor, indicator_id: UUID) -> IndicatorProgressOut:
    """Return the indicator with all periods of its year, months first; ResourceNotFound."""
    permission = Permission.RESULTS_READ
    found = await reading.row(
        _progress(reach=reach(actor, permission)),
        dict[str, Any],
        indicator_id=indicator_id,
        **scope_values(actor, permission),
    )
    if found is None:
        raise ResourceNotFound
    rows = await reading.rows(
        _periods_of_year(), dict[str, Any], indicator_id=indicator_id, year=found["year"]
    )
    return IndicatorProgressOut(**found, periods=_with_sums(rows, found["accumulation"]))


def _with_sums(rows: Sequence[dict[str, Any]], how: str | None) -> list[PeriodProgress]:
    """Return the periods with what the results of their kind come to so far."""
    told: list[PeriodProgress] = []
    for _, kind in groupby(rows, key=lambda row: row["period_kind"]):
        same = list(kind)
        counts = [None if row["status"] == ResultStatus.RETURNED else row["value"] for row in same]
        sums = accumulated(counts, Accumulation(how)) if how else counts
        told += [
            PeriodProgress(**row, accumulated=sum_) for row, sum_ in zip(same, sums, strict=True)
        ]
    return told


@statement
def _progress(*, reach: Reach) -> Executable:
    own = indicators.c
    return (
        select(
            own.id.label("indicator_id"),
            own.title.label("indicator_title"),
            own.unit.label("indicator_unit"),
            own.direction,
            own.accumulation,
            own.source,
            own.source_scope,
            own.source_service_id,
            own.annual_low,
            own.annual_high,
            own.target_id,
            targets.c.title.label("target_title"),
            own.plan_id,
            plans.c.year,
            plans.c.employee_id,
            employees.c.name.label("employee_name"),
        )
        .join_from(indicators, targets, _of(targets, own.target_id))
        .join(plans, _of(plans, own.plan_id))
        .join(employees, _of(employees, plans.c.employee_id))
        .where(
            own.tenant_id == _TENANT,
            own.id == bindparam("indicator_id", type_=Uuid),
            in_scope(plans.c.employee_id, plans.c.unit_id, reach=reach),
        )
    )


def _of(table: FromClause, key: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(table.c.tenant_id == _TENANT, table.c.id == key)


@statement
def _periods_of_year() -> Executable:
    period, result = periods.c, indicator_results.c
    indicator_id = bindparam("indicator_id", type_=Uuid)
    first = func.make_date(bindparam("year", type_=Integer), 1, 1)
    last = func.make_date(bindparam("year", type_=Integer), 12, 31)
    of_target = and_(
        indicator_targets.c.tenant_id == _TENANT,
        indicator_targets.c.period_id == period.id,
        indicator_targets.c.indicator_id == indicator_id,
    )
    of_result = and_(
        result.tenant_id == _TENANT,
        result.period_id == period.id,
        result.indicator_id == indicator_id,
    )
    return (
        select(
            period.id.label("period_id"),
            period.code.label("period_code"),
            period.kind.label("period_kind"),
            period.starts_on,
            period.ends_on,
            period.status.label("period_status"),
            indicator_targets.c.low.label("target_low"),
            indicator_targets.c.high.label("target_high"),
            result.id.label("result_id"),
            result.value,
            result.note,
            result.source,
            result.status,
            derived_figures.c.sample,
            derived_figures.c.minimum,
        )
        .outerjoin_from(periods, indicator_targets, of_target)
        .outerjoin(indicator_results, of_result)
        .outerjoin(derived_figures, _of(derived_figures, result.figure_id))
        .where(period.tenant_id == _TENANT, period.starts_on >= first, period.ends_on <= last)
        .order_by(period.kind, period.starts_on)
    )
