"""Clocks of reports: folded from the log, against a person who crosses days off a wall calendar."""

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_api.complaints.rules import (
    Level,
    Levels,
    LogEntry,
    OwnLevel,
    Reckoning,
    ReportClass,
    ReportEvent,
    ReportStatus,
    Stage,
    StageClock,
    StartEvent,
    default_level,
    handler_clocks,
    next_status,
    stage_clocks,
)
from kinerja_api.core.types import DateRange
from kinerja_api.organisation.rules import WorkingCalendar
from tests.rules.test_clocks import A, B, C

ZONE = "Asia/Jakarta"
PLAIN = WorkingCalendar()
COMPLAINT = ReportClass.PENGADUAN_TIDAK_BERKADAR_PENGAWASAN
UNIT, OTHER = UUID(int=1), UUID(int=2)
_E, _S = ReportEvent, ReportStatus


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


def at(month: int, number: int, hour: int = 3) -> dt.datetime:
    """An hour of the day in UTC; 3 is ten in the morning in Jakarta."""
    return dt.datetime(2026, month, number, hour, tzinfo=dt.UTC)


def log_of(*steps: tuple[str, dt.datetime] | tuple[str, dt.datetime, dict[str, Any]]):
    """Build the log of events as the state table leads it."""
    log: list[LogEntry] = []
    status, asked_in = _S.RECEIVED, None
    for number, (name, when, *data) in enumerate(steps, 1):
        event = ReportEvent(name)
        before = status
        if event is not _E.RECEIVE:
            status = next_status(status, event, asked_in=asked_in)
        if status is _S.AWAITING_INFORMATION and before is not status:
            asked_in = before
        given_data = data[0] if data else {}
        if event is _E.ASSIGN:
            given_data = {"unit_id": str(UNIT), **given_data}
        log.append(LogEntry(number, event, status, when, given_data))
    return log


def of(clocks: list[StageClock], stage: str) -> StageClock:
    """The last clock of the stage."""
    return [one for one in clocks if one.stage == stage][-1]


def due(log: list[LogEntry], stage: str, calendar: WorkingCalendar = PLAIN, levels: Any = None):
    clocks = stage_clocks(log, levels or Levels(), ZONE)
    return of(clocks, stage).due_on(Reckoning(calendar))


_MARCH = at(3, 17)


def worked(*more: Any, start: dt.datetime = _MARCH):
    return log_of(("receive", start), ("verify", start), ("assign", start), *more)


@pytest.mark.parametrize(
    ("start", "days", "calendar", "expected"),
    [
        ((3, 17), 3, A, (3, 27)), ((3, 17), 3, B, (3, 23)), ((3, 17), 3, C, (3, 27)),
        ((3, 17), 5, A, (3, 31)), ((3, 17), 5, B, (3, 25)), ((3, 17), 5, C, (3, 30)),
        ((3, 17), 60, A, (6, 26)), ((3, 17), 60, B, (6, 18)), ((3, 17), 60, C, (6, 10)),
        ((11, 20), 10, A, (12, 4)), ((11, 20), 10, B, (12, 4)), ((11, 20), 10, C, (12, 2)),
    ],
)  # fmt: skip
def test_worked_examples_through_the_log(
    start: tuple[int, int], days: int, calendar: WorkingCalendar, expected: tuple[int, int]
):
    always = DateRange(dt.date(2020, 1, 1))
    own = OwnLevel(COMPLAINT, Stage.RESOLUTION, always, Level(days, StartEvent.ASSIGNED, "X"))
    log = worked(start=at(*start))
    assert due(log, "resolution", calendar, Levels([own])) == day(*expected)


def test_receipt_on_a_sunday_counts_from_monday_and_midnight_is_that_of_the_zone():
    sunday = log_of(("receive", at(8, 2)))
    assert due(sunday, "verification") == day(8, 5)
    # 15:30 UTC is half past midnight of the next day in Jayapura (WIT), not yet in Jakarta.
    late = log_of(("receive", dt.datetime(2026, 8, 3, 15, 30, tzinfo=dt.UTC)))
    for zone, expected in [("Asia/Jakarta", day(8, 6)), ("Asia/Jayapura", day(8, 7))]:
        (clock,) = stage_clocks(late, Levels(), zone)
        assert clock.due_on(Reckoning(PLAIN)) == expected


def test_a_question_stops_the_clock_and_shows_the_citizens_time():
    asked = log_of(("receive", at(8, 3)), ("ask", at(8, 4)))
    assert due(asked, "verification") is None
    assert due(asked, "file_completion") == day(8, 18)
    told = log_of(("receive", at(8, 3)), ("ask", at(8, 4)), ("inform", at(8, 6)))
    assert due(told, "verification") == day(8, 10)
    assert of(stage_clocks(told, Levels(), ZONE), "file_completion").ended_by is _E.INFORM
    same_day = log_of(("receive", at(8, 3)), ("ask", at(8, 3, 4)), ("inform", at(8, 3, 5)))
    assert due(same_day, "verification") == day(8, 6)


def test_an_overdue_clock_stays_overdue_while_it_waits():
    log = worked(("accept", at(3, 18)), ("wait", at(4, 20)))
    assert due(log, "resolution") == day(4, 6)
    found = of(stage_clocks(log, Levels(), ZONE), "resolution")
    assert found.stands
    assert found.is_met(day(5, 4), Reckoning(PLAIN)) is False


def test_what_was_returned_counts_for_nobody_and_verification_goes_on():
    log = log_of(
        ("receive", at(8, 3)), ("verify", at(8, 4)), ("assign", at(8, 4)), ("return", at(8, 11)),
    )  # fmt: skip
    clocks = stage_clocks(log, Levels(), ZONE)
    assert [one.stage for one in clocks] == ["verification"]
    assert clocks[0].is_running
    assert clocks[0].due_on(Reckoning(PLAIN)) == day(8, 13)
    again = [*log, LogEntry(5, _E.ASSIGN, _S.ASSIGNED, at(8, 13), {"unit_id": str(OTHER)})]
    clocks = stage_clocks(again, Levels(), ZONE)
    assert [one.stage for one in clocks] == ["verification", "first_reply", "resolution"]
    assert of(clocks, "verification").is_met(day(9, 1), Reckoning(PLAIN)) is True
    assert of(clocks, "resolution").started_on == day(8, 13)
    first, second = handler_clocks(again, ZONE)
    assert (first.unit_id, first.is_misrouted) == (UNIT, True)
    assert (second.unit_id, second.is_misrouted) == (OTHER, False)


def test_a_reassignment_keeps_the_clock_and_a_wrong_one_between_stops_it():
    log = worked(("accept", at(3, 17)), ("assign", at(3, 24)), start=at(3, 17))
    assert due(log, "resolution") == day(4, 6)
    log = worked(
        ("accept", at(3, 17)), ("assign", at(3, 24)), ("return", at(3, 26)), ("assign", at(3, 27)),
    )  # fmt: skip
    assert due(log, "resolution") == day(4, 9)
    assert of(stage_clocks(log, Levels(), ZONE), "verification").clock.stopped == day(3, 27)


def test_a_takeover_keeps_the_resolution_clock():
    log = worked(("take_over", at(3, 20)), ("assign", at(3, 24)))
    assert due(log, "resolution") == day(4, 6)
    parts = handler_clocks(log, ZONE)
    assert [part.unit_id for part in parts] == [UNIT, None, UNIT]


def test_an_answer_that_was_taken_over_and_reopened_is_no_work_of_its_handler():
    answered = [("accept", at(3, 18)), ("propose_reply", at(3, 24)), ("approve_reply", at(3, 24))]
    taken = [("take_over", at(3, 25)), ("reopen", at(3, 26))]
    log = worked(*answered, *taken)
    assert [part.unit_id for part in handler_clocks(log, ZONE)] == [UNIT, None]
    log = worked(*answered, *taken, ("assign", at(3, 27)))
    assert [part.unit_id for part in handler_clocks(log, ZONE)] == [UNIT, None, UNIT]


def test_a_new_class_changes_the_level_and_never_what_has_gone():
    supervised = {"report_class": "pengaduan_berkadar_pengawasan", "report_class_before": COMPLAINT}
    log = worked(("reclassify", at(3, 25), supervised))
    found = of(stage_clocks(log, Levels(), ZONE), "resolution")
    assert (found.started_on, found.clock.days) == (day(3, 17), 60)
    assert of(stage_clocks(log, Levels(), ZONE), "verification").level.days == 3


def test_an_extension_adds_its_days_once_and_outlives_a_return():
    extended = ("extend", at(3, 18), {"extended_days": 10})
    assert due(worked(extended), "resolution") == day(4, 20)
    assert due(worked(extended), "first_reply") == day(3, 24)
    again = worked(extended, ("return", at(3, 19)), ("assign", at(3, 20)))
    assert due(again, "resolution") == day(4, 23)


@pytest.mark.parametrize(
    ("start_event", "started"),
    [("received", (3, 17)), ("verified", (3, 18)), ("assigned", (3, 20))],
)
def test_the_level_says_what_starts_the_clock(start_event: str, started: tuple[int, int]):
    valid = DateRange(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    level = Level(14, StartEvent(start_event), "Perbup 1/2026")
    levels = Levels([OwnLevel(COMPLAINT, Stage.RESOLUTION, valid, level)])
    log = log_of(("receive", at(3, 17)), ("verify", at(3, 18)), ("assign", at(3, 20)))
    found = of(stage_clocks(log, levels, ZONE), "resolution")
    assert found.started_on == day(*started)
    assert found.level.basis == "Perbup 1/2026"


def test_a_stage_keeps_the_level_of_the_day_it_started():
    march = OwnLevel(COMPLAINT, Stage.RESOLUTION, DateRange(day(3, 1), day(3, 31)),
                     Level(2, StartEvent.ASSIGNED, "lama"))  # fmt: skip
    april = OwnLevel(COMPLAINT, Stage.RESOLUTION, DateRange(day(4, 1)),
                     Level(30, StartEvent.ASSIGNED, "baru"))  # fmt: skip
    levels = Levels([march, april])
    assert due(worked(), "resolution", levels=levels) == day(3, 19)
    assert due(worked(start=at(4, 1)), "resolution", levels=levels) == day(5, 13)


def answered(*more: Any):
    return worked(("accept", at(3, 18)), ("propose_reply", at(3, 20)),
                  ("approve_reply", at(3, 23)), *more)  # fmt: skip


def test_the_first_answer_loses_its_time_when_it_was_not_enough():
    reckoning = Reckoning(PLAIN)
    today = day(6, 1)
    reply = ("propose_reply", at(4, 8)), ("approve_reply", at(4, 9))
    open_again = answered(("reopen", at(3, 30)))
    for log, is_met in [
        (answered(), True), (open_again, True), (answered(("reopen", at(3, 30)), *reply), False),
        (answered(("reopen", at(4, 6)), *reply), False),
        (answered(("reopen", at(4, 7)), *reply), True),
    ]:  # fmt: skip
        clocks = stage_clocks(log, Levels(), ZONE)
        assert of(clocks, "resolution").is_met(today, reckoning) is is_met
        assert of(clocks, "first_reply").is_met(today, reckoning) is True
    assert due(open_again, "after_reopen") == day(4, 8)
    assert due(answered(), "citizen_window") == day(4, 6)


def test_an_end_that_completes_nothing_is_neither_met_nor_missed_unless_it_was_late():
    reckoning, today = Reckoning(PLAIN), day(6, 1)
    for name, stage, when, is_met in [
        ("withdraw", "resolution", (3, 20), None), ("withdraw", "resolution", (5, 20), False),
        ("merge", "resolution", (5, 20), None), ("refer", "first_reply", (3, 20), None),
    ]:  # fmt: skip
        clocks = stage_clocks(worked((name, at(*when))), Levels(), ZONE)
        assert of(clocks, stage).is_met(today, reckoning) is is_met
        assert not any(one.is_running for one in clocks)
    archived = log_of(("receive", at(3, 17)), ("archive", at(3, 18)))
    assert of(stage_clocks(archived, Levels(), ZONE), "verification").is_met(today, reckoning)
    appealed = stage_clocks(
        [*archived, LogEntry(3, _E.APPEAL, _S.RECEIVED, at(3, 25), {})], Levels(), ZONE
    )
    assert [one.started_on for one in appealed] == [day(3, 17), day(3, 25)]


def test_a_changed_calendar_moves_open_stages_and_no_ended_one():
    holiday = WorkingCalendar(days={day(3, 25): "holiday"})
    own = {"days": 5, "start_event": "assigned", "basis": "X"}
    kept = {"frozen": {"first_reply": {"due_on": "2026-03-24", "is_met": True, **own}}}
    log = worked(("answer_first", at(3, 24), kept))
    assert due(log, "resolution") == day(4, 6)
    assert due(log, "resolution", holiday) == day(4, 7)
    earlier = WorkingCalendar(days={day(3, 18): "holiday", day(3, 21): "working_day"})
    for calendar in (PLAIN, holiday, earlier):
        assert due(log, "first_reply", calendar) == day(3, 24)


# ---- against an oracle that knows nothing of clocks -----------------------------------------

_NEXT = {
    _S.RECEIVED: ["verify", "ask"],
    _S.AWAITING_INFORMATION: ["inform"],
    _S.VERIFIED: ["assign"],
    _S.ASSIGNED: ["accept", "return", "answer_first"],
    _S.IN_PROGRESS: ["ask", "wait", "assign", "propose_reply", "answer_first"],
    _S.AWAITING_OTHER_PARTY: ["resume"],
    _S.REPLY_PROPOSED: ["reject_reply", "approve_reply"],
    _S.ANSWERED: ["reopen", "confirm"],
}


@st.composite
def histories(draw: Any) -> list[LogEntry]:
    """A walk through the state table, some hours between the steps."""
    when = dt.datetime(2026, 1, 5, tzinfo=dt.UTC) + dt.timedelta(hours=draw(st.integers(0, 300)))
    steps: list[tuple[str, dt.datetime, dict[str, Any]]] = [("receive", when, {})]
    status, asked_in = _S.RECEIVED, None
    for _ in range(draw(st.integers(0, 14))):
        names = _NEXT.get(status)
        if names is None:
            break
        name = draw(st.sampled_from(names))
        when += dt.timedelta(hours=draw(st.integers(0, 150)))
        before = status
        status = next_status(status, _E(name), asked_in=asked_in)
        asked_in = before if name == "ask" else asked_in
        steps.append((name, when, {"handler_id": str(uuid.UUID(int=len(steps)))}))
    return log_of(*steps)


calendars = st.builds(
    WorkingCalendar,
    days=st.dictionaries(
        st.dates(dt.date(2026, 1, 1), dt.date(2026, 8, 31)),
        st.sampled_from(["holiday", "joint_leave", "working_day"]),
        max_size=25,
    ),
)
_HERE = dt.timezone(dt.timedelta(hours=7))


def journal(log: list[LogEntry]) -> tuple[list[tuple[dt.date, str, int]], set[int], list[Any]]:
    """Write down who held the report from which day on, what was given back, when it waited."""
    holder: list[tuple[dt.date, str, int]] = []  # from which day on, whose, number of the part
    returned, part, reopened = set[int](), 0, False
    waits: list[tuple[dt.date, bool]] = []
    for entry in log:
        today = entry.at.astimezone(_HERE).date()
        waits.append((today, entry.status.startswith("awaiting")))
        name = entry.event
        if name == "receive":
            holder.append((today, "verification", 0))
        elif name == "assign":
            part += 1
            holder.append((today, "after_reopen" if reopened else "resolution", part))
        elif name == "return":
            returned.add(part)
            holder.append((today, "verification", 0))
        elif name == "approve_reply":
            holder.append((today, "", 0))
        elif name == "reopen":
            part, reopened = part + 1, True
            holder.append((today, "after_reopen", part))
    return holder, returned, waits


def naive(log: list[LogEntry], calendar: WorkingCalendar, until: dt.date) -> dict[str, int]:
    """Cross days off: each working day belongs to whoever had the report at work on it.

    A day on whose evening the report waits is nobody's. Otherwise it belongs to the holder at
    its beginning; work that was given back is nobody's, as is all that lies before it is with a
    unit or the leading office again.
    """
    holder, returned, waits = journal(log)
    found = {"verification": 0, "resolution": 0, "after_reopen": 0}
    one = holder[0][0]
    while one < until:
        one += dt.timedelta(1)
        kind = calendar.days.get(one)
        works = kind == "working_day" if kind else one.isoweekday() < 6
        waiting = [is_waiting for start, is_waiting in waits if start <= one][-1]
        whose = [(name, number) for start, name, number in holder if start < one][-1]
        if works and not waiting and whose[0] and whose[1] not in returned:
            found[whose[0]] += 1
    return found


@settings(max_examples=150, deadline=None)
@given(histories(), calendars, st.integers(0, 40))
def test_every_day_is_counted_for_who_had_the_report(
    log: list[LogEntry], calendar: WorkingCalendar, later: int
):
    until = log[-1].at.astimezone(_HERE).date() + dt.timedelta(later)
    reckoning = Reckoning(calendar)
    counted = {"verification": 0, "resolution": 0, "after_reopen": 0}
    for one in stage_clocks(log, Levels(), ZONE):
        if one.stage in counted:
            counted[one.stage] += reckoning.counted(one.clock, until)
    expected = naive(log, calendar, until)
    assert counted == expected
    parts = [part for part in handler_clocks(log, ZONE) if not part.is_misrouted]
    total = sum(reckoning.counted(part.clock, until) for part in parts)
    assert total == expected["resolution"] + expected["after_reopen"]


@settings(max_examples=100, deadline=None)
@given(histories(), calendars)
def test_a_due_date_is_the_day_on_which_the_last_allowed_day_was_crossed_off(
    log: list[LogEntry], calendar: WorkingCalendar
):
    for one in stage_clocks(log, Levels(), ZONE):
        found = one.due_on(Reckoning(calendar))
        if found is None:
            assert one.stands
            continue
        allowed = default_level(COMPLAINT, one.stage).days
        at_due, before = (
            Reckoning(calendar).counted(
                type(one.clock)(one.clock.started, allowed, one.clock.pauses), until
            )
            for until in (found, found - dt.timedelta(1))
        )
        assert (at_due, before) == (allowed, allowed - 1)
