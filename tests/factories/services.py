"""Services, standards and processed documents as rows, for the domains above."""

import datetime as dt
from typing import Any
from uuid import UUID

from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.services.tables import (
    service_standards,
    services,
    transaction_pauses,
    transactions,
)
from tests.factories.world import LONG_AGO, World, put

NOBODY = UUID(int=0)


async def add_service(world: World, unit: UUID, *, code: str | None = None, **values: Any) -> UUID:
    """Create an active public service of the unit."""
    service_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, services, tenant_id=world.tenant_id, id=service_id, unit_id=unit,
            code=code or f"L-{service_id.hex[-10:]}", name=values.pop("name", "Penerbitan KTP"),
            is_public=values.pop("is_public", True), is_active=values.pop("is_active", True),
            created_at=now, updated_at=now, **values,
        )  # fmt: skip
    return service_id


async def add_standard(
    world: World,
    service_id: UUID,
    *,
    time: int = 3,
    unit: str = "working_days",
    since: dt.date = LONG_AGO,
    until: dt.date | None = None,
) -> UUID:
    """Publish a standard of the service."""
    standard_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, service_standards, tenant_id=world.tenant_id, id=standard_id,
            service_id=service_id, requirements="Kartu keluarga", procedure="Loket, verifikasi",
            processing_time=time, processing_unit=unit, cost="Gratis", product="KTP",
            complaint_handling="Loket pengaduan", basis="Kepdis 1/2020", starts_on=since,
            ends_on=until, created_at=now, updated_at=now,
        )  # fmt: skip
    return standard_id


async def add_transaction(
    world: World,
    service_id: UUID,
    unit: UUID,
    *,
    complete: dt.datetime,
    done: dt.datetime | None,
    pauses: list[tuple[dt.datetime, dt.datetime]] | None = None,
    handler: UUID | None = None,
) -> UUID:
    """Enter a document whose file was complete, and which may be done."""
    transaction_id, now = new_id(), clock.now()
    async with world.database.write(world.tenant_id) as writing:
        await put(
            writing, transactions, tenant_id=world.tenant_id, id=transaction_id,
            service_id=service_id, unit_id=unit, ref=f"470/{transaction_id.hex[-6:]}x",
            status="processing" if done is None else "done", received_at=complete,
            complete_at=complete, done_at=done, account_id=NOBODY, handler_id=handler,
            created_at=now, updated_at=now,
        )  # fmt: skip
        for starts_at, ends_at in pauses or []:
            await put(
                writing, transaction_pauses, tenant_id=world.tenant_id, id=new_id(),
                transaction_id=transaction_id, reason="citizen_data", starts_at=starts_at,
                ends_at=ends_at,
            )  # fmt: skip
    return transaction_id
