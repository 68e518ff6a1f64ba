"""How the time of one transaction is counted, and until when it may take."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.schedules import calendar_of
from kinerja_api.services.queries.transactions import get_transaction, pauses_in_order
from kinerja_api.services.rules import PauseFact, Processing, ProcessingUnit, Standard, day_in
from kinerja_api.services.schemas.transactions import TransactionClockOut
from kinerja_api.services.tables import service_standards

_TENANT = bindparam("tenant_id", type_=Uuid)
_LAST_DAY = dt.date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class _InForce:
    id: UUID
    processing_time: int
    processing_unit: str
    basis: str


@statement
def _in_force() -> Executable:
    standard = service_standards.c
    return select(
        standard.id, standard.processing_time, standard.processing_unit, standard.basis
    ).where(
        standard.tenant_id == _TENANT,
        standard.service_id == bindparam("service_id", type_=Uuid),
        holds_on(service_standards, bindparam("day", type_=Date)),
    )


async def get_clock(reading: Reading, actor: Actor, transaction_id: UUID) -> TransactionClockOut:
    """Return how the time of the transaction is counted; ResourceNotFound."""
    found = await get_transaction(reading, actor, transaction_id)
    started, now, zone = found["complete_at"], clock.now(), actor.time_zone
    out = TransactionClockOut(
        transaction_id=transaction_id,
        status=found["status"],
        standard_id=None,
        basis=None,
        processing_time=None,
        processing_unit=ProcessingUnit.WORKING_DAYS,
        started_at=started,
        stopped_at=found["done_at"] or found["cancelled_at"],
        pauses=found["pauses"],
        took=None,
        due_at=None,
        is_in_time=None,
    )
    if started is None:
        return out
    first = day_in(zone)(started)
    calendar = await calendar_of(reading, found["unit_id"], first, _LAST_DAY)
    pauses = await reading.rows(pauses_in_order(), PauseFact, id=transaction_id)
    processing = Processing(started, pauses, out["stopped_at"])
    standard = await reading.row(_in_force(), _InForce, service_id=found["service_id"], day=first)
    if standard is not None:
        out["standard_id"], out["basis"] = standard.id, standard.basis
        out["processing_time"] = standard.processing_time
        out["processing_unit"] = standard.processing_unit
        allowed = Standard(standard.processing_time, ProcessingUnit(standard.processing_unit))
        out["due_at"] = processing.due_at(allowed, calendar, zone)
        if found["cancelled_at"] is None:
            out["is_in_time"] = processing.is_in_time(allowed, now, calendar, zone)
    out["took"] = processing.took(ProcessingUnit(out["processing_unit"]), now, calendar, zone)
    return out
