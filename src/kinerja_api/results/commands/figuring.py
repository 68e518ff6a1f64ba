"""Results that are figures of what citizens reported, rated or asked for.

A figure is kept once for all indicators that want it. Below its minimum sample it has no value:
the result then says that there is not enough data. As with approved volume, an imported result
stands at the close, and only an explicit derivation replaces it.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    DateTime,
    FromClause,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.sql import Rows, statement
from kinerja_api.core.sql_ids import new_id_of_row
from kinerja_api.planning.queries.periods import get_period
from kinerja_api.planning.queries.rowsets import rows_of
from kinerja_api.planning.rules import IN_FORCE, Source, SourceScope
from kinerja_api.planning.schemas.periods import PeriodOut
from kinerja_api.planning.tables import indicator_targets, indicators, plans
from kinerja_api.results.commands.sources import Computed, Subject, Wanted, compute
from kinerja_api.results.queries.indicators import SeenIndicator
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.tables import derived_figures, indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_PERIOD = bindparam("period_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_AT_ONCE = 500


class _Asked(TypedDict):
    source: str
    scope: str
    unit_id: UUID | None
    service_id: UUID | None
    employee_id: UUID | None


async def derive_figures(writing: Writing, period_id: UUID) -> int:
    """Compute the results of all indicators that are figures and have a target in the period.

    For the close of the period, which holds it locked. Returns how many results changed.
    """
    asked = await writing.rows(_asked(), _Asked, period_id=period_id)
    if not asked:
        return 0
    wanted = [
        (
            Source(row["source"]),
            Subject(
                SourceScope(row["scope"]), row["unit_id"], row["service_id"], row["employee_id"]
            ),
        )
        for row in asked
    ]
    await _keep(writing, await get_period(writing, period_id), wanted)
    changed = await writing.execute(_take(single=False), period_id=period_id, now=clock.now())
    _tell(writing, period_id, changed)
    return changed


async def compute_figure(writing: Writing, indicator: SeenIndicator, period: PeriodOut) -> None:
    """Compute the figure that an indicator wants of the period, as it is now."""
    scope = SourceScope(indicator.source_scope or SourceScope.UNIT)
    subject = Subject(
        scope,
        unit_id=indicator.unit_id if scope is SourceScope.UNIT else None,
        service_id=indicator.source_service_id,
        employee_id=indicator.employee_id if scope is SourceScope.OWN else None,
    )
    await _keep(writing, period, [(Source(indicator.source), subject)])


async def take_figure(writing: Writing, indicator_id: UUID, period_id: UUID) -> int:
    """Make the figure, computed before, the indicator's result; return whether it changed.

    Results of others that are the same figure follow it, so that it explains each of them.
    """
    values = {"indicator_id": indicator_id, "period_id": period_id, "now": clock.now()}
    changed = await writing.execute(_take(single=True), **values)
    _tell(writing, period_id, await writing.execute(_follow(), **values))
    return changed


def _tell(writing: Writing, period_id: UUID, changed: int) -> None:
    if changed:
        writing.record("results.derived", ("period", period_id), after={"count": changed})
        writing.emit("results.derived", ("period", period_id), count=changed)


async def _keep(writing: Writing, period: PeriodOut, wanted: Wanted) -> None:
    now = clock.now()
    found = await compute(writing, wanted, (period["starts_on"], period["ends_on"]))
    rows = [_row(source, subject, each) for (source, subject), each in found.items()]
    rows.sort(key=lambda row: [str(value) for value in row.values()])
    for first in range(0, len(rows), _AT_ONCE):
        chunk = rows[first : first + _AT_ONCE]
        await writing.execute(_upsert_figures(), period_id=period["id"], now=now, figures=chunk)


def _row(source: Source, subject: Subject, computed: Computed) -> dict[str, Any]:
    figure = computed.figure
    return {
        "source": source,
        "scope": subject.scope,
        "unit_id": subject.unit_id,
        "service_id": subject.service_id,
        "employee_id": subject.employee_id,
        "value": figure.value,
        "sample": figure.sample,
        "minimum": figure.minimum,
        "measured_in": computed.measured_in,
        "items": list(figure.items),
    }


_FIGURE = {
    "source": Text(), "scope": Text(), "unit_id": Uuid(), "service_id": Uuid(),
    "employee_id": Uuid(), "value": Numeric(14, 2), "sample": Integer(), "minimum": Integer(),
    "measured_in": Text(), "items": ARRAY(Uuid()),
}  # fmt: skip
_COMPUTED = ("value", "sample", "minimum", "measured_in", "items", "computed_at")


@statement
def _upsert_figures() -> Executable:
    """What was computed later stays, should two computations overtake each other."""
    rows = rows_of("figures", _FIGURE)
    columns = {
        "tenant_id": _TENANT,
        "id": new_id_of_row(),
        "period_id": _PERIOD,
        **{name: rows.c[name] for name in _FIGURE},
        "computed_at": cast(_NOW, DateTime(timezone=True)),
    }
    made = insert(derived_figures).from_select(list(columns), select(*columns.values()))
    return made.on_conflict_do_update(
        constraint="derived_figures_key",
        set_={name: made.excluded[name] for name in _COMPUTED},
        where=derived_figures.c.computed_at <= made.excluded.computed_at,
    )


def _subject() -> dict[str, ColumnElement[Any]]:
    """Return whose figure an indicator wants, as the columns of a figure name it."""
    scope = indicators.c.source_scope
    return {
        "unit_id": case((scope == SourceScope.UNIT, plans.c.unit_id)),
        "service_id": indicators.c.source_service_id,
        "employee_id": case((scope == SourceScope.OWN, plans.c.employee_id)),
    }


@statement
def _asked() -> Executable:
    columns = {name: column.label(name) for name, column in _subject().items()}
    query = select(
        indicators.c.source, indicators.c.source_scope.label("scope"), *columns.values()
    ).distinct()
    return _in_force(query, single=False)


def _in_force(query: Rows, figure: FromClause | None = None, *, single: bool) -> Rows:
    """Indicators of plans in force that want a figure: the one asked for, or all with a target."""
    of_plan = and_(plans.c.tenant_id == indicators.c.tenant_id, plans.c.id == indicators.c.plan_id)
    query = query.join_from(indicators, plans, of_plan).where(
        indicators.c.tenant_id == _TENANT,
        indicators.c.source_scope.is_not(None),
        plans.c.status.in_(IN_FORCE),
    )
    if figure is not None:
        query = query.join(figure, _is_wanted(figure))
    if single:
        return query.where(indicators.c.id == bindparam("indicator_id", type_=Uuid))
    of_target = and_(
        indicator_targets.c.tenant_id == indicators.c.tenant_id,
        indicator_targets.c.indicator_id == indicators.c.id,
        indicator_targets.c.period_id == _PERIOD,
    )
    return query.join(indicator_targets, of_target)


def _is_wanted(figure: FromClause) -> ColumnElement[bool]:
    """One equation of ids, for a hash join cannot compare three that may be null."""
    subject = _subject().values()
    found = (figure.c.unit_id, figure.c.service_id, figure.c.employee_id)
    return and_(
        figure.c.tenant_id == indicators.c.tenant_id,
        figure.c.period_id == _PERIOD,
        figure.c.source == indicators.c.source,
        figure.c.scope == indicators.c.source_scope,
        func.coalesce(*found) == func.coalesce(*subject),
    )


@statement
def _take(*, single: bool) -> Executable:
    columns = {
        "tenant_id": indicators.c.tenant_id,
        "id": new_id_of_row(),
        "indicator_id": indicators.c.id,
        "period_id": _PERIOD,
        "employee_id": plans.c.employee_id,
        "unit_id": plans.c.unit_id,
        "value": derived_figures.c.value,
        "figure_id": derived_figures.c.id,
        "source": indicators.c.source,
        "status": bindparam("status", str(ResultStatus.VERIFIED), type_=Text),
        "decided_at": _NOW,
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    rows = _in_force(select(*columns.values()), derived_figures, single=single)
    made = insert(indicator_results).from_select(list(columns), rows)
    new, old = made.excluded, indicator_results.c
    kept = ("value", "figure_id", "source", "status")
    differs = tuple_(*[old[name] for name in kept]).is_distinct_from(
        tuple_(*[new[name] for name in kept])
    )
    return made.on_conflict_do_update(
        constraint="indicator_results_key",
        set_={
            **{name: new[name] for name in kept},
            "note": null(),
            "decided_by_id": null(),
            "decided_at": _NOW,
            "decision_note": null(),
            "updated_at": _NOW,
            "version": old.version + 1,
        },
        where=differs if single else and_(differs, old.source != Source.ENTERED),
    )


@statement
def _follow() -> Executable:
    own, result = indicator_results.alias("own"), indicator_results.c
    of_indicator = (
        select(own.c.figure_id)
        .where(
            own.c.tenant_id == _TENANT,
            own.c.indicator_id == bindparam("indicator_id", type_=Uuid),
            own.c.period_id == _PERIOD,
        )
        .scalar_subquery()
    )
    return (
        update(indicator_results)
        .where(
            result.tenant_id == _TENANT,
            result.figure_id == of_indicator,
            derived_figures.c.tenant_id == _TENANT,
            derived_figures.c.id == result.figure_id,
            result.value.is_distinct_from(derived_figures.c.value),
        )
        .values(
            value=derived_figures.c.value,
            decided_at=_NOW,
            updated_at=_NOW,
            version=result.version + 1,
        )
    )
