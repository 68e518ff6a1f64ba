"""Reads of evaluations.

Seen by whoever the scope says, by the superior frozen at the close (who may have moved since),
and by the employee himself only once it is decided: until then the suggestion is hidden.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.policies import allowed_actions
from kinerja_api.evaluations.rules import SHOWN_STATUSES, EvaluationStatus
from kinerja_api.evaluations.schemas import (
    EvaluationListParams,
    EvaluationOut,
    EvaluationSort,
    SuggestionOut,
)
from kinerja_api.evaluations.tables import evaluations
from kinerja_api.organisation.queries.scope import Reach, in_scope, is_me, reach, scope_values
from kinerja_api.organisation.tables import employees, unit_closure
from kinerja_api.scoring.tables import closing_scores

_SORTS = {
    EvaluationSort.NEWEST: Sort((("id", evaluations.c.id),), descending=True),
    EvaluationSort.OLDEST: Sort((("id", evaluations.c.id),)),
}
_SUGGESTED = ("work_result", "work_rating", "behaviour_rating", "predicate")
_FLAGS = ("is_own", "is_assessor")


class Standing(TypedDict):
    """What a change needs to know of an evaluation."""

    id: UUID
    employee_id: UUID
    status: str
    suggested_work_rating: str | None
    suggested_behaviour_rating: str | None
    version: int
    is_own: bool
    is_assessor: bool


def _seen(*, reach: Reach) -> ColumnElement[bool]:
    own, columns = is_me(evaluations.c.employee_id), evaluations.c
    return and_(
        columns.tenant_id == bindparam("tenant_id", type_=Uuid),
        or_(
            in_scope(columns.employee_id, columns.unit_id, reach=reach), is_me(columns.superior_id)
        ),
        or_(not_(own), columns.status.in_(SHOWN_STATUSES)),
    )


def _shown(found: FromClause) -> Rows:
    """Select the found evaluations with names, suggestion and flags for what the actor may do."""
    columns, scores = found.c, closing_scores.c
    plain = [name for name in EvaluationOut.__annotations__ if name in columns]
    return (
        select(
            *[columns[name] for name in plain],
            *[columns[f"suggested_{name}"] for name in _SUGGESTED],
            employees.c.name.label("employee_name"),
            scores.unrated_reason,
            func.coalesce(scores.missing_count, 0).label("missing_count"),
            func.coalesce(scores.is_provisional, False).label("is_provisional"),
            is_me(columns.employee_id).label("is_own"),
            is_me(columns.superior_id).label("is_assessor"),
        )
        .join_from(
            found,
            employees,
            and_(employees.c.tenant_id == columns.tenant_id, employees.c.id == columns.employee_id),
        )
        .outerjoin(
            closing_scores,
            and_(
                scores.tenant_id == columns.tenant_id,
                scores.closing_id == columns.closing_id,
                scores.employee_id == columns.employee_id,
            ),
        )
    )


def _row(**columns: Any) -> EvaluationOut:  # noqa: ANN401 - columns of a row
    own, assessor = [columns.pop(flag) for flag in _FLAGS]
    suggestion = SuggestionOut(
        **{name: columns.pop(f"suggested_{name}") for name in _SUGGESTED},
        unrated_reason=columns.pop("unrated_reason"),
        missing_count=columns.pop("missing_count"),
        is_provisional=columns.pop("is_provisional"),
    )
    status = EvaluationStatus(columns["status"])
    actions = allowed_actions(status, own=own, assessor=assessor)
    return EvaluationOut(**columns, suggestion=suggestion, allowed_actions=actions)


@statement
def _evaluation(seen: Reach) -> Executable:
    return _shown(evaluations).where(
        _seen(reach=seen), evaluations.c.id == bindparam("id", type_=Uuid)
    )


@statement
def _locked(seen: Reach) -> Executable:
    columns = evaluations.c
    names = [name for name in Standing.__annotations__ if name in columns]
    return (
        select(
            *[columns[name] for name in names],
            is_me(columns.employee_id).label("is_own"),
            is_me(columns.superior_id).label("is_assessor"),
        )
        .where(_seen(reach=seen), columns.id == bindparam("id", type_=Uuid))
        .with_for_update(of=evaluations)
    )


async def get_evaluation(reading: Reading, actor: Actor, evaluation_id: UUID) -> EvaluationOut:
    """Return the evaluation; ResourceNotFound."""
    wanted = _evaluation(reach(actor, Permission.EVALUATIONS_READ))
    scope = scope_values(actor, Permission.EVALUATIONS_READ)
    row = await reading.row(wanted, _row, id=evaluation_id, **scope)
    if row is None:
        raise ResourceNotFound
    return row


async def get_evaluation_for_update(
    writing: Writing, actor: Actor, evaluation_id: UUID
) -> Standing:
    """Return what a change needs, locked to the end of the transaction; ResourceNotFound."""
    wanted = _locked(reach(actor, Permission.EVALUATIONS_READ))
    scope = scope_values(actor, Permission.EVALUATIONS_READ)
    row = await writing.row(wanted, Standing, id=evaluation_id, **scope)
    if row is None:
        raise ResourceNotFound
    return row


async def list_evaluations(
    reading: Reading, actor: Actor, params: EvaluationListParams, cursors: Cursors
) -> Page[EvaluationOut]:
    """Return one page of the evaluations the actor sees."""
    filters = params.filters()
    shape = (reach(actor, Permission.EVALUATIONS_READ), *sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(shape),
        _row,
        name="evaluations",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=shape,
        values={**filters, **scope_values(actor, Permission.EVALUATIONS_READ)},
        spread=_spread,
    )


def _spread(page: Select[Any]) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    """Look up names and suggestions of the page only, whatever the planner believes of the rest."""
    found = page.subquery("found")
    return _shown(found), [found.c.id]


def _filtered(shape: tuple[Any, ...]) -> Rows:
    columns = evaluations.c
    query = select(evaluations).where(_seen(reach=shape[0]))
    for name in ("period_id", "employee_id", "superior_id"):
        if name in shape:
            query = query.where(columns[name] == bindparam(name, type_=Uuid))
    if "status" in shape:
        query = query.where(columns.status == bindparam("status", type_=Text))
    if "below_id" in shape:
        query = query.where(
            exists().where(
                unit_closure.c.tenant_id == columns.tenant_id,
                unit_closure.c.descendant_id == columns.unit_id,
                unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid),
            )
        )
    return query
