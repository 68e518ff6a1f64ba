"""Reads of ratings: sums of whole months that are over, nothing of fewer than five people.

Neither days nor a running month are told: who gave somebody a token could see what it became.
"""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    Numeric,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.scope import Reach
from kinerja_api.organisation.tables import unit_closure, units
from kinerja_api.services.tables import services
from kinerja_api.surveys.queries.campaigns import is_kept, name_of, shape_of, values_of
from kinerja_api.surveys.rules import FEWEST_SHOWN
from kinerja_api.surveys.schemas.responses import (
    RatingCommentListParams,
    RatingCommentOut,
    RatingMonthOut,
    UnitRatingsOut,
)
from kinerja_api.surveys.tables import service_ratings

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)
_RATING = service_ratings.c
_SORT = Sort((("id", _RATING.id),))
_MONTH = cast(func.date_trunc("month", _RATING.rated_on), Date)
_BELOW = select(unit_closure.c.descendant_id).where(
    unit_closure.c.tenant_id == _TENANT, unit_closure.c.ancestor_id == _UNIT
)


def _seen_unit(*, seen: Reach, kept: Reach) -> ColumnElement[bool]:
    kept_by_me = true() if seen == "tenant" else is_kept(_UNIT, kept=kept)
    return and_(exists().where(units.c.tenant_id == _TENANT, units.c.id == _UNIT), kept_by_me)


@statement
def _is_unit_seen(*, seen: Reach, kept: Reach) -> Executable:
    return select(_seen_unit(seen=seen, kept=kept))


def _mean(stars: ColumnElement[Any]) -> ColumnElement[Any]:
    mean = func.round(cast(func.avg(stars), Numeric), 2)
    return case((func.count(stars) >= FEWEST_SHOWN, mean))


@statement
def _months(*, seen: Reach, kept: Reach) -> Executable:
    people = func.count()
    return (
        select(
            _MONTH.label("month"),
            _RATING.unit_id,
            _RATING.service_id,
            name_of(services, _RATING.service_id).label("service_name"),
            case((people >= FEWEST_SHOWN, people)).label("ratings"),
            _mean(_RATING.treatment).label("treatment"),
            _mean(_RATING.outcome).label("outcome"),
        )
        .where(
            _RATING.tenant_id == _TENANT,
            _RATING.unit_id.in_(_BELOW),
            _RATING.rated_on >= bindparam("first_day", type_=Date),
            _RATING.rated_on < bindparam("before", type_=Date),
            _seen_unit(seen=seen, kept=kept),
        )
        .group_by(_MONTH, _RATING.unit_id, _RATING.service_id)
        .order_by(_MONTH, _RATING.unit_id, _RATING.service_id)
    )


async def get_ratings(reading: Reading, actor: Actor, unit_id: UUID, year: int) -> UnitRatingsOut:
    """Return the ratings of the months of the year that are over; ResourceNotFound."""
    seen, kept = shape_of(actor)
    before = min(dt.date(year + 1, 1, 1), actor.today.replace(day=1))
    values = {"unit_id": unit_id, **values_of(actor)}
    months = await reading.rows(
        _months(seen=seen, kept=kept),
        RatingMonthOut,
        first_day=dt.date(year, 1, 1),
        before=before,
        **values,
    )
    if not months:
        await _require_seen(reading, actor, unit_id)
    return UnitRatingsOut(unit_id=unit_id, year=year, months=months)


async def list_comments(
    reading: Reading,
    actor: Actor,
    unit_id: UUID,
    params: RatingCommentListParams,
    cursors: Cursors,
) -> Page[RatingCommentOut]:
    """Return one page of what was written with ratings of months that are over."""
    seen, kept = shape_of(actor)
    page = await fetch_page(
        reading,
        lambda: _comments(seen=seen, kept=kept),
        RatingCommentOut,
        name="rating_comments",
        params=params,
        sort=_SORT,
        cursors=cursors,
        shape_key=(seen, kept),
        values={"unit_id": unit_id, "before": actor.today.replace(day=1), **values_of(actor)},
    )
    if not page["items"]:
        await _require_seen(reading, actor, unit_id)
    return page


def _comments(*, seen: Reach, kept: Reach) -> Rows:
    return select(_RATING.id, _RATING.service_id, _MONTH.label("month"), _RATING.comment).where(
        _RATING.tenant_id == _TENANT,
        _RATING.unit_id.in_(_BELOW),
        _RATING.rated_on < bindparam("before", type_=Date),
        _RATING.comment.is_not(None),
        _seen_unit(seen=seen, kept=kept),
    )


async def _require_seen(reading: Reading, actor: Actor, unit_id: UUID) -> None:
    seen, kept = shape_of(actor)
    wanted = _is_unit_seen(seen=seen, kept=kept)
    if not await reading.value(wanted, unit_id=unit_id, **values_of(actor)):
        raise ResourceNotFound
