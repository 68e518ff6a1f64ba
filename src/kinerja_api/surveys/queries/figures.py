"""Figures of units and services for indicators: survey index and handling satisfaction."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Uuid, and_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import Figure
from kinerja_api.surveys.rules import (
    FEWEST_RATINGS,
    FEWEST_SHOWN,
    CampaignStatus,
    shrunken_mean,
)
from kinerja_api.surveys.tables import service_ratings, survey_campaigns

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT, _SERVICE = bindparam("unit_id", type_=Uuid), bindparam("service_id", type_=Uuid)
_FIRST, _LAST = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Counted:
    id: UUID
    index: Decimal | None
    respondents: int
    sample_needed: int

    @property
    def counts(self) -> bool:
        return self.index is not None and self.respondents >= self.sample_needed


@dataclass(frozen=True, slots=True)
class _Stars:
    ratings: int
    total: int
    all_ratings: int
    all_total: int
    items: Sequence[UUID]


def _is_of(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - columns of a table
    """A named service wherever it is kept now, or all services of the unit."""
    return or_(table.service_id == _SERVICE, and_(_SERVICE.is_(None), table.unit_id == _UNIT))


@statement
def _campaigns() -> Executable:
    campaign = survey_campaigns.c
    return (
        select(campaign.id, campaign.index, campaign.respondents, campaign.sample_needed)
        .where(
            campaign.tenant_id == _TENANT,
            _is_of(campaign),
            campaign.respondents.is_not(None),
            campaign.ends_on.between(_FIRST, _LAST),
        )
        .order_by(campaign.ends_on, campaign.id)
    )


async def survey_index(
    reading: Reading,
    unit_id: UUID | None,
    service_id: UUID | None,
    first_day: dt.date,
    last_day: dt.date,
) -> Figure:
    """Return the mean index of the closed campaigns that end in the days (IKM, 25 to 100).

    Campaigns whose sample does not suffice do not count; sample and minimum are people: of those
    that count or, where none does, of all.
    """
    found = await reading.rows(
        _campaigns(),
        _Counted,
        unit_id=unit_id,
        service_id=service_id,
        first_day=first_day,
        last_day=last_day,
    )
    return _index_of(found)


def _index_of(found: Sequence[_Counted]) -> Figure:
    counted = [one for one in found if one.counts]
    asked = counted or found
    total = sum((one.index for one in counted if one.index is not None), Decimal(0))
    return Figure(
        value=(total / len(counted)).quantize(_HUNDREDTH, ROUND_HALF_UP) if counted else None,
        sample=sum(one.respondents for one in asked),
        minimum=max(FEWEST_SHOWN, sum(one.sample_needed for one in asked)),
        items=[one.id for one in counted],
    )


@statement
def _published() -> Executable:
    campaign = survey_campaigns.c
    return (
        select(
            campaign.unit_id,
            campaign.id,
            campaign.index,
            campaign.respondents,
            campaign.sample_needed,
        )
        .where(
            campaign.tenant_id == _TENANT,
            campaign.status == CampaignStatus.PUBLISHED,
            campaign.ends_on.between(_FIRST, _LAST),
        )
        .order_by(campaign.ends_on, campaign.id)
    )


async def published_indexes(
    reading: Reading, first_day: dt.date, last_day: dt.date
) -> dict[UUID, Figure]:
    """Return what ``survey_index`` gives for each unit, from published results alone."""
    rows = await reading.rows(_published(), dict[str, Any], first_day=first_day, last_day=last_day)
    found: dict[UUID, list[_Counted]] = {}
    for row in rows:
        found.setdefault(row.pop("unit_id"), []).append(_Counted(**row))
    return {unit_id: _index_of(of_unit) for unit_id, of_unit in found.items()}


@statement
def _stars() -> Executable:
    rating = service_ratings.c
    own = _is_of(rating)
    total = cast(func.coalesce(func.sum(rating.treatment), 0), BigInteger)
    own_total = func.coalesce(func.sum(rating.treatment).filter(own), 0)
    own_ids = func.array_agg(rating.id, type_=ARRAY(Uuid)).filter(own)
    return select(
        func.count().filter(own).label("ratings"),
        cast(own_total, BigInteger).label("total"),
        func.count().label("all_ratings"),
        total.label("all_total"),
        func.coalesce(own_ids, cast([], ARRAY(Uuid))).label("items"),
    ).where(rating.tenant_id == _TENANT, rating.rated_on.between(_FIRST, _LAST))


async def handling_satisfaction(
    reading: Reading,
    unit_id: UUID | None,
    service_id: UUID | None,
    first_day: dt.date,
    last_day: dt.date,
) -> Figure:
    """Return how people say they were treated (1 to 5), drawn towards the government's mean."""
    found = await reading.row(
        _stars(),
        _Stars,
        unit_id=unit_id,
        service_id=service_id,
        first_day=first_day,
        last_day=last_day,
    )
    if found is None or found.ratings < FEWEST_RATINGS:
        return Figure(None, found.ratings if found else 0, FEWEST_RATINGS)
    mean = shrunken_mean(found.ratings, found.total, found.all_ratings, found.all_total)
    return Figure(mean, found.ratings, FEWEST_RATINGS, found.items)


@statement
def _stars_by_unit() -> Executable:
    rating = service_ratings.c
    return (
        select(
            rating.unit_id,
            func.count().label("ratings"),
            cast(func.sum(rating.treatment), BigInteger).label("total"),
        )
        .where(rating.tenant_id == _TENANT, rating.rated_on.between(_FIRST, _LAST))
        .group_by(rating.unit_id)
    )


async def satisfaction_by_unit(
    reading: Reading, first_day: dt.date, last_day: dt.date
) -> dict[UUID, Figure]:
    """Return what ``handling_satisfaction`` gives for each unit, without its items."""
    rows = await reading.rows(
        _stars_by_unit(), dict[str, Any], first_day=first_day, last_day=last_day
    )
    everybody = (sum(row["ratings"] for row in rows), sum(row["total"] for row in rows))
    return {row["unit_id"]: _shrunken(row["ratings"], row["total"], everybody) for row in rows}


def _shrunken(ratings: int, total: int, everybody: tuple[int, int]) -> Figure:
    mean = shrunken_mean(ratings, total, *everybody) if ratings >= FEWEST_RATINGS else None
    return Figure(mean, ratings, FEWEST_RATINGS)
