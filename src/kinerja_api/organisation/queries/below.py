"""A unit with everything below it, for conditions and for lists that read unit by unit."""

from typing import Any

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core.sql import Rows
from kinerja_api.organisation.tables import unit_closure


def _below(is_above: ColumnElement[bool]) -> Rows:
    return select(unit_closure.c.descendant_id.label("unit_id")).where(
        unit_closure.c.tenant_id == bindparam("tenant_id", type_=Uuid), is_above
    )


UNITS_BELOW = _below(unit_closure.c.ancestor_id == bindparam("below_id", type_=Uuid)).subquery(
    "units_below"
)
"""The units whose rows a page with ``below_id`` takes; its select correlates to it."""

UNITS_BELOW_ANY = (
    _below(unit_closure.c.ancestor_id == func.any(bindparam("below_ids", type_=ARRAY(Uuid))))
    .distinct()
    .subquery("units_below")
)
"""The same for several units, ``below_ids``, which may lie below each other."""


def is_below(unit_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that the unit is ``:unit_id`` or below it."""
    return unit_id.in_(_below(unit_closure.c.ancestor_id == bindparam("unit_id", type_=Uuid)))
