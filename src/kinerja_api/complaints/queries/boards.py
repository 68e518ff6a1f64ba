"""The board of a head or of the regional secretary: figures, counts by status, what is overdue."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, false, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints.errors import NotYourBoard
from kinerja_api.complaints.queries.figures import measured
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
)
from kinerja_api.complaints.rules import OFFICIAL_STAGES, ReportStatus
from kinerja_api.complaints.rules.measures import figures_of, misrouted_share
from kinerja_api.complaints.schemas.figures import (
    ReportFigureOut,
    ReportFiguresOut,
    ReportStatusCountOut,
)
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.leading import leads_unit
from kinerja_api.organisation.queries.units import get_unit
from kinerja_api.organisation.rules import Figure
from kinerja_api.organisation.tables import unit_closure
from kinerja_api.services.queries.services import get_service

_READ = Permission.CITIZEN_REPORTS_READ
_TENANT = bindparam("tenant_id", type_=Uuid)
_report = citizen_reports.c


@dataclass(frozen=True, slots=True)
class _Count:
    status: str
    count: int
    overdue: int


async def require_board(
    reading: Reading, actor: Actor, unit_id: UUID | None, service_id: UUID | None
) -> None:
    """Raise NotYourBoard unless the actor leads the unit, or sees the tenant's reports.

    ResourceNotFound. A service is the board of its unit.
    """
    owner = unit_id
    if unit_id is not None:
        await get_unit(reading, unit_id)
    if service_id is not None:
        owner = owner or (await get_service(reading, service_id))["unit_id"]
    if actor.has_tenant_reach(_READ):
        return
    if owner is None or not await leads_unit(reading, actor, _READ, owner):
        raise NotYourBoard


async def find_board(
    reading: Reading,
    actor: Actor,
    unit_id: UUID | None,
    service_id: UUID | None,
    days: tuple[dt.date, dt.date],
) -> ReportFiguresOut:
    """Return figures of the days, and how many reports stand where now."""
    found = await measured(
        reading,
        unit_id=unit_id,
        service_id=service_id,
        handler_id=None,
        first_day=days[0],
        last_day=days[1],
    )
    wanted = _counts(
        of_unit=unit_id is not None,
        of_service=service_id is not None,
        reach=report_reach(actor),
    )
    rows = await reading.rows(
        wanted,
        _Count,
        unit_id=unit_id,
        service_id=service_id,
        today=actor.today,
        **report_values(actor),
    )
    counts = {row.status: row.count for row in rows}
    figures = figures_of(found)
    return ReportFiguresOut(
        unit_id=unit_id,
        service_id=service_id,
        first_day=days[0],
        last_day=days[1],
        response_time_median=_out(figures.response_time_median),
        response_time_p90=_out(figures.response_time_p90),
        on_time_share=_out(figures.on_time_share),
        settlement_share=_out(figures.settlement_share),
        reopen_rate=_out(figures.reopen_rate),
        misrouted_share=_out(misrouted_share(found)),
        statuses=[
            ReportStatusCountOut(status=status, count=counts.get(status, 0))
            for status in ReportStatus
        ],
        overdue_count=sum(row.overdue for row in rows),
    )


def _out(figure: Figure) -> ReportFigureOut:
    return ReportFigureOut(value=figure.value, sample=figure.sample, minimum=figure.minimum)


@statement
def _counts(*, of_unit: bool, of_service: bool, reach: ReportReach) -> Executable:
    """Count what the actor sees; a head's counts leave out what is confidential."""
    is_overdue = _report.due_on < bindparam("today", type_=Date)
    overdue = func.count().filter(is_overdue, _report.due_stage.in_(OFFICIAL_STAGES))
    query = (
        select(_report.status, func.count().label("count"), overdue.label("overdue"))
        .where(_report.tenant_id == _TENANT, sees(citizen_reports, reach=reach))
        .group_by(_report.status)
    )
    if of_unit:
        below = select(unit_closure.c.descendant_id).where(
            unit_closure.c.tenant_id == _TENANT,
            unit_closure.c.ancestor_id == bindparam("unit_id", type_=Uuid),
        )
        query = query.where(_report.unit_id == func.any(func.array(below.scalar_subquery())))
    if of_service:
        query = query.where(_report.service_id == bindparam("service_id", type_=Uuid))
    if reach == "people":
        query = query.where(_report.is_confidential == false())
    return query
