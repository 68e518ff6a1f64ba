"""The legal matrix cell by cell, the worked examples, words on import, states of a closing."""

import json
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.core.problems import TransitionRefused
from kinerja_api.planning.rules import Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rule_sets import RULE_SETS
from kinerja_api.scoring.rules import (
    CLOSING_TRANSITIONS,
    PREDICATE_MATRIX,
    ClosingEvent,
    ClosingStatus,
    Predicate,
    next_status,
    read_predicate,
    read_rating,
)
from kinerja_api.scoring.score import ScoredIndicator, ScoredPlan, ScoredTarget

CASES: dict[str, Any] = json.loads(
    (Path(__file__).parent / "predicate_matrix.json").read_text(encoding="utf-8")
)
RULES = RULE_SETS["permenpanrb-6-2022"]


def as_plan(example: dict[str, Any]) -> ScoredPlan:
    def number(row: dict[str, Any], name: str) -> Decimal | None:
        return Decimal(row[name]) if name in row else None

    targets = [
        ScoredTarget(
            target_id=UUID(int=at),
            kind=target["kind"],
            weight=number(target, "weight"),
            indicators=[
                ScoredIndicator(
                    indicator_id=UUID(int=at * 100 + place),
                    direction=Direction(row["direction"]),
                    target_low=Decimal(row["target_low"]),
                    target_high=number(row, "target_high"),
                    result=number(row, "result"),
                    weight=number(row, "weight"),
                    is_excluded=row.get("is_excluded", False),
                )
                for place, row in enumerate(target["indicators"])
            ],
        )
        for at, target in enumerate(example["targets"])
    ]
    above, below = example["above"], example["below"]
    as_expected = 7 - above - below
    ratings = [Rating.DI_ATAS] * above + [Rating.DI_BAWAH] * below + [Rating.SESUAI] * as_expected
    return ScoredPlan(
        targets=targets, behaviours={f"value_{n}": each for n, each in enumerate(ratings)}
    )


@pytest.mark.parametrize("cell", CASES["cells"])
def test_matrix_gives_the_legal_predicate(cell: dict[str, str]) -> None:
    pair = (Rating(cell["work"]), Rating(cell["behaviour"]))

    assert PREDICATE_MATRIX[pair] == cell["predicate"]


def test_matrix_has_every_pair_of_ratings() -> None:
    assert set(PREDICATE_MATRIX) == set(product(Rating, Rating))
    assert len(CASES["cells"]) == 9


@pytest.mark.parametrize("example", CASES["examples"], ids=lambda example: example["name"])
def test_worked_example_comes_out_as_written(example: dict[str, Any]) -> None:
    expected = example["expected"]

    scored = RULES.score_employee(as_plan(example), RULES.default_policy)

    assert str(scored.work_result) == expected["work_result"]
    assert scored.work_rating == expected["work"]
    assert scored.behaviour_rating == expected["behaviour"]
    assert scored.predicate == expected["predicate"]


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("Sangat Baik", Predicate.SANGAT_BAIK),
        ("BAIK", Predicate.BAIK),
        ("Cukup", Predicate.BUTUH_PERBAIKAN),
        ("Butuh Perbaikan (Cukup)", Predicate.BUTUH_PERBAIKAN),
        (" Kurang/Misconduct ", Predicate.KURANG),
        ("misconduct", Predicate.KURANG),
        ("sangat-kurang", Predicate.SANGAT_KURANG),
        ("Istimewa", None),
        ("", None),
    ],
)
def test_reads_other_spellings_of_a_predicate(text: str, predicate: Predicate | None) -> None:
    assert read_predicate(text) is predicate


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("Di Atas Ekspektasi", Rating.DI_ATAS),
        ("diatas ekspektasi", Rating.DI_ATAS),
        ("Sesuai", Rating.SESUAI),
        ("DIBAWAH EKSPEKTASI", Rating.DI_BAWAH),
        ("baik", None),
    ],
)
def test_reads_other_spellings_of_a_rating(text: str, rating: Rating | None) -> None:
    assert read_rating(text) is rating


@pytest.mark.parametrize(("status", "event"), list(product(ClosingStatus, ClosingEvent)))
def test_closing_moves_only_where_the_table_has_a_cell(
    status: ClosingStatus, event: ClosingEvent
) -> None:
    if (status, event) in CLOSING_TRANSITIONS:
        assert next_status(status, event) is CLOSING_TRANSITIONS[status, event]
    else:
        with pytest.raises(TransitionRefused):
            next_status(status, event)
