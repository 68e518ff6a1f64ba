"""Who reported: added sealed, erased on request or when its time is over.

The service's own role adds a row and can never read it again (UU 27/2022 art. 16, 35; Perpres
76/2013: confidentiality of who complains). Erasing is done by the identity role, in a job.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, Uuid, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.errors import ReporterUnreadable
from kinerja_api.complaints.rules.reporters import Reporter, seal_context, unpacked
from kinerja_api.complaints.tables import citizen_reports, reporters
from kinerja_api.core import clock
from kinerja_api.core.db import Database, Identity, Writing
from kinerja_api.core.jobs import Job, enqueue
from kinerja_api.core.sealing import SealBroken, seal_with, unseal_with
from kinerja_api.core.sql import statement

ERASE_REPORTER = "erase_reporter"

_TENANT = bindparam("tenant_id", type_=Uuid)


async def keep_reporter(
    writing: Writing, master: bytes, report_id: UUID, reporter: Reporter
) -> None:
    """Keep who reported, sealed under the installation's secret; nobody leaves no row."""
    if reporter.is_nobody:
        return
    context = seal_context(writing.tenant_id, report_id)
    sealed = seal_with(master, reporter.packed(), context=context)
    await writing.execute(_insert(), report_id=report_id, sealed=sealed)


async def find_sealed(identity: Identity, report_id: UUID) -> bytes | None:
    """Return who reported, sealed, or None where nothing is kept."""
    return await identity.value(_sealed(), report_id=report_id)


def opened(master: bytes, sealed: bytes, *, tenant_id: UUID, report_id: UUID) -> Reporter:
    """Return whom the seal holds; ReporterUnreadable."""
    try:
        content = unseal_with(master, sealed, context=seal_context(tenant_id, report_id))
    except SealBroken as error:
        raise ReporterUnreadable from error
    return unpacked(content)


async def request_erasure(writing: Writing, report_id: UUID) -> None:
    """Stop the news of a locked report at once, and queue the erasure of who reported."""
    await writing.execute(_silence(), id=report_id, now=clock.now())
    await enqueue(writing, ERASE_REPORTER, subject_id=report_id, payload={})


async def erase_reporter(database: Database, job: Job) -> None:
    """Erase who reported, as the citizen asked."""
    if job.subject_id is None:
        raise ValueError("an erasure names its report")
    async with database.identity(job.tenant_id) as identity:
        await erase(identity, [job.subject_id], cause="requested")


async def erase(identity: Identity, report_ids: Sequence[UUID], *, cause: str) -> int:
    """Erase the reporters of these reports, each with its entry in the trail; return how many."""
    gone = await identity.rows(_delete(), dict[str, UUID], report_ids=list(report_ids))
    for row in gone:
        subject = ("citizen_report", row["report_id"])
        identity.record("reporter.erased", subject, after={"cause": cause})
    return len(gone)


@statement
def _insert() -> Executable:
    return insert(reporters).values(
        tenant_id=_TENANT,
        report_id=bindparam("report_id", type_=Uuid),
        sealed=bindparam("sealed", type_=LargeBinary),
    )


@statement
def _sealed() -> Executable:
    reporter = reporters.c
    return select(reporter.sealed).where(
        reporter.tenant_id == _TENANT, reporter.report_id == bindparam("report_id", type_=Uuid)
    )


@statement
def _silence() -> Executable:
    report = citizen_reports.c
    return (
        update(citizen_reports)
        .where(report.tenant_id == _TENANT, report.id == bindparam("id", type_=Uuid))
        .values(
            sends_news=False,
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=report.version + 1,
        )
    )


@statement
def _delete() -> Executable:
    reporter = reporters.c
    return (
        delete(reporters)
        .where(
            reporter.tenant_id == _TENANT,
            reporter.report_id == bindparam("report_ids", type_=ARRAY(Uuid)).any_(),
        )
        .returning(reporter.report_id)
    )
