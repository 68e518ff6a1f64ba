"""Changes of campaigns: prepared, opened, closed with the result, published."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, delete, insert, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.surveys.errors import (
    CampaignDatesReversed,
    CampaignIsOver,
    FollowUpRequired,
    TooFewAnswers,
)
from kinerja_api.surveys.queries.campaigns import (
    get_campaign,
    lock_campaign,
    require_keeper,
    unit_of_service,
)
from kinerja_api.surveys.queries.results import count_answers
from kinerja_api.surveys.rules import (
    FEWEST_SHOWN,
    CampaignEvent,
    CampaignStatus,
    needs_follow_up,
    next_status,
    sample_needed,
)
from kinerja_api.surveys.schemas.campaigns import (
    CampaignIn,
    CampaignOut,
    CampaignPatch,
    PublicationIn,
)
from kinerja_api.surveys.tables import survey_campaigns

_TENANT = bindparam("tenant_id", type_=Uuid)
_GIVEN = ("form_id", "title", "starts_on", "ends_on", "population", "sample_needed", "needs_token")
_LATER = ("status", "respondents", "index", "band", "follow_up_plan", "published_at")


async def create_campaign(writing: Writing, actor: Actor, campaign: CampaignIn) -> CampaignOut:
    """Prepare a campaign; NotKeeperOfService, UnknownReference, CampaignDatesReversed."""
    unit_id = await unit_of_service(writing, campaign.service_id)
    await require_keeper(writing, actor, unit_id)
    campaign_id, given = new_id(), campaign.model_dump()
    given |= {"unit_id": unit_id, "sample_needed": sample_needed(campaign.population)}
    await writing.execute(
        _insert(), id=campaign_id, status=CampaignStatus.DRAFT, now=clock.now(), **given
    )
    subject = ("survey_campaign", campaign_id)
    writing.record("survey_campaign.created", subject, after=given)
    writing.emit("survey_campaign.created", subject, unit_id=unit_id)
    return await get_campaign(writing, actor, campaign_id)


async def change_campaign(
    writing: Writing, actor: Actor, campaign_id: UUID, patch: CampaignPatch, *, expected: int | None
) -> CampaignOut:
    """Change a draft; TransitionRefused, CampaignDatesReversed, UnknownReference."""
    campaign = await _begin(writing, actor, campaign_id, CampaignEvent.CHANGE, expected)
    changes = patch.changes(campaign)
    if not changes:
        return campaign
    if patch.population is not None:
        changes["sample_needed"] = sample_needed(patch.population)
    starts_on = patch.starts_on or campaign["starts_on"]
    if starts_on > (patch.ends_on or campaign["ends_on"]):
        raise CampaignDatesReversed.at("/ends_on")
    return await _write(writing, actor, campaign, "survey_campaign.changed", changes)


async def remove_campaign(
    writing: Writing, actor: Actor, campaign_id: UUID, *, expected: int | None
) -> None:
    """Remove a draft; TransitionRefused."""
    campaign = await _begin(writing, actor, campaign_id, CampaignEvent.REMOVE, expected)
    await writing.execute(_delete(), id=campaign_id)
    present = cast("Mapping[str, Any]", campaign)
    before = {name: present[name] for name in ("service_id", *_GIVEN)}
    subject = ("survey_campaign", campaign_id)
    writing.record("survey_campaign.removed", subject, before=before)
    writing.emit("survey_campaign.removed", subject, version=campaign["version"] + 1)


async def open_campaign(
    writing: Writing, actor: Actor, campaign_id: UUID, *, expected: int | None
) -> CampaignOut:
    """Let answers come from the first day on; its form never changes from now."""
    campaign = await _begin(writing, actor, campaign_id, CampaignEvent.OPEN, expected)
    if campaign["ends_on"] < actor.today:
        raise CampaignIsOver
    changes = {"status": CampaignStatus.OPEN}
    return await _write(writing, actor, campaign, "survey_campaign.opened", changes)


async def close_campaign(
    writing: Writing, actor: Actor, campaign_id: UUID, *, expected: int | None
) -> CampaignOut:
    """Take no more answers and settle the result; answers under way are waited for."""
    campaign = await _begin(writing, actor, campaign_id, CampaignEvent.CLOSE, expected)
    counts = await count_answers(writing, campaign_id)
    people = counts.respondents
    index = counts.index() if people >= FEWEST_SHOWN else None
    changes = {
        "status": CampaignStatus.CLOSED,
        "respondents": people,
        "index": index.index if index else None,
        "band": index.band if index else None,
    }
    return await _write(writing, actor, campaign, "survey_campaign.closed", changes)


async def publish_campaign(
    writing: Writing,
    actor: Actor,
    campaign_id: UUID,
    publication: PublicationIn,
    *,
    expected: int | None,
) -> CampaignOut:
    """Show the result to everybody; TooFewAnswers, FollowUpRequired."""
    campaign = await _begin(writing, actor, campaign_id, CampaignEvent.PUBLISH, expected)
    if campaign["index"] is None:
        raise TooFewAnswers
    plan = publication.follow_up_plan
    if plan is None and needs_follow_up(campaign["band"]):
        raise FollowUpRequired.at("/follow_up_plan")
    changes = {
        "status": CampaignStatus.PUBLISHED,
        "follow_up_plan": plan,
        "published_at": clock.now(),
    }
    return await _write(writing, actor, campaign, "survey_campaign.published", changes)


async def _begin(
    writing: Writing, actor: Actor, campaign_id: UUID, event: CampaignEvent, expected: int | None
) -> CampaignOut:
    """Lock the campaign for the event; ResourceNotFound, NotKeeper…, TransitionRefused."""
    campaign = await lock_campaign(writing, actor, campaign_id)
    check_version(campaign["version"], expected)
    next_status(campaign["status"], event)
    return campaign


async def _write(
    writing: Writing, actor: Actor, campaign: CampaignOut, event: str, changes: Mapping[str, object]
) -> CampaignOut:
    present = cast("Mapping[str, Any]", campaign)
    values = {name: changes.get(name, present[name]) for name in (*_GIVEN, *_LATER)}
    await writing.execute(_update(), id=campaign["id"], now=clock.now(), **values)
    subject = ("survey_campaign", campaign["id"])
    before = {name: present[name] for name in changes}
    writing.record(event, subject, before=before, after=changes)
    writing.emit(event, subject, version=campaign["version"] + 1, unit_id=campaign["unit_id"])
    return await get_campaign(writing, actor, campaign["id"])


@statement
def _insert() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    names = ("id", "service_id", "unit_id", "status", *_GIVEN)
    return insert(survey_campaigns).values(
        tenant_id=_TENANT,
        created_at=now,
        updated_at=now,
        **{name: bindparam(name, type_=survey_campaigns.c[name].type) for name in names},
    )


@statement
def _update() -> Executable:
    names = (*_GIVEN, *_LATER)
    return (
        update(survey_campaigns)
        .where(
            survey_campaigns.c.tenant_id == _TENANT,
            survey_campaigns.c.id == bindparam("id", type_=Uuid),
        )
        .values(
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=survey_campaigns.c.version + 1,
            **{name: bindparam(name, type_=survey_campaigns.c[name].type) for name in names},
        )
    )


@statement
def _delete() -> Executable:
    return delete(survey_campaigns).where(
        survey_campaigns.c.tenant_id == _TENANT,
        survey_campaigns.c.id == bindparam("id", type_=Uuid),
    )
