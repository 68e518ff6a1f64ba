"""Approving and returning logs, one or many: the superior's acts, set-based."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Date, DateTime, Text, Uuid, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.activities.commands.facts import hold_periods, is_closed
from kinerja_api.activities.commands.ledgers import keys_of, lock_days, rebuild_days
from kinerja_api.activities.commands.months import update_logs
from kinerja_api.activities.policies import require_log_right
from kinerja_api.activities.queries.logs import LogState, get_log, list_log_states, span_of_log
from kinerja_api.activities.rules import LogEvent, LogStatus, check_decision, next_log_status
from kinerja_api.activities.schemas.logs import LogOut
from kinerja_api.activities.tables import activity_logs
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.problems import Problem, ResourceNotFound
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.notices.commands import NoticeToSend, notify_many
from kinerja_api.organisation.queries.outages import windows_on
from kinerja_api.planning.errors import PeriodClosed

_VERBS = {LogEvent.APPROVE: "log.approved", LogEvent.RETURN: "log.returned"}


async def decide_log(
    writing: Writing,
    actor: Actor,
    log_id: UUID,
    event: LogEvent,
    *,
    note: str | None,
    expected: int | None,
) -> LogOut:
    """Approve or return one log within the window; a return frees its time.

    A note reaches the owner. ResourceNotFound, NotSuperior, PeriodClosed, TransitionRefused,
    ApprovalWindowPassed, ApprovalNoteMissing, VersionStale.
    """
    accepted, refused = await _judge(writing, actor, [log_id], event, note)
    if log_id in refused:
        raise refused[log_id]
    check_version(accepted[0]["version"], expected)
    await _decide(writing, actor, accepted, event, note)
    return await get_log(writing, actor, log_id)


async def approve_logs(
    writing: Writing, actor: Actor, log_ids: Sequence[UUID], *, note: str | None
) -> Mapping[UUID, Problem]:
    """Approve those of the logs that may be; return why the others were not.

    A note reaches the owners, once for each log.
    """
    accepted, refused = await _judge(writing, actor, log_ids, LogEvent.APPROVE, note)
    if accepted:
        await _decide(writing, actor, accepted, LogEvent.APPROVE, note)
    return refused


async def _judge(
    writing: Writing, actor: Actor, log_ids: Sequence[UUID], event: LogEvent, note: str | None
) -> tuple[list[LogState], dict[UUID, Problem]]:
    """Lock the logs in id order, and tell those the event may happen to from the others."""
    ids = list(dict.fromkeys(log_ids))
    seen = await list_log_states(writing, actor, ids, lock=False)
    refused: dict[UUID, Problem] = {log_id: ResourceNotFound() for log_id in ids}
    if not seen:
        return [], refused
    closed = await hold_periods(writing, [log["work_date"] for log in seen])
    windows = await windows_on(writing, actor.today)
    accepted: list[LogState] = []
    for log in await list_log_states(writing, actor, ids, lock=True):
        try:
            require_log_right(event, own=log["is_own"], superior=log["is_superior"])
            next_log_status(LogStatus(log["status"]), event)
            if is_closed(closed, log["work_date"]):
                raise PeriodClosed
            check_decision(_submitted_on(log, actor), windows, note=note)
        except Problem as problem:
            refused[log["id"]] = problem
        else:
            del refused[log["id"]]
            accepted.append(log)
    return accepted, refused


def _submitted_on(log: LogState, actor: Actor) -> dt.date:
    """Return the day of the submission; what came approved from a file counts from its work."""
    at = log["submitted_at"]
    return log["work_date"] if at is None else clock.day_of(at, actor.time_zone)


async def _decide(
    writing: Writing, actor: Actor, accepted: list[LogState], event: LogEvent, note: str | None
) -> None:
    frees = event == LogEvent.RETURN
    keys = [
        key
        for log in accepted
        for key in keys_of(log["employee_id"], span_of_log(log).parts(log["work_date"]))
    ]
    if frees:
        await lock_days(writing, keys)
    after = next_log_status(LogStatus(accepted[0]["status"]), event)
    await writing.execute(
        _update_decided(),
        ids=[log["id"] for log in accepted],
        first_day=min(log["work_date"] for log in accepted),
        last_day=max(log["work_date"] for log in accepted),
        status=after,
        note=note,
        employee_id=actor.employee_id,
        now=clock.now(),
    )
    if frees:
        await rebuild_days(writing, keys)
    if note is not None:
        await notify_many(writing, _notices(accepted, event, note), from_id=actor.employee_id)
    for log in accepted:
        subject, before = ("log", log["id"]), {"status": log["status"]}
        writing.record(_VERBS[event], subject, before=before, after={"status": after}, reason=note)
        writing.emit(
            _VERBS[event],
            subject,
            version=log["version"] + 1,
            employee_id=log["employee_id"],
            work_date=log["work_date"],
        )


def _notices(logs: Sequence[LogState], event: LogEvent, note: str) -> list[NoticeToSend]:
    return [
        NoticeToSend(
            employee_id=log["employee_id"],
            kind=_VERBS[event].replace(".", "_"),
            subject_type="log",
            subject_id=log["id"],
            note=note,
            params={"work_date": str(log["work_date"])},
        )
        for log in logs
    ]


@statement
def _update_decided() -> Executable:
    logs, now = activity_logs.c, bindparam("now", type_=DateTime(timezone=True))
    first, last = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)
    rows = [
        logs.tenant_id == bindparam("tenant_id", type_=Uuid),
        logs.id == func.any(bindparam("ids", type_=ARRAY(Uuid))),
        logs.work_date.between(first, last),
    ]
    return update_logs(
        rows,
        {
            "status": bindparam("status", type_=Text),
            "decided_at": now,
            "decided_by_id": bindparam("employee_id", type_=Uuid),
            "decision_note": bindparam("note", type_=Text),
            "updated_at": now,
        },
    )
