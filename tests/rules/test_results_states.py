"""The whole table of states and events of a result, and who sees which action."""

from decimal import Decimal
from itertools import product

import pytest

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.planning.rules import Accumulation, Source
from kinerja_api.results.policies import allowed_actions
from kinerja_api.results.rules import (
    RESULT_TRANSITIONS,
    ResultEvent,
    ResultStatus,
    accumulated,
    next_status,
)

AFTER = {
    ("entered", "enter"): "entered",
    ("entered", "attach"): "entered",
    ("returned", "attach"): "returned",
    ("entered", "detach"): "entered",
    ("returned", "detach"): "returned",
    ("entered", "verify"): "verified",
    ("entered", "return"): "returned",
    ("entered", "derive"): "verified",
    ("returned", "enter"): "entered",
    ("returned", "derive"): "verified",
    ("verified", "return"): "returned",
    ("verified", "derive"): "verified",
}


@pytest.mark.parametrize(("status", "event"), list(product(ResultStatus, ResultEvent)))
def test_every_cell_of_the_table(status: ResultStatus, event: ResultEvent):
    expected = AFTER.get((status, event))
    if expected is None:
        with pytest.raises(TransitionRefused):
            next_status(status, event)
    else:
        assert next_status(status, event) == expected


def test_every_state_can_be_reached_and_left():
    assert set(RESULT_TRANSITIONS.values()) == set(ResultStatus)
    assert {status for status, _ in RESULT_TRANSITIONS} == set(ResultStatus)


@pytest.mark.parametrize(
    ("status", "own", "superior", "actions"),
    [
        ("entered", True, False, ["enter", "attach", "detach"]),
        ("entered", False, True, ["verify", "return"]),
        ("entered", False, False, []),
        ("verified", True, False, []),
        ("verified", False, True, ["return"]),
        ("returned", True, False, ["enter", "attach", "detach"]),
        ("returned", False, True, []),
    ],
)
def test_allowed_actions(status: str, own: bool, superior: bool, actions: list[str]):
    found = allowed_actions(status, Source.ENTERED, own=own, superior=superior)
    assert found == actions


@pytest.mark.parametrize(("own", "superior"), list(product((True, False), repeat=2)))
@pytest.mark.parametrize("status", ResultStatus)
@pytest.mark.parametrize("source", [each for each in Source if each is not Source.ENTERED])
def test_a_derived_result_is_only_derived_again(
    source: str, status: str, own: bool, superior: bool
):
    found = allowed_actions(status, source, own=own, superior=superior)
    assert found == (["derive"] if own or superior else [])


@pytest.mark.parametrize(
    ("accumulation", "sums"),
    [
        ("sum", [None, "1.00", "1.00", "3.50", "3.50"]),
        ("average", [None, "1.00", "1.00", "1.75", "1.17"]),
        ("latest", [None, "1.00", "1.00", "2.50", "0.00"]),
    ],
)
def test_results_add_up_by_their_accumulation(accumulation: str, sums: list[str | None]):
    values = [None, "1.00", None, "2.50", "0.00"]
    found = accumulated(
        [Decimal(value) if value else None for value in values], Accumulation(accumulation)
    )
    assert found == [Decimal(each) if each else None for each in sums]
