"""What the lists of evaluations and of objections share."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import FromClause, Select, select, true
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core.listing import Spread
from kinerja_api.organisation.queries.below import UNITS_BELOW_ANY


def narrow(actor: Actor, filters: dict[str, object], *, people: frozenset[str]) -> None:
    """Say of which units or people a list is that names none, so that an index finds them.

    ``below_ids``: of those units and all below; ``mine``: what concerns the actor himself.
    people: filters that name people already.
    """
    if "below_id" in filters:
        filters["below_ids"] = [filters.pop("below_id")]
    elif filters.keys() & people or actor.has_tenant_reach(Permission.EVALUATIONS_READ):
        return
    elif actor.employee_id is None:
        filters["below_ids"] = actor.granted_units(Permission.EVALUATIONS_READ)
    else:
        filters["mine"] = True


def spread_over(
    shown: Callable[[FromClause], list[ColumnElement[Any]]], *, grouped: bool
) -> Spread:
    """Take the first rows of each unit, if grouped; look up the rest for the page only.

    shown: the columns that go out, of the rows found.
    """

    def spread(page: Select[Any]) -> tuple[Select[Any], list[ColumnElement[Any]]]:
        found = page.lateral("found") if grouped else page.subquery("found")
        rows = UNITS_BELOW_ANY.join(found, true()) if grouped else found
        return select(*shown(found)).select_from(rows), [found.c.id]

    return spread
