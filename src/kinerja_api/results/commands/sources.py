"""Where the figures come from: each source, and the function of its domain that computes it.

One call gives all the figures of a family for one subject; what employees processed, and what was
found against them, is computed for all of them at once.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Date, DateTime, Uuid, bindparam, cast, func, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.tables import tenants
from kinerja_api.complaints.queries.figures import complaint_figures, finding_figures
from kinerja_api.core import clock
from kinerja_api.core.db import Reading
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import Figure
from kinerja_api.planning.rules import Source, SourceScope
from kinerja_api.services.queries.figures import figures, handling_figures
from kinerja_api.services.rules import ProcessingFigures, ProcessingUnit
from kinerja_api.surveys.queries.figures import handling_satisfaction, survey_index


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose figure: of a unit, a service or an employee; the other two are None."""

    scope: SourceScope
    unit_id: UUID | None = None
    service_id: UUID | None = None
    employee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure; measured_in: the unit of a time, None where its domain knows one only."""

    figure: Figure
    measured_in: str | None = None


Days = tuple[dt.date, dt.date]
Wanted = Collection[tuple[Source, Subject]]
Found = dict[tuple[Source, Subject], Computed]
Compute = Callable[[Reading, Collection[Subject], Days], Awaitable[Found]]


async def _complaints(reading: Reading, subjects: Collection[Subject], days: Days) -> Found:
    first_day, last_day = days
    found: Found = {}
    for each in subjects:
        computed = await complaint_figures(
            reading,
            unit_id=each.unit_id,
            service_id=each.service_id,
            handler_id=each.employee_id,
            first_day=first_day,
            last_day=last_day,
        )
        times = ProcessingUnit.WORKING_DAYS
        found |= {
            (Source.RESPONSE_TIME_MEDIAN, each): Computed(computed.response_time_median, times),
            (Source.RESPONSE_TIME_P90, each): Computed(computed.response_time_p90, times),
            (Source.ON_TIME_SHARE, each): Computed(computed.on_time_share),
            (Source.SETTLEMENT_SHARE, each): Computed(computed.settlement_share),
            (Source.REOPEN_RATE, each): Computed(computed.reopen_rate),
        }
    return found


async def _findings(reading: Reading, subjects: Collection[Subject], days: Days) -> Found:
    officials = {each.employee_id: each for each in subjects if each.employee_id}
    computed = await finding_figures(reading, list(officials), *days)
    return {
        (Source.SUBSTANTIATED_FINDINGS, officials[employee_id]): Computed(figure)
        for employee_id, figure in computed.items()
    }


async def _processing(reading: Reading, subjects: Collection[Subject], days: Days) -> Found:
    handlers = [each.employee_id for each in subjects if each.employee_id]
    handled = await handling_figures(reading, handlers, *days) if handlers else {}
    found: Found = {}
    for subject in subjects:
        if subject.employee_id:
            computed = handled[subject.employee_id]
        else:
            computed = await figures(reading, subject.unit_id, subject.service_id, *days)
        found |= {(source, subject): each for source, each in _times(computed).items()}
    return found


def _times(computed: ProcessingFigures) -> Mapping[Source, Computed]:
    unit = computed.processing_unit
    return {
        Source.PROCESSING_TIME_MEDIAN: Computed(computed.median, unit),
        Source.PROCESSING_TIME_P90: Computed(computed.ninetieth, unit),
        Source.PROCESSING_ON_TIME_SHARE: Computed(computed.on_time_share),
    }


async def _index(reading: Reading, subjects: Collection[Subject], days: Days) -> Found:
    return {
        (Source.SURVEY_INDEX, each): Computed(
            await survey_index(reading, each.unit_id, each.service_id, *days)
        )
        for each in subjects
    }


async def _satisfaction(reading: Reading, subjects: Collection[Subject], days: Days) -> Found:
    """Ratings are anonymous: their number is kept, never which they are.

    Only months that are over count: a mean that is told day by day tells the newest rating.
    """
    first, last = days
    running = await reading.value(_running_month(), now=clock.now())
    until = min(last, running - dt.timedelta(days=1))
    found: Found = {}
    for each in subjects:
        figure = await handling_satisfaction(reading, each.unit_id, each.service_id, first, until)
        counted = Figure(figure.value, figure.sample, figure.minimum)
        found[Source.HANDLING_SATISFACTION, each] = Computed(counted)
    return found


@statement
def _running_month() -> Executable:
    """Return the first day of the month that runs where the government is."""
    local = func.timezone(tenants.c.time_zone, bindparam("now", type_=DateTime(timezone=True)))
    month = cast(func.date_trunc("month", local), Date)
    return select(month).where(tenants.c.id == bindparam("tenant_id", type_=Uuid))


FAMILIES: Mapping[Compute, tuple[Source, ...]] = {
    _complaints: (
        Source.RESPONSE_TIME_MEDIAN,
        Source.RESPONSE_TIME_P90,
        Source.ON_TIME_SHARE,
        Source.SETTLEMENT_SHARE,
        Source.REOPEN_RATE,
    ),
    _findings: (Source.SUBSTANTIATED_FINDINGS,),
    _processing: (
        Source.PROCESSING_TIME_MEDIAN,
        Source.PROCESSING_TIME_P90,
        Source.PROCESSING_ON_TIME_SHARE,
    ),
    _index: (Source.SURVEY_INDEX,),
    _satisfaction: (Source.HANDLING_SATISFACTION,),
}
"""Each way of computing, with the sources it gives."""


async def compute(reading: Reading, wanted: Wanted, days: Days) -> Found:
    """Return the figures wanted of the days, first to last; each is computed once."""
    found: Found = {}
    for family, sources in FAMILIES.items():
        subjects = dict.fromkeys(subject for source, subject in wanted if source in sources)
        if subjects:
            found |= await family(reading, subjects, days)
    return {key: found[key] for key in dict.fromkeys(wanted) if key in found}
