"""Taking anonymous answers and ratings.

Nothing of them goes into the trail or the outbox: both would tell when they came. The answer of
an idempotency key holds the day only, and its fingerprint is bound to the key.
"""

import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import (
    Integer,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.commands.throttle import take
from kinerja_api.access.entrance import Entrance
from kinerja_api.access.queries.credentials import NamedTenant
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import FieldError
from kinerja_api.core.sql import statement
from kinerja_api.services.commands.tokens import use_token
from kinerja_api.surveys.errors import (
    CampaignNotRunning,
    ProfileNotAsked,
    SurveyTokenOfOther,
    SurveyTokenRequired,
    UnknownQuestion,
)
from kinerja_api.surveys.queries.answering import Running, hold_campaign
from kinerja_api.surveys.queries.results import PEOPLE, PROFILE, UNSTATED
from kinerja_api.surveys.rules import CampaignStatus
from kinerja_api.surveys.schemas.responses import RatingIn, ResponseIn, ThanksOut
from kinerja_api.surveys.tables import service_ratings, survey_responses, survey_tallies

_TENANT = bindparam("tenant_id", type_=Uuid)
_SHARDS = 8
"""Over how many rows the writers of one count spread."""


async def answer_survey(
    writing: Writing,
    tenant: NamedTenant,
    entrance: Entrance,
    campaign_id: UUID,
    given: ResponseIn,
) -> ThanksOut:
    """Take an answer.

    ResourceNotFound, CampaignNotRunning, UnknownQuestion, ProfileNotAsked, SurveyTokenRequired,
    SurveyTokenOfOther, RateLimited and what ``use_token`` raises. What a machine sent is thanked
    for and dropped.
    """
    today = clock.today(tenant.time_zone)
    await take(writing, entrance, "survey", limit=entrance.settings.public_answers_per_hour)
    if given.website:
        return ThanksOut(received_on=today)
    campaign = await hold_campaign(writing, campaign_id)
    if campaign.status != CampaignStatus.OPEN or not campaign.lasts(today):
        raise CampaignNotRunning
    profile = _checked(campaign, given)
    if campaign.needs_token:
        await _use_token(writing, campaign, given.token)
    tallies = _tallies(campaign, given.answers, profile)
    await writing.execute(
        _insert_response(),
        id=uuid4(),
        campaign_id=campaign_id,
        answered_on=today,
        answers=given.answers,
        comment=given.comment,
        shard=secrets.randbelow(_SHARDS),
        tally_questions=[question for question, _ in tallies],
        tally_answers=[answer for _, answer in tallies],
        **profile,
    )
    return ThanksOut(received_on=today)


async def rate_service(
    writing: Writing, tenant: NamedTenant, entrance: Entrance, given: RatingIn
) -> ThanksOut:
    """Take a rating; RateLimited and what ``use_token`` raises."""
    today = clock.today(tenant.time_zone)
    await take(writing, entrance, "rating", limit=entrance.settings.public_answers_per_hour)
    if given.website:
        return ThanksOut(received_on=today)
    used = await use_token(writing, given.token)
    await writing.execute(
        _insert_rating(),
        id=uuid4(),
        service_id=used.service_id,
        unit_id=used.unit_id,
        rated_on=today,
        treatment=given.treatment,
        outcome=given.outcome,
        comment=given.comment,
    )
    return ThanksOut(received_on=today)


def _checked(campaign: Running, given: ResponseIn) -> dict[str, str | None]:
    """Return the profile; UnknownQuestion, ProfileNotAsked for what the form does not ask."""
    unknown = given.answers.keys() - campaign.questions
    if unknown:
        code = UnknownQuestion.code
        raise UnknownQuestion(
            errors=[FieldError(code, pointer=f"/answers/{one}") for one in sorted(unknown)]
        )
    profile: dict[str, str | None] = given.profile.model_dump(mode="json")
    for field, value in profile.items():
        if value is not None and field not in campaign.profile_fields:
            raise ProfileNotAsked.at(f"/profile/{field}")
    return profile


async def _use_token(writing: Writing, campaign: Running, token: str | None) -> None:
    if token is None:
        raise SurveyTokenRequired.at("/token")
    used = await use_token(writing, token)
    if used.service_id != campaign.service_id:
        raise SurveyTokenOfOther.at("/token")


def _tallies(
    campaign: Running, answers: Mapping[str, int], profile: Mapping[str, str | None]
) -> list[tuple[str, str]]:
    """Return what is counted, in the order in which all writers lock the counts."""
    asked = [(PROFILE + name, profile[name] or UNSTATED) for name in campaign.profile_fields]
    given = [(question, str(answer)) for question, answer in answers.items()]
    return sorted([(PEOPLE, ""), *given, *asked])


@statement
def _insert_response() -> Executable:
    """Insert an answer and count it: one statement, so the counts are true at every moment."""
    names = [column.name for column in survey_responses.c if column.name != "tenant_id"]
    made = (
        insert(survey_responses)
        .values(
            tenant_id=_TENANT,
            **{name: bindparam(name, type_=survey_responses.c[name].type) for name in names},
        )
        .returning(survey_responses.c.campaign_id)
        .cte("made")
    )
    counted = (
        func.unnest(
            bindparam("tally_questions", type_=ARRAY(Text)),
            bindparam("tally_answers", type_=ARRAY(Text)),
        )
        .table_valued(column("question", Text), column("answer", Text))
        .render_derived(name="counted")
    )
    shard = bindparam("shard", type_=SmallInteger)
    one = literal_column("1", Integer)
    rows = (
        select(_TENANT, made.c.campaign_id, shard, counted.c.question, counted.c.answer, one)
        .select_from(made.join(counted, true()))
        .order_by(counted.c.question, counted.c.answer)
    )
    columns = ["tenant_id", "campaign_id", "shard", "question", "answer", "answers"]
    return (
        insert(survey_tallies)
        .from_select(columns, rows)
        .on_conflict_do_update(
            index_elements=columns[:-1], set_={"answers": survey_tallies.c.answers + 1}
        )
    )


@statement
def _insert_rating() -> Executable:
    names = [column.name for column in service_ratings.c if column.name != "tenant_id"]
    return insert(service_ratings).values(
        tenant_id=_TENANT,
        **{name: bindparam(name, type_=service_ratings.c[name].type) for name in names},
    )
