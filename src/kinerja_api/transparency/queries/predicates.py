"""How the predicates of a unit's people are distributed, from final evaluations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, and_, bindparam, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import statement
from kinerja_api.evaluations.rules import EvaluationStatus
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.tables import unit_closure, units
from kinerja_api.planning.tables import periods
from kinerja_api.scoring.rules import Predicate
from kinerja_api.transparency.queries.kept import Shared
from kinerja_api.transparency.queries.periods import ended_period
from kinerja_api.transparency.queries.units import get_public_unit
from kinerja_api.transparency.rules import Branch, told_distributions
from kinerja_api.transparency.schemas.figures import PredicateDistributionOut, PredicateGroupOut

_TENANT = bindparam("tenant_id", type_=Uuid)
_CODE = bindparam("code", type_=Text)


@statement
def _period() -> Executable:
    return select(periods.c.id).where(periods.c.tenant_id == _TENANT, periods.c.code == _CODE)


@statement
def _branches() -> Executable:
    """Each unit with the counts of its own people, those nearer to the root first."""
    found, own = evaluations.c, evaluations.c.unit_id == units.c.id
    counted = (
        select(found.predicate, func.count().label("people"))
        .where(
            found.tenant_id == _TENANT,
            found.period_id == bindparam("period_id", type_=Uuid),
            own,
            found.status == EvaluationStatus.FINAL,
            found.predicate.is_not(None),
        )
        .group_by(found.predicate)
        .correlate(units)
        .subquery("counted")
    )
    own_counts = select(func.jsonb_object_agg(counted.c.predicate, counted.c.people))
    depth = (
        select(func.max(unit_closure.c.depth, type_=Integer))
        .where(
            and_(unit_closure.c.tenant_id == _TENANT, unit_closure.c.descendant_id == units.c.id)
        )
        .correlate(units)
        .scalar_subquery()
    )
    return (
        select(
            units.c.id.label("unit_id"),
            units.c.parent_id,
            own_counts.scalar_subquery().label("own"),
        )
        .where(units.c.tenant_id == _TENANT)
        .order_by(depth, units.c.code, units.c.id)
    )


async def _make(reading: Reading, period: str) -> Mapping[UUID, Mapping[str, int | None]]:
    period_id = await reading.value(_period(), code=period)
    if period_id is None:
        return {}
    rows = await reading.rows(_branches(), dict[str, Any], period_id=period_id)
    branches = [Branch(row["unit_id"], row["parent_id"], row["own"] or {}) for row in rows]
    return told_distributions(branches, list(Predicate))


_distributions = Shared(_make)


async def get_distribution(
    reading: Reading, unit_id: UUID, period: str, *, today: dt.date
) -> PredicateDistributionOut:
    """Return what is told of the unit; PeriodUnderWay, ResourceNotFound."""
    ended_period(period, today)
    told = (await _distributions.of(reading, period)).get(unit_id)
    unit = await get_public_unit(reading, unit_id)
    if told is None:
        raise ResourceNotFound
    counts = list(told.values())
    known = [count for count in counts if count is not None]
    return PredicateDistributionOut(
        unit_id=unit_id,
        unit_name=unit["name"],
        period=period,
        people=sum(known) if len(known) == len(counts) else None,
        predicates=[PredicateGroupOut(predicate=name, people=told[name]) for name in Predicate],
    )
