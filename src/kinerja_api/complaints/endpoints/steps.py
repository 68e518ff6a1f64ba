"""Steps of those who work on a report: handler and head of the unit."""

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.guarding import make_confidential
from kinerja_api.complaints.commands.handling import accept, answer_first, give_back, resume
from kinerja_api.complaints.commands.messages import ask, write_message
from kinerja_api.complaints.commands.replying import approve_reply, propose_reply, reject_reply
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import (
    AcceptanceIn,
    FirstReplyIn,
    ReplyRejectionIn,
    ReportMessageIn,
    ReportNoteIn,
    ReportQuestionIn,
    ReportReplyIn,
    ReportReturnIn,
)
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id

router = Router(tag="Citizen reports")

_HANDLE = Permission.CITIZEN_REPORTS_HANDLE
_STEP = (ResourceNotFound, errors.NotYourPart, TransitionRefused, errors.StepRefused)


@router.post(
    "/citizen-reports/{report_id}/questions",
    permission=_HANDLE,
    name="citizen_reports_ask",
    model=ReportOut,
    problems=_STEP,
)
async def post_question(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportQuestionIn,
    version: OptionalVersion,
) -> ReportOut:
    """Ask the citizen; the clocks stand until the answer, for a limited time."""
    return await ask(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/returns",
    permission=_HANDLE,
    name="citizen_reports_return",
    model=ReportOut,
    problems=_STEP,
)
async def post_return(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportReturnIn,
    version: OptionalVersion,
) -> ReportOut:
    """Return a misrouted report; the time with you counts for nobody."""
    return await give_back(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/acceptances",
    permission=_HANDLE,
    name="citizen_reports_accept",
    model=ReportOut,
    problems=[*_STEP, errors.HandlerNotOfUnit, errors.ConflictOfInterest, errors.DayPassed],
)
async def post_acceptance(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: AcceptanceIn,
    version: OptionalVersion,
) -> ReportOut:
    """Take a report to work, or as head name who does; the citizen reads the plan."""
    return await accept(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/resumptions",
    permission=_HANDLE,
    name="citizen_reports_resume",
    model=ReportOut,
    problems=_STEP,
)
async def post_resumption(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportNoteIn,
    version: OptionalVersion,
) -> ReportOut:
    """Go on with the work: what was waited for is there."""
    return await resume(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/first-replies",
    permission=_HANDLE,
    name="citizen_reports_answer_first",
    model=ReportOut,
    problems=_STEP,
)
async def post_first_reply(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: FirstReplyIn,
    version: OptionalVersion,
) -> ReportOut:
    """Send the citizen the first substantial answer, once."""
    return await answer_first(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/replies",
    permission=_HANDLE,
    name="citizen_reports_propose_reply",
    model=ReportOut,
    problems=_STEP,
)
async def post_reply(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportReplyIn,
    version: OptionalVersion,
) -> ReportOut:
    """Propose the public reply (tanggapan) to the head of the unit."""
    return await propose_reply(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/replies/{reply_id}/approvals",
    permission=_HANDLE,
    name="citizen_reports_approve_reply",
    model=ReportOut,
    problems=[*_STEP, errors.SecondPersonNeeded],
)
async def post_reply_approval(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    reply_id: Id,
    version: OptionalVersion,
) -> ReportOut:
    """Send a proposed reply, never your own: the report is answered."""
    return await approve_reply(writing, actor, report_id, reply_id, expected=version)


@router.post(
    "/citizen-reports/{report_id}/replies/{reply_id}/rejections",
    permission=_HANDLE,
    name="citizen_reports_reject_reply",
    model=ReportOut,
    problems=[*_STEP, errors.SecondPersonNeeded],
)
async def post_reply_rejection(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    reply_id: Id,
    given: ReplyRejectionIn,
    version: OptionalVersion,
) -> ReportOut:
    """Send a proposed reply back to the handler."""
    return await reject_reply(writing, actor, report_id, reply_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/confidentialities",
    permission=_HANDLE,
    name="citizen_reports_make_confidential",
    model=ReportOut,
    problems=_STEP,
)
async def post_confidentiality(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportNoteIn,
    version: OptionalVersion,
) -> ReportOut:
    """Make a report confidential; only its reporter makes it open again."""
    return await make_confidential(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/messages",
    permission=_HANDLE,
    name="citizen_reports_write_message",
    model=ReportOut,
    problems=_STEP,
)
async def post_message(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportMessageIn,
    version: OptionalVersion,
) -> ReportOut:
    """Write to the citizen, who hears of it, or to those who work on the report."""
    return await write_message(writing, actor, report_id, given, expected=version)
