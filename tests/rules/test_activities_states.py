"""States of logs and obstacles, and the arithmetic of a day."""

import datetime as dt
import functools
import itertools
from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_api.activities.errors import (
    ApprovalNoteMissing,
    ApprovalWindowPassed,
    DailyLimitExceeded,
    LateReasonMissing,
    LogInFuture,
    LogOverlaps,
    LogTooLong,
    LogWindowPassed,
)
from kinerja_api.activities.policies import log_actions, obstacle_actions
from kinerja_api.activities.rules import (
    DayBook,
    DayLimit,
    LogEvent,
    LogStatus,
    ObstacleEvent,
    ObstacleStatus,
    Span,
    check_decision,
    check_entry,
    next_log_status,
    next_obstacle_status,
    read_span,
)
from kinerja_api.core.problems import Problem, TransitionRefused
from kinerja_api.organisation.rules import Windows

DAY = dt.date(2026, 11, 20)
LIMITS = {DAY + dt.timedelta(days=n): DayLimit(450, overlap_allowed=False) for n in range(-1, 3)}

D, S, A, R = LogStatus.DRAFT, LogStatus.SUBMITTED, LogStatus.APPROVED, LogStatus.RETURNED
LOG_ROADS = {
    (D, LogEvent.EDIT): D, (D, LogEvent.DELETE): D, (D, LogEvent.ATTACH): D,
    (D, LogEvent.DETACH): D, (R, LogEvent.DETACH): R,
    (D, LogEvent.SUBMIT): S, (S, LogEvent.ATTACH): S, (S, LogEvent.APPROVE): A,
    (S, LogEvent.RETURN): R, (A, LogEvent.RETURN): R, (R, LogEvent.EDIT): R,
    (R, LogEvent.ATTACH): R, (R, LogEvent.SUBMIT): S,
}  # fmt: skip
OBSTACLE_ROADS = {
    (ObstacleStatus.OPEN, ObstacleEvent.ANSWER): ObstacleStatus.ANSWERED,
    (ObstacleStatus.OPEN, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
    (ObstacleStatus.ANSWERED, ObstacleEvent.REPLY): ObstacleStatus.OPEN,
    (ObstacleStatus.ANSWERED, ObstacleEvent.RESOLVE): ObstacleStatus.RESOLVED,
}


@pytest.mark.parametrize(("status", "event"), list(itertools.product(LogStatus, LogEvent)))
def test_a_log_goes_its_roads_and_no_other(status: LogStatus, event: LogEvent):
    if (status, event) in LOG_ROADS:
        assert next_log_status(status, event) == LOG_ROADS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_log_status(status, event)


@pytest.mark.parametrize(
    ("status", "event"), list(itertools.product(ObstacleStatus, ObstacleEvent))
)
def test_an_obstacle_goes_its_roads_and_no_other(status: ObstacleStatus, event: ObstacleEvent):
    if (status, event) in OBSTACLE_ROADS:
        assert next_obstacle_status(status, event) == OBSTACLE_ROADS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_obstacle_status(status, event)


def test_actions_are_those_of_the_caller():
    own = ["edit", "delete", "attach", "detach", "submit"]
    assert log_actions(D, own=True, superior=False) == own
    assert log_actions(S, own=False, superior=True) == ["approve", "return"]
    assert log_actions(A, own=True, superior=False) == []
    assert obstacle_actions(ObstacleStatus.OPEN, own=False, leader=True) == ["answer"]
    assert obstacle_actions(ObstacleStatus.ANSWERED, own=True, leader=False) == ["reply", "resolve"]


def test_times_may_pass_midnight_but_not_sixteen_hours():
    assert read_span("08:00", "09:30") == Span(480, 570)
    assert read_span("16:00", "00:00").parts(DAY)[0].ends == 1440
    assert len(read_span("16:00", "00:00").parts(DAY)) == 1
    night = read_span("22:00", "06:00")
    assert (night.minutes, [(p.starts, p.ends) for p in night.parts(DAY)]) == (
        480, [(1320, 1440), (0, 360)],
    )  # fmt: skip
    assert read_span("08:00", "00:00").minutes == 960
    for starts, ends in (("08:00", "00:01"), ("08:00", "08:00"), ("08:00", "07:59")):
        with pytest.raises(LogTooLong):
            read_span(starts, ends)


SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 960)).map(lambda t: Span(t[0], sum(t)))


@settings(deadline=None)
@given(st.lists(SPANS, max_size=12))
def test_a_day_book_admits_no_overlap_and_no_day_over_its_limit(spans: list[Span]):
    book, person = DayBook(), uuid4()
    admitted: list[Span] = []
    for span in spans:
        problem = book.refusal(person, span.parts(DAY), LIMITS)
        clash = any(span.starts < other.ends and other.starts < span.ends for other in admitted)
        taken = dict.fromkeys(LIMITS, 0)
        for part in (part for other in [*admitted, span] for part in other.parts(DAY)):
            taken[part.day] += part.ends - part.starts
        over = any(minutes > 450 for minutes in taken.values())
        assert (problem is None) == (not clash and not over)
        if isinstance(problem, LogOverlaps):
            assert clash
        if isinstance(problem, DailyLimitExceeded):
            assert over
        if problem is None:
            book.take(person, span.parts(DAY))
            admitted.append(span)


WINDOWS = Windows(
    first_entry_day=DAY - dt.timedelta(days=3),
    first_late_entry_day=DAY - dt.timedelta(days=5),
    last_entry_day=DAY + dt.timedelta(days=1),
    first_approval_day=DAY - dt.timedelta(days=3),
    first_late_approval_day=DAY - dt.timedelta(days=5),
)


def refusal(check: Callable[[], None]) -> type[Problem] | None:
    try:
        check()
    except Problem as problem:
        return type(problem)
    return None


@pytest.mark.parametrize(("back", "reason"), list(itertools.product(range(-2, 7), (None, "Sakit"))))
def test_a_log_is_entered_in_time_or_late_with_a_reason(back: int, reason: str | None):
    expected: type[Problem] | None = None
    if back < -1:
        expected = LogInFuture
    elif back > 5:
        expected = LogWindowPassed
    elif back > 3 and reason is None:
        expected = LateReasonMissing
    day = DAY - dt.timedelta(days=back)
    check = functools.partial(check_entry, day, WINDOWS, late_reason=reason)
    assert refusal(check) is expected


@pytest.mark.parametrize(("back", "note"), list(itertools.product(range(7), (None, "Cuti"))))
def test_a_log_is_decided_in_time_or_late_with_a_note(back: int, note: str | None):
    expected: type[Problem] | None = None
    if back > 5:
        expected = ApprovalWindowPassed
    elif back > 3 and note is None:
        expected = ApprovalNoteMissing
    check = functools.partial(check_decision, DAY - dt.timedelta(days=back), WINDOWS, note=note)
    assert refusal(check) is expected
