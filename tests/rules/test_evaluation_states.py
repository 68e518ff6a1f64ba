"""States of evaluations and objections, actions of a caller, deadlines, reasons and outcomes."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.evaluations.errors import OutcomeContradicted
from kinerja_api.evaluations.policies import allowed_actions, objection_actions
from kinerja_api.evaluations.rules import (
    EVALUATION_TRANSITIONS,
    OBJECTION_TRANSITIONS,
    EvaluationEvent,
    EvaluationStatus,
    ObjectionEvent,
    ObjectionOutcome,
    ObjectionStatus,
    last_day,
    needs_reason,
    next_objection_status,
    next_status,
    ruled_ratings,
)
from kinerja_api.results.rules import Rating

S, E = EvaluationStatus, EvaluationEvent
OS, OE = ObjectionStatus, ObjectionEvent
AS, ABOVE, BELOW = Rating.SESUAI, Rating.DI_ATAS, Rating.DI_BAWAH

EVALUATION_WAYS = {
    (S.OPENED, E.ASSIGN): S.OPENED,
    (S.OPENED, E.DECIDE): S.DECIDED,
    (S.OPENED, E.SUPERSEDE): S.SUPERSEDED,
    (S.DECIDED, E.ACKNOWLEDGE): S.FINAL,
    (S.DECIDED, E.OBJECT): S.OBJECTED,
    (S.DECIDED, E.LAPSE): S.FINAL,
    (S.DECIDED, E.CORRECT): S.CORRECTED,
    (S.OBJECTED, E.WITHDRAW): S.FINAL,
    (S.OBJECTED, E.DECIDE_OBJECTION): S.FINAL,
    (S.FINAL, E.CORRECT): S.CORRECTED,
}
OBJECTION_WAYS = {
    (OS.FILED, OE.ANSWER): OS.ANSWERED,
    (OS.FILED, OE.DECIDE): OS.DECIDED,
    (OS.FILED, OE.WITHDRAW): OS.WITHDRAWN,
    (OS.ANSWERED, OE.DECIDE): OS.DECIDED,
    (OS.ANSWERED, OE.WITHDRAW): OS.WITHDRAWN,
}


@pytest.mark.parametrize(("status", "event"), list(product(S, E)))
def test_an_evaluation_moves_only_where_the_table_has_a_cell(
    status: EvaluationStatus, event: EvaluationEvent
) -> None:
    assert EVALUATION_WAYS == EVALUATION_TRANSITIONS
    if (status, event) in EVALUATION_WAYS:
        assert next_status(status, event) is EVALUATION_WAYS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_status(status, event)


@pytest.mark.parametrize(("status", "event"), list(product(OS, OE)))
def test_an_objection_moves_only_where_the_table_has_a_cell(
    status: ObjectionStatus, event: ObjectionEvent
) -> None:
    assert OBJECTION_WAYS == OBJECTION_TRANSITIONS
    if (status, event) in OBJECTION_WAYS:
        assert next_objection_status(status, event) is OBJECTION_WAYS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_objection_status(status, event)


def test_what_is_replaced_moves_no_more() -> None:
    for status in (S.CORRECTED, S.SUPERSEDED):
        assert not [event for before, event in EVALUATION_TRANSITIONS if before is status]


FLAGS = ("own", "assessor", "author", "assigns")
ACTIONS = {
    S.OPENED: {"assessor": ["decide"], "assigns": ["assign"]},
    S.DECIDED: {"own": ["acknowledge", "object"], "author": ["correct"]},
    S.FINAL: {"author": ["correct"]},
}


@pytest.mark.parametrize(("status", "flag"), list(product(S, [*FLAGS, None])))
def test_a_caller_is_told_what_he_may_do(status: EvaluationStatus, flag: str | None) -> None:
    flags = {name: name == flag for name in FLAGS}
    assert allowed_actions(status, **flags) == ACTIONS.get(status, {}).get(flag or "", [])


OBJECTION_ACTIONS = {
    OS.FILED: {"own": ["withdraw"], "assessor": ["answer"], "decider": ["decide"]},
    OS.ANSWERED: {"own": ["withdraw"], "decider": ["decide"]},
}


@pytest.mark.parametrize(
    ("status", "flag"), list(product(OS, ["own", "assessor", "decider", None]))
)
def test_a_caller_is_told_what_he_may_do_to_an_objection(
    status: ObjectionStatus, flag: str | None
) -> None:
    flags = {name: name == flag for name in ("own", "assessor", "decider")}
    expected = OBJECTION_ACTIONS.get(status, {}).get(flag or "", [])
    assert objection_actions(status, **flags) == expected


@pytest.mark.parametrize(("work", "behaviour"), list(product(Rating, Rating)))
def test_a_decision_needs_a_reason_unless_it_is_the_suggestion(
    work: Rating, behaviour: Rating
) -> None:
    for suggested in product([*Rating, None], [*Rating, None]):
        assert needs_reason((work, behaviour), suggested) is (suggested != (work, behaviour))


@pytest.mark.parametrize(
    ("decided_on", "days", "last"),
    [
        ("2026-11-05", 14, "2026-11-19"),
        ("2026-12-25", 14, "2027-01-08"),
        ("2028-02-20", 14, "2028-03-05"),
        ("2026-11-05", 1, "2026-11-06"),
    ],
)
def test_the_days_to_object_are_calendar_days_after_the_decision(
    decided_on: str, days: int, last: str
) -> None:
    assert last_day(dt.date.fromisoformat(decided_on), days) == dt.date.fromisoformat(last)


@given(
    ruled=st.tuples(*[st.sampled_from([*Rating, None])] * 2),
    old=st.tuples(*[st.sampled_from(Rating)] * 2),
)
def test_the_outcome_says_what_the_ratings_say(
    ruled: tuple[Rating | None, Rating | None], old: tuple[Rating, Rating]
) -> None:
    after = (ruled[0] or old[0], ruled[1] or old[1])
    right = ObjectionOutcome.KEPT if after == old else ObjectionOutcome.CHANGED
    (wrong,) = set(ObjectionOutcome) - {right}
    assert ruled_ratings(right, ruled, old) == after
    with pytest.raises(OutcomeContradicted):
        ruled_ratings(wrong, ruled, old)


def test_a_change_may_name_one_rating_only() -> None:
    assert ruled_ratings(ObjectionOutcome.CHANGED, (None, ABOVE), (AS, BELOW)) == (AS, ABOVE)
