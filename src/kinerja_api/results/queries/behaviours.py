"""Reads of behaviour ratings.

The superior, the heads above and the agency see them. The employee sees his own with the
decided evaluation, which lies above this domain and asks for them with ``list_ratings``.
"""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.seen import see_employee
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.planning.rules import BehaviourValue
from kinerja_api.results.schemas import BehaviourRatingOut, BehavioursOut
from kinerja_api.results.tables import behaviour_ratings

_ORDER = list(BehaviourValue)


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
    query = (
        select(ratings.value, ratings.rating, ratings.note, ratings.rated_by_id, ratings.updated_at)
        .where(
            ratings.tenant_id == bindparam("tenant_id", type_=Uuid),
            ratings.period_id == bindparam("period_id", type_=Uuid),
            ratings.employee_id == bindparam("employee_id", type_=Uuid),
        )
        .order_by(ratings.value)
    )
    return query.with_for_update() if lock else query
