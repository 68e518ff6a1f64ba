"""Changes of one own log: editing, deleting, submitting."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Numeric,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    delete,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.facts import check_links
from kinerja_api.activities.commands.ledgers import (
    keys_of,
    lock_days,
    read_days,
    read_limits,
    rebuild_days,
)
from kinerja_api.activities.commands.logs import check_parts
from kinerja_api.activities.commands.months import delete_logs, update_logs
from kinerja_api.activities.policies import require_log_right
from kinerja_api.activities.queries.logs import (
    LogState,
    count_minutes,
    get_log,
    list_log_states,
    span_of_log,
)
from kinerja_api.activities.rules import (
    CLOCK,
    LogEvent,
    LogStatus,
    Span,
    check_entry,
    minute_of,
    next_log_status,
    span_of,
)
from kinerja_api.activities.schemas.logs import LogOut, LogPatch
from kinerja_api.activities.tables import activity_logs, evidence
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.core.types import HUNDREDTH
from kinerja_api.organisation.queries.outages import windows_on
from kinerja_api.planning.commands.periods import hold_open

_TENANT = bindparam("tenant_id", type_=Uuid)
_NOW = bindparam("now", type_=DateTime(timezone=True))


async def change_log(
    writing: Writing, actor: Actor, log_id: UUID, patch: LogPatch, *, expected: int | None
) -> LogOut:
    """Change a draft or returned log within the window; the day's time moves with it."""
    log = await hold_log(writing, actor, log_id, LogEvent.EDIT)
    check_version(log["version"], expected)
    before = _content(log)
    after = _patched(before, patch)
    if after == before:
        return await get_log(writing, actor, log_id)
    await _check_window(writing, actor, log, cast("str | None", after["late_reason"]))
    await _check_content(writing, log, before, after)
    span = Span(cast("int", after["starts_minute"]), cast("int", after["ends_minute"]))
    if span != span_of_log(log) and count_minutes(log["status"]):
        await _take(writing, log, span)
    await writing.execute(
        _update_content(), id=log_id, work_date=log["work_date"], now=clock.now(), **after
    )
    if span != span_of_log(log) and count_minutes(log["status"]):
        await _rebuild(writing, log, span)
    changed = [name for name in after if after[name] != before[name]]
    writing.record(
        "log.changed",
        ("log", log_id),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    writing.emit("log.changed", ("log", log_id), version=log["version"] + 1)
    return await get_log(writing, actor, log_id)


async def submit_log(
    writing: Writing, actor: Actor, log_id: UUID, *, expected: int | None
) -> LogOut:
    """Submit a draft or returned log within the window.

    A returned one takes its time again, if it is still free.
    """
    log = await hold_log(writing, actor, log_id, LogEvent.SUBMIT)
    check_version(log["version"], expected)
    await _check_window(writing, actor, log, log["late_reason"])
    status = next_log_status(LogStatus(log["status"]), LogEvent.SUBMIT)
    takes = not count_minutes(log["status"])
    if takes:
        await _take(writing, log, span_of_log(log))
    await writing.execute(
        _update_status(), id=log_id, work_date=log["work_date"], status=status, now=clock.now()
    )
    if takes:
        await _rebuild(writing, log, span_of_log(log))
    before, after = {"status": log["status"]}, {"status": status}
    writing.record("log.submitted", ("log", log_id), before=before, after=after)
    writing.emit(
        "log.submitted",
        ("log", log_id),
        version=log["version"] + 1,
        employee_id=log["employee_id"],
        work_date=log["work_date"],
    )
    return await get_log(writing, actor, log_id)


async def delete_log(writing: Writing, actor: Actor, log_id: UUID, *, expected: int | None) -> None:
    """Remove a draft with the mention of its files."""
    log = await hold_log(writing, actor, log_id, LogEvent.DELETE)
    check_version(log["version"], expected)
    keys = keys_of(log["employee_id"], span_of_log(log).parts(log["work_date"]))
    await lock_days(writing, keys)
    await writing.execute(_delete_evidence(), id=log_id)
    await writing.execute(_delete_log(), id=log_id, work_date=log["work_date"])
    await rebuild_days(writing, keys)
    writing.record("log.deleted", ("log", log_id), before=_content(log))
    writing.emit("log.deleted", ("log", log_id), version=log["version"] + 1)


async def hold_log(writing: Writing, actor: Actor, log_id: UUID, event: LogEvent) -> LogState:
    """Return the log, locked, its periods held open, if the caller may cause the event now.

    ResourceNotFound, NotOwnLog, NotSuperior, PeriodClosed, TransitionRefused.
    """
    seen = await list_log_states(writing, actor, [log_id], lock=False)
    if not seen:
        raise ResourceNotFound
    require_log_right(event, own=seen[0]["is_own"], superior=seen[0]["is_superior"])
    await hold_open(writing, seen[0]["work_date"])
    locked = await list_log_states(writing, actor, [log_id], lock=True)
    if not locked:
        raise ResourceNotFound
    next_log_status(LogStatus(locked[0]["status"]), event)
    return locked[0]


_CONTENT: Mapping[str, TypeEngine[Any]] = {
    "starts_minute": SmallInteger(),
    "ends_minute": SmallInteger(),
    "description": Text(),
    "target_id": Uuid(),
    "indicator_id": Uuid(),
    "volume": Numeric(14, 2),
    "volume_unit": Text(),
    "progress_percent": Numeric(5, 2),
    "late_reason": Text(),
}


def _content(log: LogState) -> dict[str, object]:
    return {name: value for name, value in log.items() if name in _CONTENT}


def _patched(before: Mapping[str, object], patch: LogPatch) -> dict[str, object]:
    """Return the content with the changes."""
    given = patch.model_dump(exclude_unset=True)
    after = {**before, **{name: value for name, value in given.items() if name in _CONTENT}}
    for name in ("volume", "progress_percent"):
        if given.get(name) is not None:
            after[name] = given[name].quantize(HUNDREDTH)
    starts, ends = cast("int", before["starts_minute"]), cast("int", before["ends_minute"])
    span = span_of(
        minute_of(patch.starts_at or CLOCK[starts]), minute_of(patch.ends_at or CLOCK[ends])
    )
    return {**after, "starts_minute": span.starts, "ends_minute": span.ends}


async def _check_window(
    writing: Writing, actor: Actor, log: LogState, late_reason: str | None
) -> None:
    """Raise unless the log may be written today: what was returned counts from that day."""
    day = log["work_date"]
    if log["status"] == LogStatus.RETURNED and log["decided_at"] is not None:
        day = max(day, clock.day_of(log["decided_at"], actor.time_zone))
    windows = await windows_on(writing, actor.today)
    check_entry(day, windows, late_reason=late_reason)


async def _check_content(
    writing: Writing, log: LogState, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    target_id = cast("UUID | None", after["target_id"])
    indicator_id = cast("UUID | None", after["indicator_id"])
    check_parts(
        target_id=target_id,
        indicator_id=indicator_id,
        has_volume=after["volume"] is not None,
        has_unit=after["volume_unit"] is not None,
        has_progress=after["progress_percent"] is not None,
    )
    if (target_id, indicator_id) != (before["target_id"], before["indicator_id"]):
        await check_links(writing, (log["employee_id"], log["work_date"]), target_id, indicator_id)


def _touched(log: LogState, span: Span) -> list[tuple[UUID, dt.date]]:
    day = log["work_date"]
    return keys_of(log["employee_id"], [*span_of_log(log).parts(day), *span.parts(day)])


async def _take(writing: Writing, log: LogState, span: Span) -> None:
    """Lock the days and raise LogOverlaps or DailyLimitExceeded if the times are not free."""
    parts = span.parts(log["work_date"])
    limits = await read_limits(writing, [part.day for part in parts])
    await lock_days(writing, _touched(log, span))
    book = await read_days(writing, _touched(log, span), without=log["id"])
    problem = book.refusal(log["employee_id"], parts, limits)
    if problem is not None:
        raise problem


async def _rebuild(writing: Writing, log: LogState, span: Span) -> None:
    await rebuild_days(writing, _touched(log, span))


def _this_log() -> list[ColumnElement[bool]]:
    logs = activity_logs.c
    return [
        logs.tenant_id == _TENANT,
        logs.id == bindparam("id", type_=Uuid),
        logs.work_date == bindparam("work_date", type_=Date),
    ]


@statement
def _update_content() -> Executable:
    content = {name: bindparam(name, type_=kind) for name, kind in _CONTENT.items()}
    return update_logs(_this_log(), {**content, "updated_at": _NOW})


@statement
def _update_status() -> Executable:
    status = bindparam("status", type_=Text)
    return update_logs(_this_log(), {"status": status, "submitted_at": _NOW, "updated_at": _NOW})


@statement
def _delete_log() -> Executable:
    return delete_logs(_this_log())


@statement
def _delete_evidence() -> Executable:
    return delete(evidence).where(
        evidence.c.tenant_id == _TENANT,
        evidence.c.subject_id == bindparam("id", type_=Uuid),
    )
