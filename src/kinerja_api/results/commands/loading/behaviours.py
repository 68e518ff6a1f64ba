"""The file of behaviour ratings."""

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    DateTime,
    Text,
    Uuid,
    bindparam,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.base import Executable

from kinerja_api.core.db import Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    fault_select,
    given_table,
)
from kinerja_api.organisation.rules import RowFault
from kinerja_api.results.commands.loading.rows import (
    is_of_people,
    load_rows,
    people_of,
    unknown_rows,
)
from kinerja_api.results.rules import BehaviourRow
from kinerja_api.results.tables import behaviour_ratings

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))
_behaviours = given_table(
    "given_behaviours",
    Column("person_ref", Text),
    Column("period_code", Text),
    Column("value", Text),
    Column("rating", Text),
    Column("note", Text),
)


async def load_behaviours(writing: Writing, rows: Sequence[BehaviourRow]) -> list[RowFault]:
    """Rate behaviours by person, period and value."""
    records = [(*_behaviour_key(row), str(row.rating), row.note) for row in rows]
    steps = (_behaviours, _behaviour_faults(), _upsert_behaviours())
    return await load_rows(writing, rows, "behaviours", records, _behaviour_key, steps)


def _behaviour_key(row: BehaviourRow) -> tuple[str, str, str]:
    return (row.person_ref, row.period_code, str(row.value))


@statement
def _behaviour_faults() -> Executable:
    people = people_of(_behaviours)
    nobody = fault_select(_behaviours, "person_ref", "behaviour_without_superior")
    return union_all(
        unknown_rows(_behaviours, people, "person_ref", "employee_id"),
        unknown_rows(_behaviours, people, "period_code", "period_id"),
        nobody.join_from(_behaviours, people, is_of_people(_behaviours, people)).where(
            people.c.employee_id.is_not(None), people.c.superior_id.is_(None)
        ),
    )


@statement
def _upsert_behaviours() -> Executable:
    people = people_of(_behaviours)
    columns = {
        "tenant_id": _TENANT,
        "employee_id": people.c.employee_id,
        "period_id": people.c.period_id,
        "value": _behaviours.c.value,
        "rating": _behaviours.c.rating,
        "note": _behaviours.c.note,
        "rated_by_id": people.c.superior_id,
        "created_at": _NOW,
        "updated_at": _NOW,
    }
    rows = select(*columns.values()).join_from(
        _behaviours, people, is_of_people(_behaviours, people)
    )
    made = insert(behaviour_ratings).from_select(list(columns), rows)
    new, old = made.excluded, behaviour_ratings.c
    kept = ("rating", "note")
    return made.on_conflict_do_update(
        constraint="behaviour_ratings_pkey",
        set_={
            **{name: new[name] for name in (*kept, "rated_by_id", "updated_at")},
            "version": old.version + 1,
        },
        where=or_(*[old[name] != new[name] for name in kept]),
    )
