"""Entering transactions, one or many: decided in memory, written by two statements."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.sql.base import Executable

from kinerja_api.access.actor import Actor
from kinerja_api.access.rules import Permission
from kinerja_api.core import clock
from kinerja_api.core.db import Writing
from kinerja_api.core.ids import new_id
from kinerja_api.core.problems import FieldError, Problem, UnknownReference
from kinerja_api.core.sql import statement
from kinerja_api.organisation.queries.scope import scope_values
from kinerja_api.organisation.tables import employees
from kinerja_api.services.commands.writes import (
    NameTaken,
    NewTransaction,
    any_of,
    insert_new,
)
from kinerja_api.services.errors import (
    CancelReasonMissing,
    NotServiceStaff,
    ServiceInactive,
    TransactionNameRepeated,
    TransactionNameTaken,
    TransactionsRefused,
)
from kinerja_api.services.queries.staff import is_staff
from kinerja_api.services.rules import Facts, PauseFact, check_facts
from kinerja_api.services.schemas.transactions import (
    TransactionBatchIn,
    TransactionFacts,
    TransactionItemIn,
)
from kinerja_api.services.tables import services

_TENANT = bindparam("tenant_id", type_=Uuid)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an item: entered now or before, or why it was refused."""

    transaction_id: UUID | None = None
    is_new: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Service:
    id: UUID
    unit_id: UUID
    is_active: bool
    is_mine: bool


async def enter(
    writing: Writing,
    actor: Actor,
    items: Sequence[tuple[TransactionFacts, str | None]],
) -> list[Outcome]:
    """Enter those of the items that may be; return what became of each.

    An item: what is known of a transaction, and the caller's own name of it. Entered before with
    the same content it stands as it was entered, whatever holds by now.
    """
    known, handlers = await _known(writing, actor, [given for given, _ in items])
    now = clock.now()
    decided: list[NewTransaction | Problem] = []
    for given, client_ref in items:
        try:
            decided.append(_decide(given, client_ref, known, handlers, now))
        except Problem as problem:
            decided.append(problem)
    news = [one for one in decided if isinstance(one, NewTransaction)]
    taken = await insert_new(writing, news, actor.account_id, now)
    for new in news:
        if new.client_ref not in taken:
            record_entry(writing, new)
    return [
        _outcome(one, taken) if isinstance(one, NewTransaction) else Outcome(problem=one)
        for one in decided
    ]


async def enter_batch(writing: Writing, actor: Actor, batch: TransactionBatchIn) -> list[Outcome]:
    """Enter a batch; TransactionNameRepeated, TransactionsRefused if atomic and one is refused."""
    seen: set[str] = set()
    for place, item in enumerate(batch.items):
        if item.client_ref in seen:
            raise TransactionNameRepeated.at(f"/items/{place}/client_ref")
        seen.add(item.client_ref)
    outcomes = await enter(writing, actor, [(item, item.client_ref) for item in batch.items])
    if batch.atomic and any(outcome.problem for outcome in outcomes):
        raise TransactionsRefused(errors=_errors(batch.items, outcomes))
    return outcomes


def _errors(items: Sequence[TransactionItemIn], outcomes: Sequence[Outcome]) -> list[FieldError]:
    errors: list[FieldError] = []
    for place in range(len(items)):
        problem = outcomes[place].problem
        if problem is not None:
            within = problem.errors[0].pointer if problem.errors else ""
            pointer = f"/items/{place}{within}"
            errors.append(FieldError(problem.code, pointer=pointer, params=problem.params))
    return errors


def content_hash(new: object) -> bytes:
    """Return what tells the content of one client_ref from another's."""
    return hashlib.sha256(repr(new).encode()).digest()


def record_entry(writing: Writing, new: NewTransaction) -> None:
    """Record and emit that the transaction was entered."""
    subject = ("transaction", new.id)
    after = {"service_id": new.service_id, "ref": new.ref, "status": new.facts.status}
    writing.record("transaction.entered", subject, after=after)
    writing.emit("transaction.entered", subject, service_id=new.service_id, unit_id=new.unit_id)


async def _known(
    writing: Writing, actor: Actor, items: Sequence[TransactionFacts]
) -> tuple[Mapping[UUID, _Service], set[UUID]]:
    rows = await writing.rows(
        _services(),
        _Service,
        ids=list({item.service_id for item in items}),
        **scope_values(actor, Permission.TRANSACTIONS_WRITE),
    )
    wanted = {item.handler_id for item in items if item.handler_id is not None}
    found = await writing.rows(_handlers(), dict[str, UUID], ids=list(wanted)) if wanted else []
    return {row.id: row for row in rows}, {row["id"] for row in found}


def _decide(
    given: TransactionFacts,
    client_ref: str | None,
    known: Mapping[UUID, _Service],
    handlers: set[UUID],
    now: dt.datetime,
) -> NewTransaction:
    service = known.get(given.service_id)
    if service is None:
        raise UnknownReference.at("/service_id")
    if not service.is_mine:
        raise NotServiceStaff
    if not service.is_active:
        raise ServiceInactive.at("/service_id")
    if given.handler_id is not None and given.handler_id not in handlers:
        raise UnknownReference.at("/handler_id")
    facts = Facts(
        given.received_at,
        given.complete_at,
        [PauseFact(one.reason, one.starts_at, one.ends_at, one.note) for one in given.pauses],
        given.done_at,
        given.cancelled_at,
    )
    check_entry(facts, given.cancel_reason, now)
    content = given.model_dump_json(exclude={"client_ref"}, exclude_none=True)
    return NewTransaction(
        id=new_id(),
        service_id=service.id,
        unit_id=service.unit_id,
        ref=given.ref,
        facts=facts,
        cancel_reason=given.cancel_reason,
        handler_id=given.handler_id,
        client_ref=client_ref,
        content_hash=None if client_ref is None else content_hash(content),
    )


def check_entry(facts: Facts, cancel_reason: str | None, now: dt.datetime) -> None:
    """Raise TimesOutOfOrder, TimeInFuture or CancelReasonMissing."""
    check_facts(facts, now)
    if (facts.cancelled_at is None) != (cancel_reason is None):
        raise CancelReasonMissing.at("/cancel_reason")


def _outcome(new: NewTransaction, taken: Mapping[str | None, NameTaken]) -> Outcome:
    before = taken.get(new.client_ref)
    if before is None:
        return Outcome(new.id, is_new=True)
    if before.content_hash == new.content_hash:
        return Outcome(before.id)
    return Outcome(problem=TransactionNameTaken.at("/client_ref"))


@statement
def _services() -> Executable:
    return select(
        services.c.id,
        services.c.unit_id,
        services.c.is_active,
        is_staff(services.c.unit_id).label("is_mine"),
    ).where(services.c.tenant_id == _TENANT, services.c.id == any_of("ids", Uuid()))


@statement
def _handlers() -> Executable:
    return select(employees.c.id).where(
        employees.c.tenant_id == _TENANT, employees.c.id == any_of("ids", Uuid())
    )
