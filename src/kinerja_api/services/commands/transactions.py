"""Changes of transactions: what happens to a document, and who works on it."""

import datetime as dt
from typing import cast
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, exists, func, insert, select, update
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import UnknownReference
from kinerja_api.core.routes import check_version
from kinerja_api.core.sql import statement
from kinerja_api.organisation.tables import employees
from kinerja_api.services.commands.entries import enter
from kinerja_api.services.commands.tokens import issue_for_transaction
from kinerja_api.services.policies import require_staff
from kinerja_api.services.queries.transactions import (
    LockedTransaction,
    get_transaction,
    lock_transaction,
)
from kinerja_api.services.rules import Facts, PauseFact, TransactionEvent, advance, check_facts
from kinerja_api.services.schemas.transactions import (
    TransactionCancelIn,
    TransactionDoneOut,
    TransactionEventIn,
    TransactionFinishIn,
    TransactionIn,
    TransactionOut,
    TransactionPatch,
    TransactionPauseStartIn,
)
from kinerja_api.services.tables import transaction_pauses, transactions

_TENANT = bindparam("tenant_id", type_=Uuid)
_INSTANT = DateTime(timezone=True)
_VERBS = {
    TransactionEvent.COMPLETE: "transaction.completed",
    TransactionEvent.PAUSE: "transaction.paused",
    TransactionEvent.RESUME: "transaction.resumed",
    TransactionEvent.FINISH: "transaction.done",
    TransactionEvent.CANCEL: "transaction.cancelled",
}


async def create_transaction(
    writing: Writing, actor: Actor, given: TransactionIn
) -> tuple[TransactionOut, bool]:
    """Enter a transaction; return it, and whether it is new.

    NotServiceStaff, ServiceInactive, UnknownReference, TimesOutOfOrder, TimeInFuture,
    CancelReasonMissing, TransactionNameTaken.
    """
    (outcome,) = await enter(writing, actor, [(given, given.client_ref)])
    if outcome.problem is not None:
        raise outcome.problem
    transaction_id = cast("UUID", outcome.transaction_id)
    return await get_transaction(writing, actor, transaction_id), outcome.is_new


async def change_transaction(
    writing: Writing,
    actor: Actor,
    transaction_id: UUID,
    patch: TransactionPatch,
    *,
    expected: int | None,
) -> TransactionOut:
    """Change register number or handler; NotServiceStaff, VersionStale, UnknownReference."""
    found = await lock_transaction(writing, actor, transaction_id)
    require_staff(staff=found["is_staff"])
    check_version(found["version"], expected)
    changes = patch.changes(cast("dict[str, object]", found))
    if not changes:
        return await get_transaction(writing, actor, transaction_id)
    handler_id = changes.get("handler_id")
    if handler_id and not await writing.value(_is_employee(), id=handler_id):
        raise UnknownReference.at("/handler_id")
    kept: dict[str, object] = {"ref": found["ref"], "handler_id": found["handler_id"]}
    new, before = {**kept, **changes}, {name: kept[name] for name in changes}
    await writing.execute(_update(), id=transaction_id, **new, now=clock.now())
    subject = ("transaction", transaction_id)
    writing.record("transaction.changed", subject, before=before, after=changes)
    writing.emit("transaction.changed", subject, version=found["version"] + 1)
    return await get_transaction(writing, actor, transaction_id)


async def complete(
    writing: Writing, actor: Actor, transaction_id: UUID, given: TransactionEventIn,
    *, expected: int | None,
) -> TransactionOut:  # fmt: skip
    """Mark the file as complete: the clock starts."""
    await _happen(
        writing, actor, transaction_id, TransactionEvent.COMPLETE, given, expected=expected
    )
    return await get_transaction(writing, actor, transaction_id)


async def pause(
    writing: Writing, actor: Actor, transaction_id: UUID, given: TransactionPauseStartIn,
    *, expected: int | None,
) -> TransactionOut:  # fmt: skip
    """Stop the clock for one of the four reasons."""
    await _happen(writing, actor, transaction_id, TransactionEvent.PAUSE, given, expected=expected)
    return await get_transaction(writing, actor, transaction_id)


async def resume(
    writing: Writing, actor: Actor, transaction_id: UUID, given: TransactionEventIn,
    *, expected: int | None,
) -> TransactionOut:  # fmt: skip
    """Let the clock run again."""
    await _happen(writing, actor, transaction_id, TransactionEvent.RESUME, given, expected=expected)
    return await get_transaction(writing, actor, transaction_id)


async def cancel(
    writing: Writing, actor: Actor, transaction_id: UUID, given: TransactionCancelIn,
    *, expected: int | None,
) -> TransactionOut:  # fmt: skip
    """End it without a result."""
    await _happen(writing, actor, transaction_id, TransactionEvent.CANCEL, given, expected=expected)
    return await get_transaction(writing, actor, transaction_id)


async def finish(
    writing: Writing, actor: Actor, transaction_id: UUID, given: TransactionFinishIn,
    *, expected: int | None,
) -> TransactionDoneOut:  # fmt: skip
    """End it with its result; a rating token is issued if asked, and linked to nothing."""
    found = await _happen(
        writing, actor, transaction_id, TransactionEvent.FINISH, given, expected=expected
    )
    token = await issue_for_transaction(writing, actor, found) if given.rating_token else None
    done = await get_transaction(writing, actor, transaction_id)
    return TransactionDoneOut(**done, rating_token=token)


async def _happen(
    writing: Writing,
    actor: Actor,
    transaction_id: UUID,
    event: TransactionEvent,
    given: TransactionEventIn,
    *,
    expected: int | None,
) -> LockedTransaction:
    """Let an event happen; NotServiceStaff, TransitionRefused, TimesOutOfOrder, TimeInFuture."""
    found = await lock_transaction(writing, actor, transaction_id)
    require_staff(staff=found["is_staff"])
    check_version(found["version"], expected)
    now = clock.now()
    at, facts = given.at or now, found["facts"]
    begun = (
        PauseFact(given.reason, at, note=given.note)
        if isinstance(given, TransactionPauseStartIn)
        else None
    )
    new = advance(facts, event, at, begun)
    check_facts(new, now)
    reason = given.reason if isinstance(given, TransactionCancelIn) else None
    await _write(writing, found, new, reason=reason, now=now)
    subject = ("transaction", transaction_id)
    after: dict[str, object] = {"status": new.status, "at": at}
    if begun is not None:
        after["pause_reason"] = begun.reason
    writing.record(
        _VERBS[event], subject, before={"status": facts.status}, after=after, reason=reason
    )
    version = found["version"] + 1
    writing.emit(_VERBS[event], subject, version=version, service_id=found["service_id"])
    return found


async def _write(
    writing: Writing,
    found: LockedTransaction,
    new: Facts,
    *,
    reason: str | None,
    now: dt.datetime,
) -> None:
    await writing.execute(
        _advance(),
        id=found["id"],
        status=new.status,
        complete_at=new.complete_at,
        done_at=new.done_at,
        cancelled_at=new.cancelled_at,
        cancel_reason=reason,
        now=now,
    )
    before, begun = found["facts"].open_pause, new.open_pause
    if before is not None:
        await writing.execute(_end_pause(), id=found["id"], ends_at=new.pauses[-1].ends_at)
    elif begun is not None:
        await writing.execute(
            _begin_pause(),
            id=new_id(),
            transaction_id=found["id"],
            reason=begun.reason,
            note=begun.note,
            starts_at=begun.starts_at,
        )


@statement
def _is_employee() -> Executable:
    return select(
        exists().where(
            employees.c.tenant_id == _TENANT, employees.c.id == bindparam("id", type_=Uuid)
        )
    )


@statement
def _update() -> Executable:
    return (
        update(transactions)
        .where(
            transactions.c.tenant_id == _TENANT, transactions.c.id == bindparam("id", type_=Uuid)
        )
        .values(
            ref=bindparam("ref", type_=Text),
            handler_id=bindparam("handler_id", type_=Uuid),
            updated_at=bindparam("now", type_=_INSTANT),
            version=transactions.c.version + 1,
        )
    )


@statement
def _advance() -> Executable:
    """Write the facts; what is not brought stays as it is."""
    found = transactions.c
    brought = ("complete_at", "done_at", "cancelled_at", "cancel_reason")
    return (
        update(transactions)
        .where(found.tenant_id == _TENANT, found.id == bindparam("id", type_=Uuid))
        .values(
            status=bindparam("status", type_=Text),
            **{
                name: func.coalesce(bindparam(name, type_=found[name].type), found[name])
                for name in brought
            },
            updated_at=bindparam("now", type_=_INSTANT),
            version=found.version + 1,
        )
    )


@statement
def _begin_pause() -> Executable:
    pause = transaction_pauses.c
    given = ("id", "transaction_id", "reason", "note", "starts_at")
    return insert(transaction_pauses).values(
        tenant_id=_TENANT, **{name: bindparam(name, type_=pause[name].type) for name in given}
    )


@statement
def _end_pause() -> Executable:
    pause = transaction_pauses.c
    return (
        update(transaction_pauses)
        .where(
            pause.tenant_id == _TENANT,
            pause.transaction_id == bindparam("id", type_=Uuid),
            pause.ends_at.is_(None),
        )
        .values(ends_at=bindparam("ends_at", type_=_INSTANT))
    )
