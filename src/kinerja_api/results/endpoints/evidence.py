"""Evidence of results."""

from typing import Annotated

from fastapi import Query, Request

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.endpoints.evidence import REFUSED_FILES, FileName
from kinerja_api.activities.errors import TooManyFiles
from kinerja_api.activities.queries.evidence import list_evidence
from kinerja_api.activities.rules import EvidenceSubject
from kinerja_api.activities.schemas.evidence import EvidenceListParams, EvidenceOut, LinkIn
from kinerja_api.core.files import Files
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import ReadingUnit, Router, UploadedFile, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.errors import PeriodClosed
from kinerja_api.results.commands.evidence import (
    attach_to_result,
    detach_from_result,
    link_to_result,
)
from kinerja_api.results.errors import NotOwnResult
from kinerja_api.results.queries.results import get_result

router = Router(tag="Results")


@router.post(
    "/results/{result_id}/evidence",
    permission=Permission.RESULTS_WRITE,
    name="results_attach",
    model=EvidenceOut,
    location="/v1/evidence/{id}",
    raw=True,
    problems=[ResourceNotFound, NotOwnResult, TransitionRefused, PeriodClosed, *REFUSED_FILES],
)
async def post_result_evidence(
    actor: CurrentActor,
    writing: WritingUnit,
    result_id: Id,
    file_name: FileName,
    upload: UploadedFile,
    request: Request,
) -> EvidenceOut:
    """Attach a file to your result that is not verified yet.

    The body is the file itself: PDF, PNG, JPEG, XLSX or DOCX, told by its content.
    """
    files: Files = request.app.state.files
    return await attach_to_result(writing, files, actor, result_id, upload, file_name)


@router.post(
    "/results/{result_id}/evidence-links",
    permission=Permission.RESULTS_WRITE,
    name="results_attach_link",
    model=EvidenceOut,
    location="/v1/evidence/{id}",
    problems=[ResourceNotFound, NotOwnResult, TransitionRefused, PeriodClosed, TooManyFiles],
)
async def post_result_link(
    actor: CurrentActor, writing: WritingUnit, result_id: Id, link: LinkIn
) -> EvidenceOut:
    """Attach a link to your result that is not verified yet; kept as given, never opened."""
    return await link_to_result(writing, actor, result_id, link)


@router.delete(
    "/results/{result_id}/evidence/{evidence_id}",
    permission=Permission.RESULTS_WRITE,
    name="results_detach",
    problems=[ResourceNotFound, NotOwnResult, TransitionRefused, PeriodClosed],
)
async def delete_result_evidence(
    actor: CurrentActor, writing: WritingUnit, result_id: Id, evidence_id: Id
) -> None:
    """Remove a file or link from your result that is not verified yet."""
    await detach_from_result(writing, actor, result_id, evidence_id)


@router.list(
    "/results/{result_id}/evidence",
    permission=Permission.RESULTS_READ,
    name="results_list_evidence",
    item=EvidenceOut,
    problems=[ResourceNotFound],
)
async def get_result_evidence(
    actor: CurrentActor,
    reading: ReadingUnit,
    result_id: Id,
    params: Annotated[EvidenceListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[EvidenceOut]:
    """List the files and links of a result."""
    subject = (EvidenceSubject.RESULT, result_id)
    page = await list_evidence(reading, actor, subject, params, cursors)
    if not page["items"]:
        await get_result(reading, actor, result_id)  # nothing attached, or no such result
    return page
