"""Daily logs: entering, changing, submitting."""

import datetime as dt
from typing import Annotated

from fastapi import Query, Request, Response

from kinerja_api.access.actor import Actor
from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.activities import errors
from kinerja_api.activities.commands.batches import Outcome, create_batch
from kinerja_api.activities.commands.changes import change_log, delete_log, submit_log
from kinerja_api.activities.commands.logs import create_log
from kinerja_api.activities.queries.logs import get_log, list_logs
from kinerja_api.activities.rules import EntryPolicy
from kinerja_api.activities.schemas.logs import (
    BatchIn,
    BatchItemOut,
    BatchOut,
    EnteredLogOut,
    ItemProblem,
    LogIn,
    LogListParams,
    LogOut,
    LogPatch,
)
from kinerja_api.core.db import Database
from kinerja_api.core.i18n import problem_text
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import (
    Problem,
    ResourceNotFound,
    TransitionRefused,
    UnknownReference,
)
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
    answered,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.organisation.queries.norms import norms_on
from kinerja_api.organisation.queries.outages import windows_on
from kinerja_api.planning.errors import PeriodClosed

router = Router(tag="Activities")

TAKING = (PeriodClosed, errors.LogOverlaps, errors.DailyLimitExceeded)
_CONTENT = (
    UnknownReference,
    errors.LogTooLong,
    errors.VolumeIncomplete,
    errors.IndicatorWithoutTarget,
    errors.ProgressWithoutTarget,
)
_IN_TIME = (errors.LogWindowPassed, errors.LateReasonMissing)
_ENTERING = (*_IN_TIME, errors.LogInFuture, errors.NoPlacement, errors.NotOwnLog)


@router.list("/logs", permission=Permission.LOGS_READ, name="logs_list", item=LogOut)
async def get_logs(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[LogListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[LogOut]:
    """List logs.

    Without `employee_id`, `unit_id`, `below_id` or `waits_for_me`: your own; with a grant over
    units, theirs.
    """
    return await list_logs(reading, actor, params, cursors)


@router.post(
    "/logs",
    permission=Permission.LOGS_WRITE,
    name="logs_create",
    model=EnteredLogOut,
    problems=[*TAKING, *_CONTENT, *_ENTERING],
)
async def post_log(
    actor: CurrentActor, writing: WritingUnit, log: LogIn, request: Request
) -> Response:
    """Enter a log of your own day.

    Drafts take their time too: no two logs of a person overlap, and a day has a limit. Past the
    usual window a `late_reason` is needed for some days more; days of an outage do not count. How
    far ahead of today a day may be entered is a norm too: by default not at all.
    """
    policy = await _policy(request, actor, {log.work_date})
    return answered(await create_log(writing, actor, log, policy))


@router.post(
    "/logs/batches",
    permission=Permission.LOGS_WRITE,
    name="logs_create_batch",
    model=BatchOut,
    status=207,
    creates=True,
    problems=[errors.BatchRefused, errors.ClientRefRepeated, errors.NotOwnLog],
)
async def post_log_batch(
    actor: CurrentActor,
    writing: WritingUnit,
    batch: BatchIn,
    request: Request,
    response: Response,
) -> BatchOut:
    """Enter up to 500 logs at once; what was not answered may be sent again as it was.

    Atomic (201): all or none. Otherwise (207) each is decided by itself, in the order given. A
    `client_ref` that was entered before adds nothing (200), with other content it is refused.
    """
    policy = await _policy(request, actor, {item.work_date for item in batch.items})
    outcomes = await create_batch(writing, actor, batch, policy)
    if batch.atomic:
        response.status_code = 201
    return BatchOut(items=[_batch_item(request, outcome) for outcome in outcomes])


@router.get(
    "/logs/{log_id}",
    permission=Permission.LOGS_READ,
    name="logs_get",
    model=LogOut,
    problems=[ResourceNotFound],
)
async def get_one_log(actor: CurrentActor, reading: ReadingUnit, log_id: Id) -> LogOut:
    """Read a log."""
    return await get_log(reading, actor, log_id)


@router.patch(
    "/logs/{log_id}",
    permission=Permission.LOGS_WRITE,
    name="logs_change",
    model=LogOut,
    problems=[ResourceNotFound, errors.NotOwnLog, TransitionRefused, *TAKING, *_IN_TIME, *_CONTENT],
)
async def patch_log(
    actor: CurrentActor,
    writing: WritingUnit,
    log_id: Id,
    patch: LogPatch,
    version: RequiredVersion,
) -> LogOut:
    """Change your draft or returned log.

    The window of entering holds; for a returned log it begins anew on the day of its return.
    """
    return await change_log(writing, actor, log_id, patch, expected=version)


@router.delete(
    "/logs/{log_id}",
    permission=Permission.LOGS_WRITE,
    name="logs_delete",
    problems=[ResourceNotFound, errors.NotOwnLog, TransitionRefused, PeriodClosed],
)
async def delete_one_log(
    actor: CurrentActor, writing: WritingUnit, log_id: Id, version: RequiredVersion
) -> None:
    """Delete your draft."""
    await delete_log(writing, actor, log_id, expected=version)


@router.post(
    "/logs/{log_id}/submissions",
    permission=Permission.LOGS_WRITE,
    name="logs_submit",
    model=LogOut,
    problems=[ResourceNotFound, errors.NotOwnLog, TransitionRefused, *TAKING, *_IN_TIME],
)
async def post_log_submission(
    actor: CurrentActor, writing: WritingUnit, log_id: Id, version: OptionalVersion
) -> LogOut:
    """Submit your draft or returned log to your superior.

    A returned log had given back its time; it may be taken by now. The window of entering holds;
    for a returned log it begins anew on the day of its return.
    """
    return await submit_log(writing, actor, log_id, expected=version)


def item_problem(request: Request, problem: Problem) -> ItemProblem:
    """Return why an item was refused, in the caller's language."""
    title, detail = problem_text(problem.code, request.scope["state"]["language"], problem.params)
    return ItemProblem(code=problem.code, title=title, detail=detail)


def _batch_item(request: Request, outcome: Outcome) -> BatchItemOut:
    problem = outcome.problem
    return BatchItemOut(
        client_ref=outcome.client_ref,
        status=problem.status if problem else 201 if outcome.is_new else 200,
        id=outcome.log_id,
        problem=item_problem(request, problem) if problem else None,
    )


async def _policy(request: Request, actor: Actor, days: set[dt.date]) -> EntryPolicy:
    """Return what holds for these days, read elsewhere: the write may be one statement."""
    database: Database = request.app.state.database
    async with database.read(actor.tenant_id) as reading:
        windows = await windows_on(reading, actor.today)
        return EntryPolicy(windows, {day: await norms_on(reading, day) for day in days})
