"""Steps of those who lead a report: the complaints office or the inspectorate."""

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.accusing import name_accused
from kinerja_api.complaints.commands.classing import decide_class, propose_class
from kinerja_api.complaints.commands.guarding import take_over_report
from kinerja_api.complaints.commands.leading import (
    archive,
    assign,
    extend,
    publish,
    refer,
    sign_off,
    unpublish,
    verify,
    wait,
)
from kinerja_api.complaints.commands.merging import merge
from kinerja_api.complaints.schemas.reports import ReportOut
from kinerja_api.complaints.schemas.steps import (
    AccusationIn,
    AccusationOut,
    ArchivalIn,
    AssignmentIn,
    ClassDecisionIn,
    ClassProposalIn,
    ExtensionIn,
    MergerIn,
    ReferralIn,
    ReportNoteIn,
    ReportPublicationIn,
    SignOffIn,
    VerificationIn,
    WaitIn,
)
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import OptionalVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id

router = Router(tag="Citizen reports")

_HANDLE = Permission.CITIZEN_REPORTS_HANDLE
_MANAGE = Permission.CITIZEN_REPORTS_MANAGE
_INSPECT = Permission.CITIZEN_REPORTS_INSPECT
_STEP = (ResourceNotFound, errors.NotYourPart, TransitionRefused, errors.StepRefused)


@router.post(
    "/citizen-reports/{report_id}/verifications",
    permission=_MANAGE,
    name="citizen_reports_verify",
    model=ReportOut,
    problems=[*_STEP, UnknownReference],
)
async def post_verification(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: VerificationIn,
    version: OptionalVersion,
) -> ReportOut:
    """Find what a report is; a class of the inspectorate goes to it at once."""
    return await verify(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/assignments",
    permission=_HANDLE,
    name="citizen_reports_assign",
    model=ReportOut,
    problems=[*_STEP, errors.HandlerNotOfUnit, errors.ConflictOfInterest, UnknownReference],
)
async def post_assignment(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: AssignmentIn,
    version: OptionalVersion,
) -> ReportOut:
    """Make a unit responsible (disposisi); a head passes work on inside his own units.

    Where the handler or the head of the unit stands in the line of an accused official, the report
    is for the inspectorate.
    """
    return await assign(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/waits",
    permission=_MANAGE,
    name="citizen_reports_wait",
    model=ReportOut,
    problems=[*_STEP, errors.WaitTooLong],
)
async def post_wait(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: WaitIn,
    version: OptionalVersion,
) -> ReportOut:
    """Let the clocks stand for another agency, a legal process or force majeure."""
    return await wait(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/archivals",
    permission=_MANAGE,
    name="citizen_reports_archive",
    model=ReportOut,
    problems=_STEP,
)
async def post_archival(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ArchivalIn,
    version: OptionalVersion,
) -> ReportOut:
    """Archive a report that cannot be worked on; the citizen reads why, and may appeal once."""
    return await archive(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/referrals",
    permission=_MANAGE,
    name="citizen_reports_refer",
    model=ReportOut,
    problems=_STEP,
)
async def post_referral(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReferralIn,
    version: OptionalVersion,
) -> ReportOut:
    """End a report that is for another body; the citizen reads which."""
    return await refer(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/mergers",
    permission=_MANAGE,
    name="citizen_reports_merge",
    model=ReportOut,
    problems=[*_STEP, errors.MergeRefused, UnknownReference],
)
async def post_merger(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: MergerIn,
    version: OptionalVersion,
) -> ReportOut:
    """Merge a report into another one about the same matter; those merged into it go with it."""
    return await merge(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/class-proposals",
    permission=_MANAGE,
    name="citizen_reports_propose_class",
    model=ReportOut,
    problems=_STEP,
)
async def post_class_proposal(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ClassProposalIn,
    version: OptionalVersion,
) -> ReportOut:
    """Give a report another class; where that allows more time, a second person decides."""
    return await propose_class(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/class-decisions",
    permission=_MANAGE,
    name="citizen_reports_decide_class",
    model=ReportOut,
    problems=[*_STEP, errors.SecondPersonNeeded],
)
async def post_class_decision(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ClassDecisionIn,
    version: OptionalVersion,
) -> ReportOut:
    """Decide on a proposed class; never on your own proposal. Elapsed time stays."""
    return await decide_class(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/extensions",
    permission=_HANDLE,
    name="citizen_reports_extend",
    model=ReportOut,
    problems=[*_STEP, errors.ExtensionTooLong],
)
async def post_extension(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ExtensionIn,
    version: OptionalVersion,
) -> ReportOut:
    """Give a report more working days, once; the citizen reads why."""
    return await extend(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/accused",
    permission=_MANAGE,
    name="citizen_reports_name_accused",
    model=AccusationOut,
    problems=[*_STEP, errors.AccusedNamed, UnknownReference],
)
async def post_accused(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: AccusationIn,
    version: OptionalVersion,
) -> AccusationOut:
    """Name an official (terlapor): neither he nor his line sees the report from now on.

    The inspectorate takes it over where its class or the people at work demand that.
    """
    return await name_accused(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/take-overs",
    permission=_INSPECT,
    name="citizen_reports_take_over",
    model=ReportOut,
    problems=_STEP,
)
async def post_take_over(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportNoteIn,
    version: OptionalVersion,
) -> ReportOut:
    """Take a report over for the inspectorate; work on it begins anew."""
    return await take_over_report(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/sign-offs",
    permission=_INSPECT,
    name="citizen_reports_sign_off",
    model=ReportOut,
    problems=_STEP,
)
async def post_sign_off(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: SignOffIn,
    version: OptionalVersion,
) -> ReportOut:
    """Close an answered report with supervisory content: silence never does."""
    return await sign_off(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/publications",
    permission=_MANAGE,
    name="citizen_reports_publish",
    model=ReportOut,
    problems=_STEP,
)
async def post_publication(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportPublicationIn,
    version: OptionalVersion,
) -> ReportOut:
    """Let the public read moderated texts of a report; again to change them."""
    return await publish(writing, actor, report_id, given, expected=version)


@router.post(
    "/citizen-reports/{report_id}/unpublications",
    permission=_MANAGE,
    name="citizen_reports_unpublish",
    model=ReportOut,
    problems=_STEP,
)
async def post_unpublication(
    actor: CurrentActor,
    writing: WritingUnit,
    report_id: Id,
    given: ReportNoteIn,
    version: OptionalVersion,
) -> ReportOut:
    """Take a report out of what the public reads."""
    return await unpublish(writing, actor, report_id, given.note, expected=version)
