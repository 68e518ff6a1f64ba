"""Logs, periods, plans and obstacles as rows, for the domains above."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from kinerja_api.activities.commands.ledgers import keys_of, lock_days, rebuild_days
from kinerja_api.activities.rules import LogStatus, ObstacleStatus, Span
from kinerja_api.activities.tables import activity_logs, month_deltas, obstacles
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.planning.tables import indicators, periods, plans, targets
from tests.factories.world import Person, World, put


async def add_log(
    world: World,
    person: Person,
    *,
    on: dt.date | None = None,
    starts: int = 480,
    ends: int = 540,
    status: str = LogStatus.DRAFT,
    **values: Any,
) -> UUID:
    """Enter a log of the person as a row, with its time in the day's ledger and its sum."""
    log_id, now, day = new_id(), clock.now(), on or world.today
    unit_id = values.pop("unit_id", person.unit_id)
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, activity_logs, tenant_id=world.tenant_id, id=log_id, work_date=day,
            employee_id=person.employee_id, unit_id=unit_id,
            starts_minute=starts, ends_minute=ends,
            description=values.pop("description", "Melayani warga"), status=status,
            submitted_at=values.pop("submitted_at", None if status == LogStatus.DRAFT else now),
            created_at=now, updated_at=now, **values,
        )  # fmt: skip
        await put(
            writing, month_deltas, tenant_id=world.tenant_id, id=new_id(),
            unit_id=unit_id, month=day.replace(day=1), status=status, logs=1,
            minutes=ends - starts,
        )  # fmt: skip
        assert person.employee_id is not None
        keys = keys_of(person.employee_id, Span(starts, ends).parts(day))
        await lock_days(writing, keys)
        await rebuild_days(writing, keys)
    return log_id


async def add_month(world: World, day: dt.date, *, status: str = "open") -> UUID:
    """Create the month that contains the day."""
    first = day.replace(day=1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    period_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, periods, tenant_id=world.tenant_id, id=period_id, code=f"{first:%Y-%m}",
            kind="month", starts_on=first, ends_on=last, status=status, created_at=now,
            updated_at=now,
        )  # fmt: skip
    return period_id


async def add_target(
    world: World, person: Person, *, year: int | None = None, status: str = "approved"
) -> tuple[UUID, UUID]:
    """Create a plan of the person with one target and one indicator; return their ids."""
    plan_id, target_id, indicator_id, now = new_id(), new_id(), new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, plans, tenant_id=world.tenant_id, id=plan_id, employee_id=person.employee_id,
            placement_id=person.placement_id, unit_id=person.unit_id,
            year=year or world.today.year, approach="quantitative", status=status,
            created_at=now, updated_at=now,
        )  # fmt: skip
        await put(
            writing, targets, tenant_id=world.tenant_id, id=target_id, plan_id=plan_id, number=1,
            kind="utama", title="Pelayanan",
        )  # fmt: skip
        await put(
            writing, indicators, tenant_id=world.tenant_id, id=indicator_id, plan_id=plan_id,
            target_id=target_id, employee_id=person.employee_id, number=1, aspect="kuantitas",
            title="Berkas", unit="berkas", direction="higher", annual_low=Decimal(10),
            accumulation="sum", source="approved_volume",
        )  # fmt: skip
    return target_id, indicator_id


async def add_obstacle(world: World, person: Person, *, status: str = ObstacleStatus.OPEN) -> UUID:
    """Raise an obstacle of the person as a row."""
    obstacle_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, obstacles, tenant_id=world.tenant_id, id=obstacle_id,
            employee_id=person.employee_id, unit_id=person.unit_id, title="Jaringan putus",
            description="Kantor tanpa jaringan sejak pagi", status=status, created_at=now,
            updated_at=now,
        )  # fmt: skip
    return obstacle_id
