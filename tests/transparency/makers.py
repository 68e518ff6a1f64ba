"""Published reports and final evaluations for the tests of this folder."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.scoring.tables import closings
from tests.contract.rows import OVERRIDES
from tests.factories.complaints import new_report
from tests.factories.world import World, put

RECEIVED = dt.datetime(2025, 3, 9, 20, 30, 15, tzinfo=dt.UTC)  # the 10th in Jakarta
PUBLISHED = dt.datetime(2025, 3, 11, 3, 4, 5, tzinfo=dt.UTC)


async def new_published(
    world: World, *, published_at: dt.datetime = PUBLISHED, **values: Any
) -> UUID:
    """Create a published report, received in 2025."""
    given: dict[str, Any] = {
        "received_at": RECEIVED, "public_title": "Lampu padam", "public_body": "Sejak Senin.",
        "published_at": published_at, **values,
    }  # fmt: skip
    return await new_report(world, **given)


async def evaluate(
    world: World, period_id: UUID, unit: UUID, counts: Mapping[str, int], *, status: str = "final"
) -> None:
    """Give so many new people of the unit each predicate."""
    now, closing_id = clock.now(), new_id()
    people = await world.newcomers(sum(counts.values()))
    predicates = [name for name, count in counts.items() for _ in range(count)]
    world.derives = False
    row = OVERRIDES["closings"]
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, closings, tenant_id=world.tenant_id, id=closing_id, period_id=period_id,
            number=closing_id.int % 2**31, status="reopened", rule_set=row["rule_set"],
            policy=json.loads(row["policy"]), job_id=new_id(), created_at=now, updated_at=now,
        )  # fmt: skip
        for employee_id, predicate in zip(people, predicates, strict=True):
            await put(
                writing, evaluations, tenant_id=world.tenant_id, id=new_id(),
                period_id=period_id, closing_id=closing_id, employee_id=employee_id,
                unit_id=unit, status=status, predicate=predicate, created_at=now,
                updated_at=now,
            )  # fmt: skip
