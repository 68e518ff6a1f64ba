"""Closings of periods: checks before, the close itself, who stayed unrated, opening again."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import OptionalVersion, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.scoring.commands.closings import order_closing, reopen_closing
from kinerja_api.scoring.errors import ClosingExists, PeriodNotOver, RuleSetMissing
from kinerja_api.scoring.queries.checks import check_close
from kinerja_api.scoring.queries.closings import get_closing, list_closings, list_unrated
from kinerja_api.scoring.schemas import (
    CloseChecksOut,
    ClosingIn,
    ClosingListParams,
    ClosingOut,
    ReopeningIn,
    UnratedListParams,
    UnratedOut,
)

router = Router(tag="Closings")


@router.get(
    "/periods/{period_id}/close-checks",
    permission=Permission.CLOSINGS_READ,
    name="periods_close_checks",
    model=CloseChecksOut,
    problems=[ResourceNotFound],
)
async def get_close_checks(
    actor: CurrentActor, reading: ReadingUnit, period_id: Id
) -> CloseChecksOut:
    """Tell what a close of the period would leave out or count as missing today."""
    return await check_close(reading, actor, period_id)


@router.post(
    "/periods/{period_id}/closings",
    permission=Permission.CLOSINGS_MANAGE,
    name="closings_create",
    model=ClosingOut,
    status=202,
    location="/v1/closings/{id}",
    problems=[ResourceNotFound, ClosingExists, PeriodNotOver, RuleSetMissing],
)
async def post_closing(
    actor: CurrentActor, writing: WritingUnit, period_id: Id, closing: ClosingIn | None = None
) -> ClosingOut:
    """Close a period (penutupan periode penilaian).

    Runs as a job: freezes plans, verified results and behaviours, computes the suggestions and
    opens the evaluations. Follow it at `Location`. Until the period's last day has passed it
    takes an `early_reason`.
    """
    early_reason = None if closing is None else closing.early_reason
    return await order_closing(writing, actor, period_id, early_reason=early_reason)


@router.list(
    "/periods/{period_id}/closings",
    permission=Permission.CLOSINGS_READ,
    name="closings_list",
    item=ClosingOut,
    problems=[ResourceNotFound],
)
async def get_closings(
    actor: CurrentActor,
    reading: ReadingUnit,
    period_id: Id,
    params: Annotated[ClosingListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ClosingOut]:
    """List the closings of a period, the newest first."""
    await get_period(reading, period_id)
    return await list_closings(reading, actor, period_id, params, cursors)


@router.get(
    "/closings/{closing_id}",
    permission=Permission.CLOSINGS_READ,
    name="closings_get",
    model=ClosingOut,
    problems=[ResourceNotFound],
)
async def get_one_closing(actor: CurrentActor, reading: ReadingUnit, closing_id: Id) -> ClosingOut:
    """Read a closing: status, progress, counts, the hash of its snapshot."""
    return await get_closing(reading, actor, closing_id)


@router.list(
    "/closings/{closing_id}/unrated",
    permission=Permission.CLOSINGS_READ,
    name="closings_unrated",
    item=UnratedOut,
    problems=[ResourceNotFound],
)
async def get_unrated(
    actor: CurrentActor,
    reading: ReadingUnit,
    closing_id: Id,
    params: Annotated[UnratedListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[UnratedOut]:
    """List the employees for whom no predicate is suggested, each with the reason."""
    return await list_unrated(reading, actor, closing_id, params, cursors)


@router.post(
    "/closings/{closing_id}/reopenings",
    permission=Permission.CLOSINGS_MANAGE,
    name="closings_reopen",
    model=ClosingOut,
    problems=[ResourceNotFound, TransitionRefused],
)
async def post_reopening(
    actor: CurrentActor,
    writing: WritingUnit,
    closing_id: Id,
    reopening: ReopeningIn,
    version: OptionalVersion,
) -> ClosingOut:
    """Open a closed period again, with a reason; the next close gets a new number."""
    return await reopen_closing(writing, actor, closing_id, reopening, expected=version)
