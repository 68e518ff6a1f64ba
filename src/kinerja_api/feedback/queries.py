"""Reads of notes: by the person they are for, and by those who lead him today."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Date,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.dated import holds_on
from kinerja_api.core.db import Reading
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import Rows, statement
from kinerja_api.feedback.errors import NotesBetweenLeaderAndPerson
from kinerja_api.feedback.rules import NoteSubject
from kinerja_api.feedback.schemas import NoteListParams, NoteOut
from kinerja_api.notices.rules import NOTE
from kinerja_api.notices.tables import notices
from kinerja_api.organisation.queries.leading import is_my_leading
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    reach,
    scope_values,
)
from kinerja_api.organisation.tables import employees, placements
from kinerja_api.planning.tables import plans, targets
from kinerja_api.results.tables import indicator_results

_TENANT = bindparam("tenant_id", type_=Uuid)
_PERSON = bindparam("employee_id", type_=Uuid)
_TODAY = bindparam("scope_today", type_=Date)
_NEWEST = Sort((("id", notices.c.id),), descending=True)


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """What a person is to the actor, and whether the subject of a note is there."""

    is_own: bool
    is_leader: bool
    has_subject: bool
    my_name: str | None


async def see_person(
    reading: Reading,
    actor: Actor,
    employee_id: UUID,
    subject: NoteSubject,
    subject_id: UUID | None,
) -> SeenPerson:
    """Return what the person is to the actor; ResourceNotFound outside his scope.

    A subject is there if it is the person's and the actor sees it.
    """
    permission = Permission.NOTES_READ
    seen = await reading.row(
        _person(subject=subject, reach=reach(actor, permission)),
        SeenPerson,
        employee_id=employee_id,
        subject_id=subject_id,
        **scope_values(actor, permission),
    )
    if seen is None:
        raise ResourceNotFound
    return seen


async def list_notes(
    reading: Reading, actor: Actor, employee_id: UUID, params: NoteListParams, cursors: Cursors
) -> Page[NoteOut]:
    """Return one page of a person's notes; ResourceNotFound, NotesBetweenLeaderAndPerson."""
    page = await fetch_page(
        reading,
        lambda: _notes(of_subject=params.subject_id is not None),
        NoteOut,
        name="notes",
        params=params,
        sort=_NEWEST,
        cursors=cursors,
        shape_key=(params.subject_id is not None,),
        values={
            **params.filters(),
            "employee_id": employee_id,
            **scope_values(actor, Permission.NOTES_READ),
        },
    )
    if not page["items"]:
        seen = await see_person(reading, actor, employee_id, NoteSubject.NONE, None)
        if not (seen.is_own or seen.is_leader):
            raise NotesBetweenLeaderAndPerson
    return page


@statement
def _person(*, subject: NoteSubject, reach: Reach) -> Executable:
    """One row for each placement of today; the first is one through which the actor leads."""
    placed = and_(
        placements.c.tenant_id == employees.c.tenant_id,
        placements.c.employee_id == employees.c.id,
        holds_on(placements, _TODAY),
    )
    myself = employees.alias("myself")
    my_name = select(myself.c.name).where(
        myself.c.tenant_id == _TENANT, myself.c.id == bindparam("scope_me", type_=Uuid)
    )
    is_leader = func.coalesce(is_my_leading(employees.c.id, placements.c.unit_id), False)
    return (
        select(
            is_me(employees.c.id).label("is_own"),
            is_leader.label("is_leader"),
            _has_subject(subject, reach).label("has_subject"),
            my_name.scalar_subquery().label("my_name"),
        )
        .outerjoin_from(employees, placements, placed)
        .where(
            employees.c.tenant_id == _TENANT,
            employees.c.id == _PERSON,
            in_scope(employees.c.id, placements.c.unit_id, reach=reach),
        )
        .order_by(is_leader.desc())
        .limit(1)
    )


def _has_subject(subject: NoteSubject, reach: Reach) -> ColumnElement[bool]:
    tables = {
        NoteSubject.LOG: activity_logs,
        NoteSubject.RESULT: indicator_results,
        NoteSubject.PLAN: plans,
        NoteSubject.TARGET: plans,
    }
    if subject == NoteSubject.NONE:
        return true()
    table, wanted = tables[subject], bindparam("subject_id", type_=Uuid)
    named: ColumnElement[bool] = table.c.id == wanted
    if subject == NoteSubject.TARGET:
        of_target = select(targets.c.plan_id).where(
            targets.c.tenant_id == _TENANT, targets.c.id == wanted
        )
        named = table.c.id == of_target.scalar_subquery()
    return exists().where(
        table.c.tenant_id == _TENANT,
        table.c.employee_id == _PERSON,
        named,
        in_scope(table.c.employee_id, table.c.unit_id, reach=reach),
    )


def _notes(*, of_subject: bool) -> Rows:
    leads = exists().where(
        placements.c.tenant_id == _TENANT,
        placements.c.employee_id == _PERSON,
        holds_on(placements, _TODAY),
        is_my_leading(placements.c.employee_id, placements.c.unit_id),
    )
    of_sender = and_(
        employees.c.tenant_id == notices.c.tenant_id, employees.c.id == notices.c.from_id
    )
    query: Rows = (
        select(
            notices.c.id,
            notices.c.employee_id,
            notices.c.subject_type,
            notices.c.subject_id,
            notices.c.from_id,
            employees.c.name.label("from_name"),
            notices.c.note.label("text"),
            notices.c.created_at,
            notices.c.read_at,
        )
        .join_from(notices, employees, of_sender)
        .where(
            notices.c.tenant_id == _TENANT,
            notices.c.employee_id == _PERSON,
            notices.c.kind == literal(NOTE, Text, literal_execute=True),
            or_(is_me(_PERSON), leads),
        )
    )
    if of_subject:
        query = query.where(notices.c.subject_id == bindparam("subject_id", type_=Uuid))
    return query
