"""Evidence: files and links that prove a log or a result."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request
from fastapi.responses import StreamingResponse

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.activities import errors
from kinerja_api.activities.commands.evidence import (
    attach_to_log,
    detach_from_log,
    link_to_log,
)
from kinerja_api.activities.queries.evidence import get_evidence, list_evidence
from kinerja_api.activities.queries.logs import get_log
from kinerja_api.activities.rules import EvidenceSubject
from kinerja_api.activities.schemas.evidence import EvidenceListParams, EvidenceOut, LinkIn
from kinerja_api.core.files import Files, FileUnavailable, name_of
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import ReadingUnit, Router, UploadedFile, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.errors import PeriodClosed

router = Router(tag="Activities")

REFUSED_FILES = (
    errors.FileTypeRefused,
    errors.FileDamaged,
    errors.FileInflates,
    errors.TooManyFiles,
    FileUnavailable,
)

FileName = Annotated[
    str, Query(min_length=1, max_length=255, description="Name to keep; made safe")
]


@router.post(
    "/logs/{log_id}/evidence",
    permission=Permission.LOGS_WRITE,
    name="logs_attach",
    model=EvidenceOut,
    location="/v1/evidence/{id}",
    raw=True,
    problems=[
        ResourceNotFound, errors.NotOwnLog, TransitionRefused, PeriodClosed, *REFUSED_FILES,
    ],
)  # fmt: skip
async def post_log_evidence(
    actor: CurrentActor,
    writing: WritingUnit,
    log_id: Id,
    file_name: FileName,
    upload: UploadedFile,
    request: Request,
) -> EvidenceOut:
    """Attach a file to your log that is not approved yet.

    The body is the file itself: PDF, PNG, JPEG, XLSX or DOCX, told by its content.
    """
    files: Files = request.app.state.files
    return await attach_to_log(writing, files, actor, log_id, upload, file_name)


@router.post(
    "/logs/{log_id}/evidence-links",
    permission=Permission.LOGS_WRITE,
    name="logs_attach_link",
    model=EvidenceOut,
    location="/v1/evidence/{id}",
    problems=[
        ResourceNotFound, errors.NotOwnLog, TransitionRefused, PeriodClosed, errors.TooManyFiles,
    ],
)  # fmt: skip
async def post_log_link(
    actor: CurrentActor, writing: WritingUnit, log_id: Id, link: LinkIn
) -> EvidenceOut:
    """Attach a link to your log that is not approved yet; it is kept as given, never opened."""
    return await link_to_log(writing, actor, log_id, link)


@router.delete(
    "/logs/{log_id}/evidence/{evidence_id}",
    permission=Permission.LOGS_WRITE,
    name="logs_detach",
    problems=[ResourceNotFound, errors.NotOwnLog, TransitionRefused, PeriodClosed],
)
async def delete_log_evidence(
    actor: CurrentActor, writing: WritingUnit, log_id: Id, evidence_id: Id
) -> None:
    """Remove a file or link from your log that is a draft or was returned."""
    await detach_from_log(writing, actor, log_id, evidence_id)


@router.list(
    "/logs/{log_id}/evidence",
    permission=Permission.LOGS_READ,
    name="logs_list_evidence",
    item=EvidenceOut,
    problems=[ResourceNotFound],
)
async def get_log_evidence(
    actor: CurrentActor,
    reading: ReadingUnit,
    log_id: Id,
    params: Annotated[EvidenceListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[EvidenceOut]:
    """List the files and links of a log."""
    subject = (EvidenceSubject.LOG, log_id)
    page = await list_evidence(reading, actor, subject, params, cursors)
    if not page["items"]:
        await get_log(reading, actor, log_id)  # nothing attached, or no such log
    return page


@router.get(
    "/evidence/{evidence_id}",
    permission=Permission.LOGS_READ,
    name="evidence_get",
    model=EvidenceOut,
    problems=[ResourceNotFound],
)
async def get_one_evidence(
    actor: CurrentActor, reading: ReadingUnit, evidence_id: Id
) -> EvidenceOut:
    """Read what is known of a file or link."""
    return await get_evidence(reading, actor, evidence_id)


@router.get(
    "/evidence/{evidence_id}/content",
    permission=Permission.LOGS_READ,
    name="evidence_download",
    problems=[ResourceNotFound, FileUnavailable],
    response_class=StreamingResponse,
)
async def get_evidence_content(
    actor: CurrentActor, reading: ReadingUnit, evidence_id: Id, request: Request
) -> StreamingResponse:
    """Download a file; browsers save it and never show it. A link has no content."""
    found = await get_evidence(reading, actor, evidence_id)
    if found["sha256"] is None or found["file_name"] is None:
        raise ResourceNotFound
    files: Files = request.app.state.files
    chunks = await files.read(name_of(reading.tenant_id, bytes.fromhex(found["sha256"])))
    name = found["file_name"]
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return StreamingResponse(
        chunks,
        media_type=found["content_type"],
        headers={
            "Content-Disposition": disposition,
            "Content-Length": str(found["size_bytes"]),
            "X-Content-Type-Options": "nosniff",
        },
    )
