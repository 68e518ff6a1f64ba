"""What a citizen does with his report, by its receipt in the header ``X-Receipt``.

A receipt that is wrong, of another government, or missing: not found, always alike.
"""

from fastapi import Request
from fastapi.responses import StreamingResponse

from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.attachments import attach
from kinerja_api.complaints.commands.citizens import (
    answer_question,
    appeal,
    confirm_reply,
    erase_contact,
    reopen_report,
    send_message,
    set_confidentiality,
    withdraw,
)
from kinerja_api.complaints.endpoints.visiting import CurrentVisit, KnownVisit
from kinerja_api.complaints.queries.locked import LockedReport
from kinerja_api.complaints.queries.public import find_attachment, get_mine
from kinerja_api.complaints.queries.receipts import Visit, find_mine
from kinerja_api.complaints.schemas.public import (
    ErasureOut,
    MyAnswerIn,
    MyAppealIn,
    MyAttachmentOut,
    MyConfidentialityIn,
    MyConfirmationIn,
    MyConfirmationOut,
    MyMessageIn,
    MyReopeningIn,
    MyReportOut,
    MyWithdrawalIn,
)
from kinerja_api.core.db import Reading
from kinerja_api.core.files import Files, FileUnavailable, name_of
from kinerja_api.core.i18n import Language
from kinerja_api.core.problems import RateLimited, ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import (
    PUBLIC,
    CallerLanguage,
    ReadingUnit,
    Router,
    UploadedFile,
    WritingUnit,
)
from kinerja_api.core.schemas import Id

router = Router(tag="Public", prefix="/v1/public/{tenant}/reports/mine")

_STEP = (ResourceNotFound, TransitionRefused, RateLimited)


async def _shown(
    reading: Reading, visit: Visit, report: LockedReport, language: Language
) -> MyReportOut:
    return await get_mine(reading, report.id, zone=visit.tenant.time_zone, language=language)


@router.get(
    "",
    permission=PUBLIC,
    name="public_reports_mine",
    model=MyReportOut,
    problems=[ResourceNotFound, RateLimited],
)
async def get_my_report(
    visit: CurrentVisit, reading: ReadingUnit, language: CallerLanguage
) -> MyReportOut:
    """Read your report: where it stands, what is due when, and what you can do now."""
    report_id = await find_mine(reading, visit)
    return await get_mine(reading, report_id, zone=visit.tenant.time_zone, language=language)


@router.post(
    "/messages", permission=PUBLIC, name="public_reports_write", model=MyReportOut, problems=_STEP
)
async def post_message(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, message: MyMessageIn
) -> MyReportOut:
    """Write to those who work on your report."""
    report = await send_message(writing, visit, message.body)
    return await _shown(writing, visit, report, language)


@router.post(
    "/answers", permission=PUBLIC, name="public_reports_answer", model=MyReportOut, problems=_STEP
)
async def post_answer(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, answer: MyAnswerIn
) -> MyReportOut:
    """Answer the question that was asked; the time of those who work on it runs again."""
    report = await answer_question(writing, visit, answer.body)
    return await _shown(writing, visit, report, language)


@router.post(
    "/confirmations",
    permission=PUBLIC,
    name="public_reports_confirm",
    model=MyConfirmationOut,
    sealed=True,
    problems=_STEP,
)
async def post_confirmation(
    visit: CurrentVisit,
    writing: WritingUnit,
    language: CallerLanguage,
    confirmation: MyConfirmationIn,
) -> MyConfirmationOut:
    """Say that the reply settles it.

    Where the report is about a service, the answer holds a token that rates it once, anonymously.
    """
    report, token = await confirm_reply(writing, visit, confirmation.body)
    shown = await _shown(writing, visit, report, language)
    return MyConfirmationOut(report=shown, rating_token=token)


@router.post(
    "/reopenings",
    permission=PUBLIC,
    name="public_reports_reopen",
    model=MyReportOut,
    problems=[*_STEP, errors.ReopeningTooLate, errors.ReopeningsExhausted],
)
async def post_reopening(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, given: MyReopeningIn
) -> MyReportOut:
    """Say that the reply does not settle it: twice; the third time the inspectorate hears of it."""
    report = await reopen_report(writing, visit, given.reason)
    return await _shown(writing, visit, report, language)


@router.post(
    "/appeals",
    permission=PUBLIC,
    name="public_reports_appeal",
    model=MyReportOut,
    problems=[*_STEP, errors.AppealsExhausted],
)
async def post_appeal(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, given: MyAppealIn
) -> MyReportOut:
    """Have an archived report looked at again, once: complete it, or say why it was wrong."""
    report = await appeal(writing, visit, given.reason)
    return await _shown(writing, visit, report, language)


@router.post(
    "/withdrawals",
    permission=PUBLIC,
    name="public_reports_withdraw",
    model=MyReportOut,
    problems=_STEP,
)
async def post_withdrawal(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, given: MyWithdrawalIn
) -> MyReportOut:
    """Take your report back; what has to be supervised, the inspectorate goes on with."""
    report = await withdraw(writing, visit, given.reason)
    return await _shown(writing, visit, report, language)


@router.post(
    "/confidentialities",
    permission=PUBLIC,
    name="public_reports_set_confidentiality",
    model=MyReportOut,
    problems=[*_STEP, errors.ConfidentialityDemanded],
)
async def post_confidentiality(
    visit: CurrentVisit, writing: WritingUnit, language: CallerLanguage, given: MyConfidentialityIn
) -> MyReportOut:
    """Keep your report from the public, or allow its publication; you alone can do the latter."""
    report = await set_confidentiality(writing, visit, is_confidential=given.is_confidential)
    return await _shown(writing, visit, report, language)


@router.post(
    "/contact-erasures",
    permission=PUBLIC,
    name="public_reports_erase_contact",
    model=ErasureOut,
    status=202,
    problems=_STEP,
)
async def post_contact_erasure(visit: CurrentVisit, writing: WritingUnit) -> ErasureOut:
    """Have your name and contact erased (UU 27/2022 art. 8); the report stays, anonymous."""
    report = await erase_contact(writing, visit)
    return ErasureOut(ticket=report.row["ticket"], sends_news=False)


@router.post(
    "/attachments",
    permission=PUBLIC,
    name="public_reports_attach",
    model=MyAttachmentOut,
    raw=True,
    problems=[
        *_STEP, errors.AttachmentTypeRefused, errors.AttachmentDamaged, errors.TooManyAttachments,
        FileUnavailable,
    ],
)  # fmt: skip
async def post_attachment(
    visit: KnownVisit, writing: WritingUnit, upload: UploadedFile, request: Request
) -> MyAttachmentOut:
    """Add a picture or document to your report, at most five.

    The body is the file itself: JPEG, PNG, WebP or PDF, told by its content. Pictures are written
    anew without place, time and camera; a PDF is kept as it is, with whatever it says of its maker.
    """
    files: Files = request.app.state.files
    return await attach(writing, files, visit, upload)


@router.get(
    "/attachments/{attachment_id}",
    permission=PUBLIC,
    name="public_reports_download",
    problems=[ResourceNotFound, RateLimited, FileUnavailable],
    response_class=StreamingResponse,
)
async def get_attachment(
    visit: CurrentVisit, reading: ReadingUnit, attachment_id: Id, request: Request
) -> StreamingResponse:
    """Download what you added; browsers save it and never show it."""
    report_id = await find_mine(reading, visit)
    found = await find_attachment(reading, report_id, attachment_id)
    files: Files = request.app.state.files
    chunks = await files.read(name_of(reading.tenant_id, found.sha256))
    return StreamingResponse(
        chunks,
        media_type=found.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
            "Content-Length": str(found.size_bytes),
            "X-Content-Type-Options": "nosniff",
        },
    )
