"""Loading the logs of the agency's files: whatever their number, a handful of statements."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.activities.commands.entries import NewLog, enter_logs, submitted
from kinerja_api.activities.commands.ledgers import DayKey, day_keys, key_lists
from kinerja_api.activities.commands.logs import check_parts
from kinerja_api.activities.commands.refs import THE_AGENCY, Claim, claim_refs, drop_refs
from kinerja_api.activities.errors import ClientRefRepeated, ProgressOutOfRange
from kinerja_api.activities.rules import LogRow, LogStatus, span_of
from kinerja_api.core import clock
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import Problem, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import RowFault
from kinerja_api.organisation.tables import employees, placements
from kinerja_api.planning.tables import indicators, plans, targets

_WHOLE_TARGET = 100

_TENANT = bindparam("tenant_id", type_=Uuid)

# Which column a refusal is about, by the pointer it carries for callers of the interface.
_COLUMNS = {
    "/work_date": "work_date",
    "/ends_at": "ends_at",
    "/target_id": "target_no",
    "/indicator_id": "indicator_no",
    "/volume": "volume",
    "/volume_unit": "unit",
    "/progress_percent": "progress_percent",
}


@dataclass(frozen=True, slots=True)
class _Person:
    ref: str
    id: UUID


@dataclass(frozen=True, slots=True)
class _Planned:
    employee_id: UUID
    work_date: dt.date
    plan_id: UUID


@dataclass(frozen=True, slots=True)
class _Numbered:
    plan_id: UUID
    target_no: int
    target_id: UUID
    indicator_no: int | None
    indicator_id: UUID | None


_Numbers = dict[tuple[int, int | None], tuple[UUID, UUID | None]]
"""What target and indicator numbers of a plan stand for; a target alone has no second number."""

_Links = Mapping[DayKey, _Numbers]


async def load_logs(writing: Writing, rows: Sequence[LogRow]) -> list[RowFault]:
    """Enter the rows that may be, and return the faults of the others.

    A row whose ``ref`` was loaded before is passed over. Target and indicator numbers are those
    of the plan of the placement on the work date. The entry window does not hold for files.
    """
    people = await _people(writing, rows)
    links = await _links(writing, rows, people)
    now = clock.now()
    news: dict[str, tuple[LogRow, NewLog]] = {}
    faults: list[RowFault] = []
    for row in rows:
        try:
            if row.ref in news:
                raise ClientRefRepeated.at("/ref")
            news[row.ref] = (row, _read(row, people, links, now))
        except Problem as problem:
            faults.append(_fault(row, problem))
    claims = [Claim(ref, row.work_date, new.id) for ref, (row, new) in news.items()]
    known = await claim_refs(writing, THE_AGENCY, claims)
    fresh = [pair for ref, pair in news.items() if ref not in known]
    found = await enter_logs(writing, [new for _, new in fresh], now=now)
    refused = [
        (row, problem)
        for (row, _), problem in zip(fresh, found, strict=True)
        if problem is not None
    ]
    await drop_refs(writing, THE_AGENCY, [row.ref for row, _ in refused])
    faults += [_fault(row, problem) for row, problem in refused]
    return sorted(faults, key=lambda fault: fault.line)


def _read(row: LogRow, people: Mapping[str, UUID], links: _Links, now: dt.datetime) -> NewLog:
    employee_id = people.get(row.person_ref)
    if employee_id is None:
        raise UnknownReference.at("/person_ref", value=row.person_ref)
    span = span_of(row.starts_at, row.ends_at)
    check_parts(
        target_id=None if row.target_no is None else employee_id,
        indicator_id=None if row.indicator_no is None else employee_id,
        has_volume=row.volume is not None,
        has_unit=row.unit is not None,
        has_progress=row.progress_percent is not None,
    )
    if row.progress_percent is not None and not 0 <= row.progress_percent <= _WHOLE_TARGET:
        raise ProgressOutOfRange.at("/progress_percent")
    target_id, indicator_id = _linked(row, employee_id, links)
    return NewLog(
        id=new_id(),
        employee_id=employee_id,
        work_date=row.work_date,
        span=span,
        description=row.description,
        target_id=target_id,
        indicator_id=indicator_id,
        volume=row.volume,
        volume_unit=row.unit,
        progress_percent=row.progress_percent,
        status=row.status,
        submitted_at=submitted(row.status, now),
        decided_at=now if row.status == LogStatus.APPROVED else None,
    )


def _linked(row: LogRow, employee_id: UUID, links: _Links) -> tuple[UUID | None, UUID | None]:
    if row.target_no is None:
        return None, None
    numbers = links.get((employee_id, row.work_date), {})
    if (row.target_no, None) not in numbers:
        raise UnknownReference.at("/target_id", value=row.target_no)
    found = numbers.get((row.target_no, row.indicator_no))
    if found is None:
        raise UnknownReference.at("/indicator_id", value=row.indicator_no)
    return found


def _fault(row: LogRow, problem: Problem) -> RowFault:
    pointer = problem.errors[0].pointer if problem.errors else None
    place = None if pointer is None else _COLUMNS.get(pointer, pointer.removeprefix("/"))
    return RowFault(row.line, place, problem.code, problem.params)


async def _people(writing: Writing, rows: Sequence[LogRow]) -> Mapping[str, UUID]:
    refs = sorted({row.person_ref for row in rows})
    found = await writing.rows(_employees(), _Person, refs=refs)
    return {person.ref: person.id for person in found}


async def _links(writing: Writing, rows: Sequence[LogRow], people: Mapping[str, UUID]) -> _Links:
    days = {
        (people[row.person_ref], row.work_date)
        for row in rows
        if row.target_no is not None and row.person_ref in people
    }
    if not days:
        return {}
    planned = await writing.rows(_planned(), _Planned, **key_lists(days))
    plan_ids = {plan.plan_id for plan in planned}
    numbers: dict[UUID, _Numbers] = {plan_id: {} for plan_id in plan_ids}
    for link in await writing.rows(_numbered(), _Numbered, plan_ids=list(plan_ids)):
        of_plan = numbers[link.plan_id]
        of_plan[link.target_no, None] = (link.target_id, None)
        if link.indicator_no is not None:
            of_plan[link.target_no, link.indicator_no] = (link.target_id, link.indicator_id)
    links: dict[DayKey, _Numbers] = {}
    for plan in planned:
        key = (plan.employee_id, plan.work_date)
        links[key] = links.get(key, {}) | numbers[plan.plan_id]
    return links


@statement
def _employees() -> Executable:
    return select(employees.c.ref, employees.c.id).where(
        employees.c.tenant_id == _TENANT,
        employees.c.ref == func.any(bindparam("refs", type_=ARRAY(Text))),
    )


@statement
def _planned() -> Executable:
    """The plans of the placements in which the people stood on the days."""
    days = day_keys()
    placed = and_(
        placements.c.tenant_id == _TENANT,
        placements.c.employee_id == days.c.employee_id,
        holds_on(placements, days.c.work_date),
    )
    planned = and_(
        plans.c.tenant_id == _TENANT,
        plans.c.placement_id == placements.c.id,
        plans.c.year == func.date_part("year", days.c.work_date),
    )
    return select(days.c.employee_id, days.c.work_date, plans.c.id.label("plan_id")).select_from(
        days.join(placements, placed).join(plans, planned)
    )


@statement
def _numbered() -> Executable:
    measured = and_(indicators.c.tenant_id == _TENANT, indicators.c.target_id == targets.c.id)
    return (
        select(
            targets.c.plan_id,
            targets.c.number.label("target_no"),
            targets.c.id.label("target_id"),
            indicators.c.number.label("indicator_no"),
            indicators.c.id.label("indicator_id"),
        )
        .outerjoin_from(targets, indicators, measured)
        .where(
            targets.c.tenant_id == _TENANT,
            targets.c.plan_id == func.any(bindparam("plan_ids", type_=ARRAY(Uuid))),
        )
    )
