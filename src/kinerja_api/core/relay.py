"""The relay: stamps events with their position and delivers them to subscribers.

Each subscriber gets its events at least once, in order per subject, in a transaction that also
remembers how far it has come. An event that fails is parked and tried again later; later events
of its subject wait behind it, those of other subjects go on.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement

from kinerja_api.core import clock
from kinerja_api.core.db import LOST, RETRYABLE, Database, Writing
from kinerja_api.core.logging import log
from kinerja_api.core.outbox import events, parked_events, relays, subscriptions
from kinerja_api.core.problems import Problem, Unavailable
from kinerja_api.core.sql import statement

_STAMPED_AT_ONCE = 500
_LONGEST_WAIT = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its position in the tenant's stream."""

    id: UUID
    position: int
    type: str
    subject_type: str
    subject_id: UUID
    subject_version: int
    data: Mapping[str, object]
    occurred_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who wants to hear of which events. ``name`` is stored: it never changes."""

    name: str
    events: frozenset[str]
    handle: Callable[[Writing, StoredEvent], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Parked:
    event_id: UUID
    attempts: int


async def deliver_events(
    database: Database, tenant_id: UUID, subscribers: Sequence[Subscriber], *, limit: int
) -> int:
    """Stamp the tenant's new events and deliver what is due; return how many were handled."""
    while await _stamp(database, tenant_id) == _STAMPED_AT_ONCE:
        pass
    done = 0
    for subscriber in subscribers:
        for step in (_deliver_parked, _deliver_next):
            for _ in range(limit):
                handled = await step(database, tenant_id, subscriber)
                if handled is None:
                    break
                done += handled
    return done


async def _stamp(database: Database, tenant_id: UUID) -> int:
    """Give the tenant's unstamped events their positions; 0 where another relay is at it."""
    async with database.write(tenant_id) as writing:
        last = await writing.value(_lock_relay())
        if last is None and await writing.execute(_insert_relay()):
            last = await writing.value(_lock_relay())
        if last is None:
            return 0
        stamped = await writing.execute(_stamp_events(), last=last, limit=_STAMPED_AT_ONCE)
        if stamped:
            await writing.execute(_move_relay(), last=last + stamped)
        return stamped


async def _deliver_next(database: Database, tenant_id: UUID, subscriber: Subscriber) -> int | None:
    """Deliver the subscriber's next event; 1 if handled, 0 if parked, None if none is left."""
    event: StoredEvent | None = None
    try:
        async with database.write(tenant_id) as writing:
            position = await _lock_subscription(writing, subscriber)
            if position is None:
                return None
            event = await _next_event(writing, subscriber, position)
            if event is None:
                return None
            waits: bool = await writing.value(
                _is_parked(), subscriber=subscriber.name, subject_id=event.subject_id
            )
            if waits:
                await _park(writing, subscriber, event, attempts=0, error="waits for its subject")
            else:
                await subscriber.handle(writing, event)
            await _advance(writing, subscriber, event.position)
            return 0 if waits else 1
    except RETRYABLE:
        return None
    except (*LOST, Unavailable):
        raise
    except Exception as error:
        if event is None:
            raise
        await _park_failed(database, tenant_id, subscriber, event, error)
        return 0


async def _next_event(
    writing: Writing, subscriber: Subscriber, position: int
) -> StoredEvent | None:
    last: int = await writing.value(_last_position()) or 0
    event = await writing.row(
        _find_event(), StoredEvent, types=sorted(subscriber.events), after=position, last=last
    )
    if event is None and last > position:
        await _advance(writing, subscriber, last)
    return event


async def _park_failed(
    database: Database,
    tenant_id: UUID,
    subscriber: Subscriber,
    event: StoredEvent,
    error: Exception,
) -> None:
    async with database.write(tenant_id) as writing:
        position = await _lock_subscription(writing, subscriber)
        if position is not None and position < event.position:
            await _park(writing, subscriber, event, attempts=1, error=error_name(error))
            await _advance(writing, subscriber, event.position)
    _log_delivery(subscriber, event.id, 1, error)


async def _deliver_parked(
    database: Database, tenant_id: UUID, subscriber: Subscriber
) -> int | None:
    """Try the next parked event that is due; 1 if handled, 0 if parked again, None if none."""
    parked: _Parked | None = None
    try:
        async with database.write(tenant_id) as writing:
            parked = await writing.row(
                _find_parked(), _Parked, subscriber=subscriber.name, now=clock.now()
            )
            if parked is None:
                return None
            await subscriber.handle(writing, await _stored(writing, parked.event_id))
            await writing.execute(_unpark(), subscriber=subscriber.name, event_id=parked.event_id)
            return 1
    except RETRYABLE:
        return None
    except (*LOST, Unavailable):
        raise
    except Exception as error:
        if parked is None:
            raise
        await _park_again(database, tenant_id, subscriber, parked, error)
        return 0


async def _stored(writing: Writing, event_id: UUID) -> StoredEvent:
    event = await writing.row(_get_event(), StoredEvent, event_id=event_id)
    if event is None:
        raise LookupError(event_id)
    return event


async def _park_again(
    database: Database, tenant_id: UUID, subscriber: Subscriber, parked: _Parked, error: Exception
) -> None:
    attempts = parked.attempts + 1
    async with database.write(tenant_id) as writing:
        await writing.execute(
            _postpone(),
            subscriber=subscriber.name,
            event_id=parked.event_id,
            attempts=attempts,
            next_attempt_at=clock.now() + backoff(attempts),
            error=error_name(error),
        )
    _log_delivery(subscriber, parked.event_id, attempts, error)


async def _lock_subscription(writing: Writing, subscriber: Subscriber) -> int | None:
    """Return the subscriber's position, or None where another worker delivers to it."""
    position = await writing.value(_lock_position(), subscriber=subscriber.name)
    if position is None and await writing.execute(
        _insert_subscription(), subscriber=subscriber.name
    ):
        return await writing.value(_lock_position(), subscriber=subscriber.name)
    return position


async def _advance(writing: Writing, subscriber: Subscriber, position: int) -> None:
    await writing.execute(_set_position(), subscriber=subscriber.name, position=position)


async def _park(
    writing: Writing, subscriber: Subscriber, event: StoredEvent, *, attempts: int, error: str
) -> None:
    await writing.execute(
        _insert_parked(),
        subscriber=subscriber.name,
        event_id=event.id,
        position=event.position,
        subject_id=event.subject_id,
        attempts=attempts,
        next_attempt_at=clock.now() + backoff(attempts),
        error=error,
    )


def error_name(error: Exception) -> str:
    """Return what is stored of an error: never its text, which may hold personal data."""
    return error.code if isinstance(error, Problem) else type(error).__name__


def backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many failures: nothing, 2 s, 4 s, … at most 15 minutes."""
    return min(dt.timedelta(seconds=2 ** min(attempts, 12) if attempts else 0), _LONGEST_WAIT)


def _log_delivery(subscriber: Subscriber, event_id: UUID, attempts: int, error: Exception) -> None:
    log.error("delivery_failed", exc_info=error, subscriber=subscriber.name,
              event_id=str(event_id), attempt=attempts)  # fmt: skip


_TENANT = bindparam("tenant_id", type_=Uuid)
_SUBSCRIBER = bindparam("subscriber", type_=Text)


@statement
def _lock_relay() -> Executable:
    return (
        select(relays.c.last_position)
        .where(relays.c.tenant_id == _TENANT)
        .with_for_update(skip_locked=True)
    )


@statement
def _insert_relay() -> Executable:
    return upsert(relays).values(tenant_id=_TENANT).on_conflict_do_nothing()


@statement
def _stamp_events() -> Executable:
    new = (
        select(events.c.id)
        .where(events.c.tenant_id == _TENANT, events.c.position.is_(None))
        .order_by(events.c.id)
        .limit(bindparam("limit", type_=Integer))
        .cte("new")
    )
    numbered = select(new.c.id, func.row_number().over(order_by=new.c.id).label("number")).cte(
        "numbered"
    )
    return (
        update(events)
        .where(events.c.tenant_id == _TENANT, events.c.id == numbered.c.id)
        .values(position=bindparam("last", type_=BigInteger) + numbered.c.number)
    )


@statement
def _move_relay() -> Executable:
    return (
        update(relays)
        .where(relays.c.tenant_id == _TENANT)
        .values(last_position=bindparam("last", type_=BigInteger))
    )


@statement
def _last_position() -> Executable:
    return select(relays.c.last_position).where(relays.c.tenant_id == _TENANT)


@statement
def _lock_position() -> Executable:
    return (
        select(subscriptions.c.position)
        .where(subscriptions.c.tenant_id == _TENANT, subscriptions.c.subscriber == _SUBSCRIBER)
        .with_for_update(skip_locked=True)
    )


@statement
def _insert_subscription() -> Executable:
    return (
        upsert(subscriptions)
        .values(tenant_id=_TENANT, subscriber=_SUBSCRIBER)
        .on_conflict_do_nothing()
    )


@statement
def _set_position() -> Executable:
    return (
        update(subscriptions)
        .where(subscriptions.c.tenant_id == _TENANT, subscriptions.c.subscriber == _SUBSCRIBER)
        .values(position=bindparam("position", type_=BigInteger))
    )


_EVENT_COLUMNS = (
    events.c.id,
    events.c.position,
    events.c.type,
    events.c.subject_type,
    events.c.subject_id,
    events.c.subject_version,
    events.c.data,
    events.c.occurred_at,
)


@statement
def _find_event() -> Executable:
    return (
        select(*_EVENT_COLUMNS)
        .where(
            events.c.tenant_id == _TENANT,
            events.c.position > bindparam("after", type_=BigInteger),
            events.c.position <= bindparam("last", type_=BigInteger),
            events.c.type == func.any(bindparam("types", type_=ARRAY(Text))),
        )
        .order_by(events.c.position)
        .limit(literal(1, Integer))
    )


@statement
def _get_event() -> Executable:
    return select(*_EVENT_COLUMNS).where(
        events.c.tenant_id == _TENANT, events.c.id == bindparam("event_id", type_=Uuid)
    )


@statement
def _is_parked() -> Executable:
    return select(
        exists().where(
            parked_events.c.tenant_id == _TENANT,
            parked_events.c.subscriber == _SUBSCRIBER,
            parked_events.c.subject_id == bindparam("subject_id", type_=Uuid),
        )
    )


@statement
def _insert_parked() -> Executable:
    return insert(parked_events).values(
        tenant_id=_TENANT,
        subscriber=_SUBSCRIBER,
        event_id=bindparam("event_id", type_=Uuid),
        position=bindparam("position", type_=BigInteger),
        subject_id=bindparam("subject_id", type_=Uuid),
        attempts=bindparam("attempts", type_=Integer),
        next_attempt_at=bindparam("next_attempt_at", type_=DateTime(timezone=True)),
        error=bindparam("error", type_=Text),
    )


@statement
def _find_parked() -> Executable:
    """Return the first event parked for its subject that is due, locked."""
    parked, earlier = parked_events.alias("parked"), parked_events.alias("earlier")
    return (
        select(parked.c.event_id, parked.c.attempts)
        .where(
            parked.c.tenant_id == _TENANT,
            parked.c.subscriber == _SUBSCRIBER,
            parked.c.next_attempt_at <= bindparam("now", type_=DateTime(timezone=True)),
            ~exists().where(
                earlier.c.tenant_id == _TENANT,
                earlier.c.subscriber == _SUBSCRIBER,
                earlier.c.subject_id == parked.c.subject_id,
                earlier.c.position < parked.c.position,
            ),
        )
        .order_by(parked.c.position)
        .limit(literal(1, Integer))
        .with_for_update(skip_locked=True)
    )


def _this_parked() -> ColumnElement[bool]:
    return and_(
        parked_events.c.tenant_id == _TENANT,
        parked_events.c.subscriber == _SUBSCRIBER,
        parked_events.c.event_id == bindparam("event_id", type_=Uuid),
    )


@statement
def _postpone() -> Executable:
    return (
        update(parked_events)
        .where(_this_parked())
        .values(
            attempts=bindparam("attempts", type_=Integer),
            next_attempt_at=bindparam("next_attempt_at", type_=DateTime(timezone=True)),
            error=bindparam("error", type_=Text),
        )
    )


@statement
def _unpark() -> Executable:
    return delete(parked_events).where(_this_parked())
