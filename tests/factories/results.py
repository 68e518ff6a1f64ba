"""Results and behaviour ratings to test with, written directly."""

from decimal import Decimal
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.planning.rules import BehaviourValue, Source
from kinerja_api.results.rules import Rating, ResultStatus
from kinerja_api.results.tables import behaviour_ratings, indicator_results
from tests.factories.world import Person, World, put


async def result(
    world: World,
    person: Person,
    indicator_id: UUID,
    period_id: UUID,
    *,
    value: str = "10.00",
    status: str = ResultStatus.ENTERED,
    source: str = Source.ENTERED,
    by: Person | None = None,
) -> UUID:
    """Create the result of an indicator in a period."""
    result_id, now = new_id(), clock.now()
    is_decided = status != ResultStatus.ENTERED
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, indicator_results, tenant_id=world.tenant_id, id=result_id,
            indicator_id=indicator_id, period_id=period_id, employee_id=person.employee_id,
            unit_id=person.unit_id, value=Decimal(value), source=source, status=status,
            decided_by_id=by.employee_id if by else None,
            decided_at=now if is_decided else None, created_at=now, updated_at=now,
        )  # fmt: skip
    return result_id


async def behaviour(
    world: World,
    person: Person,
    period_id: UUID,
    *,
    by: Person,
    ratings: dict[str, str] | None = None,
) -> None:
    """Rate a person's behaviour: the values given, or all seven as expected."""
    now = clock.now()
    given = ratings or dict.fromkeys(BehaviourValue, Rating.SESUAI)
    async with world.database.write(world.tenant_id) as writing:
        for value, rating in given.items():
            await put(
                writing, behaviour_ratings, tenant_id=world.tenant_id,
                employee_id=person.employee_id, period_id=period_id, value=value, rating=rating,
                note="Terlihat dalam pelayanan.", rated_by_id=by.employee_id, created_at=now,
                updated_at=now,
            )  # fmt: skip
