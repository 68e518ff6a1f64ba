"""Figures of substantiated findings in periods already closed, after a finding was reversed.

The results follow, so that a year closed later adds up what holds; what closings froze is theirs.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Numeric,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.rules import Figure
from kinerja_api.planning.rules import Source, SourceScope
from kinerja_api.planning.tables import periods
from kinerja_api.results.commands.sources import Subject, compute
from kinerja_api.results.tables import derived_figures, indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_ID = bindparam("id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A figure as it is now; indicator_ids: whose results of the period are this figure."""

    period_id: UUID
    period_code: str
    figure: Figure
    indicator_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class _Kept:
    id: UUID
    period_id: UUID
    code: str
    starts_on: dt.date
    ends_on: dt.date
    value: Any
    sample: int
    items: Sequence[UUID]
    indicator_ids: Sequence[UUID]


async def correct_findings(
    writing: Writing, employee_id: UUID, day: dt.date, closed_ids: Sequence[UUID]
) -> list[CorrectedFigure]:
    """Compute the employee's findings again for each period with the day in a closed one.

    The caller holds these periods. An imported result is no figure and stays.
    """
    kept = await writing.rows(
        _kept(), _Kept, employee_id=employee_id, day=day, closed_ids=list(closed_ids)
    )
    return [await _correct(writing, employee_id, each) for each in kept]


async def _correct(writing: Writing, employee_id: UUID, kept: _Kept) -> CorrectedFigure:
    wanted = (Source.SUBSTANTIATED_FINDINGS, Subject(SourceScope.OWN, employee_id=employee_id))
    found = await compute(writing, [wanted], (kept.starts_on, kept.ends_on))
    figure = found[wanted].figure
    if (kept.value, kept.sample, set(kept.items)) != (
        figure.value,
        figure.sample,
        set(figure.items),
    ):
        values = {"id": kept.id, "value": figure.value, "now": clock.now()}
        await writing.execute(
            _update_figure(),
            sample=figure.sample,
            minimum=figure.minimum,
            items=list(figure.items),
            **values,
        )
        await writing.execute(_update_results(), **values)
        _tell(writing, employee_id, kept, figure)
    return CorrectedFigure(kept.period_id, kept.code, figure, frozenset(kept.indicator_ids))


def _tell(writing: Writing, employee_id: UUID, kept: _Kept, figure: Figure) -> None:
    subject = ("period", kept.period_id)
    whose = {"employee_id": employee_id, "source": Source.SUBSTANTIATED_FINDINGS}
    before = {**whose, "value": kept.value, "sample": kept.sample}
    after = {**whose, "value": figure.value, "sample": figure.sample}
    writing.record("results.corrected", subject, before=before, after=after)
    writing.emit("results.corrected", subject, employee_id=employee_id)


@statement
def _kept() -> Executable:
    figure, period, outer = derived_figures.c, periods.c, periods.alias("outer_period").c
    day = bindparam("day", type_=Date)
    within_closed = exists().where(
        outer.tenant_id == period.tenant_id,
        outer.id == func.any(bindparam("closed_ids", type_=ARRAY(Uuid))),
        outer.starts_on <= period.starts_on,
        outer.ends_on >= period.ends_on,
    )
    whose = select(indicator_results.c.indicator_id).where(
        indicator_results.c.tenant_id == figure.tenant_id,
        indicator_results.c.figure_id == figure.id,
    )
    return (
        select(
            figure.id,
            figure.period_id,
            period.code,
            period.starts_on,
            period.ends_on,
            figure.value,
            figure.sample,
            figure["items"],
            func.array(whose.scalar_subquery(), type_=ARRAY(Uuid)).label("indicator_ids"),
        )
        .join_from(
            derived_figures,
            periods,
            and_(period.tenant_id == figure.tenant_id, period.id == figure.period_id),
        )
        .where(
            figure.tenant_id == _TENANT,
            figure.source == Source.SUBSTANTIATED_FINDINGS,
            figure.employee_id == bindparam("employee_id", type_=Uuid),
            period.starts_on <= day,
            period.ends_on >= day,
            within_closed,
        )
        .order_by(figure.id)
        .with_for_update(of=derived_figures)
    )


@statement
def _update_figure() -> Executable:
    return (
        update(derived_figures)
        .where(derived_figures.c.tenant_id == _TENANT, derived_figures.c.id == _ID)
        .values(
            value=bindparam("value", type_=Numeric(14, 2)),
            sample=bindparam("sample", type_=Integer),
            minimum=bindparam("minimum", type_=Integer),
            items=bindparam("items", type_=ARRAY(Uuid)),
            computed_at=_NOW,
        )
    )


@statement
def _update_results() -> Executable:
    result, value = indicator_results.c, bindparam("value", type_=Numeric(14, 2))
    return (
        update(indicator_results)
        .where(
            result.tenant_id == _TENANT,
            result.figure_id == _ID,
            result.value.is_distinct_from(value),
        )
        .values(value=value, decided_at=_NOW, updated_at=_NOW, version=result.version + 1)
    )
