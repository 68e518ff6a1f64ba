"""Closing the plans of a year with it, and opening them again; called by the close of the year.

The caller holds the year's period, so no plan of it changes meanwhile.
"""

import datetime as dt
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.planning.rules import IN_FORCE, PeriodKind, PlanStatus
from kinerja_api.planning.tables import periods, plans

_TENANT = bindparam("tenant_id", type_=Uuid)


async def close_plans(writing: Writing, year: int) -> int:
    """Close the plans in force of the year; return how many.

    A revision still open is dropped: what was in force is what is rated.
    """
    open_ones = [status for status in IN_FORCE if status is not PlanStatus.CLOSED]
    return await _turn(writing, year, open_ones, PlanStatus.CLOSED)


async def reopen_plans(writing: Writing, year: int) -> int:
    """Make the closed plans of the year approved ones again; return how many."""
    return await _turn(writing, year, [PlanStatus.CLOSED], PlanStatus.APPROVED)


async def _turn(writing: Writing, year: int, before: list[PlanStatus], after: PlanStatus) -> int:
    count = await writing.execute(
        _set_status(), year=year, before=before, after=after, now=clock.now()
    )
    period_id: UUID | None = await writing.value(_year(), first_day=dt.date(year, 1, 1))
    if count and period_id is not None:
        event = "plans.closed" if after is PlanStatus.CLOSED else "plans.reopened"
        writing.record(event, ("period", period_id), after={"year": year, "plans": count})
        writing.emit(event, ("period", period_id), year=year, plans=count)
    return count


@statement
def _set_status() -> Executable:
    return (
        update(plans)
        .where(
            plans.c.tenant_id == _TENANT,
            plans.c.year == bindparam("year", type_=SmallInteger),
            plans.c.status == func.any(bindparam("before", type_=ARRAY(Text))),
        )
        .values(
            status=bindparam("after", type_=Text),
            revision_reason=null(),
            revision_content=null(),
            revision_submitted_at=null(),
            revision_note=null(),
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=plans.c.version + 1,
        )
    )


@statement
def _year() -> Executable:
    return select(periods.c.id).where(
        periods.c.tenant_id == _TENANT,
        periods.c.kind == PeriodKind.YEAR,
        periods.c.starts_on == bindparam("first_day", type_=Date),
    )
