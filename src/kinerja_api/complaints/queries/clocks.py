"""Clocks of reports, each due date explained; and the day on which a pause or window ends."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.complaints.queries.levels import rulebook
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.logs import read_logs
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
)
from kinerja_api.complaints.rules import (
    Reckoning,
    ReportClass,
    Stage,
    StageClock,
    day_in,
    stage_clocks,
)
from kinerja_api.complaints.schemas.clocks import (
    ClockExplanationOut,
    ClockHolidayOut,
    ClockPauseOut,
    ClockPauseReason,
    ReportClockOut,
)
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.calendar import working_calendar
from kinerja_api.organisation.rules import (
    DayKind,
    Pause,
    WorkingCalendar,
    add_working_days,
    working_days_between,
)
from kinerja_api.organisation.tables import calendar_days

LAST_DAY = dt.date(2200, 1, 1)
_TENANT = bindparam("tenant_id", type_=Uuid)
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Report:
    report_class: str


@dataclass(frozen=True, slots=True)
class _Named:
    day: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the explanations of one report's clocks have in common."""

    reckoning: Reckoning
    today: dt.date
    reasons: dict[dt.date, str]
    free: Sequence[_Named]


async def cap_of(reading: Reading, report: LockedReport, stage: Stage, today: dt.date) -> dt.date:
    """Return the last day of a pause or window of the stage that begins today."""
    levels = (await rulebook(reading)).levels
    calendar = await working_calendar(reading, today, LAST_DAY)
    return add_working_days(today, levels.on(report.report_class, stage, today).days, calendar)


async def find_clocks(reading: Reading, actor: Actor, report_id: UUID) -> list[ReportClockOut]:
    """Return the clocks of a report that the actor sees; ResourceNotFound."""
    wanted = _visible(reach=report_reach(actor))
    if await reading.row(wanted, _Report, id=report_id, **report_values(actor)) is None:
        raise ResourceNotFound
    return await clocks_of(reading, report_id, actor.today)


async def clocks_of(reading: Reading, report_id: UUID, today: dt.date) -> list[ReportClockOut]:
    """Return the clocks of a report, each explained; ResourceNotFound.

    Whether the caller may see the report is asked elsewhere.
    """
    report = await reading.row(_one(), _Report, id=report_id)
    if report is None:
        raise ResourceNotFound
    rules = await rulebook(reading)
    log = (await read_logs(reading, [report_id]))[report_id]
    if not log:
        return []
    day_of = day_in(rules.zone)
    first = day_of(log[0].at)
    telling = _Telling(
        Reckoning(await working_calendar(reading, first, LAST_DAY)),
        today,
        {day_of(one.at): one.data["pause"] for one in log if "pause" in one.data},
        await reading.rows(_free_days(), _Named, first=first),
    )
    clocks = stage_clocks(log, rules.levels, rules.zone, ReportClass(report.report_class))
    return [_out(one, telling) for one in clocks]


async def is_overdue(reading: Reading, report_id: UUID, stage: Stage, today: dt.date) -> bool:
    """Return whether the stage is under way and its last day in time is over."""
    return any(
        clock["stage"] == stage
        and clock["ended_by"] is None
        and clock["due_on"] is not None
        and clock["due_on"] < today
        for clock in await clocks_of(reading, report_id, today)
    )


def _out(one: StageClock, telling: _Telling) -> ReportClockOut:
    reckoning, clock = telling.reckoning, one.clock
    due = one.due_on(reckoning)
    last = due or clock.stopped or telling.today
    out = ReportClockOut(
        stage=one.stage,
        started_on=one.started_on,
        start_event=one.level.start_event,
        days=one.level.days,
        extended_days=one.extended_days,
        basis=one.level.basis,
        counted_days=reckoning.counted(clock, telling.today),
        due_on=due,
        ended_on=clock.stopped,
        ended_by=one.ended_by,
        is_standing=one.is_running and one.stands,
        is_met=one.is_met(telling.today, reckoning),
        pauses=[_pause(pause, one, last, telling) for pause in clock.pauses],
        holidays=_holidays(one.started_on, last, telling),
        explanation=ClockExplanationOut(id="", en=""),
    )
    out["explanation"] = ClockExplanationOut(id=_told(out, "id"), en=_told(out, "en"))
    return out


def _pause(pause: Pause, one: StageClock, last: dt.date, telling: _Telling) -> ClockPauseOut:
    first = max(pause.start, one.started_on + _ONE_DAY)
    end = None if pause.end is None else pause.end - _ONE_DAY
    counted = min(end or telling.today, max(last, first))
    calendar = telling.reckoning.calendar
    return ClockPauseOut(
        reason=telling.reasons.get(pause.start, ClockPauseReason.RETURNED_SEGMENT),
        from_day=first,
        to_day=end,
        working_days=working_days_between(first, counted, calendar),
    )


def _holidays(started: dt.date, last: dt.date, telling: _Telling) -> list[ClockHolidayOut]:
    calendar = telling.reckoning.calendar
    return [
        ClockHolidayOut(day=named.day, name=named.name)
        for named in telling.free
        if started < named.day <= last and _is_of_week(named.day, calendar)
    ]


def _is_of_week(day: dt.date, calendar: WorkingCalendar) -> bool:
    return day.isoweekday() in calendar.week_on(day)


def _told(out: ReportClockOut, language: Language) -> str:
    """Return the explanation in words: from when, how long, by which basis, what is left out."""
    said = [
        label(
            "clock_counts",
            language,
            started=out["started_on"],
            event=label(f"clock_start_{out['start_event']}", language),
            days=out["days"],
            basis=out["basis"],
        )
    ]
    if out["extended_days"]:
        said.append(label("clock_extended", language, days=out["extended_days"]))
    for pause in out["pauses"]:
        code = "clock_pause_over" if pause["to_day"] else "clock_pause_open"
        reason = label(pause["reason"], language)
        said.append(
            label(
                code,
                language,
                first=pause["from_day"],
                last=pause["to_day"],
                days=pause["working_days"],
                reason=reason,
            )
        )
    if out["holidays"]:
        names = [f"{holiday['day']} ({holiday['name']})" for holiday in out["holidays"]]
        said.append(label("clock_holidays", language, days=", ".join(names)))
    due = out["due_on"]
    said.append(label("clock_due", language, due=due) if due else label("clock_stands", language))
    return " ".join(said)


@statement
def _visible(*, reach: ReportReach) -> Executable:
    return _reports().where(sees(citizen_reports, reach=reach))


@statement
def _one() -> Executable:
    return _reports()


def _reports() -> Rows:
    report = citizen_reports.c
    return select(report.report_class).where(
        report.tenant_id == _TENANT, report.id == bindparam("id", type_=Uuid)
    )


@statement
def _free_days() -> Executable:
    named = calendar_days.c
    return (
        select(named.day, named.name)
        .where(
            named.tenant_id == _TENANT,
            named.day >= bindparam("first", type_=named.day.type),
            named.kind != DayKind.WORKING_DAY,
        )
        .order_by(named.day)
    )
