"""Reads of daily logs."""

import datetime as dt
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    FromClause,
    Select,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    true,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from typing_extensions import TypedDict

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.activities.policies import log_actions
from kinerja_api.activities.rules import CLOCK, LogStatus, Span
from kinerja_api.activities.schemas.logs import LogListParams, LogOut, LogSort
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core.db import Reading, Writing
from kinerja_api.core.listing import Cursors, Sort, fetch_page
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.schemas import Page
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.below import UNITS_BELOW_ANY
from kinerja_api.organisation.queries.scope import (
    Reach,
    in_scope,
    is_me,
    is_my_subordinate,
    reach,
    scope_values,
)
from kinerja_api.organisation.queries.subordinates import is_led
from kinerja_api.organisation.rules import MOST_DAYS_AHEAD
from kinerja_api.organisation.tables import employees, units
from kinerja_api.planning.tables import targets

WAITING_DAYS = dt.timedelta(days=92)
"""How far back the logs go that wait for a superior; bounds the years that are searched."""

logs = activity_logs.c
_TENANT = bindparam("tenant_id", type_=Uuid)

_SORTS = {
    sort: Sort((("work_date", logs.work_date), ("id", logs.id)), descending=sort.startswith("-"))
    for sort in LogSort
}


class LogState(TypedDict):
    """A log as commands see it, with what the caller is to it."""

    id: UUID
    employee_id: UUID
    unit_id: UUID
    work_date: dt.date
    starts_minute: int
    ends_minute: int
    description: str
    target_id: UUID | None
    indicator_id: UUID | None
    volume: Decimal | None
    volume_unit: str | None
    progress_percent: Decimal | None
    late_reason: str | None
    status: str
    submitted_at: dt.datetime | None
    decided_at: dt.datetime | None
    version: int
    is_own: bool
    is_superior: bool


def span_of_log(log: LogState) -> Span:
    """Return the times of the log."""
    return Span(log["starts_minute"], log["ends_minute"])


def _shown(table: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of ``LogOut`` in its order; times still in minutes.

    Ids come as the texts they are on the wire: the driver's own id type is four times as slow
    to write, and a page has hundreds of them.
    """
    own: dict[str, ColumnElement[Any]] = {
        "starts_at": table.c.starts_minute,
        "ends_at": table.c.ends_minute,
        "minutes": table.c.ends_minute - table.c.starts_minute,
        "employee_name": _of(employees, employees.c.name, table.c.employee_id),
        "unit_name": _of(units, units.c.name, table.c.unit_id),
        "target_title": _of(targets, targets.c.title, table.c.target_id),
    }
    columns = {
        name: own[name] if name in own else _as_sent(table.c[name])
        for name in LogOut.__annotations__
        if name in own or name in table.c
    }
    return [*[column.label(name) for name, column in columns.items()], *_flags(table)]


def _of(table: Table, column: ColumnElement[Any], row_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column of the row that a log names, looked up for the rows of the page only."""
    named = select(column).where(table.c.tenant_id == _TENANT, table.c.id == row_id)
    return named.scalar_subquery()


def _as_sent(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast_to(column, Text) if isinstance(column.type, Uuid) else column


def _flags(table: FromClause) -> list[ColumnElement[Any]]:
    return [
        is_me(table.c.employee_id).label("is_own"),
        is_my_subordinate(table.c.employee_id).label("is_superior"),
    ]


def log_out(**row: Any) -> LogOut:  # noqa: ANN401 - the columns of a row
    """Return a row as ``LogOut``; it is changed in place, for lists are long."""
    row["starts_at"] = CLOCK[row["starts_at"]]
    row["ends_at"] = CLOCK[row["ends_at"]]
    row["allowed_actions"] = log_actions(
        row["status"], own=row.pop("is_own"), superior=row.pop("is_superior")
    )
    return cast("LogOut", row)


def visible_logs(columns: list[ColumnElement[Any]], reach: Reach) -> Select[Any]:
    """Select the logs that the actor may see."""
    return select(*columns).where(
        logs.tenant_id == _TENANT, in_scope(logs.employee_id, logs.unit_id, reach=reach)
    )


@statement
def _log(*, reach: Reach) -> Executable:
    return visible_logs(_shown(activity_logs), reach).where(logs.id == bindparam("id", type_=Uuid))


async def get_log(reading: Reading, actor: Actor, log_id: UUID) -> LogOut:
    """Return the log; ResourceNotFound."""
    wanted = _log(reach=reach(actor, Permission.LOGS_READ))
    row = await reading.row(wanted, log_out, id=log_id, **scope_values(actor, Permission.LOGS_READ))
    if row is None:
        raise ResourceNotFound
    return row


@statement
def _states(*, reach: Reach, lock: bool) -> Executable:
    names = [name for name in LogState.__annotations__ if name in activity_logs.c]
    columns = [*[activity_logs.c[name] for name in names], *_flags(activity_logs)]
    ids = bindparam("ids", type_=ARRAY(Uuid))
    query = visible_logs(columns, reach).where(logs.id == func.any(ids)).order_by(logs.id)
    return query.with_for_update(of=activity_logs) if lock else query


async def list_log_states(
    writing: Writing, actor: Actor, log_ids: list[UUID], *, lock: bool
) -> list[LogState]:
    """Return those of the logs that the actor sees, in id order, locked if asked."""
    wanted = _states(reach=reach(actor, Permission.LOGS_READ), lock=lock)
    values = scope_values(actor, Permission.LOGS_READ)
    return await writing.rows(wanted, LogState, ids=log_ids, **values)


async def list_logs(
    reading: Reading, actor: Actor, params: LogListParams, cursors: Cursors
) -> Page[LogOut]:
    """Return one page of logs.

    Without a person or unit: what waits for the caller, his own, or of all units granted to him.
    """
    filters = params.filters()
    groups = _groups(actor, filters)
    shape = tuple(sorted(filters))
    scope = reach(actor, Permission.LOGS_READ)
    sort = _SORTS[params.sort]
    filters.setdefault("work_date_to", actor.today + dt.timedelta(days=MOST_DAYS_AHEAD))
    filters.setdefault("work_date_from", actor.today - WAITING_DAYS)
    build = lambda: _filtered(shape, scope, params.status, grouped=groups is not None)  # noqa: E731
    return await fetch_page(
        reading,
        build,
        log_out,
        name="logs",
        params=params,
        sort=sort,
        cursors=cursors,
        shape_key=(*shape, scope, groups, params.status),
        values={**filters, **scope_values(actor, Permission.LOGS_READ)},
        spread=None if groups is None else lambda page: _spread(page, everywhere=groups == "all"),
    )


def _groups(actor: Actor, filters: dict[str, object]) -> str | None:
    """Return over which units the list runs: all, those below some, or (None) none; fill in."""
    if "below_id" in filters:
        filters["below_ids"] = [filters.pop("below_id")]
        return "below"
    if "employee_id" in filters or "unit_id" in filters or "waits_for_me" in filters:
        return None
    if actor.has_tenant_reach(Permission.LOGS_READ):
        return "all"
    if actor.employee_id is not None:
        filters["employee_id"] = actor.employee_id
        return None
    filters["below_ids"] = actor.granted_units(Permission.LOGS_READ)
    return "below"


_UNITS = (
    select(units.c.id.label("unit_id")).where(units.c.tenant_id == _TENANT).subquery("all_units")
)


def _filtered(
    shape: tuple[str, ...], scope: Reach, status: LogStatus | None, *, grouped: bool
) -> Select[Any]:
    columns = [activity_logs] if grouped else _shown(activity_logs)
    query = visible_logs(cast("list[ColumnElement[Any]]", columns), scope).where(
        logs.work_date <= bindparam("work_date_to", type_=Date)
    )
    if grouped:
        unit = UNITS_BELOW_ANY if "below_ids" in shape else _UNITS
        query = query.where(logs.unit_id == unit.c.unit_id).correlate(unit)
    if "work_date_from" in shape or "waits_for_me" in shape:
        query = query.where(logs.work_date >= bindparam("work_date_from", type_=Date))
    if "updated_since" in shape:
        since = bindparam("updated_since", type_=DateTime(timezone=True))
        query = query.where(logs.updated_at >= since)
    if "waits_for_me" in shape:
        query = query.where(
            has_status(activity_logs, LogStatus.SUBMITTED), is_led(logs.employee_id)
        )
    if status is not None:
        query = query.where(has_status(activity_logs, status))
    for name in ("employee_id", "unit_id", "target_id"):
        if name in shape:
            query = query.where(logs[name] == bindparam(name, type_=Uuid))
    return query


def has_status(table: FromClause, status: LogStatus) -> ColumnElement[bool]:
    """Return the condition on a log's status, written into the text: a partial index needs it."""
    return table.c.status == literal(status, Text, literal_execute=True)


def _spread(page: Select[Any], *, everywhere: bool) -> tuple[Select[Any], list[ColumnElement[Any]]]:
    """Take the newest rows of each unit; what the caller is to them is looked up at the end."""
    unit = _UNITS if everywhere else UNITS_BELOW_ANY
    found = page.lateral("found")
    newest = select(*_shown(found)).select_from(unit.join(found, true()))
    return newest, [found.c.work_date, found.c.id]


def count_minutes(status: str) -> bool:
    """Return whether a log of this status takes its time of the day."""
    return status != LogStatus.RETURNED
