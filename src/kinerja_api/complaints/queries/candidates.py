"""Published reports that a new one may repeat: shown before it is sent, never in its way.

A place is compared with those of reports as the public may know them: with the exact ones,
questions from all sides would find a house.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Integer,
    Interval,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.queries.public import day_there
from kinerja_api.complaints.queries.told import coarse, is_told, told_texts
from kinerja_api.complaints.rules import ENDED, ReportStatus
from kinerja_api.complaints.rules.citizens import shown_status
from kinerja_api.complaints.schemas.public import CandidateOut, CandidatesIn
from kinerja_api.complaints.tables import citizen_reports, report_categories
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement

_TENANT = bindparam("tenant_id", type_=Uuid)
_MOST = 5
_MOST_WORDS = 12
_SHORTEST_WORD = 3
_DEFAULT_RADIUS, _DEFAULT_DAYS = 100, 30
_ROUNDING = 790
"""Metres by which a rounded place may be away from the true one."""
_METRES_A_DEGREE = 111_320.0
_WORD = re.compile(r"[^\W_]+")


async def find_candidates(
    reading: Reading, given: CandidatesIn, *, zone: str
) -> list[CandidateOut]:
    """Return the likeliest of the published reports that are open or ended lately."""
    words = _words(given.title)
    has_place = given.latitude is not None
    if not (words or has_place or given.category_id):
        return []
    values: Mapping[str, object] = {
        "category_id": given.category_id,
        "latitude": given.latitude,
        "longitude": given.longitude,
        "words": " | ".join(words),
        "now": clock.now(),
        "zone": zone,
    }
    wanted = _near(category=given.category_id is not None, place=has_place, words=bool(words))
    rows = await reading.rows(wanted, dict[str, Any], **values)
    return [_shown(row) for row in rows]


def _shown(row: dict[str, Any]) -> CandidateOut:
    told: dict[str, Any] = {
        **{name: row[name] for name in CandidateOut.__annotations__ if name in row},
        **told_texts(row),
        "status": shown_status(ReportStatus(row["status"]), is_ex_officio=False),
    }
    return CandidateOut(**told)


def _words(title: str | None) -> list[str]:
    found = _WORD.findall((title or "").lower())
    return [word for word in dict.fromkeys(found) if len(word) >= _SHORTEST_WORD][:_MOST_WORDS]


@statement
def _near(*, category: bool, place: bool, words: bool) -> Executable:
    report, kind = citizen_reports.c, report_categories.c
    distance, likeness = _distance(place=place), _likeness(words=words)
    radius = func.coalesce(kind.duplicate_radius_m, _DEFAULT_RADIUS) + _ROUNDING
    is_near = and_(_in_box(radius), distance <= radius) if place else false()
    alike = [is_near, likeness > 0] if place or words else [kind.id.is_not(None)]
    conditions: list[ColumnElement[bool]] = [
        report.tenant_id == _TENANT,
        is_told(),
        or_(report.status.not_in(ENDED), report.ended_at > _since(kind.duplicate_days)),
        or_(*alike),
    ]
    if category:
        conditions.append(report.category_id == bindparam("category_id", type_=Uuid))
    shown = cast_to(func.round(distance, -1), Integer) if place else null()
    return (
        select(
            report.ticket,
            report.public_title,
            report.status,
            kind.name.label("category_name"),
            day_there(report.received_at).label("received_on"),
            coarse(report.latitude).label("latitude"),
            coarse(report.longitude).label("longitude"),
            shown.label("distance_m"),
            likeness.label("likeness"),
        )
        .select_from(
            citizen_reports.outerjoin(
                report_categories,
                and_(kind.tenant_id == _TENANT, kind.id == report.category_id),
            )
        )
        .where(*conditions)
        .order_by(
            likeness.desc(), distance.asc().nulls_last(), report.received_at.desc(), report.id
        )
        .limit(_MOST)
    )


def _since(days: ColumnElement[Any]) -> ColumnElement[Any]:
    now = bindparam("now", type_=DateTime(timezone=True))
    one_day = bindparam("one_day", dt.timedelta(days=1), type_=Interval)
    return now - func.coalesce(days, _DEFAULT_DAYS) * one_day


def _given(name: str) -> ColumnElement[Any]:
    return cast_to(bindparam(name, type_=Numeric(9, 6)), Numeric)


def _metres() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return how far north and how far east of the given place a report is."""
    north = cast_to(coarse(citizen_reports.c.latitude) - _given("latitude"), Float)
    east = cast_to(coarse(citizen_reports.c.longitude) - _given("longitude"), Float)
    shrunk = func.cos(func.radians(cast_to(_given("latitude"), Float)))
    return north * _METRES_A_DEGREE, east * _METRES_A_DEGREE * shrunk


def _in_box(radius: ColumnElement[Any]) -> ColumnElement[bool]:
    north, east = _metres()
    return and_(func.abs(north) <= radius, func.abs(east) <= radius)


def _distance(*, place: bool) -> ColumnElement[Any]:
    if not place:
        return literal_column("NULL::numeric", Numeric)
    north, east = _metres()
    return cast_to(func.sqrt(north * north + east * east), Numeric)


def _likeness(*, words: bool) -> ColumnElement[Any]:
    if not words:
        return literal_column("0::float", Float)
    asked = func.to_tsquery("simple", bindparam("words", type_=Text))
    return func.ts_rank(func.to_tsvector("simple", citizen_reports.c.public_title), asked)
