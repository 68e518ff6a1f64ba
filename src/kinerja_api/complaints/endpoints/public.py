"""Reports of citizens without an account: sending one, and what everybody may read."""

from typing import Annotated

from fastapi import Path, Query, Request

from kinerja_api.access.commands.throttle import take
from kinerja_api.access.entrance import CurrentEntrance, PublicTenant
from kinerja_api.complaints.commands.sending import send_report
from kinerja_api.complaints.errors import CategoryOfOtherKind, TicketTaken
from kinerja_api.complaints.queries.candidates import find_candidates
from kinerja_api.complaints.queries.public import get_report_state, list_categories
from kinerja_api.complaints.schemas.public import (
    CandidatesIn,
    CandidatesOut,
    NewReportIn,
    PublicCategoryListParams,
    PublicCategoryOut,
    ReportReceiptOut,
    ReportStateOut,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import RateLimited, ResourceNotFound, UnknownReference
from kinerja_api.core.routes import PUBLIC, CallerLanguage, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Page

router = Router(tag="Public", prefix="/v1/public/{tenant}")

_MAX_AGE = 300
_STATE_MAX_AGE = 60

Ticket = Annotated[
    str, Path(max_length=64, description="Public number of a report", examples=["7K3Q-A9XW"])
]


@router.list(
    "/report-categories",
    permission=PUBLIC,
    name="public_report_categories_list",
    item=PublicCategoryOut,
    problems=[ResourceNotFound],
    max_age=_MAX_AGE,
)
async def get_categories(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[PublicCategoryListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublicCategoryOut]:
    """List the categories that reports can be sent under."""
    del tenant
    return await list_categories(reading, params, cursors)


@router.post(
    "/reports/candidates",
    permission=PUBLIC,
    name="public_reports_candidates",
    model=CandidatesOut,
    status=200,
    idempotent=False,
    problems=[ResourceNotFound, RateLimited],
)
async def post_candidates(
    tenant: PublicTenant, entrance: CurrentEntrance, writing: WritingUnit, given: CandidatesIn
) -> CandidatesOut:
    """Show published reports that may be about the same, before you send yours.

    A POST, because a place in an address would stand in logs. Nothing of it is kept.
    """
    limit = entrance.settings.public_messages_per_hour
    await take(writing, entrance, "candidates", limit=limit)
    return CandidatesOut(items=await find_candidates(writing, given, zone=tenant.time_zone))


@router.post(
    "/reports",
    permission=PUBLIC,
    name="public_reports_create",
    model=ReportReceiptOut,
    key_required=True,
    sealed=True,
    problems=[
        ResourceNotFound, UnknownReference, CategoryOfOtherKind, TicketTaken, RateLimited,
    ],
)  # fmt: skip
async def post_report(
    tenant: PublicTenant,
    entrance: CurrentEntrance,
    writing: WritingUnit,
    request: Request,
    language: CallerLanguage,
    given: NewReportIn,
) -> ReportReceiptOut:
    """Send a report (pengaduan, aspirasi, permintaan informasi, pelaporan pelanggaran).

    UU 25/2009 art. 40, 42; Perpres 76/2013. The answer holds the receipt, this once: with it you
    follow the report. Send an `Idempotency-Key` of at least 22 random characters; a repeat with
    it gives the same receipt again for 48 hours. Whistle-blowing and retaliation are confidential
    always, are led by the inspectorate, and send no mail.
    """
    code: str = request.path_params["tenant"]
    return await send_report(writing, tenant, code, entrance, given, language)


@router.get(
    "/reports/{ticket}",
    permission=PUBLIC,
    name="public_reports_get",
    model=ReportStateOut,
    problems=[ResourceNotFound],
    max_age=_STATE_MAX_AGE,
)
async def get_report(
    tenant: PublicTenant, reading: ReadingUnit, language: CallerLanguage, ticket: Ticket
) -> ReportStateOut:
    """Read the state of a published report; one that is not published is not found."""
    reading.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return await get_report_state(reading, ticket, zone=tenant.time_zone, language=language)
