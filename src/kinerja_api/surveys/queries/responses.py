"""Reads of anonymous answers: after the close, without the profile, in no order of time."""

from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.scope import Reach
from kinerja_api.surveys.queries.campaigns import (
    get_campaign,
    is_kept,
    shape_of,
    values_of,
)
from kinerja_api.surveys.rules import COUNTED, FEWEST_SHOWN
from kinerja_api.surveys.schemas.responses import ResponseListParams, SurveyResponseOut
from kinerja_api.surveys.tables import survey_campaigns, survey_responses

_TENANT = bindparam("tenant_id", type_=Uuid)
_RESPONSE = survey_responses.c
_SORT = Sort((("id", _RESPONSE.id),))


async def list_responses(
    reading: Reading, actor: Actor, campaign_id: UUID, params: ResponseListParams, cursors: Cursors
) -> Page[SurveyResponseOut]:
    """Return one page of a campaign's answers; ResourceNotFound.

    None while answers may come, or of fewer than five people, or for others than keepers.
    """
    seen, kept = shape_of(actor)
    page = await fetch_page(
        reading,
        lambda: _responses(seen=seen, kept=kept, commented=bool(params.commented)),
        SurveyResponseOut,
        name="survey_responses",
        params=params,
        sort=_SORT,
        cursors=cursors,
        shape_key=(seen, kept, params.commented),
        values={"campaign_id": campaign_id, **values_of(actor)},
    )
    if not page["items"]:
        await get_campaign(reading, actor, campaign_id)
    return page


def _responses(*, seen: Reach, kept: Reach, commented: bool) -> Rows:
    campaign = survey_campaigns.c
    of_campaign = and_(
        campaign.tenant_id == _RESPONSE.tenant_id, campaign.id == _RESPONSE.campaign_id
    )
    query = (
        select(*[_RESPONSE[name] for name in SurveyResponseOut.__annotations__])
        .join_from(survey_responses, survey_campaigns, of_campaign)
        .where(
            _RESPONSE.tenant_id == _TENANT,
            _RESPONSE.campaign_id == bindparam("campaign_id", type_=Uuid),
            campaign.status.in_(COUNTED),
            campaign.respondents >= FEWEST_SHOWN,
        )
    )
    if seen != "tenant":
        query = query.where(is_kept(campaign.unit_id, kept=kept))
    return query.where(_RESPONSE.comment.is_not(None)) if commented else query
