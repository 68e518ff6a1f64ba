"""Figures of all units in a period, made together and kept, for one unit costs as much."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kinerja_api.complaints.rules.measures import ComplaintFigures
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors
from kinerja_api.core.schemas import Page
from kinerja_api.organisation.rules import Figure
from kinerja_api.planning.rules import PeriodDates, period_of
from kinerja_api.services.queries.figures import figures_by_unit
from kinerja_api.services.rules import ProcessingFigures, ProcessingUnit, figures_of
from kinerja_api.surveys.queries.figures import published_indexes, satisfaction_by_unit
from kinerja_api.surveys.rules import FEWEST_RATINGS, FEWEST_SHOWN
from kinerja_api.transparency.queries.handling import NOTHING_HANDLED, handling_by_unit
from kinerja_api.transparency.queries.kept import Shared
from kinerja_api.transparency.queries.periods import ended_period
from kinerja_api.transparency.queries.units import get_public_unit, list_units_with_figures
from kinerja_api.transparency.rules import told_figure
from kinerja_api.transparency.schemas.figures import (
    DocumentFiguresOut,
    HandlingFiguresOut,
    PublicFigureOut,
    SatisfactionFiguresOut,
    UnitFiguresListParams,
    UnitFiguresOut,
)
from kinerja_api.transparency.schemas.offers import PublicUnitOut


@dataclass(frozen=True, slots=True)
class _Sources:
    reports: HandlingFiguresOut
    documents: DocumentFiguresOut
    satisfaction: SatisfactionFiguresOut


_NO_DOCUMENTS = figures_of(ProcessingUnit.WORKING_DAYS, [])
_NO_INDEX = Figure(None, 0, FEWEST_SHOWN)
_NO_RATINGS = Figure(None, 0, FEWEST_RATINGS)


async def _make(reading: Reading, code: str) -> dict[UUID, _Sources]:
    period = period_of(code)
    if period is None:
        return {}
    first, last = period.starts_on, period.ends_on
    handled = await handling_by_unit(reading, first, last)
    documents = await figures_by_unit(reading, first, last)
    indexes = await published_indexes(reading, first, last)
    ratings = await satisfaction_by_unit(reading, first, last)
    return {
        unit_id: _Sources(
            reports=_handling(handled.get(unit_id, NOTHING_HANDLED)),
            documents=_documents(documents.get(unit_id, _NO_DOCUMENTS)),
            satisfaction=SatisfactionFiguresOut(
                survey_index=_figure(indexes.get(unit_id, _NO_INDEX)),
                handling=_figure(ratings.get(unit_id, _NO_RATINGS)),
            ),
        )
        for unit_id in {*handled, *documents, *indexes, *ratings}
    }


_sources = Shared(_make)


async def get_unit_figures(
    reading: Reading, unit_id: UUID, code: str, *, today: dt.date
) -> UnitFiguresOut:
    """Return the figures of the unit; PeriodUnderWay, ResourceNotFound."""
    period = ended_period(code, today)
    found = await _sources.of(reading, code)
    return _out(await get_public_unit(reading, unit_id), period, found)


async def list_unit_figures(
    reading: Reading, params: UnitFiguresListParams, cursors: Cursors, *, today: dt.date
) -> Page[UnitFiguresOut]:
    """Return the figures of one page of units; PeriodUnderWay."""
    period = ended_period(params.period, today)
    found = await _sources.of(reading, params.period)
    page = await list_units_with_figures(reading, params, cursors)
    return Page(
        items=[_out(unit, period, found) for unit in page["items"]],
        next_cursor=page["next_cursor"],
        prev_cursor=page["prev_cursor"],
    )


def _out(
    unit: PublicUnitOut, period: PeriodDates, found: Mapping[UUID, _Sources]
) -> UnitFiguresOut:
    sources = found.get(unit["id"], _NOTHING)
    return UnitFiguresOut(
        unit_id=unit["id"],
        unit_code=unit["code"],
        unit_name=unit["name"],
        period=period.code,
        first_day=period.starts_on,
        last_day=period.ends_on,
        reports=sources.reports,
        documents=sources.documents,
        satisfaction=sources.satisfaction,
    )


def _figure(figure: Figure) -> PublicFigureOut:
    told = told_figure(figure)
    return PublicFigureOut(
        value=told.value, sample=told.sample, minimum=told.minimum, is_enough=told.is_enough
    )


def _handling(handled: ComplaintFigures) -> HandlingFiguresOut:
    return HandlingFiguresOut(
        response_median=_figure(handled.response_time_median),
        response_ninetieth=_figure(handled.response_time_p90),
        on_time_share=_figure(handled.on_time_share),
        settlement_share=_figure(handled.settlement_share),
        reopening_rate=_figure(handled.reopen_rate),
    )


def _documents(processed: ProcessingFigures) -> DocumentFiguresOut:
    return DocumentFiguresOut(
        processing_unit=processed.processing_unit,
        median=_figure(processed.median),
        ninetieth=_figure(processed.ninetieth),
        on_time_share=_figure(processed.on_time_share),
    )


_NOTHING = _Sources(
    _handling(NOTHING_HANDLED),
    _documents(_NO_DOCUMENTS),
    SatisfactionFiguresOut(survey_index=_figure(_NO_INDEX), handling=_figure(_NO_RATINGS)),
)
