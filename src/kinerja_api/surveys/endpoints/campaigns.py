"""Campaigns of surveys, their results, and the ratings of services, for the staff."""

from typing import Annotated

from fastapi import Query

from kinerja_api.access.caller import CurrentActor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import CursorsOfApp
from kinerja_api.core.problems import ResourceNotFound, TransitionRefused, UnknownReference
from kinerja_api.core.routes import (
    OptionalVersion,
    ReadingUnit,
    RequiredVersion,
    Router,
    WritingUnit,
)
from kinerja_api.core.schemas import Id, Page
from kinerja_api.surveys.commands.campaigns import (
    change_campaign,
    close_campaign,
    create_campaign,
    open_campaign,
    publish_campaign,
    remove_campaign,
)
from kinerja_api.surveys.errors import (
    CampaignDatesReversed,
    CampaignIsOver,
    FollowUpRequired,
    NotKeeperOfService,
    TooFewAnswers,
)
from kinerja_api.surveys.queries.campaigns import get_campaign, get_trend, list_campaigns
from kinerja_api.surveys.queries.ratings import get_ratings, list_comments
from kinerja_api.surveys.queries.responses import list_responses
from kinerja_api.surveys.queries.results import get_results
from kinerja_api.surveys.schemas.campaigns import (
    CampaignIn,
    CampaignListParams,
    CampaignOut,
    CampaignPatch,
    CampaignResultsOut,
    PublicationIn,
    TrendOut,
)
from kinerja_api.surveys.schemas.responses import (
    RatingCommentListParams,
    RatingCommentOut,
    ResponseListParams,
    SurveyResponseOut,
    UnitRatingsOut,
)

router = Router(tag="Surveys")

_READ, _MANAGE = Permission.SURVEYS_READ, Permission.SURVEYS_MANAGE
_KEPT = [ResourceNotFound, NotKeeperOfService, TransitionRefused]

Year = Annotated[int, Query(ge=2014, le=2200)]


@router.list("/survey-campaigns", permission=_READ, name="survey_campaigns_list", item=CampaignOut)
async def get_campaigns(
    actor: CurrentActor,
    reading: ReadingUnit,
    params: Annotated[CampaignListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[CampaignOut]:
    """List campaigns: published ones, and those of the services you keep."""
    return await list_campaigns(reading, actor, params, cursors)


@router.post(
    "/survey-campaigns",
    permission=_MANAGE,
    name="survey_campaigns_create",
    model=CampaignOut,
    location="/v1/survey-campaigns/{id}",
    problems=[NotKeeperOfService, CampaignDatesReversed, UnknownReference],
)
async def post_campaign(
    actor: CurrentActor, writing: WritingUnit, campaign: CampaignIn
) -> CampaignOut:
    """Prepare a campaign for a service.

    For the head of the service's unit or of one above today, and the personnel agency.
    """
    return await create_campaign(writing, actor, campaign)


@router.get(
    "/survey-campaigns/{campaign_id}",
    permission=_READ,
    name="survey_campaigns_get",
    model=CampaignOut,
    problems=[ResourceNotFound],
)
async def get_one_campaign(
    actor: CurrentActor, reading: ReadingUnit, campaign_id: Id
) -> CampaignOut:
    """Read a campaign."""
    return await get_campaign(reading, actor, campaign_id)


@router.patch(
    "/survey-campaigns/{campaign_id}",
    permission=_MANAGE,
    name="survey_campaigns_change",
    model=CampaignOut,
    problems=[*_KEPT, CampaignDatesReversed, UnknownReference],
)
async def patch_campaign(
    actor: CurrentActor,
    writing: WritingUnit,
    campaign_id: Id,
    patch: CampaignPatch,
    version: RequiredVersion,
) -> CampaignOut:
    """Change a campaign that is a draft."""
    return await change_campaign(writing, actor, campaign_id, patch, expected=version)


@router.delete(
    "/survey-campaigns/{campaign_id}",
    permission=_MANAGE,
    name="survey_campaigns_remove",
    problems=_KEPT,
)
async def delete_campaign(
    actor: CurrentActor, writing: WritingUnit, campaign_id: Id, version: OptionalVersion
) -> None:
    """Remove a campaign that is a draft."""
    await remove_campaign(writing, actor, campaign_id, expected=version)


@router.post(
    "/survey-campaigns/{campaign_id}/openings",
    permission=_MANAGE,
    name="survey_campaigns_open",
    model=CampaignOut,
    problems=[*_KEPT, CampaignIsOver],
)
async def post_opening(
    actor: CurrentActor, writing: WritingUnit, campaign_id: Id, version: OptionalVersion
) -> CampaignOut:
    """Open a campaign: answers are taken from its first to its last day."""
    return await open_campaign(writing, actor, campaign_id, expected=version)


@router.post(
    "/survey-campaigns/{campaign_id}/closings",
    permission=_MANAGE,
    name="survey_campaigns_close",
    model=CampaignOut,
    problems=_KEPT,
)
async def post_closing(
    actor: CurrentActor, writing: WritingUnit, campaign_id: Id, version: OptionalVersion
) -> CampaignOut:
    """Close a campaign: no more answers are taken, and the result is settled."""
    return await close_campaign(writing, actor, campaign_id, expected=version)


@router.post(
    "/survey-campaigns/{campaign_id}/publications",
    permission=_MANAGE,
    name="survey_campaigns_publish",
    model=CampaignOut,
    problems=[*_KEPT, TooFewAnswers, FollowUpRequired],
)
async def post_publication(
    actor: CurrentActor,
    writing: WritingUnit,
    campaign_id: Id,
    publication: PublicationIn,
    version: OptionalVersion,
) -> CampaignOut:
    """Publish the result, with a follow-up plan where it is below band B."""
    return await publish_campaign(writing, actor, campaign_id, publication, expected=version)


@router.get(
    "/survey-campaigns/{campaign_id}/results",
    permission=_READ,
    name="survey_campaigns_results",
    model=CampaignResultsOut,
    problems=[ResourceNotFound],
)
async def get_campaign_results(
    actor: CurrentActor, reading: ReadingUnit, campaign_id: Id
) -> CampaignResultsOut:
    """Read the index, its band and the answers to each question.

    While the campaign is open only the number of respondents is told: a result that changes with
    each answer would tell who gave which.
    """
    return await get_results(reading, actor, campaign_id)


@router.list(
    "/survey-campaigns/{campaign_id}/responses",
    permission=_READ,
    name="survey_campaigns_list_responses",
    item=SurveyResponseOut,
    problems=[ResourceNotFound],
)
async def get_campaign_responses(
    actor: CurrentActor,
    reading: ReadingUnit,
    campaign_id: Id,
    params: Annotated[ResponseListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[SurveyResponseOut]:
    """List the anonymous answers of a closed campaign, without profiles, in no order of time.

    For keepers of the service; empty while the campaign is open and under five respondents.
    """
    return await list_responses(reading, actor, campaign_id, params, cursors)


@router.get(
    "/units/{unit_id}/survey-trend",
    permission=_READ,
    name="units_survey_trend",
    model=TrendOut,
    problems=[ResourceNotFound],
)
async def get_unit_trend(actor: CurrentActor, reading: ReadingUnit, unit_id: Id) -> TrendOut:
    """Read the results of a unit's services over its campaigns."""
    return await get_trend(reading, actor, unit_id)


@router.get(
    "/units/{unit_id}/ratings",
    permission=_READ,
    name="units_ratings",
    model=UnitRatingsOut,
    problems=[ResourceNotFound],
)
async def get_unit_ratings(
    actor: CurrentActor, reading: ReadingUnit, unit_id: Id, year: Year
) -> UnitRatingsOut:
    """Read the ratings of the services of a unit and everything below it, month by month.

    Of months that are over, and only where five people or more gave one.
    """
    return await get_ratings(reading, actor, unit_id, year)


@router.list(
    "/units/{unit_id}/rating-comments",
    permission=_READ,
    name="units_list_rating_comments",
    item=RatingCommentOut,
    problems=[ResourceNotFound],
)
async def get_unit_rating_comments(
    actor: CurrentActor,
    reading: ReadingUnit,
    unit_id: Id,
    params: Annotated[RatingCommentListParams, Query()],
    cursors: CursorsOfApp,
) -> Page[RatingCommentOut]:
    """List what was written with ratings, of months that are over, without the stars."""
    return await list_comments(reading, actor, unit_id, params, cursors)
