"""Reads of objections."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import FromClause, Text, Uuid, and_, bindparam, or_, select
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.evaluations.policies import objection_actions
from kinerja_api.evaluations.queries.lists import narrow, spread_over
from kinerja_api.evaluations.queries.names import name_of, period_code_of, unit_name_of
from kinerja_api.evaluations.queries.seen import (
    TODAY,
    View,
    decides,
    decides_as_official,
    decides_set,
    is_open,
    rule_set_of,
    sees_objection,
    view_of,
    view_values,
)
from kinerja_api.evaluations.rules import ObjectionStatus
from kinerja_api.evaluations.schemas.objections import (
    ObjectionListParams,
    ObjectionOut,
    ObjectionSort,
)
from kinerja_api.evaluations.tables import objections
from kinerja_api.organisation.queries.below import UNITS_BELOW_ANY
from kinerja_api.organisation.queries.scope import is_me

_ME = bindparam("scope_me", type_=Uuid)
_SORTS = {
    ObjectionSort.NEWEST: Sort((("id", objections.c.id),), descending=True),
    ObjectionSort.OLDEST: Sort((("id", objections.c.id),)),
}

_PEOPLE = frozenset({"employee_id", "waits_for_me"})


class OpenObjection(TypedDict):
    """What a change needs to know of an objection."""

    id: UUID
    evaluation_id: UUID
    employee_id: UUID
    unit_id: UUID
    assessor_id: UUID
    status: str
    due_on: dt.date
    old_work_rating: str
    old_behaviour_rating: str
    version: int
    rule_set: str
    own: bool
    assessor: bool
    decider: bool
    as_official: bool


def _flags(found: FromClause, view: View) -> list[ColumnElement[Any]]:
    return [
        is_me(found.c.employee_id).label("own"),
        is_me(found.c.assessor_id).label("assessor"),
        decides(view, found).label("decider"),
    ]


def _shown(found: FromClause, view: View) -> list[ColumnElement[Any]]:
    columns = found.c
    named: dict[str, ColumnElement[Any]] = {
        "period_code": period_code_of(columns.period_id),
        "employee_name": name_of(columns.employee_id),
        "unit_name": unit_name_of(columns.unit_id),
        "assessor_name": name_of(columns.assessor_id),
        "decided_by_name": name_of(columns.decided_by_id),
    }
    plain = [columns[name] for name in ObjectionOut.__annotations__ if name in columns]
    return [
        *plain,
        *[column.label(name) for name, column in named.items()],
        *_flags(found, view),
    ]


def _row(*, own: bool, assessor: bool, decider: bool, **columns: Any) -> ObjectionOut:  # noqa: ANN401 - columns of a row
    status = ObjectionStatus(columns["status"])
    actions = objection_actions(status, own=own, assessor=assessor, decider=decider)
    return ObjectionOut(**columns, allowed_actions=actions)


@statement
def _objection(view: View) -> Executable:
    return select(*_shown(objections, view)).where(
        sees_objection(view), objections.c.id == bindparam("id", type_=Uuid)
    )


@statement
def _locked(view: View) -> Executable:
    columns = objections.c
    plain = [columns[name] for name in OpenObjection.__annotations__ if name in columns]
    return (
        select(
            *plain,
            rule_set_of(columns.evaluation_id).label("rule_set"),
            *_flags(objections, view),
            decides_as_official().label("as_official"),
        )
        .where(sees_objection(view), columns.id == bindparam("id", type_=Uuid))
        .with_for_update(of=objections)
    )


async def get_objection(reading: Reading, actor: Actor, objection_id: UUID) -> ObjectionOut:
    """Return the objection; ResourceNotFound."""
    wanted = _objection(view_of(actor))
    row = await reading.row(wanted, _row, id=objection_id, **view_values(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def get_objection_for_update(
    writing: Writing, actor: Actor, objection_id: UUID
) -> OpenObjection:
    """Return what a change needs, locked to the end of the transaction; ResourceNotFound."""
    wanted = _locked(view_of(actor))
    row = await writing.row(wanted, OpenObjection, id=objection_id, **view_values(actor))
    if row is None:
        raise ResourceNotFound
    return row


async def list_objections(
    reading: Reading, actor: Actor, params: ObjectionListParams, cursors: Cursors
) -> Page[ObjectionOut]:
    """Return one page of the objections the actor sees.

    Without a person or unit: by, against and for himself, or of the units granted.
    """
    filters = params.filters()
    narrow(actor, filters, people=_PEOPLE)
    view, shape = view_of(actor), tuple(sorted(filters))
    return await fetch_page(
        reading,
        lambda: _filtered(view, shape),
        _row,
        name="objections",
        params=params,
        sort=_SORTS[params.sort],
        cursors=cursors,
        shape_key=(view, shape),
        values={**filters, **view_values(actor)},
        spread=spread_over(lambda found: _shown(found, view), grouped="below_ids" in filters),
    )


def _filtered(view: View, shape: tuple[str, ...]) -> Rows:
    columns = objections.c
    query = select(objections).where(sees_objection(view))
    if "below_ids" in shape:
        query = query.where(columns.unit_id == UNITS_BELOW_ANY.c.unit_id).correlate(UNITS_BELOW_ANY)
    for name in ("period_id", "employee_id"):
        if name in shape:
            query = query.where(columns[name] == bindparam(name, type_=Uuid))
    if "status" in shape:
        query = query.where(columns.status == bindparam("status", type_=Text))
    mine_to_decide = and_(is_open(objections), decides_set(view))
    if "overdue" in shape:
        query = query.where(is_open(objections), columns.due_on < TODAY)
    if "waits_for_me" in shape:
        to_answer = and_(columns.assessor_id == _ME, columns.status == ObjectionStatus.FILED)
        query = query.where(or_(to_answer, mine_to_decide))
    if "mine" in shape:
        people = (columns.employee_id, columns.assessor_id, columns.decided_by_id)
        query = query.where(or_(*[person == _ME for person in people], mine_to_decide))
    return query
