"""The facts of a transaction: instants in their order, and the state they amount to."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kinerja_api.services.errors import TimeInFuture, TimesOutOfOrder
from kinerja_api.services.rules.states import (
    ENDED,
    TransactionEvent,
    TransactionStatus,
    next_status,
)

CLOCK_SKEW = dt.timedelta(minutes=5)
"""By how much a caller's clock may be ahead."""


@dataclass(frozen=True, slots=True)
class PauseFact:
    """A time in which the clock stands; without an end it stands still now."""

    reason: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a transaction; pauses in their order."""

    received_at: dt.datetime
    complete_at: dt.datetime | None = None
    pauses: Sequence[PauseFact] = ()
    done_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None

    @property
    def status(self) -> TransactionStatus:
        """Return the state that the facts amount to."""
        if self.cancelled_at is not None:
            return TransactionStatus.CANCELLED
        if self.done_at is not None:
            return TransactionStatus.DONE
        if self.complete_at is None:
            return TransactionStatus.RECEIVED
        stands = any(pause.ends_at is None for pause in self.pauses)
        return TransactionStatus.PAUSED if stands else TransactionStatus.PROCESSING

    @property
    def open_pause(self) -> PauseFact | None:
        """Return the pause in which the clock stands still, or None."""
        return next((pause for pause in self.pauses if pause.ends_at is None), None)


def check_facts(facts: Facts, now: dt.datetime) -> None:
    """Raise TimesOutOfOrder or TimeInFuture, naming the first faulty place.

    Received, complete, each pause after the other, then done or cancelled; a pause needs a
    complete file, and what has ended has no open pause.
    """
    latest = facts.received_at
    for place, at in _in_order(facts):
        if at is None or at < latest:
            raise TimesOutOfOrder.at(place)
        latest = at
    if facts.received_at > now + CLOCK_SKEW:
        raise TimeInFuture.at("/received_at")
    if latest > now + CLOCK_SKEW:
        raise TimeInFuture.at(_in_order(facts)[-1][0])


def _in_order(facts: Facts) -> list[tuple[str, dt.datetime | None]]:
    """Return the instants that the others demand, each with its place."""
    has_ended = facts.status in ENDED
    steps: list[tuple[str, dt.datetime | None]] = []
    if facts.complete_at is not None or facts.done_at is not None or facts.pauses:
        steps.append(("/complete_at", facts.complete_at))
    for number, pause in enumerate(facts.pauses):
        steps.append((f"/pauses/{number}/starts_at", pause.starts_at))
        is_last = number == len(facts.pauses) - 1
        if pause.ends_at is not None or has_ended or not is_last:
            steps.append((f"/pauses/{number}/ends_at", pause.ends_at))
    if facts.done_at is not None:
        steps.append(("/done_at", facts.done_at))
    if facts.cancelled_at is not None:
        both = facts.done_at is not None
        steps.append(("/cancelled_at", None if both else facts.cancelled_at))
    return steps


def advance(
    facts: Facts, event: TransactionEvent, at: dt.datetime, pause: PauseFact | None = None
) -> Facts:
    """Return the facts after the event; TransitionRefused, TimesOutOfOrder.

    pause: the one that begins. Whoever cancels ends the pause that is open.
    """
    next_status(facts.status, event)
    if at < _latest(facts):
        raise TimesOutOfOrder.at("/at")
    if event is TransactionEvent.COMPLETE:
        return replace(facts, complete_at=at)
    if event is TransactionEvent.PAUSE and pause is not None:
        return replace(facts, pauses=[*facts.pauses, pause])
    ended = [one if one.ends_at else replace(one, ends_at=at) for one in facts.pauses]
    if event is TransactionEvent.FINISH:
        return replace(facts, done_at=at)
    if event is TransactionEvent.CANCEL:
        return replace(facts, pauses=ended, cancelled_at=at)
    return replace(facts, pauses=ended)


def _latest(facts: Facts) -> dt.datetime:
    known = [facts.received_at, facts.complete_at]
    for pause in facts.pauses:
        known += [pause.starts_at, pause.ends_at]
    return max(at for at in known if at is not None)
