"""What a plan's targets may carry: targets of the superior, goals of the unit and those above."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    SmallInteger,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import superior_of
from kinerja_api.planning.queries.goals import select_goals_above
from kinerja_api.planning.queries.plans import LockedPlan
from kinerja_api.planning.rules import IN_FORCE
from kinerja_api.planning.tables import goals, indicators, plans, targets

_TENANT = bindparam("tenant_id", type_=Uuid)


class Links(TypedDict):
    """Today's superior, titles by id of what may be carried, and which of ``linked`` is in force.

    in_force: those of the superiors' targets asked for whose plan is in force.
    """

    superior_id: UUID | None
    targets: dict[str, str]
    goals: dict[str, str]
    in_force: list[UUID]


def targets_above(superior_id: ColumnElement[Any], year: ColumnElement[Any]) -> Any:  # noqa: ANN401 - a select's FROM parts
    """Return the targets of the superior's plans in force, what to select from, and when."""
    above = plans.alias("plan_above")
    theirs = targets.alias("target_above")
    joined = above.join(
        theirs, and_(theirs.c.tenant_id == above.c.tenant_id, theirs.c.plan_id == above.c.id)
    )
    return theirs, joined, and_(
        above.c.tenant_id == _TENANT,
        above.c.employee_id == superior_id,
        above.c.year == year,
        above.c.status.in_(IN_FORCE),
    )  # fmt: skip


@statement
def _links() -> Executable:
    year = bindparam("year", type_=SmallInteger)
    today = bindparam("today", type_=Date)
    above = select(
        superior_of(bindparam("employee_id", type_=Uuid), today).label("superior_id")
    ).cte("above")
    theirs, joined, is_theirs = targets_above(above.c.superior_id, year)
    their_targets = (
        select(_titles(theirs)).select_from(joined).where(is_theirs).correlate(above)
    ).scalar_subquery()
    our_goals = select_goals_above(_titles(goals), year).scalar_subquery()
    return select(
        above.c.superior_id,
        their_targets.label("targets"),
        our_goals.label("goals"),
        _in_force(year).label("in_force"),
    )


def _titles(table: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a table or its alias
    """Return a JSON object of the titles by id."""
    none = literal_column("'{}'::jsonb", JSONB)
    return func.coalesce(func.jsonb_object_agg(table.c.id, table.c.title), none, type_=JSONB)


def _in_force(year: ColumnElement[Any]) -> ColumnElement[Any]:
    plan, linked = plans.alias("linked_plan"), targets.alias("linked_target")
    return func.array(
        select(linked.c.id)
        .join_from(
            linked,
            plan,
            and_(plan.c.tenant_id == linked.c.tenant_id, plan.c.id == linked.c.plan_id),
        )
        .where(
            linked.c.tenant_id == _TENANT,
            linked.c.id == func.any(bindparam("linked", type_=ARRAY(Uuid))),
            plan.c.status.in_(IN_FORCE),
            plan.c.year == year,
        )
        .scalar_subquery()
    )


class _There(TypedDict):
    id: UUID


@statement
def _there() -> Executable:
    wanted = func.any(bindparam("ids", type_=ARRAY(Uuid)))
    return union_all(
        *[
            select(table.c.id).where(table.c.tenant_id == _TENANT, table.c.id == wanted)
            for table in (targets, goals)
        ]
    )


async def find_there(reading: Reading, ids: Collection[str]) -> set[str]:
    """Return which of the targets and goals have not been removed."""
    if not ids:
        return set()
    rows = await reading.rows(_there(), _There, ids=[UUID(each) for each in ids])
    return {str(row["id"]) for row in rows}


@statement
def _services() -> Executable:
    """Asked of the table that the indicator's key refers to, which lies in a domain beside."""
    (key,) = indicators.c.source_service_id.foreign_keys
    services = key.column.table
    return (
        select(services.c.id)
        .where(
            services.c.tenant_id == _TENANT,
            services.c.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
        )
        .with_for_update(read=True, key_share=True)
    )


async def find_services(writing: Writing, ids: Collection[UUID]) -> set[str]:
    """Return which of the services there are, kept to the end of the transaction."""
    rows = await writing.rows(_services(), _There, ids=list(ids))
    return {str(row["id"]) for row in rows}


async def find_links(
    reading: Reading, plan: LockedPlan, linked: Iterable[UUID] = (), *, today: date
) -> Links:
    """Return what the targets of the plan may carry today.

    linked: superiors' targets of which it is asked whether they are in force.
    """
    row = await reading.row(
        _links(),
        Links,
        employee_id=plan["employee_id"],
        unit_id=plan["unit_id"],
        year=plan["year"],
        today=today,
        linked=[UUID(str(target_id)) for target_id in linked],
    )
    return row or Links(superior_id=None, targets={}, goals={}, in_force=[])
