"""Campaign states, small numbers, masked texts and the shrunken mean."""

import time
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.core.masking import mask_personal
from kinerja_api.core.problems import TransitionRefused
from kinerja_api.surveys.rules import (
    CampaignEvent,
    CampaignStatus,
    needs_follow_up,
    next_status,
    open_events,
    shown_counts,
    shrunken_mean,
)

S, E = CampaignStatus, CampaignEvent
WAYS = {
    (S.DRAFT, E.CHANGE): S.DRAFT,
    (S.DRAFT, E.REMOVE): S.DRAFT,
    (S.DRAFT, E.OPEN): S.OPEN,
    (S.OPEN, E.CLOSE): S.CLOSED,
    (S.CLOSED, E.PUBLISH): S.PUBLISHED,
}


@pytest.mark.parametrize(("status", "event"), list(product(S, E)))
def test_every_status_takes_these_events_and_no_others(
    status: CampaignStatus, event: CampaignEvent
):
    if (status, event) in WAYS:
        assert next_status(status, event) == WAYS[status, event]
        assert event in open_events(status)
    else:
        assert event not in open_events(status)
        with pytest.raises(TransitionRefused):
            next_status(status, event)


def test_results_below_band_b_need_a_follow_up_plan():
    assert [band for band in "ABCD" if needs_follow_up(band)] == ["C", "D"]
    assert not needs_follow_up(None)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 10, "b": 7}, {"a": 10, "b": 7}),
        ({"a": 10, "b": 0}, {"a": 10, "b": 0}),
        ({"a": 10, "b": 1}, {"a": None, "b": None}),  # the total would tell b
        ({"a": 10, "b": 6, "c": 1}, {"a": 10, "b": None, "c": None}),
        ({"a": 10, "b": 2, "c": 1}, {"a": None, "b": None, "c": None}),  # three in all
        ({"a": 10, "b": 4, "c": 3}, {"a": 10, "b": None, "c": None}),
        ({"a": 5}, {"a": 5}),
        ({}, {}),
    ],
)
def test_few_people_are_not_shown_nor_told_by_the_total(
    counts: dict[str, int], shown: dict[str, int | None]
):
    assert shown_counts(counts) == shown


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 12), max_size=6))
def test_what_is_hidden_is_never_one_group_nor_fewer_than_five(counts: dict[str, int]):
    shown = shown_counts(counts)
    hidden = [name for name, count in shown.items() if count is None]
    assert all(count is None or count == 0 or count >= 5 for count in shown.values())
    if hidden and sum(1 for count in counts.values() if count) > 1:
        assert len(hidden) > 1
    if hidden and sum(counts.values()) >= 5:
        assert sum(counts[name] for name in hidden) >= 5


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("NIK saya 7371010101900001 ya", "NIK saya […] ya"),
        ("7371 0101 0190 0001", "[…]"),
        ("73.71.01.010190.0001", "[…]"),
        ("hubungi 0812-3456-7890.", "hubungi […]."),
        ("+62 (812) 3456 7890", "[…]"),
        ("0 8 1 2 3 4 5 6 7 8 9", "[…]"),
        ("\uff10\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "[…]"),
        ("0812\u20133456\u20117890 atau 0812\u200b3456\u200b7890", "[…] atau […]"),
        ("tulis ke siti.aminah@example.go.id", "tulis ke […]"),
        ("tulis ke siti\uff20example.go.id", "tulis ke […]"),
        (
            "jam 07.30\u201316.00, tahun 2020\u20132024",
            "jam 07.30\u201316.00, tahun 2020\u20132024",
        ),
        ("biaya Rp 1.500.000.000 sejak 22-11-2026", "biaya Rp 1.500.000.000 sejak 22-11-2026"),
        ("antre 3 jam, loket 12", "antre 3 jam, loket 12"),
    ],
)
def test_numbers_and_addresses_of_persons_are_hidden(text: str, masked: str):
    assert mask_personal(text) == masked


def test_a_long_word_is_read_once():
    started = time.process_time()
    assert mask_personal("a" * 100_000) == "a" * 100_000
    assert time.process_time() - started < 1


def test_few_ratings_are_drawn_to_the_mean_of_all():
    assert shrunken_mean(10, 50, 100, 300) == Decimal("4.00")  # half of 5, half of 3
    assert shrunken_mean(990, 4950, 1000, 4000) == Decimal("4.99")
    assert shrunken_mean(1, 5, 1, 5) == Decimal("5.00")
    assert shrunken_mean(0, 0, 10, 30) is None
    assert shrunken_mean(0, 0, 0, 0) is None
