"""The next due date of a report, kept beside it so that lists and reminders need no clocks.

When an event ends a stage, its due date is written into that event: later changes of the
calendar or of service levels compute open stages only.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.commands.segments import move_caps
from kinerja_api.complaints.queries.levels import Rulebook, rulebook
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.logs import SILENT, read_logs
from kinerja_api.complaints.rules import (
    EARLY_DAYS,
    OPEN,
    LogEntry,
    Reckoning,
    ReportClass,
    ReportEvent,
    ReportStatus,
    Stage,
    StageClock,
    day_in,
    stage_clocks,
)
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core import clock
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.calendar import working_calendar

BATCH = 1000
LAST_DAY = dt.date(2200, 1, 1)
_TENANT = bindparam("tenant_id", type_=Uuid)
_RUNNING = [*sorted(OPEN), ReportStatus.ANSWERED]
_COMPLETION = Stage.FILE_COMPLETION
_ANSWERING = frozenset({Stage.RESOLUTION, Stage.AFTER_REOPEN})

Due = tuple[dt.date | None, Stage | None]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an event means for the clocks: columns of the report, and what its log row keeps.

    cap: by when a question that is open still is answered.
    """

    columns: Mapping[str, object]
    data: Mapping[str, object]
    cap: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    id: UUID
    report_class: str
    events: int
    due_on: dt.date | None
    due_stage: str | None


async def foresee(writing: Writing, report: LockedReport, entry: LogEntry) -> Foreseen:
    """Return what follows for the clocks from an event that is about to be written."""
    is_heard = entry.event not in SILENT or "report_class" in entry.data
    if not is_heard:
        return Foreseen({}, {})
    rules = await rulebook(writing)
    log = [*(await read_logs(writing, [report.id]))[report.id], entry]
    reckoning = await _reckoning(writing, [log], rules)
    clocks = stage_clocks(log, rules.levels, rules.zone, report.report_class)
    due_on, due_stage = next_due(clocks, reckoning)
    kept = _kept(clocks, entry, day_in(rules.zone)(entry.at), reckoning)
    cap = due_on if due_stage is _COMPLETION and report.asked_in else None
    columns = {"due_on": due_on, "due_stage": due_stage}
    return Foreseen(columns, {"frozen": kept} if kept else {}, cap)


async def refresh_due(writing: Writing, report_id: UUID) -> None:
    """Compute the due date of the stage under way from the log, and keep it."""
    await _refresh(writing, await writing.rows(_one(), _Open, id=report_id))


async def refresh_open(writing: Writing, after: UUID | None = None) -> UUID | None:
    """Compute the due dates of some open reports again, in the order of their ids.

    after: the last one that was done; returns the last one of these, None at the end. Reports
    that are being changed are passed over: their change computes them.
    """
    rows = await writing.rows(_some(), _Open, after=after or UUID(int=0), limit=BATCH)
    await _refresh(writing, rows)
    return rows[-1].id if len(rows) == BATCH else None


def next_due(clocks: Sequence[StageClock], reckoning: Reckoning) -> Due:
    """Return the due date of the stage that is due first; none while the clock stands."""
    dues = [
        (due, one.stage)
        for one in clocks
        if one.is_running and not one.stands
        for due in [one.due_on(reckoning)]
        if due is not None
    ]
    return min(dues, key=lambda due: due[0], default=(None, None))


def _kept(
    clocks: Sequence[StageClock], entry: LogEntry, today: dt.date, reckoning: Reckoning
) -> dict[str, object]:
    """Return due date and outcome of the stages that the event ends."""
    kept: dict[str, object] = {}
    for one in clocks:
        if one.ended_at == entry.number:
            due = reckoning.due_on(one.clock)
            kept[str(one.stage)] = {
                "due_on": due.isoformat() if due else None,
                "is_met": one.is_met_by_now(today, reckoning),
                **asdict(one.level),
            }
    answers = [one.clock.stopped for one in clocks if one.stage in _ANSWERING and one.ended_by]
    if entry.event is ReportEvent.REOPEN and answers and answers[-1] is not None:
        kept["is_early"] = reckoning.is_within(answers[-1], EARLY_DAYS, today)
    return kept


async def _refresh(writing: Writing, rows: Sequence[_Open]) -> None:
    rules = await rulebook(writing)
    logs = await read_logs(writing, [row.id for row in rows])
    reckoning = await _reckoning(writing, list(logs.values()), rules)
    changed: list[tuple[_Open, Due]] = []
    for row in rows:
        present = ReportClass(row.report_class)
        clocks = stage_clocks(logs[row.id], rules.levels, rules.zone, present)
        due = next_due(clocks, reckoning)
        if due != (row.due_on, row.due_stage):
            changed.append((row, due))
    if changed:
        await writing.execute(
            _put(),
            ids=[row.id for row, _ in changed],
            events=[row.events for row, _ in changed],
            dues=[due for _, (due, _) in changed],
            stages=[stage for _, (_, stage) in changed],
            now=clock.now(),
        )
        asked = {row.id: due for row, (due, stage) in changed if due and stage is _COMPLETION}
        await move_caps(writing, list(asked), list(asked.values()))


async def _reckoning(
    reading: Reading, logs: Sequence[Sequence[LogEntry]], rules: Rulebook
) -> Reckoning:
    begun = min((log[0].at for log in logs if log), default=clock.now())
    return Reckoning(await working_calendar(reading, day_in(rules.zone)(begun), LAST_DAY))


def _columns() -> list[Any]:
    report = citizen_reports.c
    return [report.id, report.report_class, report.events, report.due_on, report.due_stage]


@statement
def _one() -> Executable:
    report = citizen_reports.c
    return select(*_columns()).where(
        report.tenant_id == _TENANT, report.id == bindparam("id", type_=Uuid)
    )


@statement
def _some() -> Executable:
    report = citizen_reports.c
    return (
        select(*_columns())
        .where(
            report.tenant_id == _TENANT,
            report.id > bindparam("after", type_=Uuid),
            report.status.in_(_RUNNING),
        )
        .order_by(report.id)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )


@statement
def _put() -> Executable:
    lists = {
        "id": ("ids", Uuid()), "events": ("events", Integer()), "due_on": ("dues", Date()),
        "due_stage": ("stages", Text()),
    }  # fmt: skip
    given = (
        func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in lists.values()])
        .table_valued(*[column(name, kind) for name, (_, kind) in lists.items()])
        .render_derived(name="given")
    )
    report = citizen_reports.c
    return (
        update(citizen_reports)
        .where(
            report.tenant_id == _TENANT,
            report.id == given.c.id,
            report.events == given.c.events,
        )
        .values(
            due_on=given.c.due_on,
            due_stage=given.c.due_stage,
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
        )
    )
