"""Entering one log: the hot path, a single statement with all its duties."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    CTE,
    Date,
    DateTime,
    Integer,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    exists,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import NewLog, enter_logs, submitted
from kinerja_api.activities.errors import IndicatorWithoutTarget, NotOwnLog, VolumeIncomplete
from kinerja_api.activities.policies import log_actions
from kinerja_api.activities.rules import LogStatus, check_window, read_span
from kinerja_api.activities.schemas import LogIn, LogOut
from kinerja_api.activities.tables import activity_logs, day_ledgers
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.duties import with_duties
from kinerja_api.core.idempotency import Answer
from kinerja_api.core.ids import new_id
from kinerja_api.core.principal import is_live
from kinerja_api.core.routes import answer_of
from kinerja_api.core.sql import statement
from kinerja_api.core.types import HUNDREDTH
from kinerja_api.organisation.queries.scope import holds_on
from kinerja_api.organisation.rules import Norms, PlacementKind
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.queries.periods import locked_periods
from kinerja_api.planning.rules import PeriodStatus, PlanStatus
from kinerja_api.planning.tables import indicators, plans, targets

_WIRE = TypeAdapter(LogOut)
_TENANT = bindparam("tenant_id", type_=Uuid)


def new_log(log: LogIn, actor: Actor, norms: Norms) -> NewLog:
    """Return the log as it is to be entered by the actor; the refusals that need no database."""
    if actor.employee_id is None:
        raise NotOwnLog
    check_window(log.work_date, today=actor.today, days_back=norms.log_days_back)
    check_parts(
        target_id=log.target_id,
        indicator_id=log.indicator_id,
        has_volume=log.volume is not None,
        has_unit=log.volume_unit is not None,
    )
    status = LogStatus.SUBMITTED if log.submit else LogStatus.DRAFT
    return NewLog(
        id=new_id(),
        employee_id=actor.employee_id,
        work_date=log.work_date,
        span=read_span(log.starts_at, log.ends_at),
        description=log.description,
        target_id=log.target_id,
        indicator_id=log.indicator_id,
        volume=None if log.volume is None else log.volume.quantize(HUNDREDTH),
        volume_unit=log.volume_unit,
        status=status,
        submitted_at=submitted(status, clock.now()),
    )


def check_parts(
    *, target_id: UUID | None, indicator_id: UUID | None, has_volume: bool, has_unit: bool
) -> None:
    """Raise IndicatorWithoutTarget or VolumeIncomplete if a part lacks its other."""
    if indicator_id is not None and target_id is None:
        raise IndicatorWithoutTarget.at("/target_id")
    if has_volume != has_unit:
        raise VolumeIncomplete.at("/volume_unit" if has_volume else "/volume")


async def create_log(writing: Writing, actor: Actor, log: LogIn, norms: Norms) -> Answer:
    """Enter a log and return its finished answer.

    PeriodClosed, NoPlacement, UnknownReference, LogOverlaps, DailyLimitExceeded.
    """
    new = new_log(log, actor, norms)
    now = new.submitted_at or clock.now()
    out = LogOut(
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
    answer = answer_of(_WIRE.dump_json(out), version=1, location=f"/v1/logs/{new.id}")
    if not new.span.is_overnight:
        record_entry(writing, new)
        wanted = _enter_log(
            overlap_allowed=norms.log_overlap_allowed,
            linked=new.target_id is not None,
            measured=new.indicator_id is not None,
        )
        values = {
            "id": new.id,
            "work_date": new.work_date,
            "employee_id": new.employee_id,
            "starts_minute": new.span.starts,
            "ends_minute": new.span.ends,
            "minutes": new.span.minutes,
            "minutes_limit": norms.daily_minutes_limit,
            "description": new.description,
            "target_id": new.target_id,
            "indicator_id": new.indicator_id,
            "volume": new.volume,
            "volume_unit": new.volume_unit,
            "status": new.status,
            "submitted_at": new.submitted_at,
            "now": now,
            "year": new.work_date.year,
        }
        if await writing.once(wanted, values, answer=answer):
            return answer
    # Refused, or more than one statement can decide: the slow way knows the reason.
    for problem in await enter_logs(writing, [new], now=now):
        if problem is not None:
            raise problem
    record_entry(writing, new)
    writing.headers.update({name: answer.headers[name] for name in ("ETag", "Location")})
    return answer


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
    writing.record("log.created", subject, after=after)
    writing.emit(
        "log.created",
        subject,
        employee_id=new.employee_id,
        work_date=new.work_date,
        status=new.status,
    )


@statement
def _enter_log(*, overlap_allowed: bool, linked: bool, measured: bool) -> Executable:
    """Take the day's time and insert the log, if everything allows it."""
    day = bindparam("work_date", type_=Date)
    employee = bindparam("employee_id", type_=Uuid)
    placed = (
        select(placements.c.unit_id)
        .where(
            placements.c.tenant_id == _TENANT,
            placements.c.employee_id == employee,
            holds_on(placements, day),
        )
        .order_by(
            placements.c.kind != PlacementKind.DEFINITIVE, placements.c.starts_on, placements.c.id
        )
        .limit(1)
        .cte("placed")
    )
    held = locked_periods(day)
    conditions = [
        is_live(),
        ~exists(select(held.c.id).where(held.c.status == PeriodStatus.CLOSED)),
        *_link_conditions(employee, linked=linked, measured=measured),
    ]
    taken = _take_time(placed, conditions, overlap_allowed=overlap_allowed)
    columns: dict[str, ColumnElement[Any]] = {
        "tenant_id": _TENANT,
        "unit_id": placed.c.unit_id,
        "id": bindparam("id", type_=Uuid),
        "work_date": day,
        "employee_id": employee,
        "starts_minute": bindparam("starts_minute", type_=SmallInteger),
        "ends_minute": bindparam("ends_minute", type_=SmallInteger),
        "description": bindparam("description", type_=Text),
        "target_id": bindparam("target_id", type_=Uuid),
        "indicator_id": bindparam("indicator_id", type_=Uuid),
        "volume": bindparam("volume", type_=Numeric(14, 2)),
        "volume_unit": bindparam("volume_unit", type_=Text),
        "status": bindparam("status", type_=Text),
        "submitted_at": bindparam("submitted_at", type_=DateTime(timezone=True)),
        "created_at": bindparam("now", type_=DateTime(timezone=True)),
        "updated_at": bindparam("now", type_=DateTime(timezone=True)),
    }
    made = (
        insert(activity_logs)
        .from_select(
            list(columns),
            select(*columns.values()).select_from(placed.join(taken, true())),
        )
        .returning(activity_logs.c.id)
        .cte("made")
    )
    return with_duties(made)


def _take_time(placed: CTE, conditions: list[ColumnElement[bool]], *, overlap_allowed: bool) -> CTE:
    """Upsert the ledger row; no row comes back where the time is taken or the day full."""
    ledgers = day_ledgers.c
    minutes = bindparam("minutes", type_=Integer)
    limit = bindparam("minutes_limit", type_=Integer)
    slot = func.int4multirange(
        func.int4range(
            bindparam("starts_minute", type_=Integer), bindparam("ends_minute", type_=Integer)
        )
    )
    fresh = upsert(day_ledgers).from_select(
        ["tenant_id", "employee_id", "work_date", "minutes", "slots"],
        select(
            _TENANT,
            bindparam("employee_id", type_=Uuid),
            bindparam("work_date", type_=Date),
            minutes,
            slot,
        )
        .select_from(placed)
        .where(*conditions, minutes <= limit),
    )
    room = ledgers.minutes + fresh.excluded.minutes <= limit
    free = ~ledgers.slots.op("&&", is_comparison=True)(fresh.excluded.slots)
    return (
        fresh.on_conflict_do_update(
            index_elements=["tenant_id", "employee_id", "work_date"],
            set_={
                "minutes": ledgers.minutes + fresh.excluded.minutes,
                "slots": ledgers.slots.op("+")(fresh.excluded.slots),
            },
            where=room if overlap_allowed else free & room,
        )
        .returning(ledgers.work_date)
        .cte("taken")
    )


def _link_conditions(
    employee: ColumnElement[Any], *, linked: bool, measured: bool
) -> list[ColumnElement[bool]]:
    """Return what proves that target and indicator are of the employee's approved plan."""
    conditions: list[ColumnElement[bool]] = []
    target_id = bindparam("target_id", type_=Uuid)
    if linked:
        conditions.append(
            exists().where(
                targets.c.tenant_id == _TENANT,
                targets.c.id == target_id,
                plans.c.tenant_id == _TENANT,
                plans.c.id == targets.c.plan_id,
                plans.c.employee_id == employee,
                plans.c.year == bindparam("year", type_=SmallInteger),
                plans.c.status == PlanStatus.APPROVED,
            )
        )
    if measured:
        conditions.append(
            exists().where(
                indicators.c.tenant_id == _TENANT,
                indicators.c.id == bindparam("indicator_id", type_=Uuid),
                indicators.c.target_id == target_id,
            )
        )
    return conditions
