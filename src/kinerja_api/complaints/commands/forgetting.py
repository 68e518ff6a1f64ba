"""Retention: who reported is forgotten when a report has been over for long enough."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.commands.reporters import erase
from kinerja_api.complaints.rules import FindingStatus
from kinerja_api.complaints.tables import citizen_reports, report_findings, reporters
from kinerja_api.core import clock
from kinerja_api.core.db import Database
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.norms import norms_on

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_BATCH = 500
_START = UUID(int=0)


async def forget_reporters(database: Database, tenant_id: UUID) -> int:
    """Erase who reported in reports that ended longer ago than the norm; return how many.

    Kept while the inspectorate goes on by itself, or a finding is not yet final.
    """
    now = clock.now()
    async with database.read(tenant_id) as reading:
        norms = await norms_on(reading, now.date())
    before = now - dt.timedelta(days=norms.reporter_days)
    erased, last = 0, _START
    while kept := await _kept_after(database, tenant_id, last):
        last = kept[-1]
        over = await _let_go(database, tenant_id, kept, before)
        if over:
            async with database.identity(tenant_id) as identity:
                erased += await erase(identity, over, cause="retention")
    return erased


async def _kept_after(database: Database, tenant_id: UUID, last: UUID) -> list[UUID]:
    """Return the next reports whose reporters are kept; which are over, another role knows."""
    async with database.identity(tenant_id) as identity:
        return await identity.rows(_kept(), _id, after=last, limit=_BATCH)


async def _let_go(
    database: Database, tenant_id: UUID, report_ids: Sequence[UUID], before: dt.datetime
) -> list[UUID]:
    """Return those that are over, having stopped their news."""
    async with database.write(tenant_id) as writing:
        over = await writing.rows(_over(), _id, report_ids=list(report_ids), before=before)
        if over:
            await writing.execute(_silence(), report_ids=over, now=clock.now())
    return over


def _id(id: UUID) -> UUID:  # noqa: A002 - the column's name
    return id


@statement
def _kept() -> Executable:
    reporter = reporters.c
    return (
        select(reporter.report_id.label("id"))
        .where(reporter.tenant_id == _TENANT, reporter.report_id > bindparam("after", type_=Uuid))
        .order_by(reporter.report_id)
        .limit(bindparam("limit", type_=Integer))
    )


@statement
def _over() -> Executable:
    report, finding = citizen_reports.c, report_findings.c
    is_open = exists().where(
        finding.tenant_id == _TENANT,
        finding.report_id == report.id,
        finding.status.in_([FindingStatus.FOUND, FindingStatus.DISPUTED]),
    )
    return (
        select(report.id)
        .where(
            report.tenant_id == _TENANT,
            report.id == bindparam("report_ids", type_=ARRAY(Uuid)).any_(),
            report.ended_at < bindparam("before", type_=_INSTANT),
            ~report.is_ex_officio,
            ~is_open,
        )
        .order_by(report.id)
        .with_for_update()
    )


@statement
def _silence() -> Executable:
    report = citizen_reports.c
    return (
        update(citizen_reports)
        .where(
            report.tenant_id == _TENANT,
            report.id == bindparam("report_ids", type_=ARRAY(Uuid)).any_(),
            report.sends_news,
        )
        .values(
            sends_news=False,
            updated_at=bindparam("now", type_=_INSTANT),
            version=report.version + 1,
        )
    )
