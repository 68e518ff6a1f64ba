"""What the entering of logs rests on: periods, placements, targets, read for many at once."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.activities.commands.ledgers import DayKey, day_keys, key_lists
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import placement_on
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.rules import IN_FORCE, PeriodStatus
from kinerja_api.planning.tables import indicators, periods, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)

LinkKey = tuple[UUID, UUID | None, UUID, int]
"""Target, indicator or none, employee and year of a plan in force."""


@dataclass(frozen=True, slots=True)
class _Placed:
    employee_id: UUID
    work_date: dt.date
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class _Link:
    target_id: UUID
    indicator_id: UUID | None
    employee_id: UUID
    year: int


@dataclass(frozen=True, slots=True)
class HeldPeriod:
    """A period that cannot change before the commit."""

    starts_on: dt.date
    ends_on: dt.date
    status: str


async def hold_periods(writing: Writing, days: Iterable[dt.date]) -> Sequence[HeldPeriod]:
    """Hold all periods around the days to the end of the transaction; return the closed ones."""
    known = list(days)
    held = await writing.rows(
        _hold_periods(), HeldPeriod, first_day=min(known), last_day=max(known)
    )
    return [period for period in held if period.status == PeriodStatus.CLOSED]


def is_closed(closed: Sequence[HeldPeriod], day: dt.date) -> bool:
    """Return whether one of the closed periods contains the day."""
    return any(period.starts_on <= day <= period.ends_on for period in closed)


async def find_units(writing: Writing, days: Iterable[DayKey]) -> Mapping[DayKey, UUID]:
    """Return in which unit each employee was placed on each day; absent: nowhere."""
    rows = await writing.rows(_placed(), _Placed, **key_lists(days))
    return {(row.employee_id, row.work_date): row.unit_id for row in rows}


async def check_links(
    writing: Writing, key: DayKey, target_id: UUID | None, indicator_id: UUID | None
) -> None:
    """Raise UnknownReference unless both are of the employee's plan in force of that year."""
    if target_id is None:
        return
    links = await find_links(writing, [target_id])
    problem = unlinked(links, key, target_id, indicator_id)
    if problem is not None:
        raise problem


async def find_links(writing: Writing, target_ids: Sequence[UUID]) -> set[LinkKey]:
    """Return what can be linked of these targets, each with and without its indicators."""
    await writing.execute(_hold_plans(), target_ids=target_ids)
    rows = await writing.rows(_links(), _Link, target_ids=target_ids)
    with_indicator = {(row.target_id, row.indicator_id, row.employee_id, row.year) for row in rows}
    return with_indicator | {(row.target_id, None, row.employee_id, row.year) for row in rows}


def unlinked(
    links: set[LinkKey], key: DayKey, target_id: UUID, indicator_id: UUID | None
) -> Problem | None:
    """Return why a log of that employee and day cannot name the target and indicator, or None."""
    employee_id, work_date = key
    if (target_id, None, employee_id, work_date.year) not in links:
        return UnknownReference.at("/target_id")
    if (target_id, indicator_id, employee_id, work_date.year) not in links:
        return UnknownReference.at("/indicator_id")
    return None


@statement
def _hold_periods() -> Executable:
    return (
        select(periods.c.starts_on, periods.c.ends_on, periods.c.status)
        .where(
            periods.c.tenant_id == _TENANT,
            periods.c.starts_on <= bindparam("last_day", type_=Date),
            periods.c.ends_on >= bindparam("first_day", type_=Date),
        )
        .order_by(periods.c.id)
        .with_for_update(read=True)
    )


@statement
def _placed() -> Executable:
    days = day_keys()
    found = (
        placement_on(placements, days.c.employee_id, days.c.work_date)
        .with_only_columns(placements.c.unit_id)
        .lateral("placed")
    )
    return select(days.c.employee_id, days.c.work_date, found.c.unit_id).select_from(
        days.join(found, true())
    )


@statement
def _hold_plans() -> Executable:
    """Hold the plans of the targets, so that no revision removes one before the logs are in."""
    return (
        select(plans.c.id)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.id.in_(
                select(targets.c.plan_id).where(
                    targets.c.tenant_id == _TENANT,
                    targets.c.id == func.any(bindparam("target_ids", type_=ARRAY(Uuid))),
                )
            ),
        )
        .order_by(plans.c.id)
        .with_for_update(read=True, key_share=True)
    )


@statement
def _links() -> Executable:
    return (
        select(
            targets.c.id.label("target_id"),
            indicators.c.id.label("indicator_id"),
            plans.c.employee_id,
            plans.c.year,
        )
        .join_from(
            targets,
            plans,
            and_(plans.c.tenant_id == targets.c.tenant_id, plans.c.id == targets.c.plan_id),
        )
        .outerjoin(
            indicators,
            and_(
                indicators.c.tenant_id == targets.c.tenant_id,
                indicators.c.target_id == targets.c.id,
            ),
        )
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.id == func.any(bindparam("target_ids", type_=ARRAY(Uuid))),
            plans.c.status.in_(IN_FORCE),
        )
    )
