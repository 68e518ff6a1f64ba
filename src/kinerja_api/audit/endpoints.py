"""The trail, for the inspectorate."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.audit.policies import check_may_read_trail
from kinerja_api.audit.queries import get_entry, list_entries
from kinerja_api.audit.schemas import AuditEntryOut, AuditListParams
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Audit")


@router.list(
    "/audit-entries",
    permission=Permission.AUDIT_READ,
    name="audit_entries_list",
    item=AuditEntryOut,
)
async def get_entries(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[AuditListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[AuditEntryOut]:
    """List who changed what, newest first; without times, the last year.

    For the inspectorate. Entries can be added by the service only, and never change.
    """
    check_may_read_trail(actor)
    return await list_entries(reading, actor, params, cursors)


@router.get(
    "/audit-entries/{entry_id}",
    permission=Permission.AUDIT_READ,
    name="audit_entries_get",
    model=AuditEntryOut,
    problems=[ResourceNotFound],
)
async def get_one_entry(actor: CurrentActor, reading: ReadingUnit, entry_id: Id) -> AuditEntryOut:
    """Read one entry of the trail."""
    check_may_read_trail(actor)
    return await get_entry(reading, actor, entry_id)
