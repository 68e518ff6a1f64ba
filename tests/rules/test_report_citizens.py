"""What the holder of a receipt may do: the whole product of statuses, classes and counts."""

import itertools

import pytest

from kinerja_api.complaints.policies import PARTIES, Party
from kinerja_api.complaints.rules import (
    INSPECTED,
    SUPERVISORY,
    ReportClass,
    ReportEvent,
    ReportStatus,
    next_status,
)
from kinerja_api.complaints.rules.citizens import (
    MOST_APPEALS,
    MOST_REOPENINGS,
    Holding,
    citizens_events,
    must_stay_confidential,
    reopening,
    shown_status,
    withdrawal,
)
from kinerja_api.core.problems import TransitionRefused

_S, _E = ReportStatus, ReportEvent


def holdings() -> list[Holding]:
    flags = list(itertools.product([False, True], repeat=5))
    waiting = _S.AWAITING_INFORMATION
    places: list[tuple[ReportStatus, ReportStatus | None]] = [
        (status, None) for status in ReportStatus if status is not waiting
    ]
    places += [(waiting, _S.RECEIVED), (waiting, _S.IN_PROGRESS)]
    return [
        Holding(
            status, asked_in, found, closed, bound, left, escalated, in_time, reopenings, appeals
        )
        for status, asked_in in places
        for found in ReportClass
        for closed, bound, left, escalated, in_time in flags
        for reopenings in range(MOST_REOPENINGS + 1)
        for appeals in range(MOST_APPEALS + 1)
    ]


def test_everything_offered_is_the_citizens_and_can_happen():
    seen: set[ReportEvent] = set()
    for held in holdings():
        for event in citizens_events(held):
            assert Party.CITIZEN in PARTIES[event]
            next_status(held.status, event, asked_in=held.asked_in)
            seen.add(event)
    assert seen == {
        _E.MESSAGE, _E.INFORM, _E.CONFIRM, _E.REOPEN, _E.ESCALATE, _E.APPEAL, _E.WITHDRAW,
        _E.DISOWN, _E.RAISE_CONFIDENTIALITY, _E.LOWER_CONFIDENTIALITY,
    }  # fmt: skip


def test_what_goes_on_without_the_citizen_offers_nothing():
    assert not any(citizens_events(held) for held in holdings() if held.is_ex_officio)


def test_of_two_that_exclude_each_other_one_is_offered():
    pairs = [
        {_E.REOPEN, _E.ESCALATE},
        {_E.WITHDRAW, _E.DISOWN},
        {_E.RAISE_CONFIDENTIALITY, _E.LOWER_CONFIDENTIALITY},
    ]
    for held in holdings():
        offered = set(citizens_events(held))
        assert all(len(pair & offered) <= 1 for pair in pairs)
        assert bool(offered & pairs[0]) == (
            held.status in {_S.ANSWERED, _S.CLOSED}
            and held.in_window
            and not held.is_escalated
            and not held.is_ex_officio
        )
        assert (_E.LOWER_CONFIDENTIALITY in offered) <= (held.is_confidential and not held.is_bound)


@pytest.mark.parametrize(("times", "event"), [(0, "reopen"), (1, "reopen"), (2, "escalate")])
def test_the_third_reopening_goes_up(times: int, event: str):
    assert reopening(times) == event


@pytest.mark.parametrize("found", list(ReportClass))
def test_a_withdrawal_of_what_must_be_supervised_is_disowned_once_looked_at(found: ReportClass):
    for status in ReportStatus:
        event = withdrawal(status, found, asked_in=None)
        looked_at = status is not _S.RECEIVED
        assert event == (_E.DISOWN if found in SUPERVISORY and looked_at else _E.WITHDRAW)
    waiting = _S.AWAITING_INFORMATION
    assert withdrawal(waiting, found, asked_in=_S.RECEIVED) is _E.WITHDRAW


def test_confidentiality_is_demanded_by_class_or_category():
    for found in ReportClass:
        assert must_stay_confidential(found, category=True)
        assert must_stay_confidential(found, category=False) == (found in INSPECTED)


def test_the_citizen_reads_no_inner_status():
    for status in ReportStatus:
        assert shown_status(status, is_ex_officio=True) is _S.WITHDRAWN
        assert shown_status(status, is_ex_officio=False) is not _S.REPLY_PROPOSED
    with pytest.raises(TransitionRefused):
        next_status(_S.WITHDRAWN, _E.REOPEN)
