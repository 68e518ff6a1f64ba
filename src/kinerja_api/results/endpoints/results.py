"""Results of indicators."""

from typing import Annotated

from fastapi import Query, Request, Response

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused
from kinerja_api.core.routes import (
    CallerLanguage,
    OptionalVersion,
    ReadingUnit,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.planning.errors import NotSuperior, PeriodClosed
from kinerja_api.results.commands.deciding import decide_result, verify_results
from kinerja_api.results.commands.deriving import derive_result
from kinerja_api.results.commands.entering import enter_result
from kinerja_api.results.errors import (
    NotOwnResult,
    ResultIsDerived,
    ResultIsEntered,
    ResultIsQualitative,
    ResultNeedsNote,
    ResultNeedsValue,
    ResultPeriodOutsidePlan,
    ResultPlanNotApproved,
)
from kinerja_api.results.queries.figures import get_figure
from kinerja_api.results.queries.indicators import get_progress
from kinerja_api.results.queries.results import get_result, list_results
from kinerja_api.results.rules import ResultEvent
from kinerja_api.results.schemas import (
    IndicatorProgressOut,
    ResultFigureOut,
    ResultIn,
    ResultListParams,
    ResultOut,
    ResultReturnIn,
    ResultVerificationIn,
    ResultVerificationsIn,
    ResultVerificationsOut,
)

router = Router(tag="Results")

_DECISION = [ResourceNotFound, NotSuperior, PeriodClosed, TransitionRefused, ResultIsDerived]


@router.put(
    "/indicators/{indicator_id}/results/{period_id}",
    permission=Permission.RESULTS_WRITE,
    name="results_enter",
    model=ResultOut,
    creates=True,
    problems=[
        ResourceNotFound,
        NotOwnResult,
        PeriodClosed,
        ResultPlanNotApproved,
        ResultPeriodOutsidePlan,
        ResultIsDerived,
        ResultNeedsValue,
        ResultIsQualitative,
        ResultNeedsNote,
        TransitionRefused,
    ],
)
async def put_result(  # noqa: PLR0913, PLR0917 - FastAPI fills them by name
    request: Request,
    response: Response,
    actor: CurrentActor,
    writing: WritingUnit,
    indicator_id: Id,
    period_id: Id,
    result: ResultIn,
    version: OptionalVersion,
) -> ResultOut:
    """Enter what an indicator of one's own plan in force reached in a period.

    The first time without `If-Match` (201); afterwards with it (200). A returned result becomes
    `entered` again; a verified one must be returned first. An indicator of a qualitative plan is
    told in words: a note and no value.
    """
    entered, is_new = await enter_result(
        writing,
        actor,
        (indicator_id, period_id),
        result,
        expected=version,
        is_versioned="if-match" in request.headers,
    )
    if is_new:
        response.status_code = 201
        writing.headers["Location"] = f"/v1/results/{entered['id']}"
    return entered


@router.post(
    "/indicators/{indicator_id}/results/{period_id}/derivations",
    permission=Permission.RESULTS_WRITE,
    name="results_derive",
    model=ResultOut,
    location="/v1/results/{id}",
    problems=[
        ResourceNotFound,
        NotSuperior,
        PeriodClosed,
        ResultPlanNotApproved,
        ResultPeriodOutsidePlan,
        ResultIsEntered,
    ],
)
async def post_derivation(
    actor: CurrentActor, writing: WritingUnit, indicator_id: Id, period_id: Id
) -> ResultOut:
    """Compute a derived result from what there is of the period so far.

    By the employee or his superior: from the approved activities (`approved_volume`), or from the
    figure that the indicator names. The result counts as verified; the close of the period
    computes it once more.
    """
    return await derive_result(writing, actor, indicator_id, period_id)


@router.get(
    "/indicators/{indicator_id}/results",
    permission=Permission.RESULTS_READ,
    name="results_progress",
    model=IndicatorProgressOut,
    problems=[ResourceNotFound],
)
async def get_indicator_progress(
    actor: CurrentActor, reading: ReadingUnit, indicator_id: Id
) -> IndicatorProgressOut:
    """Read an indicator over all periods of its year: targets, results and their sum so far.

    Results that wait for verification count in the sum; the rating takes verified ones only.
    """
    return await get_progress(reading, actor, indicator_id)


@router.list("/results", permission=Permission.RESULTS_READ, name="results_list", item=ResultOut)
async def get_results(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[ResultListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[ResultOut]:
    """List results, newest first: one's own, one's people's, or the government's with a grant."""
    return await list_results(reading, actor, params, cursors)


@router.post(
    "/results/verifications",
    permission=Permission.RESULTS_VERIFY,
    name="results_verify_many",
    model=ResultVerificationsOut,
    status=207,
)
async def post_verifications(
    actor: CurrentActor, writing: WritingUnit, verifications: ResultVerificationsIn
) -> ResultVerificationsOut:
    """Verify up to 500 results, each on its own.

    Every item has its own status and problem code; one that is refused does not stop the others.
    """
    return await verify_results(writing, actor, verifications.ids)


@router.get(
    "/results/{result_id}",
    permission=Permission.RESULTS_READ,
    name="results_get",
    model=ResultOut,
    problems=[ResourceNotFound],
)
async def get_one_result(actor: CurrentActor, reading: ReadingUnit, result_id: Id) -> ResultOut:
    """Read a result."""
    return await get_result(reading, actor, result_id)


@router.get(
    "/results/{result_id}/figure",
    permission=Permission.RESULTS_READ,
    name="results_figure",
    model=ResultFigureOut,
    problems=[ResourceNotFound],
)
async def get_result_figure(
    actor: CurrentActor, reading: ReadingUnit, language: CallerLanguage, result_id: Id
) -> ResultFigureOut:
    """Explain a result that is a figure: value, sample, least sample, and what was counted.

    404 for results that were entered or count approved volume. Ratings are anonymous, so of them
    only the number is told.
    """
    return await get_figure(reading, actor, result_id, language)


@router.post(
    "/results/{result_id}/verifications",
    permission=Permission.RESULTS_VERIFY,
    name="results_verify",
    model=ResultOut,
    problems=_DECISION,
)
async def post_verification(
    actor: CurrentActor,
    writing: WritingUnit,
    result_id: Id,
    verification: ResultVerificationIn,
    version: OptionalVersion,
) -> ResultOut:
    """Verify a result, as the superior of today. Only verified results are scored."""
    return await decide_result(
        writing, actor, result_id, ResultEvent.VERIFY, verification.note, expected=version
    )


@router.post(
    "/results/{result_id}/returns",
    permission=Permission.RESULTS_VERIFY,
    name="results_return",
    model=ResultOut,
    problems=_DECISION,
)
async def post_return(
    actor: CurrentActor,
    writing: WritingUnit,
    result_id: Id,
    result_return: ResultReturnIn,
    version: OptionalVersion,
) -> ResultOut:
    """Return a result to the employee with a note; also takes back a verification.

    The employee is told in his feed and can enter the result again.
    """
    return await decide_result(
        writing, actor, result_id, ResultEvent.RETURN, result_return.note, expected=version
    )
