"""The file of goals: one row per indicator; a goal without indicators has one row.

Goals are found by year and code, indicators by their numbers. What the file does not name stays.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.sql.base import Executable
from typing_extensions import TypedDict

from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.sql import statement
from kinerja_api.organisation.commands.loading.given import (
    fault_select,
    given_table,
    put_given,
    tell_loaded,
)
from kinerja_api.organisation.commands.units import lock_tree
from kinerja_api.organisation.rules import RowFault
from kinerja_api.organisation.tables import unit_closure, units
from kinerja_api.planning.commands.loading.goal_faults import own_faults, parent_faults
from kinerja_api.planning.errors import GoalParentUnsuitable
from kinerja_api.planning.rules import GoalRow
from kinerja_api.planning.tables import goal_indicators, goals

_TENANT = bindparam("tenant_id", type_=Uuid)
_NUMBER = Numeric(14, 2)
_ROW = {
    "year": Integer, "code": Text, "unit_code": Text, "parent_code": Text, "title": Text,
    "perspective": Text, "indicator_no": Integer, "indicator_title": Text, "unit": Text,
    "direction": Text, "low": _NUMBER, "high": _NUMBER,
}  # fmt: skip
_given = given_table(
    "given_goals",
    Column("parent_id", Uuid),
    *[Column(name, kind) for name, kind in _ROW.items()],
    Column("unit_id", Uuid),
    Column("parent_unit_id", Uuid),
)


class _Known(TypedDict):
    id: UUID
    year: int
    code: str
    parent_code: str | None


class _Changed(TypedDict):
    goal_id: UUID


async def load_goals(writing: Writing, rows: Sequence[GoalRow]) -> list[RowFault]:
    """Create and change goals with their indicators; return what is wrong, nothing changed then."""
    await writing.value(lock_tree())
    years = sorted({row.year for row in rows})
    known = await writing.rows(_known_goals(), _Known, years=years)
    parents = {(goal["year"], goal["code"]): goal["parent_code"] for goal in known}
    faults = own_faults(rows) or list(parent_faults(rows, parents))
    if faults:
        return sorted(faults, key=lambda fault: fault.line)
    ids = {(row.year, row.code): new_id() for row in rows}
    ids |= {(goal["year"], goal["code"]): goal["id"] for goal in known}
    records = [tuple(getattr(row, name) for name in _ROW) for row in rows]
    given = (
        (row.line, ids[row.year, row.code], ids.get((row.year, row.parent_code or "")), *record)
        for row, record in zip(rows, records, strict=True)
    )
    await put_given(writing, _given, ((*values, None, None) for values in given))
    await writing.execute(_find_units())
    await writing.execute(_find_parent_units(), years=years)
    faults = await writing.rows(_unit_faults(), RowFault)
    if not faults:
        tell_loaded(writing, "goals", records, changed=await _write_given(writing))
    return faults


async def _write_given(writing: Writing) -> int:
    """Write all rows; return how many goals changed."""
    now = clock.now()
    marked = await writing.rows(_upsert_goals(), _Changed, now=now)
    filled = await writing.rows(_upsert_indicators(), _Changed)
    fresh, changed = ({row["goal_id"] for row in found} for found in (marked, filled))
    await writing.execute(_touch_goals(), goal_ids=list(changed - fresh), now=now)
    return len(fresh | changed)


@statement
def _known_goals() -> Executable:
    parent = goals.alias("parent")
    of_same = and_(parent.c.tenant_id == goals.c.tenant_id, parent.c.id == goals.c.parent_goal_id)
    return (
        select(goals.c.id, goals.c.year, goals.c.code, parent.c.code.label("parent_code"))
        .outerjoin_from(goals, parent, of_same)
        .where(
            goals.c.tenant_id == _TENANT,
            goals.c.year == func.any(bindparam("years", type_=ARRAY(Integer))),
        )
    )


@statement
def _find_units() -> Executable:
    return (
        update(_given)
        .where(units.c.tenant_id == _TENANT, units.c.code == _given.c.unit_code)
        .values(unit_id=units.c.id)
    )


@statement
def _find_parent_units() -> Executable:
    """The unit of a goal that is there counts before the one in the file: it never changes."""
    first, second = (literal_column(number, Integer).label("rank") for number in "12")
    known = select(goals.c.id, goals.c.unit_id, first).where(
        goals.c.tenant_id == _TENANT,
        goals.c.year == func.any(bindparam("years", type_=ARRAY(Integer))),
    )
    both = union_all(known, select(_given.c.id, _given.c.unit_id, second)).subquery("both")
    found = (
        select(both.c.id, both.c.unit_id)
        .ext(distinct_on(both.c.id))
        .order_by(both.c.id, both.c.rank)
        .subquery("found")
    )
    return (
        update(_given)
        .where(found.c.id == _given.c.parent_id)
        .values(parent_unit_id=found.c.unit_id)
    )


@statement
def _unit_faults() -> Executable:
    kept = and_(goals.c.tenant_id == _TENANT, goals.c.id == _given.c.id)
    is_above = exists().where(
        unit_closure.c.tenant_id == _TENANT,
        unit_closure.c.ancestor_id == _given.c.parent_unit_id,
        unit_closure.c.descendant_id == _given.c.unit_id,
    )
    has_unit = _given.c.unit_id.is_not(None)
    found = union_all(
        fault_select(_given, "unit_code", "unknown_reference").where(~has_unit),
        fault_select(_given, "unit_code", "goal_unit_fixed").where(
            has_unit, exists().where(kept, goals.c.unit_id != _given.c.unit_id)
        ),
        fault_select(_given, "parent_code", GoalParentUnsuitable.code).where(
            has_unit, _given.c.parent_unit_id.is_not(None), ~is_above
        ),
    ).subquery()
    return select(found).order_by(found.c.line)


@statement
def _upsert_goals() -> Executable:
    now = bindparam("now", type_=DateTime(timezone=True))
    columns: dict[str, Any] = {
        "id": _given.c.id,
        "parent_goal_id": _given.c.parent_id,
        **{name: _given.c[name] for name in ("unit_id", "year", "code", "title", "perspective")},
        "created_at": now,
        "updated_at": now,
    }
    made = insert(goals).from_select(
        ["tenant_id", *columns],
        select(_TENANT, *columns.values()).ext(distinct_on(_given.c.id)).order_by(_given.c.id),
    )
    changing = ("title", "perspective", "parent_goal_id")
    new = made.excluded
    return made.on_conflict_do_update(
        index_elements=["tenant_id", "id"],
        set_={
            **{name: new[name] for name in changing},
            "updated_at": new.updated_at,
            "version": goals.c.version + 1,
        },
        where=tuple_(*[goals.c[name] for name in changing]).is_distinct_from(
            tuple_(*[new[name] for name in changing])
        ),
    ).returning(goals.c.id.label("goal_id"))


@statement
def _upsert_indicators() -> Executable:
    columns: dict[str, Any] = {
        "goal_id": _given.c.id,
        "number": _given.c.indicator_no,
        "title": _given.c.indicator_title,
        **{name: _given.c[name] for name in ("unit", "direction", "low", "high")},
    }
    made = insert(goal_indicators).from_select(
        ["tenant_id", *columns],
        select(_TENANT, *columns.values()).where(_given.c.indicator_no.is_not(None)),
    )
    changing = ("title", "unit", "direction", "low", "high")
    return made.on_conflict_do_update(
        index_elements=["tenant_id", "goal_id", "number"],
        set_={name: made.excluded[name] for name in changing},
        where=tuple_(*[goal_indicators.c[name] for name in changing]).is_distinct_from(
            tuple_(*[made.excluded[name] for name in changing])
        ),
    ).returning(goal_indicators.c.goal_id)


@statement
def _touch_goals() -> Executable:
    return (
        update(goals)
        .where(
            goals.c.tenant_id == _TENANT,
            goals.c.id == func.any(bindparam("goal_ids", type_=ARRAY(Uuid))),
        )
        .values(
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=goals.c.version + 1,
        )
    )
