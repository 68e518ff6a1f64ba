"""What everybody may do without login: answer, rate, and read what was published."""

from typing import Annotated

from fastapi import Query, Response

from kinerja_api.access.entrance import CurrentEntrance, PublicTenant
from kinerja_api.core import clock
from kinerja_api.core.csv_out import Format, FormatParams, TooManyRows, table_of, whole_table
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import RateLimited, ResourceNotFound
from kinerja_api.core.routes import PUBLIC, ReadingUnit, Router, WritingUnit
from kinerja_api.core.schemas import Id, Page
from kinerja_api.services.errors import RatingTokenRefused
from kinerja_api.surveys.commands.responses import answer_survey, rate_service
from kinerja_api.surveys.errors import (
    CampaignNotRunning,
    ProfileNotAsked,
    SurveyTokenOfOther,
    SurveyTokenRequired,
    UnknownQuestion,
)
from kinerja_api.surveys.queries.answering import get_running, list_published, list_running
from kinerja_api.surveys.queries.campaigns import get_published_trend
from kinerja_api.surveys.queries.results import get_published_results
from kinerja_api.surveys.schemas.campaigns import (
    SURVEY_COLUMNS,
    TREND_COLUMNS,
    PublicCampaignListParams,
    PublicCampaignOut,
    PublicResultsOut,
    PublicSurveyListParams,
    PublicSurveyOut,
    TrendOut,
)
from kinerja_api.surveys.schemas.responses import RatingIn, ResponseIn, ThanksOut

router = Router(tag="Public", prefix="/v1/public/{tenant}")

_MAX_AGE = 300


@router.list(
    "/surveys",
    permission=PUBLIC,
    name="public_surveys_list",
    item=PublicSurveyOut,
    problems=[ResourceNotFound, RateLimited, TooManyRows],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_surveys(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[PublicSurveyListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublicSurveyOut] | Response:
    """List the published results of satisfaction surveys, as JSON or CSV."""
    del tenant
    if params.format is Format.JSON:
        return await list_published(reading, params, cursors)
    return await whole_table(
        lambda page: list_published(reading, page, cursors), params, SURVEY_COLUMNS, name="surveys"
    )


@router.get(
    "/surveys/{campaign_id}",
    permission=PUBLIC,
    name="public_surveys_get",
    model=PublicResultsOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_survey(
    tenant: PublicTenant, reading: ReadingUnit, campaign_id: Id
) -> PublicResultsOut:
    """Read a published result with the answers to each question."""
    del tenant
    return await get_published_results(reading, campaign_id)


@router.get(
    "/units/{unit_id}/survey-trend",
    permission=PUBLIC,
    name="public_units_survey_trend",
    model=TrendOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
    csv=True,
)
async def get_public_trend(
    tenant: PublicTenant,
    reading: ReadingUnit,
    unit_id: Id,
    params: Annotated[FormatParams, Query()],
) -> TrendOut | Response:
    """Read the published results of a unit over its campaigns, as JSON or CSV."""
    del tenant
    trend = await get_published_trend(reading, unit_id)
    if params.format is Format.JSON:
        return trend
    return table_of(trend["points"], TREND_COLUMNS, name="survey-trend")


@router.list(
    "/campaigns",
    permission=PUBLIC,
    name="public_campaigns_list",
    item=PublicCampaignOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_running_campaigns(
    tenant: PublicTenant,
    reading: ReadingUnit,
    params: Annotated[PublicCampaignListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[PublicCampaignOut]:
    """List the surveys that can be answered today, with their questions."""
    today = clock.today(tenant.time_zone)
    return await list_running(reading, params, cursors, today=today)


@router.get(
    "/campaigns/{campaign_id}",
    permission=PUBLIC,
    name="public_campaigns_get",
    model=PublicCampaignOut,
    problems=[ResourceNotFound, RateLimited],
    max_age=_MAX_AGE,
)
async def get_running_campaign(
    tenant: PublicTenant, reading: ReadingUnit, campaign_id: Id
) -> PublicCampaignOut:
    """Read a survey that can be answered today, with its questions."""
    return await get_running(reading, campaign_id, today=clock.today(tenant.time_zone))


@router.post(
    "/campaigns/{campaign_id}/responses",
    permission=PUBLIC,
    name="public_campaigns_answer",
    model=ThanksOut,
    problems=[
        ResourceNotFound,
        CampaignNotRunning,
        UnknownQuestion,
        ProfileNotAsked,
        SurveyTokenRequired,
        SurveyTokenOfOther,
        RatingTokenRefused,
        RateLimited,
    ],
)
async def post_response(
    tenant: PublicTenant,
    entrance: CurrentEntrance,
    writing: WritingUnit,
    campaign_id: Id,
    response: ResponseIn,
) -> ThanksOut:
    """Answer a survey, anonymously.

    Kept are the answers and the day; no time, no address, no token. Send an `Idempotency-Key`
    of random characters, so that a repeat counts once.
    """
    return await answer_survey(writing, tenant, entrance, campaign_id, response)


@router.post(
    "/ratings",
    permission=PUBLIC,
    name="public_ratings_create",
    model=ThanksOut,
    problems=[ResourceNotFound, RatingTokenRefused, RateLimited],
)
async def post_rating(
    tenant: PublicTenant, entrance: CurrentEntrance, writing: WritingUnit, rating: RatingIn
) -> ThanksOut:
    """Rate a service with the one-time token from the office or the receipt, anonymously.

    Kept are the stars and the day; no time, no address, no token.
    """
    return await rate_service(writing, tenant, entrance, rating)
