"""The one statement that enters a log with all its duties: the hot path."""

from typing import Any

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

from kinerja_api.activities.commands.months import COUNTED, count_new
from kinerja_api.activities.tables import activity_logs, day_ledgers, month_deltas
from kinerja_api.core.duties import with_duties
from kinerja_api.core.principal import is_live
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import placement_on
from kinerja_api.organisation.tables import placements
from kinerja_api.planning.queries.periods import locked_periods
from kinerja_api.planning.rules import IN_FORCE, PeriodStatus
from kinerja_api.planning.tables import indicators, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)


@statement
def enter_log(*, overlap_allowed: bool, linked: bool, measured: bool) -> Executable:
    """Return the statement that takes the day's time and inserts the log, if all allows it."""
    day = bindparam("work_date", type_=Date)
    employee = bindparam("employee_id", type_=Uuid)
    placed = (
        placement_on(placements, employee, day)
        .with_only_columns(placements.c.unit_id)
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
        "progress_percent": bindparam("progress_percent", type_=Numeric(5, 2)),
        "late_reason": bindparam("late_reason", type_=Text),
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
        .returning(*COUNTED)
        .cte("made")
    )
    return with_duties(count_new(made).returning(month_deltas.c.id).cte("counted"))


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
    """Return what proves that target and indicator are of the employee's plan in force."""
    if not linked:
        return []
    return [exists(select(_linked(employee, measured=measured).c.id))]


def _linked(employee: ColumnElement[Any], *, measured: bool) -> CTE:
    """Return the target, held as a foreign key would: a revision cannot remove it meanwhile."""
    query = select(targets.c.id).where(
        targets.c.tenant_id == _TENANT,
        targets.c.id == bindparam("target_id", type_=Uuid),
        plans.c.tenant_id == _TENANT,
        plans.c.id == targets.c.plan_id,
        plans.c.employee_id == employee,
        plans.c.year == bindparam("year", type_=SmallInteger),
        plans.c.status.in_(IN_FORCE),
    )
    if measured:
        query = query.where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.id == bindparam("indicator_id", type_=Uuid),
            indicators.c.target_id == targets.c.id,
        )
    return query.with_for_update(read=True, key_share=True).cte("linked")
