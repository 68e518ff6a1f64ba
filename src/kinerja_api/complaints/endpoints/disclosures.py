"""Break-glass: asking who reported, and who asked."""

from typing import Annotated

from fastapi import Query, Request

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.disclosing import disclose_reporter
from kinerja_api.complaints.queries.disclosures import list_disclosures
from kinerja_api.complaints.schemas.reporters import (
    DisclosureIn,
    DisclosureListParams,
    DisclosureOut,
    ReporterOut,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import IdentityUnavailable, ResourceNotFound
from kinerja_api.core.routes import ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Citizen reports")


@router.post(
    "/citizen-reports/{report_id}/disclosures",
    permission=Permission.REPORTERS_DISCLOSE,
    name="citizen_reports_disclose",
    model=ReporterOut,
    idempotent=False,
    problems=[
        ResourceNotFound,
        errors.PersonNeeded,
        errors.NotYourPart,
        errors.ReporterAnonymous,
        errors.ReporterNotKept,
        errors.ReporterUnreadable,
        IdentityUnavailable,
    ],
)
async def post_disclosure(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    disclosure: DisclosureIn,
    request: Request,
) -> ReporterOut:
    """Learn who sent a report, for a reason (break-glass).

    Each time it is written to the trail first, and the inspectorate is told. The answer is kept
    nowhere: asking again reads again (Perpres 76/2013; UU 27/2022).
    """
    writing.headers["Cache-Control"] = "no-store"
    return await disclose_reporter(
        writing,
        actor,
        report_id,
        disclosure,
        database=request.app.state.database,
        master=request.app.state.secret,
    )


@router.list(
    "/citizen-reports/{report_id}/disclosures",
    permission=Permission.CITIZEN_REPORTS_INSPECT,
    name="citizen_reports_list_disclosures",
    item=DisclosureOut,
    problems=[ResourceNotFound],
)
async def get_disclosures(
    actor: CurrentActor,
    reading: ReadingUnit,
    report_id: Id,
    params: Annotated[DisclosureListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[DisclosureOut]:
    """List who was told who sent the report, when and why; for the inspectorate."""
    return await list_disclosures(reading, actor, report_id, params, cursors)
