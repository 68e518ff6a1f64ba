"""Reports of citizens as staff see them: lists, one of them, its course and files; a new one."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.entering import enter_report
from kinerja_api.complaints.queries.reports import get_report, list_reports
from kinerja_api.complaints.queries.timeline import (
    get_attachment,
    list_events,
    list_messages,
    list_segments,
)
from kinerja_api.complaints.schemas.entries import ReportEntryIn, ReportEntryOut
from kinerja_api.complaints.schemas.reports import (
    ReportEventListParams,
    ReportEventOut,
    ReportListParams,
    ReportMessageListParams,
    ReportMessageOut,
    ReportOut,
    ReportSegmentListParams,
    ReportSegmentOut,
    ReportSummaryOut,
)
from kinerja_api.core.files import Files, FileUnavailable, name_of
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.routes import ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Citizen reports")

_READ = Permission.CITIZEN_REPORTS_READ


@router.list(
    "/citizen-reports", permission=_READ, name="citizen_reports_list", item=ReportSummaryOut
)
async def get_reports(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ReportListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ReportSummaryOut]:
    """List the reports that you lead, head or work on."""
    return await list_reports(reading, actor, params, cursors)


@router.post(
    "/citizen-reports",
    permission=Permission.CITIZEN_REPORTS_MANAGE,
    name="citizen_reports_enter",
    model=ReportEntryOut,
    location="/v1/citizen-reports/{id}",
    sealed=True,
    problems=[errors.CategoryOfOtherKind, errors.TicketTaken, UnknownReference],
)
async def post_report(
    actor: CurrentActor, writing: WritingUnit, given: ReportEntryIn, request: Request
) -> ReportEntryOut:
    """Enter the report of somebody who came, called or wrote; give him ticket and receipt.

    Both are shown this once. A report of a class of the inspectorate is not yours to see.
    """
    master: bytes = request.app.state.secret
    return await enter_report(writing, master, actor, given)


@router.get(
    "/citizen-reports/{report_id}",
    permission=_READ,
    name="citizen_reports_get",
    model=ReportOut,
    problems=[ResourceNotFound],
)
async def get_one_report(actor: CurrentActor, reading: ReadingUnit, report_id: Id) -> ReportOut:
    """Read a report, and what you may do with it now. Who reported is never in it."""
    return await get_report(reading, actor, report_id)


@router.list(
    "/citizen-reports/{report_id}/events",
    permission=_READ,
    name="citizen_reports_list_events",
    item=ReportEventOut,
    problems=[ResourceNotFound],
)
async def get_report_events(
    actor: CurrentActor,
    reading: ReadingUnit,
    report_id: Id,
    params: Annotated[ReportEventListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ReportEventOut]:
    """List what happened to a report, the oldest first."""
    page = await list_events(reading, actor, report_id, params, cursors)
    if not page["items"]:
        await get_report(reading, actor, report_id)
    return page


@router.list(
    "/citizen-reports/{report_id}/segments",
    permission=_READ,
    name="citizen_reports_list_segments",
    item=ReportSegmentOut,
    problems=[ResourceNotFound],
)
async def get_report_segments(
    actor: CurrentActor,
    reading: ReadingUnit,
    report_id: Id,
    params: Annotated[ReportSegmentListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ReportSegmentOut]:
    """List whose work a report was, the oldest first."""
    page = await list_segments(reading, actor, report_id, params, cursors)
    if not page["items"]:
        await get_report(reading, actor, report_id)
    return page


@router.list(
    "/citizen-reports/{report_id}/messages",
    permission=_READ,
    name="citizen_reports_list_messages",
    item=ReportMessageOut,
    problems=[ResourceNotFound],
)
async def get_report_messages(
    actor: CurrentActor,
    reading: ReadingUnit,
    report_id: Id,
    params: Annotated[ReportMessageListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ReportMessageOut]:
    """List what was said to and by the citizen, and among staff, the oldest first."""
    page = await list_messages(reading, actor, report_id, params, cursors)
    if not page["items"]:
        await get_report(reading, actor, report_id)
    return page


@router.get(
    "/citizen-reports/{report_id}/attachments/{attachment_id}",
    permission=_READ,
    name="citizen_reports_download",
    problems=[ResourceNotFound, FileUnavailable],
    response_class=StreamingResponse,
)
async def get_report_attachment(
    actor: CurrentActor, reading: ReadingUnit, report_id: Id, attachment_id: Id, request: Request
) -> StreamingResponse:
    """Download a file of a report; browsers save it and never show it."""
    found = await get_attachment(reading, actor, report_id, attachment_id)
    files: Files = request.app.state.files
    chunks = await files.read(name_of(reading.tenant_id, found["sha256"]))
    name = quote(found["file_name"])
    return StreamingResponse(
        chunks,
        media_type=found["content_type"],
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "Content-Length": str(found["size_bytes"]),
            "X-Content-Type-Options": "nosniff",
        },
    )
