"""Transactions of services: the whole product of states and events, facts in their order."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.services.errors import TimeInFuture, TimesOutOfOrder
from kinerja_api.services.policies import transaction_actions
from kinerja_api.services.rules import (
    Facts,
    PauseFact,
    TransactionEvent,
    TransactionStatus,
    advance,
    check_facts,
    holds_personal_number,
    next_status,
)

S, E = TransactionStatus, TransactionEvent
T0 = dt.datetime(2026, 11, 16, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
NOW = T0 + 100 * HOUR
WAYS = {
    (S.RECEIVED, E.COMPLETE): S.PROCESSING,
    (S.PROCESSING, E.PAUSE): S.PAUSED,
    (S.PAUSED, E.RESUME): S.PROCESSING,
    (S.PROCESSING, E.FINISH): S.DONE,
    **{(status, E.CANCEL): S.CANCELLED for status in (S.RECEIVED, S.PROCESSING, S.PAUSED)},
}
OPEN_PAUSE = PauseFact("citizen_data", T0 + 2 * HOUR)
FACTS = {
    S.RECEIVED: Facts(T0),
    S.PROCESSING: Facts(T0, T0 + HOUR),
    S.PAUSED: Facts(T0, T0 + HOUR, [OPEN_PAUSE]),
    S.DONE: Facts(T0, T0 + HOUR, [], T0 + 5 * HOUR),
    S.CANCELLED: Facts(T0, None, [], None, T0 + HOUR),
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(S, E)))
def test_each_state_takes_the_events_of_the_table_and_no_other(
    status: TransactionStatus, event: TransactionEvent
):
    facts, at = FACTS[status], T0 + 10 * HOUR
    assert facts.status == status
    pause = PauseFact("other_agency", at)
    following = WAYS.get((status, event))
    assert (event in transaction_actions(status, staff=True)) == (following is not None)
    if following is None:
        with pytest.raises(TransitionRefused):
            next_status(status, event)
        with pytest.raises(TransitionRefused):
            advance(facts, event, at, pause)
        return
    new = advance(facts, event, at, pause)
    assert next_status(status, event) == new.status == following
    check_facts(new, NOW)
    with pytest.raises(TimesOutOfOrder):
        advance(facts, event, T0 - HOUR, pause)


def test_a_stranger_to_the_unit_may_do_nothing():
    assert all(transaction_actions(status, staff=False) == [] for status in S)


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        (Facts(T0, T0 - HOUR), "/complete_at"),
        (Facts(T0, None, [], T0 + HOUR), "/complete_at"),
        (Facts(T0, None, [OPEN_PAUSE]), "/complete_at"),
        (Facts(T0, T0 + HOUR, [OPEN_PAUSE], T0 + 3 * HOUR), "/pauses/0/ends_at"),
        (Facts(T0, T0 + 3 * HOUR, [OPEN_PAUSE]), "/pauses/0/starts_at"),
        (
            Facts(T0, T0, [PauseFact("x", T0, T0 + 3 * HOUR), OPEN_PAUSE]),
            "/pauses/1/starts_at",
        ),
        (Facts(T0, T0, [OPEN_PAUSE, PauseFact("x", NOW)]), "/pauses/0/ends_at"),
        (Facts(T0, T0 + HOUR, [], T0), "/done_at"),
        (Facts(T0, T0, [], T0 + HOUR, T0 + HOUR), "/cancelled_at"),
        (Facts(T0, None, [], None, T0 - HOUR), "/cancelled_at"),
    ],
)
def test_times_out_of_order_are_named(facts: Facts, place: str):
    with pytest.raises(TimesOutOfOrder) as refused:
        check_facts(facts, NOW)
    assert refused.value.errors[0].pointer == place


def test_what_is_still_to_come_is_refused_but_a_fast_clock_is_forgiven():
    check_facts(Facts(NOW + dt.timedelta(minutes=4)), NOW)
    for facts, place in [
        (Facts(NOW + HOUR), "/received_at"),
        (Facts(T0, NOW + HOUR), "/complete_at"),
        (Facts(T0, T0, [PauseFact("x", T0, NOW + HOUR)]), "/pauses/0/ends_at"),
    ]:
        with pytest.raises(TimeInFuture) as refused:
            check_facts(facts, NOW)
        assert refused.value.errors[0].pointer == place


events = st.lists(st.tuples(st.sampled_from(list(E)), st.integers(0, 3)), max_size=12)


@given(events)
def test_whatever_happens_in_turn_leaves_facts_in_order(steps: list[tuple[TransactionEvent, int]]):
    facts, at = Facts(T0), T0
    for event, hours in steps:
        at += hours * HOUR
        try:
            facts = advance(facts, event, at, PauseFact("citizen_data", at))
        except TransitionRefused:
            continue
        check_facts(facts, NOW)
    assert sum(pause.ends_at is None for pause in facts.pauses) == (facts.status is S.PAUSED)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("470/1182/XI/2026", False),
        ("503-2026-11-20-00001", False),
        ("3171234567890123", True),
        ("NIK 3171 2345 6789 0123.", True),
        ("３１７１２３４５６７８９０１２３", True),
        ("317123456789012", False),
        ("198001012005011001", True),
    ],
)
def test_sixteen_digits_in_a_row_are_a_personal_number(text: str, found: bool):
    assert holds_personal_number(text) is found
