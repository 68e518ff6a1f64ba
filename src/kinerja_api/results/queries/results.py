"""Reads of results: one's own, one's people's, the government's with a grant."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.organisation.queries.below import UNITS_BELOW
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.queries.subordinates import is_led
from kinerja_api.organisation.tables import employees
from kinerja_api.planning.tables import indicator_targets, indicators, periods
from kinerja_api.results.policies import allowed_actions
from kinerja_api.results.rules import ResultStatus
from kinerja_api.results.schemas import ResultListParams, ResultOut
from kinerja_api.results.tables import derived_figures, indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_ENTERED = literal(ResultStatus.ENTERED, Text, literal_execute=True)
_NEWEST = Sort((("id", indicator_results.c.id),), descending=True)


@dataclass(frozen=True, slots=True)
class SeenResult:
    """A result as the actor sees it, with what decides what he may do."""

    out: ResultOut
    is_own: bool
    is_superior: bool


def _seen(*, is_own: bool, is_superior: bool, **row: Any) -> SeenResult:  # noqa: ANN401 - columns of a row
    actions = allowed_actions(row["status"], row["source"], own=is_own, superior=is_superior)
    return SeenResult(ResultOut(**row, allowed_actions=actions), is_own, is_superior)


def _listed(**row: Any) -> ResultOut:  # noqa: ANN401 - columns of a row
    return _seen(**row).out


def _shown(found: FromClause, source: FromClause) -> Rows:
    """Select ``ResultOut`` with two flags; source: ``found`` or a join with it."""
    results, decider = found.c, employees.alias("decider")
    of_decider = and_(
        decider.c.tenant_id == results.tenant_id, decider.c.id == results.decided_by_id
    )
    of_indicator = and_(
        indicators.c.tenant_id == results.tenant_id, indicators.c.id == results.indicator_id
    )
    of_period = and_(periods.c.tenant_id == results.tenant_id, periods.c.id == results.period_id)
    of_employee = and_(
        employees.c.tenant_id == results.tenant_id, employees.c.id == results.employee_id
    )
    of_target = and_(
        indicator_targets.c.tenant_id == results.tenant_id,
        indicator_targets.c.period_id == results.period_id,
        indicator_targets.c.indicator_id == results.indicator_id,
    )
    of_figure = and_(
        derived_figures.c.tenant_id == results.tenant_id, derived_figures.c.id == results.figure_id
    )
    return select(
        results.id,
        results.indicator_id,
        indicators.c.title.label("indicator_title"),
        indicators.c.unit.label("indicator_unit"),
        indicators.c.plan_id,
        results.period_id,
        periods.c.code.label("period_code"),
        results.employee_id,
        employees.c.name.label("employee_name"),
        results.unit_id,
        indicator_targets.c.low.label("target_low"),
        indicator_targets.c.high.label("target_high"),
        results.value,
        results.note,
        results.source,
        derived_figures.c.sample,
        derived_figures.c.minimum,
        results.status,
        results.decided_by_id,
        decider.c.name.label("decided_by_name"),
        results.decided_at,
        results.decision_note,
        results.created_at,
        results.updated_at,
        results.version,
        is_me(results.employee_id).label("is_own"),
        is_my_subordinate(results.employee_id).label("is_superior"),
    ).select_from(
        source.join(indicators, of_indicator)
        .join(periods, of_period)
        .join(employees, of_employee)
        .outerjoin(indicator_targets, of_target)
        .outerjoin(derived_figures, of_figure)
        .outerjoin(decider, of_decider)
    )


def _visible(query: Rows, reach: Reach) -> Rows:
    results = indicator_results.c
    return query.where(
        results.tenant_id == _TENANT,
        in_scope(results.employee_id, results.unit_id, reach=reach),
    )


def visible_results(reach: Reach) -> Rows:
    """Select the results that the actor may see, as ``ResultOut`` with two flags."""
    return _visible(_shown(indicator_results, indicator_results), reach)


@statement
def _result(*, reach: Reach, lock: bool) -> Executable:
    query = visible_results(reach).where(indicator_results.c.id == bindparam("id", type_=Uuid))
    return query.with_for_update(of=indicator_results) if lock else query


@statement
def _results_by_id(*, reach: Reach) -> Executable:
    return (
        visible_results(reach)
        .where(indicator_results.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
        .order_by(indicator_results.c.id)
        .with_for_update(of=indicator_results)
    )


@statement
def _result_of(*, reach: Reach) -> Executable:
    return (
        visible_results(reach)
        .where(
            indicator_results.c.indicator_id == bindparam("indicator_id", type_=Uuid),
            indicator_results.c.period_id == bindparam("period_id", type_=Uuid),
        )
        .with_for_update(of=indicator_results)
    )


async def get_result(reading: Reading, actor: Actor, result_id: UUID) -> ResultOut:
    """Return the result; ResourceNotFound."""
    return (await see_result(reading, actor, result_id)).out


async def see_result(reading: Reading, actor: Actor, result_id: UUID) -> SeenResult:
    """Return the result and what the actor is to it; ResourceNotFound."""
    return await _get(reading, actor, result_id, lock=False)


async def see_result_for_update(writing: Writing, actor: Actor, result_id: UUID) -> SeenResult:
    """Do the same, with the result locked to the end of the transaction."""
    return await _get(writing, actor, result_id, lock=True)


async def _get(reading: Reading, actor: Actor, result_id: UUID, *, lock: bool) -> SeenResult:
    wanted = _result(reach=reach(actor, Permission.RESULTS_READ), lock=lock)
    values = scope_values(actor, Permission.RESULTS_READ)
    seen = await reading.row(wanted, _seen, id=result_id, **values)
    if seen is None:
        raise ResourceNotFound
    return seen


async def see_results_for_update(
    writing: Writing, actor: Actor, ids: list[UUID]
) -> list[SeenResult]:
    """Return those of the results that the actor sees, locked in id order."""
    return await writing.rows(
        _results_by_id(reach=reach(actor, Permission.RESULTS_READ)),
        _seen,
        ids=ids,
        **scope_values(actor, Permission.RESULTS_READ),
    )


async def find_result_for_update(
    writing: Writing, actor: Actor, indicator_id: UUID, period_id: UUID
) -> SeenResult | None:
    """Return the indicator's result of the period, locked, or None."""
    return await writing.row(
        _result_of(reach=reach(actor, Permission.RESULTS_READ)),
        _seen,
        indicator_id=indicator_id,
        period_id=period_id,
        **scope_values(actor, Permission.RESULTS_READ),
    )


async def list_results(
    reading: Reading, actor: Actor, params: ResultListParams, cursors: Cursors
) -> Page[ResultOut]:
    """Return one page of the results that the actor may see."""
    filters = params.filters()
    how_far = reach(actor, Permission.RESULTS_READ)
    shape = (how_far, *sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(how_far, shape[1:]),
        _listed,
        name="results",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=shape,
        values={**filters, **scope_values(actor, Permission.RESULTS_READ)},
        spread=_spread if "below_id" in filters else None,
    )


def _spread(page: Rows) -> tuple[Rows, list[ColumnElement[Any]]]:
    """Take the newest rows of each unit; what belongs to them is looked up at the end."""
    newest = page.lateral("found")
    return _shown(newest, UNITS_BELOW.join(newest, true())), [newest.c.id]


def _filtered(how_far: Reach, shape: tuple[str, ...]) -> Rows:
    results = indicator_results.c
    if "below_id" in shape:
        query = _visible(select(indicator_results), how_far)
        query = query.where(results.unit_id == UNITS_BELOW.c.unit_id).correlate(UNITS_BELOW)
    else:
        query = visible_results(how_far)
    for name in ("employee_id", "period_id"):
        if name in shape:
            query = query.where(results[name] == bindparam(name, type_=Uuid))
    if "plan_id" in shape:
        of_plan = select(indicators.c.id).where(
            indicators.c.tenant_id == _TENANT,
            indicators.c.plan_id == bindparam("plan_id", type_=Uuid),
        )
        query = query.where(results.indicator_id.in_(of_plan))
    if "status" in shape:
        query = query.where(results.status == bindparam("status", type_=Text))
    if "waits_for_me" in shape:
        query = query.where(results.status == _ENTERED, is_led(results.employee_id))
    return query
