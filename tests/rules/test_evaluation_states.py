"""States of an evaluation, actions of a caller, when a decision needs a reason."""

from itertools import product

import pytest

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.evaluations.policies import allowed_actions
from kinerja_api.evaluations.rules import (
    EVALUATION_TRANSITIONS,
    EvaluationEvent,
    EvaluationStatus,
    needs_reason,
    next_status,
)
from kinerja_api.results.rules import Rating

S, E = EvaluationStatus, EvaluationEvent


@pytest.mark.parametrize(("status", "event"), list(product(S, E)))
def test_an_evaluation_moves_only_where_the_table_has_a_cell(
    status: EvaluationStatus, event: EvaluationEvent
) -> None:
    expected = {
        (S.OPENED, E.DECIDE): S.DECIDED,
        (S.OPENED, E.SUPERSEDE): S.SUPERSEDED,
        (S.DECIDED, E.ACKNOWLEDGE): S.FINAL,
    }
    assert expected == EVALUATION_TRANSITIONS
    if (status, event) in expected:
        assert next_status(status, event) is expected[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_status(status, event)


@pytest.mark.parametrize(
    ("status", "own", "assessor", "actions"),
    [
        (S.OPENED, False, True, ["decide"]),
        (S.OPENED, True, False, []),
        (S.OPENED, False, False, []),
        (S.DECIDED, True, False, ["acknowledge"]),
        (S.DECIDED, False, True, []),
        (S.FINAL, True, True, []),
        (S.SUPERSEDED, True, True, []),
    ],
)
def test_a_caller_is_told_what_he_may_do(
    status: EvaluationStatus, own: bool, assessor: bool, actions: list[str]
) -> None:
    assert allowed_actions(status, own=own, assessor=assessor) == actions


@pytest.mark.parametrize(("work", "behaviour"), list(product(Rating, Rating)))
def test_a_decision_needs_a_reason_unless_it_is_the_suggestion(
    work: Rating, behaviour: Rating
) -> None:
    for suggested in product([*Rating, None], [*Rating, None]):
        assert needs_reason((work, behaviour), suggested) is (suggested != (work, behaviour))
