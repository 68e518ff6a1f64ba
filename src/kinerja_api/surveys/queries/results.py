"""The result of a campaign, from its tallies: one statement, however many answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import Reach
from kinerja_api.surveys.queries.campaigns import (
    IS_PUBLISHED,
    columns_of,
    is_seen,
    shape_of,
    values_of,
)
from kinerja_api.surveys.rules import (
    COUNTED,
    FEWEST_SHOWN,
    SCALE,
    Element,
    Index,
    Tally,
    index_of,
    shown_counts,
)
from kinerja_api.surveys.schemas.campaigns import (
    AnswerCountOut,
    CampaignResultsOut,
    GroupOut,
    ProfileOut,
    PublicResultsOut,
    QuestionResultOut,
)
from kinerja_api.surveys.schemas.forms import QuestionOut
from kinerja_api.surveys.tables import survey_campaigns, survey_forms, survey_tallies

PEOPLE = ""
"""The question that counts each person once."""
PROFILE = "profile:"
UNSTATED = "unstated"

_TENANT = bindparam("tenant_id", type_=Uuid)
_CAMPAIGN = survey_campaigns.c
_HEAD = (
    "campaign_id", "status", "title", "service_id", "service_name", "unit_id", "unit_name",
    "starts_on", "ends_on", "population", "sample_needed", "index", "band", "follow_up_plan",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each answer was given to each question."""

    by_question: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, dict[str, int]])

    @property
    def respondents(self) -> int:
        """Return how many people answered."""
        return sum(self.of(PEOPLE).values())

    def of(self, question: str) -> Mapping[str, int]:
        """Return the counts of a question by answer."""
        return self.by_question.get(question, {})

    def tally(self, question: str) -> Tally:
        """Return the number and sum of the answers to a question."""
        counts = {int(answer): people for answer, people in self.of(question).items()}
        total = sum(answer * people for answer, people in counts.items())
        return Tally(sum(counts.values()), total)

    def index(self) -> Index | None:
        """Return the index; None unless each element has an answer."""
        return index_of({element: self.tally(element) for element in Element})


def _counts(rows: Sequence[Sequence[Any]]) -> Counts:
    found: dict[str, dict[str, int]] = {}
    for question, answer, people in rows:
        found.setdefault(question, {})[answer] = people
    return Counts(found)


def _tallies(campaign_id: ColumnElement[Any]) -> ColumnElement[Any]:
    tally = survey_tallies.c
    summed = (
        select(tally.question, tally.answer, func.sum(tally.answers).label("people"))
        .where(tally.tenant_id == _TENANT, tally.campaign_id == campaign_id)
        .group_by(tally.question, tally.answer)
        .correlate(survey_campaigns)
        .subquery("summed")
    )
    row = func.jsonb_build_array(summed.c.question, summed.c.answer, summed.c.people)
    listed = func.coalesce(func.jsonb_agg(row), func.jsonb_build_array(), type_=JSONB)
    return select(listed).scalar_subquery()


def _results(*conditions: ColumnElement[bool]) -> Rows:
    of_campaign = and_(
        survey_forms.c.tenant_id == _CAMPAIGN.tenant_id, survey_forms.c.id == _CAMPAIGN.form_id
    )
    return (
        select(
            *columns_of(list(_HEAD)),
            survey_forms.c.questions,
            survey_forms.c.profile_fields,
            _tallies(_CAMPAIGN.id).label("tallies"),
        )
        .join_from(survey_campaigns, survey_forms, of_campaign)
        .where(
            _CAMPAIGN.tenant_id == _TENANT,
            _CAMPAIGN.id == bindparam("id", type_=Uuid),
            *conditions,
        )
    )


@statement
def _seen_results(*, seen: Reach, kept: Reach) -> Executable:
    return _results(is_seen(seen=seen, kept=kept))


@statement
def _published_results() -> Executable:
    return _results(IS_PUBLISHED)


@statement
def _counted() -> Executable:
    return select(_tallies(bindparam("id", type_=Uuid)))


async def count_answers(writing: Writing, campaign_id: UUID) -> Counts:
    """Return the counts of a campaign that is locked, so that no answer is under way."""
    return _counts(await writing.value(_counted(), id=campaign_id))


async def get_results(reading: Reading, actor: Actor, campaign_id: UUID) -> CampaignResultsOut:
    """Return the result as the actor may see it; ResourceNotFound."""
    seen, kept = shape_of(actor)
    wanted = _seen_results(seen=seen, kept=kept)
    row = await reading.row(wanted, dict[str, Any], id=campaign_id, **values_of(actor))
    if row is None:
        raise ResourceNotFound
    return cast("CampaignResultsOut", _built(row))


async def get_published_results(reading: Reading, campaign_id: UUID) -> PublicResultsOut:
    """Return a published result; ResourceNotFound."""
    row = await reading.row(_published_results(), dict[str, Any], id=campaign_id)
    if row is None:
        raise ResourceNotFound
    built = _built(row)
    del built["status"]
    return cast("PublicResultsOut", built)


def _built(row: dict[str, Any]) -> dict[str, Any]:
    """Complete the row by what may be told of its tallies."""
    counts = _counts(row.pop("tallies"))
    questions: list[QuestionOut] = row.pop("questions")
    fields: list[str] = row.pop("profile_fields")
    people = counts.respondents
    is_told = row["status"] in COUNTED and people >= FEWEST_SHOWN
    index = counts.index() if is_told else None
    told = questions if is_told else []
    return {
        **row,
        "respondents": people,
        "is_sample_met": people >= row["sample_needed"],
        "index": index.index if index else None,
        "band": index.band if index else None,
        "elements": [_question(one, counts) for one in told if not one["is_addition"]],
        "additions": [_question(one, counts) for one in told if one["is_addition"]],
        "profile": [_profile(name, counts) for name in fields] if is_told else [],
    }


def _question(question: QuestionOut, counts: Counts) -> QuestionResultOut:
    given, tally = counts.of(question["code"]), counts.tally(question["code"])
    return QuestionResultOut(
        code=question["code"],
        text=question["text"],
        mean=_mean(tally),
        answers=tally.answers,
        distribution=[
            AnswerCountOut(answer=answer, label=label, people=given.get(str(answer), 0))
            for answer, label in zip(SCALE, question["labels"], strict=True)
        ],
    )


def _mean(tally: Tally) -> Decimal | None:
    return tally.rounded_mean if tally.answers else None


def _profile(name: str, counts: Counts) -> ProfileOut:
    shown = shown_counts(counts.of(PROFILE + name))
    return ProfileOut(
        field=name,
        groups=[GroupOut(value=value, people=people) for value, people in sorted(shown.items())],
    )
