"""Rating behaviours: by the superior of today, at any time while the period is open."""

from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, column, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.seen import see_employee
from kinerja_api.planning.commands.periods import hold_open_period
from kinerja_api.planning.errors import NotSuperior
from kinerja_api.results.queries.behaviours import get_behaviours, list_ratings_for_update
from kinerja_api.results.schemas import BehavioursIn, BehavioursOut
from kinerja_api.results.tables import behaviour_ratings


async def rate_behaviours(
    writing: Writing, actor: Actor, employee_id: UUID, period_id: UUID, behaviours: BehavioursIn
) -> BehavioursOut:
    """Set the ratings of the values named; the others stay. NotSuperior, PeriodClosed."""
    seen = await see_employee(writing, actor, employee_id, Permission.BEHAVIOURS_RATE)
    if not seen.is_superior:
        raise NotSuperior
    try:
        await hold_open_period(writing, period_id)
    except UnknownReference as error:
        raise ResourceNotFound from error
    old = await list_ratings_for_update(writing, employee_id, period_id)
    changed = await writing.execute(
        _rate(),
        employee_id=employee_id,
        period_id=period_id,
        rated_by_id=actor.employee_id,
        now=clock.now(),
        values=[each.value for each in behaviours.ratings],
        ratings=[each.rating for each in behaviours.ratings],
        notes=[each.note for each in behaviours.ratings],
    )
    if changed:
        named = {str(each.value): str(each.rating) for each in behaviours.ratings}
        before = {row["value"]: row["rating"] for row in old if row["value"] in named}
        subject = ("employee", employee_id)
        after = {"period_id": period_id, **named}
        writing.record("behaviours.rated", subject, before=before, after=after)
        writing.emit("behaviours.rated", subject, period_id=str(period_id))
    return await get_behaviours(writing, actor, employee_id, period_id)


@statement
def _rate() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    lists = {"value": "values", "rating": "ratings", "note": "notes"}
    rows = (
        func.unnest(*[bindparam(name, type_=ARRAY(Text)) for name in lists.values()])
        .table_valued(*[column(name, Text) for name in lists])
        .render_derived(name="rated")
    )
    columns = {
        "tenant_id": bindparam("tenant_id", type_=Uuid),
        "employee_id": bindparam("employee_id", type_=Uuid),
        "period_id": bindparam("period_id", type_=Uuid),
        "rated_by_id": bindparam("rated_by_id", type_=Uuid),
        "created_at": now,
        "updated_at": now,
        **{name: rows.c[name] for name in lists},
    }
    made = insert(behaviour_ratings).from_select(list(columns), select(*columns.values()))
    new, old = made.excluded, behaviour_ratings.c
    return made.on_conflict_do_update(
        constraint="behaviour_ratings_pkey",
        set_={
            "rating": new.rating,
            "note": new.note,
            "rated_by_id": new.rated_by_id,
            "updated_at": now,
            "version": old.version + 1,
        },
        where=or_(
            old.rating != new.rating, old.note != new.note, old.rated_by_id != new.rated_by_id
        ),
    )
