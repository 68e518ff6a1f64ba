"""Reads of disclosures: who was told who reported, from the trail."""

from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, exists, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.tables import accounts
from kinerja_api.complaints.queries.visible import (
    ReportReach,
    report_reach,
    report_values,
    sees,
)
from kinerja_api.complaints.schemas.reporters import DisclosureListParams, DisclosureOut
from kinerja_api.complaints.tables import citizen_reports
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.trail import audit_entries

DISCLOSED: Final = "reporter.disclosed"

_TENANT = bindparam("tenant_id", type_=Uuid)
_NEWEST = Sort((("at", audit_entries.c.at), ("id", audit_entries.c.id)), descending=True)


async def list_disclosures(
    reading: Reading,
    actor: Actor,
    report_id: UUID,
    params: DisclosureListParams,
    cursors: Cursors,
) -> Page[DisclosureOut]:
    """Return one page of who was told who sent the report; ResourceNotFound."""
    wanted = _is_seen(reach=report_reach(actor))
    if not await reading.value(wanted, id=report_id, **report_values(actor)):
        raise ResourceNotFound
    return await fetch_page(
        reading,
        _disclosures,
        DisclosureOut,
        name="disclosures",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        values={"report_id": report_id},
    )


@statement
def _is_seen(*, reach: ReportReach) -> Executable:
    report = citizen_reports.c
    return select(
        exists().where(
            report.tenant_id == _TENANT,
            report.id == bindparam("id", type_=Uuid),
            sees(citizen_reports, reach=reach),
        )
    )


def _disclosures() -> Rows:
    entry = audit_entries.c
    return (
        select(
            entry.id,
            entry.at,
            entry.account_id,
            accounts.c.name.label("account_name"),
            entry.acting_as,
            entry.reason,
        )
        .join_from(
            audit_entries,
            accounts,
            and_(accounts.c.tenant_id == entry.tenant_id, accounts.c.id == entry.account_id),
        )
        .where(
            entry.tenant_id == _TENANT,
            entry.subject_type == "citizen_report",
            entry.subject_id == bindparam("report_id", type_=Uuid),
            entry.action == DISCLOSED,
        )
    )
