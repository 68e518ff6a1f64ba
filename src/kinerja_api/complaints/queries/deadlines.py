"""What is due by itself: pauses and windows that are over, and stages to remind of."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Integer, Text, Uuid, bindparam, cast, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.rules import (
    OFFICIAL_STAGES,
    OPEN,
    SUPERVISORY,
    Lead,
    ReportStatus,
    Stage,
)
from kinerja_api.complaints.tables import citizen_reports, report_pauses, report_reminders
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import Rows, statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_AFTER, _LIMIT = bindparam("after", type_=Uuid), bindparam("limit", type_=Integer)
_TODAY = bindparam("today", type_=Date)
_report = citizen_reports.c


@dataclass(frozen=True, slots=True)
class Reminded:
    """A report whose stage is under way, and the steps taken: stage, start of the clock, step."""

    id: UUID
    report_class: str
    taken: list[str]


async def find_over(reading: Reading, today: dt.date, *, after: UUID, limit: int) -> list[UUID]:
    """Return reports whose pause or citizen's window is over, in the order of their ids."""
    rows = await reading.rows(_over(), dict[str, UUID], today=today, after=after, limit=limit)
    return [row["id"] for row in rows]


async def is_pause_over(reading: Reading, report_id: UUID, today: dt.date) -> bool:
    """Return whether the report's open pause has passed its cap."""
    due_on = await reading.value(_pause(), id=report_id)
    return due_on is not None and due_on < today


async def find_running(reading: Reading, *, after: UUID, limit: int) -> list[Reminded]:
    """Return reports in which officials owe something and the clock runs, in order of their ids."""
    return await reading.rows(_running(), Reminded, after=after, limit=limit)


async def find_reminded(reading: Reading, report_id: UUID) -> Reminded | None:
    """Return the same for one report; None where no clock runs."""
    return await reading.row(_running_one(), Reminded, id=report_id)


@statement
def _over() -> Executable:
    pause = report_pauses.c
    silent = select(_report.id).where(
        _report.tenant_id == _TENANT,
        _report.id > _AFTER,
        _report.status == ReportStatus.ANSWERED,
        _report.due_stage == Stage.CITIZEN_WINDOW,
        _report.due_on < _TODAY,
        _report.led_by == Lead.OFFICER,
        ~_report.is_escalated,
        _report.report_class.not_in(sorted(SUPERVISORY)),
    )
    paused = select(pause.report_id.label("id")).where(
        pause.tenant_id == _TENANT,
        pause.report_id > _AFTER,
        pause.ends_at.is_(None),
        pause.due_on < _TODAY,
    )
    either = silent.union_all(paused).subquery("either")
    return select(either.c.id).order_by(either.c.id).limit(_LIMIT)


@statement
def _pause() -> Executable:
    pause = report_pauses.c
    return select(pause.due_on).where(
        pause.tenant_id == _TENANT,
        pause.report_id == bindparam("id", type_=Uuid),
        pause.ends_at.is_(None),
    )


def _reminded() -> Rows:
    sent = report_reminders.c
    taken = select(sent.stage + " " + cast(sent.started_on, Text) + " " + cast(sent.step, Text))
    mine = taken.where(sent.tenant_id == _report.tenant_id, sent.report_id == _report.id)
    return select(
        _report.id, _report.report_class, func.array(mine.scalar_subquery()).label("taken")
    ).where(
        _report.tenant_id == _TENANT,
        _report.status.in_(sorted(OPEN)),
        _report.due_stage.in_(OFFICIAL_STAGES),
    )


@statement
def _running() -> Executable:
    return _reminded().where(_report.id > _AFTER).order_by(_report.id).limit(_LIMIT)


@statement
def _running_one() -> Executable:
    return _reminded().where(_report.id == bindparam("id", type_=Uuid))
