"""What a citizen sees of a campaign, and what taking an answer needs of it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, Uuid, and_, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.surveys.queries.campaigns import (
    FILTERS,
    IS_PUBLISHED,
    SORTS,
    columns_of,
)
from kinerja_api.surveys.rules import CampaignStatus
from kinerja_api.surveys.schemas.campaigns import (
    PublicCampaignListParams,
    PublicCampaignOut,
    PublicSurveyListParams,
    PublicSurveyOut,
)
from kinerja_api.surveys.schemas.forms import QuestionOut
from kinerja_api.surveys.tables import survey_campaigns, survey_forms

_TENANT = bindparam("tenant_id", type_=Uuid)
_CAMPAIGN, _FORM = survey_campaigns.c, survey_forms.c
_OF_FORM = and_(_FORM.tenant_id == _CAMPAIGN.tenant_id, _FORM.id == _CAMPAIGN.form_id)


@dataclass(frozen=True, slots=True)
class _Held:
    service_id: UUID
    starts_on: dt.date
    ends_on: dt.date
    needs_token: bool
    status: str
    form: list[QuestionOut]
    profile_fields: list[str]


@dataclass(frozen=True, slots=True)
class Running(_Held):
    """A campaign that somebody answers; it cannot be closed before the transaction ends."""

    @property
    def questions(self) -> frozenset[str]:
        """Return the codes of the questions."""
        return frozenset(question["code"] for question in self.form)

    def lasts(self, day: dt.date) -> bool:
        """Return whether it is a day of the campaign."""
        return self.starts_on <= day <= self.ends_on


@statement
def _held() -> Executable:
    """A key share lock: any number of answers at once, and closing waits for them."""
    return (
        select(
            _CAMPAIGN.service_id,
            _CAMPAIGN.starts_on,
            _CAMPAIGN.ends_on,
            _CAMPAIGN.needs_token,
            _CAMPAIGN.status,
            _FORM.questions.label("form"),
            _FORM.profile_fields,
        )
        .join_from(survey_campaigns, survey_forms, _OF_FORM)
        .where(
            _CAMPAIGN.tenant_id == _TENANT,
            _CAMPAIGN.id == bindparam("id", type_=Uuid),
            _CAMPAIGN.status != CampaignStatus.DRAFT,
        )
        .with_for_update(read=True, key_share=True, of=survey_campaigns)
    )


async def hold_campaign(writing: Writing, campaign_id: UUID) -> Running:
    """Return the campaign, held against its closing; ResourceNotFound for a draft too."""
    campaign = await writing.row(_held(), Running, id=campaign_id)
    if campaign is None:
        raise ResourceNotFound
    return campaign


def _running() -> Rows:
    asked = {"questions": _FORM.questions, "profile_fields": _FORM.profile_fields}
    plain = [name for name in PublicCampaignOut.__annotations__ if name not in asked]
    today = bindparam("today", type_=Date)
    return (
        select(*columns_of(plain), *asked.values())
        .join_from(survey_campaigns, survey_forms, _OF_FORM)
        .where(
            _CAMPAIGN.tenant_id == _TENANT,
            _CAMPAIGN.status == CampaignStatus.OPEN,
            today.between(_CAMPAIGN.starts_on, _CAMPAIGN.ends_on),
        )
    )


@statement
def _one_running() -> Executable:
    return _running().where(_CAMPAIGN.id == bindparam("id", type_=Uuid))


async def get_running(reading: Reading, campaign_id: UUID, *, today: dt.date) -> PublicCampaignOut:
    """Return a campaign that takes answers on the day; ResourceNotFound."""
    row = await reading.row(_one_running(), PublicCampaignOut, id=campaign_id, today=today)
    if row is None:
        raise ResourceNotFound
    return row


async def list_running(
    reading: Reading, params: PublicCampaignListParams, cursors: Cursors, *, today: dt.date
) -> Page[PublicCampaignOut]:
    """Return one page of the campaigns that take answers on the day."""
    filters = params.filters()
    given = tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _running().where(*[FILTERS[name] for name in given]),
        PublicCampaignOut,
        name="public_campaigns",
        params=params,
        sort=SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values={**filters, "today": today},
    )


async def list_published(
    reading: Reading, params: PublicSurveyListParams, cursors: Cursors
) -> Page[PublicSurveyOut]:
    """Return one page of published results."""
    filters = params.filters()
    given = tuple(sorted(filters))
    names = list(PublicSurveyOut.__annotations__)
    return await fetch_page(
        reading,
        lambda: select(*columns_of(names)).where(
            _CAMPAIGN.tenant_id == _TENANT, IS_PUBLISHED, *[FILTERS[name] for name in given]
        ),
        PublicSurveyOut,
        name="public_surveys",
        params=params,
        sort=SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values=filters,
    )
