"""Reads of behaviour ratings.

The superior, the heads above and the agency see them. The employee sees his own with the
decided evaluation, which lies above this domain and asks for them with ``list_ratings``.
"""

from typing import Any, cast
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import placement_on, scope_values
from kinerja_api.organisation.queries.seen import see_employee
from kinerja_api.organisation.queries.subordinates import direct_subordinates
from kinerja_api.organisation.tables import employees, placements, units
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.planning.tables import periods
from kinerja_api.results.schemas import (
    BehaviourListParams,
    BehaviourProgressOut,
    BehaviourRatingOut,
    BehavioursOut,
)
from kinerja_api.results.tables import behaviour_ratings

_ORDER = list(BehaviourValue)
_TENANT = bindparam("tenant_id", type_=Uuid)
_BY_NAME = Sort((("employee_name", employees.c.name), ("employee_id", employees.c.id)))


async def get_behaviours(
    reading: Reading, actor: Actor, employee_id: UUID, period_id: UUID
) -> BehavioursOut:
    """Return an employee's ratings; ResourceNotFound. One's own are withheld (``is_shown``)."""
    seen = await see_employee(reading, actor, employee_id, Permission.BEHAVIOURS_READ)
    await get_period(reading, period_id)
    return BehavioursOut(
        employee_id=employee_id,
        period_id=period_id,
        is_shown=not seen.is_own,
        ratings=[] if seen.is_own else await list_ratings(reading, employee_id, period_id),
        allowed_actions=["rate"] if seen.is_superior else [],
    )


async def list_ratings(
    reading: Reading, employee_id: UUID, period_id: UUID
) -> list[BehaviourRatingOut]:
    """Return the ratings in the legal order, whoever asks: the caller decides who sees them."""
    return await _ratings(reading, employee_id, period_id, lock=False)


async def list_ratings_for_update(
    writing: Writing, employee_id: UUID, period_id: UUID
) -> list[BehaviourRatingOut]:
    """Return the ratings, locked to the end of the transaction."""
    return await _ratings(writing, employee_id, period_id, lock=True)


async def _ratings(
    reading: Reading, employee_id: UUID, period_id: UUID, *, lock: bool
) -> list[BehaviourRatingOut]:
    rows = await reading.rows(
        _ratings_statement(lock=lock),
        BehaviourRatingOut,
        employee_id=employee_id,
        period_id=period_id,
    )
    return sorted(rows, key=lambda row: _ORDER.index(BehaviourValue(row["value"])))


@statement
def _ratings_statement(*, lock: bool) -> Executable:
    ratings = behaviour_ratings.c
    of_rater = and_(
        employees.c.tenant_id == ratings.tenant_id, employees.c.id == ratings.rated_by_id
    )
    query = (
        select(
            ratings.value,
            ratings.rating,
            ratings.note,
            ratings.rated_by_id,
            employees.c.name.label("rated_by_name"),
            ratings.updated_at,
        )
        .join_from(behaviour_ratings, employees, of_rater)
        .where(
            ratings.tenant_id == bindparam("tenant_id", type_=Uuid),
            ratings.period_id == bindparam("period_id", type_=Uuid),
            ratings.employee_id == bindparam("employee_id", type_=Uuid),
        )
        .order_by(ratings.value)
    )
    return query.with_for_update(of=behaviour_ratings) if lock else query


async def list_behaviour_progress(
    reading: Reading, actor: Actor, params: BehaviourListParams, cursors: Cursors
) -> Page[BehaviourProgressOut]:
    """Return one page of the actor's direct subordinates of today with what is not rated."""
    return await fetch_page(
        reading,
        lambda: _people(missing_only=params.missing is not None),
        _progress_out,
        name="behaviours",
        params=params,
        sort=_BY_NAME,
        cursors=cursors,
        shape_key=(params.missing,),
        values={
            "period_id": params.period_id,
            **scope_values(actor, Permission.BEHAVIOURS_READ),
        },
    )


def _progress_out(*, rated: list[str], **row: Any) -> BehaviourProgressOut:  # noqa: ANN401 - columns of a row
    row["missing_values"] = [str(value) for value in _ORDER if value not in rated]
    return cast("BehaviourProgressOut", row)


def _people(*, missing_only: bool) -> Rows:
    led = direct_subordinates().cte("led").prefix_with("MATERIALIZED")
    today = bindparam("scope_today", type_=Date)
    placed = placement_on(placements.alias("place"), employees.c.id, today).lateral("placed")
    ratings = behaviour_ratings.c
    rated = func.array(
        select(ratings.value)
        .where(
            ratings.tenant_id == _TENANT,
            ratings.period_id == periods.c.id,
            ratings.employee_id == employees.c.id,
        )
        .correlate(periods, employees)
        .scalar_subquery(),
        type_=ARRAY(Text),
    )
    query = (
        select(
            employees.c.id.label("employee_id"),
            employees.c.name.label("employee_name"),
            units.c.id.label("unit_id"),
            units.c.name.label("unit_name"),
            periods.c.id.label("period_id"),
            periods.c.code.label("period_code"),
            rated.label("rated"),
        )
        .join_from(led, employees, employees.c.id == led.c.employee_id)
        .join(placed, true())
        .join(units, and_(units.c.tenant_id == _TENANT, units.c.id == placed.c.unit_id))
        .join(periods, periods.c.tenant_id == _TENANT)
        .where(
            employees.c.tenant_id == _TENANT,
            periods.c.id == bindparam("period_id", type_=Uuid),
        )
    )
    return query.where(func.cardinality(rated) < len(_ORDER)) if missing_only else query
