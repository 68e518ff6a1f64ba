"""Processing times of documents over a period, for staff and as a source of indicators."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import TIMESTAMP, Date, Uuid, and_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.tables import tenants
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.schedules import calendars_of
from kinerja_api.organisation.rules import WorkingCalendar
from kinerja_api.organisation.tables import unit_closure
from kinerja_api.services.queries.transactions import pauses_of
from kinerja_api.services.rules import (
    Measured,
    PauseFact,
    Processing,
    ProcessingFigures,
    ProcessingUnit,
    Standard,
    common_unit,
    day_in,
    figures_of,
)
from kinerja_api.services.tables import service_standards, transactions

_TENANT = bindparam("tenant_id", type_=Uuid)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Done:
    id: UUID
    unit_id: UUID
    handler_id: UUID | None
    complete_at: dt.datetime
    done_at: dt.datetime
    pauses: list[dict[str, Any]]
    processing_time: int | None
    processing_unit: str | None
    zone: str

    @property
    def processing(self) -> Processing:
        return Processing(self.complete_at, [_pause(one) for one in self.pauses], self.done_at)

    @property
    def standard(self) -> Standard | None:
        if self.processing_time is None or self.processing_unit is None:
            return None
        return Standard(self.processing_time, ProcessingUnit(self.processing_unit))


async def figures(
    reading: Reading,
    unit_id: UUID | None,
    service_id: UUID | None,
    first_day: dt.date,
    last_day: dt.date,
) -> ProcessingFigures:
    """Return the figures of what was done from the first to the last day.

    unit_id: with everything below it; service_id: of this service alone. Each transaction is held
    against the standard in force when its file was complete; where standards differ in their unit
    of time, all are measured in working days of their own unit.
    """
    wanted = _done(of_unit=unit_id is not None, of_service=service_id is not None)
    rows = await reading.rows(
        wanted, _Done, unit_id=unit_id, service_id=service_id, first=first_day, last=last_day + _DAY
    )
    return _figures(rows, await _calendars(reading, rows, last_day))


async def handling_figures(
    reading: Reading, handler_ids: Sequence[UUID], first_day: dt.date, last_day: dt.date
) -> dict[UUID, ProcessingFigures]:
    """Return the same of what each of the employees handled, in few statements for however many."""
    wanted = _done(of_unit=False, of_service=False, of_handlers=True)
    rows = await reading.rows(
        wanted, _Done, handler_ids=list(handler_ids), first=first_day, last=last_day + _DAY
    )
    calendars = await _calendars(reading, rows, last_day)
    handled: dict[UUID | None, list[_Done]] = {}
    for row in rows:
        handled.setdefault(row.handler_id, []).append(row)
    return {each: _figures(handled.get(each, []), calendars) for each in handler_ids}


async def _calendars(
    reading: Reading, rows: Sequence[_Done], last_day: dt.date
) -> Mapping[UUID, WorkingCalendar]:
    if not rows:
        return {}
    earliest = day_in(rows[0].zone)(min(row.complete_at for row in rows))
    return await calendars_of(reading, list({row.unit_id for row in rows}), earliest, last_day)


def _figures(rows: Sequence[_Done], calendars: Mapping[UUID, WorkingCalendar]) -> ProcessingFigures:
    unit = common_unit([row.standard.unit for row in rows if row.standard])
    return figures_of(unit, _measure(rows, unit, calendars))


async def figures_by_unit(
    reading: Reading, first_day: dt.date, last_day: dt.date
) -> dict[UUID, ProcessingFigures]:
    """Return the figures of all units that have some, each as ``figures`` of it gives them.

    Each transaction is read and measured once, however many units lie above it.
    """
    wanted = _done(of_unit=False, of_service=False)
    rows = await reading.rows(wanted, _Done, first=first_day, last=last_day + _DAY)
    if not rows:
        return {}
    earliest = day_in(rows[0].zone)(min(row.complete_at for row in rows))
    calendars = await calendars_of(reading, list({row.unit_id for row in rows}), earliest, last_day)
    groups = await _groups(reading, rows)
    kinds = {
        unit_id: common_unit([one.unit for at in group if (one := rows[at].standard)])
        for unit_id, group in groups.items()
    }
    measured = {kind: _measure(rows, kind, calendars) for kind in set(kinds.values())}
    return {
        unit_id: figures_of(kinds[unit_id], [measured[kinds[unit_id]][at] for at in group])
        for unit_id, group in groups.items()
    }


_Key = tuple[UUID, dt.date, dt.date, tuple[tuple[dt.date, dt.date | None], ...], int | None]


def _measure(
    rows: Sequence[_Done], unit: ProcessingUnit, calendars: Mapping[UUID, WorkingCalendar]
) -> list[Measured]:
    """Measure each; in days equal spans of a unit are counted once, for there are many."""
    known: dict[_Key, tuple[Decimal, bool | None]] = {}
    items: list[Measured] = []
    for row in rows:
        standard = row.standard
        is_in_days = unit is ProcessingUnit.WORKING_DAYS and (
            standard is None or standard.unit is ProcessingUnit.WORKING_DAYS
        )
        if is_in_days:
            key = _key(row)
            if key not in known:
                known[key] = _outcome(row, unit, calendars[row.unit_id])
            took, is_in_time = known[key]
        else:
            took, is_in_time = _outcome(row, unit, calendars[row.unit_id])
        items.append(Measured(row.id, took, row.processing_time, is_in_time))
    return items


def _key(row: _Done) -> _Key:
    span = row.processing.clock(0, row.zone)
    pauses = tuple((pause.start, pause.end) for pause in span.pauses)
    stopped = span.stopped or span.started
    return row.unit_id, span.started, stopped, pauses, row.processing_time


def _outcome(
    row: _Done, unit: ProcessingUnit, calendar: WorkingCalendar
) -> tuple[Decimal, bool | None]:
    processing, now = row.processing, clock.now()
    took = processing.took(unit, now, calendar, row.zone)
    if row.standard is None:
        return took, None
    return took, processing.is_in_time(row.standard, now, calendar, row.zone)


def _pause(one: Mapping[str, Any]) -> PauseFact:
    ends_at = one["ends_at"]
    return PauseFact(
        one["reason"],
        dt.datetime.fromisoformat(one["starts_at"]),
        dt.datetime.fromisoformat(ends_at) if ends_at else None,
    )


@statement
def _done(*, of_unit: bool, of_service: bool, of_handlers: bool = False) -> Executable:
    found, standard, zone = transactions.c, service_standards.c, tenants.c.time_zone
    in_force = and_(
        standard.tenant_id == found.tenant_id,
        standard.service_id == found.service_id,
        holds_on(service_standards, cast(func.timezone(zone, found.complete_at), Date)),
    )
    query = (
        select(
            found.id,
            found.unit_id,
            found.handler_id,
            found.complete_at,
            found.done_at,
            pauses_of(found.id).label("pauses"),
            standard.processing_time,
            standard.processing_unit,
            zone.label("zone"),
        )
        .join_from(transactions, tenants, tenants.c.id == _TENANT)
        .outerjoin(service_standards, in_force)
        .where(
            found.tenant_id == _TENANT,
            found.done_at >= _midnight("first"),
            found.done_at < _midnight("last"),
        )
        .order_by(found.done_at, found.id)
    )
    if of_service:
        query = query.where(found.service_id == bindparam("service_id", type_=Uuid))
    if of_handlers:
        handlers = bindparam("handler_ids", type_=ARRAY(Uuid))
        query = query.where(found.handler_id == func.any(handlers))
    if of_unit:
        below = select(unit_closure.c.descendant_id).where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.ancestor_id == bindparam("unit_id", type_=Uuid),
        )
        query = query.where(found.unit_id == func.any(func.array(below.scalar_subquery())))
    return query


async def _groups(reading: Reading, rows: Sequence[_Done]) -> dict[UUID, list[int]]:
    """Return the places of the rows by unit: that of the row, and each above it."""
    own = list({row.unit_id for row in rows})
    above: dict[UUID, list[UUID]] = {}
    for one in await reading.rows(_above(), dict[str, UUID], unit_ids=own):
        above.setdefault(one["descendant_id"], []).append(one["ancestor_id"])
    groups: dict[UUID, list[int]] = {}
    for at, row in enumerate(rows):
        for unit_id in above[row.unit_id]:
            groups.setdefault(unit_id, []).append(at)
    return groups


@statement
def _above() -> Executable:
    over = unit_closure.c
    return select(over.descendant_id, over.ancestor_id).where(
        over.tenant_id == _TENANT,
        over.descendant_id == func.any(bindparam("unit_ids", type_=ARRAY(Uuid))),
    )


def _midnight(day: str) -> ColumnElement[Any]:
    """Return the instant at which the day of the parameter begins in the government's zone."""
    zone = select(tenants.c.time_zone).where(tenants.c.id == _TENANT).scalar_subquery()
    return func.timezone(zone, cast(bindparam(day, type_=Date), TIMESTAMP))
