"""Figures of handled reports and of findings, for boards and as sources of indicators."""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import TIMESTAMP, Date, Uuid, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.tables import tenants
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.logs import read_logs
from kinerja_api.complaints.rules import (
    Lead,
    Levels,
    LogEntry,
    Reckoning,
    ReportClass,
    ReportEvent,
    ReportStatus,
    day_in,
)
from kinerja_api.complaints.rules.measures import (
    Asked,
    ComplaintFigures,
    Handled,
    Measured,
    Ruler,
    figures_of,
    measure,
)
from kinerja_api.complaints.tables import citizen_reports, finding_effects, report_segments
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Statement, statement
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.queries.calendar import working_calendar
from kinerja_api.organisation.rules import Figure
from kinerja_api.organisation.tables import unit_closure

MOST_WEIGHT = Decimal("10.00")
"""What the findings of one person add up to at most in a period."""
_TENANT = bindparam("tenant_id", type_=Uuid)
_LAST_DAY = dt.date(2200, 1, 1)
_ASSIGN = ReportEvent.ASSIGN
_ONE_DAY = dt.timedelta(days=1)
_report, _effect = citizen_reports.c, finding_effects.c


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    report_class: str
    status: str
    archive_reason: str | None
    is_confidential: bool
    led_by: str


@dataclass(frozen=True, slots=True)
class _Effect:
    employee_id: UUID
    finding_id: UUID
    weight: Decimal


async def complaint_figures(
    reading: Reading,
    *,
    unit_id: UUID | None,
    service_id: UUID | None,
    handler_id: UUID | None,
    first_day: dt.date,
    last_day: dt.date,
) -> ComplaintFigures:
    """Return the figures of the days from first to last; each says nothing below its sample.

    unit_id: with everything below it. Responses count by the day of the reply, stages by their
    due date (open ones that are overdue as missed), settlement by the day of receipt, reopenings
    by the day on which an answer was closed or reopened.
    """
    found = await measured(
        reading,
        unit_id=unit_id,
        service_id=service_id,
        handler_id=handler_id,
        first_day=first_day,
        last_day=last_day,
    )
    return figures_of(found)


async def measured(
    reading: Reading,
    *,
    unit_id: UUID | None,
    service_id: UUID | None,
    handler_id: UUID | None,
    first_day: dt.date,
    last_day: dt.date,
) -> Measured:
    """Return the items of the figures; two statements for the reports, however many."""
    wanted = _handled(
        of_unit=unit_id is not None,
        of_service=service_id is not None,
        of_handler=handler_id is not None,
    )
    days = DateRange(first_day, last_day)
    ids = {"unit_id": unit_id, "service_id": service_id, "handler_id": handler_id}
    reports, ruler = await _read(reading, wanted, days, ids)
    units = None if unit_id is None else await _units_below(reading, unit_id)
    return measure(reports, Asked(days, units, handler_id), ruler)


async def measured_by_unit(
    reading: Reading, first_day: dt.date, last_day: dt.date
) -> dict[UUID, Measured]:
    """Return the items of each unit's own parts, each report read once.

    Those of a unit with everything below it are these together: an item is of one part alone.
    """
    days = DateRange(first_day, last_day)
    wanted = _handled(of_unit=False, of_service=False, of_handler=False)
    reports, ruler = await _read(reading, wanted, days, {})
    worked: dict[UUID, list[Handled]] = {}
    for report in reports:
        for unit_id in {_unit_of(entry) for entry in report.log if entry.event is _ASSIGN}:
            worked.setdefault(unit_id, []).append(report)
    found: dict[UUID, Measured] = {}
    for unit_id, own in worked.items():
        found[unit_id] = measure(own, Asked(days, frozenset({unit_id})), ruler)
        await asyncio.sleep(0)  # others are served between two units
    return found


def _unit_of(disposition: LogEntry) -> UUID:
    return UUID(disposition.data["unit_id"])


async def _read(
    reading: Reading, wanted: Statement, days: DateRange, ids: Mapping[str, UUID | None]
) -> tuple[list[Handled], Ruler]:
    rules = await rulebook(reading)
    last = days.end or _LAST_DAY
    ended = days.start - _longest(rules.levels)
    rows = await reading.rows(wanted, _Row, **ids, ended=ended, last=last + _ONE_DAY)
    logs = await read_logs(reading, [row.id for row in rows])
    day_of = day_in(rules.zone)
    begun = min((day_of(log[0].at) for log in logs.values() if log), default=days.start)
    calendar = await working_calendar(reading, begun, _LAST_DAY)
    ruler = Ruler(rules.levels, rules.zone, Reckoning(calendar), day_of(clock.now()))
    reports = [
        Handled(
            row.id,
            ReportClass(row.report_class),
            ReportStatus(row.status),
            row.archive_reason,
            row.is_confidential or row.led_by == Lead.INSPECTORATE,
            logs[row.id],
        )
        for row in rows
        if logs[row.id]
    ]
    return reports, ruler


async def finding_figures(
    reading: Reading, employee_ids: Sequence[UUID], first_day: dt.date, last_day: dt.date
) -> dict[UUID, Figure]:
    """Return the weight of the standing findings of the days for each of the employees.

    Only what was substantiated, confirmed and not taken back has an effect; 0 is an answer.
    """
    rows = await reading.rows(
        _effects(), _Effect, employee_ids=list(employee_ids), first=first_day, last=last_day
    )
    mine: dict[UUID, list[_Effect]] = {employee_id: [] for employee_id in employee_ids}
    for row in rows:
        mine[row.employee_id].append(row)
    return {
        employee_id: Figure(
            min(sum((row.weight for row in effects), Decimal("0.00")), MOST_WEIGHT),
            len(effects),
            0,
            [row.finding_id for row in effects],
        )
        for employee_id, effects in mine.items()
    }


def _longest(levels: Levels) -> dt.timedelta:
    """Return for how long after its end a report's stages may still have been due."""
    return dt.timedelta(days=2 * levels.longest + 60)


async def _units_below(reading: Reading, unit_id: UUID) -> frozenset[UUID]:
    rows = await reading.rows(_below_rows(), dict[str, UUID], unit_id=unit_id)
    return frozenset(row["id"] for row in rows)


@statement
def _below_rows() -> Executable:
    return select(unit_closure.c.descendant_id.label("id")).where(*_is_below())


def _is_below() -> list[ColumnElement[bool]]:
    return [
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == bindparam("unit_id", type_=Uuid),
    ]


@statement
def _handled(*, of_unit: bool, of_service: bool, of_handler: bool) -> Executable:
    part = report_segments.c
    query = select(
        _report.id,
        _report.report_class,
        _report.status,
        _report.archive_reason,
        _report.is_confidential,
        _report.led_by,
    ).where(
        _report.tenant_id == _TENANT,
        _report.received_at < _midnight("last"),
        or_(_report.ended_at.is_(None), _report.ended_at >= _midnight("ended")),
    )
    if of_service:
        query = query.where(_report.service_id == bindparam("service_id", type_=Uuid))
    worked = exists().where(part.tenant_id == _TENANT, part.report_id == _report.id)
    if of_unit:
        below = func.array(
            select(unit_closure.c.descendant_id).where(*_is_below()).scalar_subquery()
        )
        query = query.where(worked.where(part.unit_id == func.any(below)))
    if of_handler:
        query = query.where(worked.where(part.handler_id == bindparam("handler_id", type_=Uuid)))
    return query


def _midnight(day: str) -> ColumnElement[Any]:
    """Return the instant at which the day of the parameter begins in the government's zone."""
    zone = select(tenants.c.time_zone).where(tenants.c.id == _TENANT).scalar_subquery()
    return func.timezone(zone, cast(bindparam(day, type_=Date), TIMESTAMP))


@statement
def _effects() -> Executable:
    return (
        select(_effect.employee_id, _effect.finding_id, _effect.weight)
        .where(
            _effect.tenant_id == _TENANT,
            _effect.employee_id == func.any(bindparam("employee_ids", type_=ARRAY(Uuid))),
            _effect.counts_on >= bindparam("first", type_=Date),
            _effect.counts_on <= bindparam("last", type_=Date),
            _effect.taken_back_at.is_(None),
        )
        .order_by(_effect.counts_on, _effect.id)
    )
