"""Decisions on daily logs by the superior of the day."""

from fastapi import Request

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.commands.decisions import approve_logs, decide_log
from kinerja_api.activities.endpoints.logs import item_problem
from kinerja_api.activities.errors import ApprovalNoteMissing, ApprovalWindowPassed
from kinerja_api.activities.rules import LogEvent
from kinerja_api.activities.schemas.logs import (
    ApprovalIn,
    ApprovalItemOut,
    ApprovalsIn,
    ApprovalsOut,
    LogOut,
    ReturnIn,
)
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, Router, WritingUnit
from kinerja_api.core.schemas import Id
from kinerja_api.planning.errors import NotSuperior, PeriodClosed

router = Router(tag="Activities")

_DECIDING = (ResourceNotFound, NotSuperior, TransitionRefused, PeriodClosed, ApprovalWindowPassed)


@router.post(
    "/logs/approvals",
    permission=Permission.LOGS_DECIDE,
    name="logs_approve_many",
    model=ApprovalsOut,
    status=207,
)
async def post_log_approvals(
    actor: CurrentActor, writing: WritingUnit, approvals: ApprovalsIn, request: Request
) -> ApprovalsOut:
    """Approve up to 500 logs of your subordinates, each by itself; a note reaches every owner."""
    refused = await approve_logs(writing, actor, approvals.ids, note=approvals.note)
    items: list[ApprovalItemOut] = []
    for log_id in approvals.ids:
        problem = refused.get(log_id)
        items.append(
            ApprovalItemOut(
                id=log_id,
                status=problem.status if problem else 200,
                problem=item_problem(request, problem) if problem else None,
            )
        )
    return ApprovalsOut(items=items)


@router.post(
    "/logs/{log_id}/approvals",
    permission=Permission.LOGS_DECIDE,
    name="logs_approve",
    model=LogOut,
    problems=[*_DECIDING, ApprovalNoteMissing],
)
async def post_log_approval(
    actor: CurrentActor,
    writing: WritingUnit,
    log_id: Id,
    approval: ApprovalIn,
    version: OptionalVersion,
) -> LogOut:
    """Approve a submitted log of your subordinate; a note reaches the owner.

    Free for some days since its submission, then for some more with a note that says why.
    """
    return await decide_log(
        writing, actor, log_id, LogEvent.APPROVE, note=approval.note, expected=version
    )


@router.post(
    "/logs/{log_id}/returns",
    permission=Permission.LOGS_DECIDE,
    name="logs_return",
    model=LogOut,
    problems=_DECIDING,
)
async def post_log_return(
    actor: CurrentActor,
    writing: WritingUnit,
    log_id: Id,
    given: ReturnIn,
    version: OptionalVersion,
) -> LogOut:
    """Return a log of your subordinate with a note; its time becomes free.

    An approval can be taken back this way while the period is open and approving is possible.
    """
    return await decide_log(
        writing, actor, log_id, LogEvent.RETURN, note=given.note, expected=version
    )
