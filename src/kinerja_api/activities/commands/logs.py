"""Entering one log: a single statement where that can decide, else the way of many."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from pydantic import TypeAdapter

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import NewLog, enter_logs, submitted
from kinerja_api.activities.commands.single import enter_log
from kinerja_api.activities.errors import (
    IndicatorWithoutTarget,
    NotOwnLog,
    ProgressWithoutTarget,
    VolumeIncomplete,
)
from kinerja_api.activities.policies import log_actions
from kinerja_api.activities.rules import EntryPolicy, LogStatus, check_entry, read_span
from kinerja_api.activities.schemas.logs import EnteredLogOut, LogIn
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.idempotency import Answer
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import answer_of
from kinerja_api.core.sql import Statement
from kinerja_api.core.types import HUNDREDTH
from kinerja_api.organisation.rules import Norms

_WIRE = TypeAdapter(EnteredLogOut)


def new_log(log: LogIn, actor: Actor, policy: EntryPolicy, *, log_id: UUID) -> NewLog:
    """Return the log as it is to be entered by the actor; the refusals that need no database.

    Whether it comes in time is asked of the policy of today; minutes and overlap are later asked
    of the policy of its work date.
    """
    if actor.employee_id is None:
        raise NotOwnLog
    check_entry(log.work_date, policy.windows, late_reason=log.late_reason)
    check_parts(
        target_id=log.target_id,
        indicator_id=log.indicator_id,
        has_volume=log.volume is not None,
        has_unit=log.volume_unit is not None,
        has_progress=log.progress_percent is not None,
    )
    status = LogStatus.SUBMITTED if log.submit else LogStatus.DRAFT
    return NewLog(
        id=log_id,
        employee_id=actor.employee_id,
        work_date=log.work_date,
        span=read_span(log.starts_at, log.ends_at),
        description=log.description,
        target_id=log.target_id,
        indicator_id=log.indicator_id,
        volume=_exact(log.volume),
        volume_unit=log.volume_unit,
        progress_percent=_exact(log.progress_percent),
        late_reason=log.late_reason,
        status=status,
        submitted_at=submitted(status, clock.now()),
    )


def _exact(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(HUNDREDTH)


def check_parts(
    *,
    target_id: UUID | None,
    indicator_id: UUID | None,
    has_volume: bool,
    has_unit: bool,
    has_progress: bool,
) -> None:
    """Raise if a part lacks its other.

    IndicatorWithoutTarget, ProgressWithoutTarget, VolumeIncomplete.
    """
    if target_id is None and indicator_id is not None:
        raise IndicatorWithoutTarget.at("/target_id")
    if target_id is None and has_progress:
        raise ProgressWithoutTarget.at("/target_id")
    if has_volume != has_unit:
        raise VolumeIncomplete.at("/volume_unit" if has_volume else "/volume")


async def create_log(writing: Writing, actor: Actor, log: LogIn, policy: EntryPolicy) -> Answer:
    """Enter a log and return its finished answer.

    PeriodClosed, NoPlacement, UnknownReference, LogOverlaps, DailyLimitExceeded.
    """
    new = new_log(log, actor, policy, log_id=new_id())
    now = new.submitted_at or clock.now()
    answer = _answer(log, new, now)
    # A shift past midnight takes time of two days, which one statement cannot do.
    if not new.span.is_overnight:
        record_entry(writing, new)
        norms = policy.norms[new.work_date]
        if await writing.once(_statement(new, norms), _values(new, norms, now), answer=answer):
            return answer
    # Refused, or more than one statement can decide: the slow way knows the reason.
    for problem in await enter_logs(writing, [new], now=now):
        if problem is not None:
            raise problem
    record_entry(writing, new)
    writing.headers.update({name: answer.headers[name] for name in ("ETag", "Location")})
    return answer


def _statement(new: NewLog, norms: Norms) -> Statement:
    return enter_log(
        overlap_allowed=norms.log_overlap_allowed,
        linked=new.target_id is not None,
        measured=new.indicator_id is not None,
    )


def _values(new: NewLog, norms: Norms, now: dt.datetime) -> dict[str, object]:
    return {
        **{name: getattr(new, name) for name in _COLUMNS},
        "starts_minute": new.span.starts,
        "ends_minute": new.span.ends,
        "minutes": new.span.minutes,
        "minutes_limit": norms.daily_minutes_limit,
        "now": now,
        "year": new.work_date.year,
    }


_COLUMNS = (
    "id",
    "work_date",
    "employee_id",
    "description",
    "target_id",
    "indicator_id",
    "volume",
    "volume_unit",
    "progress_percent",
    "late_reason",
    "status",
    "submitted_at",
)


def _answer(log: LogIn, new: NewLog, now: dt.datetime) -> Answer:
    out = EnteredLogOut(
        id=new.id,
        work_date=new.work_date,
        employee_id=new.employee_id,
        starts_at=log.starts_at,
        ends_at=log.ends_at,
        minutes=new.span.minutes,
        description=new.description,
        target_id=new.target_id,
        indicator_id=new.indicator_id,
        volume=new.volume,
        volume_unit=new.volume_unit,
        progress_percent=new.progress_percent,
        late_reason=new.late_reason,
        status=new.status,
        submitted_at=new.submitted_at,
        decided_at=None,
        decided_by_id=None,
        decision_note=None,
        created_at=now,
        updated_at=now,
        version=1,
        allowed_actions=log_actions(LogStatus(new.status), own=True, superior=False),
    )
    return answer_of(_WIRE.dump_json(out), version=1, location=f"/v1/logs/{new.id}")


def record_entry(writing: Writing, new: NewLog) -> None:
    """Add the trail entry and the event of a new log."""
    subject = ("log", new.id)
    after: dict[str, object] = {
        "work_date": new.work_date,
        "starts_minute": new.span.starts,
        "ends_minute": new.span.ends,
        "description": new.description,
        "status": new.status,
    }
    if new.target_id is not None:
        after["target_id"] = new.target_id
        after["indicator_id"] = new.indicator_id
    if new.volume is not None:
        after["volume"] = new.volume
        after["volume_unit"] = new.volume_unit
    for name in ("progress_percent", "late_reason"):
        if getattr(new, name) is not None:
            after[name] = getattr(new, name)
    writing.record("log.created", subject, after=after)
    writing.emit(
        "log.created",
        subject,
        employee_id=new.employee_id,
        work_date=new.work_date,
        status=new.status,
    )
