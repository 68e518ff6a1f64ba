"""The branches of a unit: its own people, and each unit directly below it with all under that."""

from sqlalchemy import FromClause, Uuid, bindparam, exists, literal, null, or_, select
from sqlalchemy import cast as sql_cast

from kinerja_api.core.sql import Rows
from kinerja_api.organisation.queries.scope import Reach, in_scope
from kinerja_api.organisation.tables import unit_closure, units

_TENANT = bindparam("tenant_id", type_=Uuid)
_UNIT = bindparam("unit_id", type_=Uuid)


def branches(reach: Reach) -> FromClause:
    """Return the unit and those directly below it; nothing if it is not the actor's to watch."""
    watched = units.alias("watched")
    nobody = sql_cast(null(), Uuid)
    is_watched = exists(
        select(literal(1)).where(
            watched.c.tenant_id == _TENANT,
            watched.c.id == _UNIT,
            in_scope(nobody, watched.c.id, reach=reach),
        )
    )
    found = select(
        units.c.id.label("unit_id"),
        units.c.code.label("unit_code"),
        units.c.name.label("unit_name"),
    ).where(
        units.c.tenant_id == _TENANT,
        or_(units.c.id == _UNIT, units.c.parent_id == _UNIT),
        is_watched,
    )
    return found.cte("heads").prefix_with("MATERIALIZED")


def units_of(heads: FromClause) -> Rows:
    """Select each unit of the subtree with its branch; the unit itself is one of its own people."""
    return (
        select(heads.c.unit_id.label("branch_id"), unit_closure.c.descendant_id.label("unit_id"))
        .join_from(heads, unit_closure, unit_closure.c.ancestor_id == heads.c.unit_id)
        .where(
            unit_closure.c.tenant_id == _TENANT,
            (heads.c.unit_id != _UNIT) | (unit_closure.c.depth == 0),
        )
    )
