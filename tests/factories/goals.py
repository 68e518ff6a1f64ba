"""Goals of units to test with, written directly."""

from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.planning.tables import goals
from tests.factories.world import World, put


async def unit_goal(
    world: World,
    unit: UUID,
    code: str,
    *,
    parent: UUID | None = None,
    year: int | None = None,
    title: str = "Mutu layanan meningkat",
) -> UUID:
    """Create a goal of the unit, this year's unless said otherwise."""
    goal_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, goals, tenant_id=world.tenant_id, id=goal_id, unit_id=unit,
            year=year or world.today.year, code=code, title=title, parent_goal_id=parent,
            created_at=now, updated_at=now,
        )  # fmt: skip
    return goal_id
