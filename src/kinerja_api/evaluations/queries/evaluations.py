"""Reads of evaluations."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Text,
    Uuid,
    and_,
    bindparam,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.policies import allowed_actions
from kinerja_api.evaluations.queries.corrections import read_correction
from kinerja_api.evaluations.queries.lists import narrow, spread_over
from kinerja_api.evaluations.queries.names import name_of, period_code_of, unit_name_of
from kinerja_api.evaluations.queries.seen import (
    View,
    final_by_today,
    has_lapsed,
    is_author,
    needs_assessor,
    rule_set_of,
    sees_evaluation,
    status_today,
    view_of,
    view_values,
)
from kinerja_api.evaluations.rules import REPLACED, EvaluationStatus
from kinerja_api.evaluations.schemas.evaluations import (
    EvaluationListParams,
    EvaluationOut,
    EvaluationSort,
    SuggestionOut,
)
from kinerja_api.evaluations.tables import evaluations, objections
from kinerja_api.organisation.queries.below import UNITS_BELOW_ANY
from kinerja_api.organisation.queries.scope import is_me
from kinerja_api.scoring.queries.corrections import SUGGESTED, score_shown

_TENANT = bindparam("tenant_id", type_=Uuid)
_ME = bindparam("scope_me", type_=Uuid)
_SORTS = {
    EvaluationSort.NEWEST: Sort((("id", evaluations.c.id),), descending=True),
    EvaluationSort.OLDEST: Sort((("id", evaluations.c.id),)),
}
_PEOPLE = frozenset({"employee_id", "superior_id", "waits_for_me"})
_EQUAL: Mapping[str, type[TypeEngine[Any]]] = {
    "period_id": Uuid,
    "employee_id": Uuid,
    "superior_id": Uuid,
    "predicate": Text,
    "work_rating": Text,
    "behaviour_rating": Text,
}
"""Filters that compare a column."""
_FLAGS = ("own", "assessor", "author", "assigns")


class Standing(TypedDict):
    """What a change needs to know of an evaluation; status: as it is today."""

    id: UUID
    period_id: UUID
    employee_id: UUID
    unit_id: UUID
    superior_id: UUID | None
    status: str
    suggested_work_rating: str | None
    suggested_behaviour_rating: str | None
    work_rating: str | None
    behaviour_rating: str | None
    predicate: str | None
    reason: str | None
    decided_by_id: UUID | None
    decided_as: str | None
    objection_until: dt.date | None
    final_by: str | None
    version: int
    rule_set: str
    own: bool
    assessor: bool
    author: bool
    assigns: bool
    has_lapsed: bool


def _flags(found: FromClause, view: View) -> list[ColumnElement[Any]]:
    return [
        is_me(found.c.employee_id).label("own"),
        is_me(found.c.superior_id).label("assessor"),
        is_author(found, view).label("author"),
        needs_assessor(found, view).label("assigns"),
    ]


def _shown(found: FromClause, view: View) -> list[ColumnElement[Any]]:
    """Return the columns of ``EvaluationOut``, the suggestion apart, and what the actor may do.

    What stands in other tables is looked up by scalar sub-selects: for the rows of the page only.
    """
    columns = found.c
    derived: dict[str, ColumnElement[Any]] = {
        "period_code": period_code_of(columns.period_id),
        "employee_name": name_of(columns.employee_id),
        "unit_name": unit_name_of(columns.unit_id),
        "superior_name": name_of(columns.superior_id),
        "decided_by_name": name_of(columns.decided_by_id),
        "status": status_today(found),
        "final_by": final_by_today(found),
        "objection_id": select(objections.c.id)
        .where(objections.c.tenant_id == _TENANT, objections.c.evaluation_id == columns.id)
        .scalar_subquery(),
    }
    plain = [
        columns[name]
        for name in EvaluationOut.__annotations__
        if name in columns and name not in derived
    ]
    return [
        *plain,
        *[column.label(name) for name, column in derived.items()],
        *[columns[f"suggested_{name}"] for name in SUGGESTED],
        score_shown(found).label("scored"),
        *_flags(found, view),
    ]


def _row(*, scored: dict[str, Any] | None, **columns: Any) -> EvaluationOut:  # noqa: ANN401 - columns of a row
    flags = {flag: columns.pop(flag) for flag in _FLAGS}
    scored = scored or {}
    suggestion = SuggestionOut(
        **{name: columns.pop(f"suggested_{name}") for name in SUGGESTED},
        unrated_reason=scored.get("unrated_reason"),
        missing_count=scored.get("missing_count", 0),
        is_provisional=scored.get("is_provisional", False),
    )
    actions = allowed_actions(EvaluationStatus(columns["status"]), **flags)
    return EvaluationOut(
        **columns,
        suggestion=suggestion,
        correction=read_correction(scored.get("correction")),
        allowed_actions=actions,
    )


@statement
def _evaluation(view: View) -> Executable:
    return select(*_shown(evaluations, view)).where(
        sees_evaluation(view, one=True), evaluations.c.id == bindparam("id", type_=Uuid)
    )


@statement
def _locked(view: View) -> Executable:
    columns = evaluations.c
    plain = [n for n in Standing.__annotations__ if n in columns and n != "status"]
    return (
        select(
            *[columns[name] for name in plain],
            status_today(evaluations).label("status"),
            has_lapsed(evaluations).label("has_lapsed"),
            rule_set_of(columns.id).label("rule_set"),
            *_flags(evaluations, view),
        )
        .where(sees_evaluation(view), columns.id == bindparam("id", type_=Uuid))
        .with_for_update(of=evaluations)
    )


async def get_evaluation(reading: Reading, actor: Actor, evaluation_id: UUID) -> EvaluationOut:
    """Return the evaluation; ResourceNotFound."""
    wanted = _evaluation(view_of(actor))
    row = await reading.row(wanted, _row, id=evaluation_id, **view_values(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def get_evaluation_for_update(
    writing: Writing, actor: Actor, evaluation_id: UUID
) -> Standing:
    """Return what a change needs, locked to the end of the transaction; ResourceNotFound."""
    wanted = _locked(view_of(actor))
    row = await writing.row(wanted, Standing, id=evaluation_id, **view_values(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def list_evaluations(
    reading: Reading, actor: Actor, params: EvaluationListParams, cursors: Cursors
) -> Page[EvaluationOut]:
    """Return one page of the evaluations the actor sees.

    Without a person, superior or unit: his own and those he decides, or of the units granted.
    """
    filters = params.filters()
    narrow(actor, filters, people=_PEOPLE)
    view, shape = view_of(actor), (params.status, *sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(view, shape),
        _row,
        name="evaluations",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(view, shape),
        values={**filters, **view_values(actor)},
        spread=spread_over(lambda found: _shown(found, view), grouped="below_ids" in filters),
    )


def _filtered(view: View, shape: tuple[Any, ...]) -> Rows:
    columns, status = evaluations.c, shape[0]
    query = select(evaluations).where(sees_evaluation(view))
    if "below_ids" in shape:
        query = query.where(columns.unit_id == UNITS_BELOW_ANY.c.unit_id).correlate(UNITS_BELOW_ANY)
    for name, kind in _EQUAL.items():
        if name in shape:
            query = query.where(columns[name] == bindparam(name, type_=kind))
    if "mine" in shape:
        query = query.where(or_(columns.employee_id == _ME, columns.superior_id == _ME))
    if "waits_for_me" in shape:
        query = query.where(_waits_for_me())
    if status is not None:
        return query.where(_has_status(status))
    return query if "versions" in shape else query.where(columns.status.not_in(REPLACED))


def _has_status(status: EvaluationStatus) -> ColumnElement[bool]:
    stored, lapsed = evaluations.c.status == status, has_lapsed(evaluations)
    if status is EvaluationStatus.FINAL:
        return or_(stored, lapsed)
    return and_(stored, not_(lapsed)) if status is EvaluationStatus.DECIDED else stored


def _waits_for_me() -> ColumnElement[bool]:
    to_decide = and_(
        evaluations.c.superior_id == _ME, evaluations.c.status == EvaluationStatus.OPENED
    )
    to_react = and_(evaluations.c.employee_id == _ME, _has_status(EvaluationStatus.DECIDED))
    return or_(to_decide, to_react)
