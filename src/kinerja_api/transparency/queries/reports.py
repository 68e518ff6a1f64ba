"""Reads of published reports, and of what became of musrenbang input."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, Text, Uuid, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.complaints.queries.told import (
    IS_OF_OFFICE,
    coarse,
    is_told,
    told_texts,
    told_unit_id,
)
from kinerja_api.complaints.rules import Channel, ReportKind, ReportStatus
from kinerja_api.complaints.tables import citizen_reports, report_categories
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.i18n import Language, label
from kinerja_api.core.listing import Cursors, both_ways, fetch_page
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.tables import units
from kinerja_api.surveys.rules import FEWEST_SHOWN, shown_counts
from kinerja_api.transparency.rules import public_status, statuses_of
from kinerja_api.transparency.schemas.reports import (
    MusrenbangInputOut,
    MusrenbangListParams,
    MusrenbangStageOut,
    MusrenbangTotalsOut,
    PublishedReportListParams,
    PublishedReportOut,
    PublishedSort,
)

_TENANT = bindparam("tenant_id", type_=Uuid)
_report = citizen_reports.c
_SORTS = both_ways(PublishedSort, ("published_at", _report.published_at), ("id", _report.id))
_OF_MUSRENBANG = and_(_report.kind == ReportKind.ASPIRASI, _report.channel == Channel.MUSRENBANG)
_FIRST, _AFTER = (bindparam(name, type_=DateTime(timezone=True)) for name in ("first", "after"))
_IN_YEAR = and_(_report.received_at >= _FIRST, _report.received_at < _AFTER)
_FILTERS = {
    "category_id": _report.category_id == bindparam("category_id", type_=Uuid),
    "below_id": and_(IS_OF_OFFICE, _report.unit_id.in_(select(UNITS_BELOW.c.unit_id))),
    "kind": _report.kind == bindparam("kind", type_=Text),
    "status": _report.status == func.any(bindparam("statuses", type_=ARRAY(Text))),
    "year": _IN_YEAR,
}
_HIDDEN_STAGES: Mapping[str, str] = {
    ReportStatus.REPLY_PROPOSED.value: ReportStatus.IN_PROGRESS.value
}
"""What goes on inside the office, and what everybody reads of it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """In which zone days are told, and in which language words."""

    zone: str
    language: Language

    def day(self, instant: dt.datetime | None) -> dt.date | None:
        """Return the day that it was there."""
        return clock.day_of(instant, self.zone) if instant else None


def _published() -> Rows:
    of_unit = and_(units.c.tenant_id == _report.tenant_id, units.c.id == told_unit_id())
    category = report_categories.c
    of_category = and_(category.tenant_id == _report.tenant_id, category.id == _report.category_id)
    return (
        select(
            _report.id,
            _report.published_at,
            _report.ticket,
            _report.kind,
            _report.category_id,
            category.name.label("category_name"),
            units.c.id.label("unit_id"),
            units.c.name.label("unit_name"),
            _report.public_title,
            _report.public_body,
            _report.public_reply,
            _report.status,
            _report.received_at,
            _report.answered_at,
            _report.ended_at,
            coarse(_report.latitude).label("latitude"),
            coarse(_report.longitude).label("longitude"),
        )
        .outerjoin_from(citizen_reports, units, of_unit)
        .outerjoin(report_categories, of_category)
        .where(_report.tenant_id == _TENANT, is_told())
    )


async def _page(
    reading: Reading,
    params: PublishedReportListParams | MusrenbangListParams,
    cursors: Cursors,
    reader: Reader,
    name: str,
) -> Page[dict[str, Any]]:
    filters = params.filters()
    given = tuple(sorted(filters))
    conditions = [_FILTERS[one] for one in given]
    if name == "public_musrenbang":
        conditions.append(_OF_MUSRENBANG)
    return await fetch_page(
        reading,
        lambda: _published().where(*conditions),
        dict[str, Any],
        name=name,
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=given,
        values={
            **filters,
            "statuses": statuses_of(params.status) if params.status else [],
            **(_year(params.year, reader.zone) if params.year else {}),
        },
    )


async def list_published_reports(
    reading: Reading, params: PublishedReportListParams, cursors: Cursors, reader: Reader
) -> Page[PublishedReportOut]:
    """Return one page of published reports."""
    page = await _page(reading, params, cursors, reader, "public_reports")
    items = [_report_out(row, reader) for row in page["items"]]
    return Page(items=items, next_cursor=page["next_cursor"], prev_cursor=page["prev_cursor"])


async def list_musrenbang(
    reading: Reading, params: MusrenbangListParams, cursors: Cursors, reader: Reader
) -> Page[MusrenbangInputOut]:
    """Return one page of published musrenbang input."""
    page = await _page(reading, params, cursors, reader, "public_musrenbang")
    items = [_input_out(row, reader) for row in page["items"]]
    return Page(items=items, next_cursor=page["next_cursor"], prev_cursor=page["prev_cursor"])


def _year(year: int, zone: str) -> dict[str, dt.datetime]:
    there = ZoneInfo(zone)
    return {
        "first": dt.datetime(year, 1, 1, tzinfo=there),
        "after": dt.datetime(year + 1, 1, 1, tzinfo=there),
    }


def _told(row: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
    """Return what both lists say."""
    stage = _HIDDEN_STAGES.get(row["status"], str(row["status"]))
    return {
        **{name: row[name] for name in ("ticket", "category_name", "unit_id", "unit_name")},
        **told_texts(row),
        "status": public_status(row["status"]).value,
        "stage": stage,
        "stage_text": label(stage, reader.language),
        "received_on": reader.day(row["received_at"]),
        "published_on": reader.day(row["published_at"]),
        "answered_on": reader.day(row["answered_at"]),
    }


def _report_out(row: Mapping[str, Any], reader: Reader) -> PublishedReportOut:
    return PublishedReportOut(
        **_told(row, reader),  # pyright: ignore[reportArgumentType] - its keys are fields of both
        kind=row["kind"],
        category_id=row["category_id"],
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def _input_out(row: Mapping[str, Any], reader: Reader) -> MusrenbangInputOut:
    told = _told(row, reader)
    ended_on = told["answered_on"] or reader.day(row["ended_at"]) or clock.today(reader.zone)
    return MusrenbangInputOut(**told, days=(ended_on - told["received_on"]).days)


@statement
def _stage_counts() -> Executable:
    return (
        select(_report.status, func.count().label("inputs"))
        .where(
            _report.tenant_id == _TENANT,
            _OF_MUSRENBANG,
            _IN_YEAR,
            _report.status != ReportStatus.MERGED,
        )
        .group_by(_report.status)
    )


async def count_musrenbang(reading: Reading, year: int, reader: Reader) -> MusrenbangTotalsOut:
    """Return the inputs of the year by stage."""
    rows = await reading.rows(_stage_counts(), dict[str, Any], **_year(year, reader.zone))
    counts = _by_stage(rows)
    received = sum(counts.values())
    return MusrenbangTotalsOut(
        year=year,
        received=None if 0 < received < FEWEST_SHOWN else received,
        stages=[
            MusrenbangStageOut(stage=stage, stage_text=label(stage, reader.language), inputs=inputs)
            for stage, inputs in shown_counts(counts).items()
        ],
    )


def _by_stage(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = {
        str(stage): 0
        for stage in ReportStatus
        if stage not in _HIDDEN_STAGES and stage is not ReportStatus.MERGED
    }
    for row in rows:
        counts[_HIDDEN_STAGES.get(row["status"], row["status"])] += row["inputs"]
    return counts
