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
    update,
)
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.entries import check_links
from kinerja_api.activities.commands.ledgers import (
    keys_of,
    lock_days,
    read_days,
    read_limits,
    rebuild_days,
)
from kinerja_api.activities.commands.logs import check_parts
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
    minute_of,
    next_log_status,
    span_of,
)
from kinerja_api.activities.schemas import LogOut, LogPatch
from kinerja_api.activities.tables import activity_logs, evidence
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.core.types import HUNDREDTH
from kinerja_api.planning.commands.periods import hold_open

_TENANT = bindparam("tenant_id", type_=Uuid)


async def change_log(
    writing: Writing, actor: Actor, log_id: UUID, patch: LogPatch, *, expected: int | None
) -> LogOut:
    """Change a draft or returned log; the day's time moves with it."""
    log = await hold_log(writing, actor, log_id, LogEvent.EDIT)
    check_version(log["version"], expected)
    before = _content(log)
    after = _patched(before, patch)
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
    """Submit a draft or returned log; a returned one takes its time again, if it is still free."""
    log = await hold_log(writing, actor, log_id, LogEvent.SUBMIT)
    check_version(log["version"], expected)
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
}


def _content(log: LogState) -> dict[str, object]:
    return {name: value for name, value in log.items() if name in _CONTENT}


def _patched(before: Mapping[str, object], patch: LogPatch) -> dict[str, object]:
    """Return the content with the changes; null clears only what may be absent."""
    given = patch.model_dump(exclude_unset=True)
    after = {
        **before,
        **{
            name: value
            for name, value in given.items()
            if name in _CONTENT and not (value is None and name == "description")
        },
    }
    if patch.volume is not None:
        after["volume"] = patch.volume.quantize(HUNDREDTH)
    starts, ends = cast("int", before["starts_minute"]), cast("int", before["ends_minute"])
    span = span_of(
        minute_of(patch.starts_at or CLOCK[starts]), minute_of(patch.ends_at or CLOCK[ends])
    )
    return {**after, "starts_minute": span.starts, "ends_minute": span.ends}


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


@statement
def _update_content() -> Executable:
    logs = activity_logs.c
    return (
        update(activity_logs)
        .where(
            logs.tenant_id == _TENANT,
            logs.id == bindparam("id", type_=Uuid),
            logs.work_date == bindparam("work_date", type_=Date),
        )
        .values(
            **{name: bindparam(name, type_=kind) for name, kind in _CONTENT.items()},
            updated_at=bindparam("now", type_=DateTime(timezone=True)),
            version=logs.version + 1,
        )
    )


@statement
def _update_status() -> Executable:
    logs, now = activity_logs.c, bindparam("now", type_=DateTime(timezone=True))
    return (
        update(activity_logs)
        .where(
            logs.tenant_id == _TENANT,
            logs.id == bindparam("id", type_=Uuid),
            logs.work_date == bindparam("work_date", type_=Date),
        )
        .values(
            status=bindparam("status", type_=Text),
            submitted_at=now,
            updated_at=now,
            version=logs.version + 1,
        )
    )


@statement
def _delete_log() -> Executable:
    logs = activity_logs.c
    return delete(activity_logs).where(
        logs.tenant_id == _TENANT,
        logs.id == bindparam("id", type_=Uuid),
        logs.work_date == bindparam("work_date", type_=Date),
    )


@statement
def _delete_evidence() -> Executable:
    return delete(evidence).where(
        evidence.c.tenant_id == _TENANT,
        evidence.c.subject_id == bindparam("id", type_=Uuid),
    )
