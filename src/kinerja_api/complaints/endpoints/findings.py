"""Findings about accused officials, their disputes, and what becomes of them."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.complaints import errors
from kinerja_api.complaints.commands.disputes import decide_dispute, dispute_finding
from kinerja_api.complaints.commands.findings import (
    confirm_finding,
    make_finding,
    reverse_finding,
)
from kinerja_api.complaints.queries.findings import get_finding, list_findings
from kinerja_api.complaints.schemas.findings import (
    DisputeDecisionIn,
    FindingDisputeIn,
    FindingIn,
    FindingListParams,
    FindingOut,
    FindingReversalIn,
)
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page

router = Router(tag="Findings")

_DECIDE = Permission.FINDINGS_DECIDE
_DECIDING = (
    ResourceNotFound,
    errors.PersonNeeded,
    errors.ConflictOfInterest,
    TransitionRefused,
)


@router.post(
    "/citizen-reports/{report_id}/findings",
    permission=_DECIDE,
    name="findings_create",
    model=FindingOut,
    location="/v1/findings/{id}",
    problems=[
        ResourceNotFound,
        errors.PersonNeeded,
        errors.NotYourPart,
        errors.ReportNotExamined,
        errors.SeverityMismatch,
        errors.NotAccused,
        errors.FindingExists,
    ],
)
async def post_finding(
    actor: CurrentActor, writing: WritingUnit, report_id: Id, finding: FindingIn
) -> FindingOut:
    """Say what an examination found about an accused official.

    He is told, without a word of the report or the reporter, and may dispute it for five working
    days. It counts for nothing yet (PP 94/2021).
    """
    return await make_finding(writing, actor, report_id, finding)


@router.list(
    "/findings", permission=Permission.FINDINGS_READ, name="findings_list", item=FindingOut
)
async def get_findings(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[FindingListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[FindingOut]:
    """List findings: your own, or all for the inspectorate."""
    return await list_findings(reading, actor, params, cursors)


@router.get(
    "/findings/{finding_id}",
    permission=Permission.FINDINGS_READ,
    name="findings_get",
    model=FindingOut,
    problems=[ResourceNotFound],
)
async def get_one_finding(actor: CurrentActor, reading: ReadingUnit, finding_id: Id) -> FindingOut:
    """Read a finding with its disputes."""
    return await get_finding(reading, actor, finding_id)


@router.post(
    "/findings/{finding_id}/disputes",
    permission=Permission.FINDINGS_DISPUTE,
    name="findings_dispute",
    model=FindingOut,
    problems=[
        ResourceNotFound,
        errors.NotOwnFinding,
        errors.FindingNotSubstantiated,
        errors.DisputeTooLate,
        errors.DisputesExhausted,
        TransitionRefused,
    ],
)
async def post_dispute(
    actor: CurrentActor,
    writing: WritingUnit,
    finding_id: Id,
    dispute: FindingDisputeIn,
    version: OptionalVersion,
) -> FindingOut:
    """Dispute a finding about yourself until `dispute_until`, and appeal once (sanggah, banding).

    Somebody outside your line decides within ten working days; until then it counts for nothing.
    """
    return await dispute_finding(writing, actor, finding_id, dispute, expected=version)


@router.post(
    "/findings/{finding_id}/dispute-decisions",
    permission=_DECIDE,
    name="findings_decide_dispute",
    model=FindingOut,
    problems=[*_DECIDING, errors.SecondPersonNeeded, errors.FindingNotLessened],
)
async def post_dispute_decision(
    actor: CurrentActor,
    writing: WritingUnit,
    finding_id: Id,
    decision: DisputeDecisionIn,
    version: OptionalVersion,
) -> FindingOut:
    """Decide the open dispute: not who made the finding, nor who decided the dispute before.

    Accepted reverses the finding, partly accepted lessens it; else it stands, with five working
    days for an appeal after the first decision.
    """
    return await decide_dispute(writing, actor, finding_id, decision, expected=version)


@router.post(
    "/findings/{finding_id}/confirmations",
    permission=_DECIDE,
    name="findings_confirm",
    model=FindingOut,
    problems=[
        *_DECIDING,
        errors.SecondPersonNeeded,
        errors.FindingNotSubstantiated,
        errors.DisputeTimeRunning,
    ],
)
async def post_confirmation(
    actor: CurrentActor, writing: WritingUnit, finding_id: Id, version: OptionalVersion
) -> FindingOut:
    """Confirm a substantiated finding made by another: from today it counts, by its severity.

    Only with no dispute open and the time for one over.
    """
    return await confirm_finding(writing, actor, finding_id, expected=version)


@router.post(
    "/findings/{finding_id}/reversals",
    permission=_DECIDE,
    name="findings_reverse",
    model=FindingOut,
    problems=list(_DECIDING),
)
async def post_reversal(
    actor: CurrentActor,
    writing: WritingUnit,
    finding_id: Id,
    reversal: FindingReversalIn,
    version: OptionalVersion,
) -> FindingOut:
    """Reverse a finding, however late: its effect is taken back, and figures follow.

    While a dispute is open, accept the dispute instead.
    """
    return await reverse_finding(writing, actor, finding_id, reversal, expected=version)
