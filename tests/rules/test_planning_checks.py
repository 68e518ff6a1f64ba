"""Codes of periods, and what a plan must fulfil before it is submitted."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_api.planning.rules import (
    Bounds,
    DraftIndicator,
    DraftTarget,
    PeriodKind,
    Surroundings,
    period_of,
    periods_of_year,
    plan_faults,
    plan_warnings,
)

TEN = Bounds(Decimal(10))
GOOD = DraftIndicator("higher", None, TEN, {"2026": TEN}, "sum")


def target(
    *indicators: DraftIndicator,
    kind: str = "utama",
    weight: Decimal | None = None,
    linked: bool = False,
) -> DraftTarget:
    return DraftTarget(kind, weight, linked, indicators or (GOOD,))


def found(*targets: DraftTarget) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.pointer) for fault in plan_faults(targets)]


def weighted(weights: Sequence[Decimal]) -> list[DraftTarget]:
    return [target(weight=weight) for weight in weights]


@given(st.integers(2014, 2199))
def test_the_periods_of_a_year_cover_each_day_once_per_kind(year: int):
    periods = periods_of_year(year, list(PeriodKind))
    for kind, count in ((PeriodKind.YEAR, 1), (PeriodKind.QUARTER, 4), (PeriodKind.MONTH, 12)):
        mine = [one for one in periods if one.kind is kind]
        assert len(mine) == count
        assert (mine[0].starts_on, mine[-1].ends_on) == (dt.date(year, 1, 1), dt.date(year, 12, 31))
        assert all(b.starts_on - a.ends_on == dt.timedelta(1) for a, b in pairwise(mine))


@pytest.mark.parametrize(
    "code", ["", "1999", "2026-", "2026-0", "2026-00", "2026-13", "2026-Q0", "2026-Q5", "2026-11\n"]
)
def test_other_codes_are_none(code: str):
    assert period_of(code) is None


def test_a_sound_plan_has_no_faults():
    assert found(target()) == []
    zero = Bounds(Decimal(0))
    lower = DraftIndicator("lower", None, zero, {"2026": zero})
    between = Bounds(Decimal(1), Decimal(2))
    assert found(target(lower, DraftIndicator("range", None, between, {"2026": between}))) == []
    assert found(target(DraftIndicator(None), DraftIndicator(None))) == []
    assert found(*weighted([Decimal("33.33"), Decimal("33.33"), Decimal("33.34")])) == []


@given(st.lists(st.decimals("0.01", "99.99", places=2), min_size=2, max_size=6))
def test_weights_of_main_targets_sum_to_100_exactly(weights: list[Decimal]):
    expected = [] if sum(weights) == 100 else [("weights_not_100", "/targets")]
    assert found(*weighted(weights)) == expected


def test_faults_name_their_places():
    reversed_range = Bounds(Decimal(2), Decimal(2))
    bad = [
        target(kind="tambahan", weight=Decimal(5)),
        DraftTarget("tambahan", None, False, []),
        target(
            DraftIndicator("higher", Decimal(60), Bounds(Decimal(0))),
            DraftIndicator("range", None, TEN, {"2026": reversed_range}),
            kind="tambahan",
        ),
    ]
    assert set(found(*bad)) == {
        ("main_target_missing", "/targets"),
        ("additional_target_weighted", "/targets/0/weight_percent"),
        ("indicator_missing", "/targets/1/indicators"),
        ("weight_missing", "/targets/2/indicators/1/weight_percent"),
        ("period_target_missing", "/targets/2/indicators/0/period_targets"),
        ("target_zero", "/targets/2/indicators/0/annual_low"),
        ("range_reversed", "/targets/2/indicators/1/period_targets/0/high"),
    }


def warned(around: Surroundings, *targets: DraftTarget) -> list[tuple[str, str | None]]:
    return [(one.code, one.pointer) for one in plan_warnings(targets, around)]


def test_a_link_is_missed_only_where_there_is_something_to_carry():
    plan = [target(), target(linked=True), target(kind="tambahan")]
    missed = ("superior_target_unlinked", "/targets/0/superior_target_id")
    assert warned(Surroundings(can_link=True), *plan) == [missed]
    assert warned(Surroundings(), *plan) == []
    alone = Surroundings(has_superior=False, can_link=True)
    assert warned(alone, *plan) == [("superior_missing", ""), missed]
    lapsed = DraftTarget("utama", None, True, [GOOD], is_lapsed=True)
    assert warned(Surroundings(can_link=True), lapsed) == [
        ("superior_target_not_in_force", "/targets/0/superior_target_id")
    ]


def test_where_alignment_is_required_an_unlinked_main_target_is_a_fault():
    plan = [target(), target(linked=True), target(kind="tambahan")]
    faults = plan_faults(plan, alignment_required=True)
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("alignment_missing", "/targets/0/superior_target_id")
    ]


QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


@pytest.mark.parametrize(
    ("accumulation", "annual", "periods", "codes"),
    [
        ("sum", "10", {"2026": "10"}, []),
        ("sum", "10", {"2026-Q4": "10"}, []),
        ("sum", "10", {"2026": "10", "2026-Q1": "3"}, []),
        ("sum", "10", dict.fromkeys(QUARTERS, "2.50"), []),
        ("sum", "10", dict.fromkeys(QUARTERS, "2"), ["period_sum_differs"]),
        ("sum", "10", {"2026-Q4": "9"}, ["period_sum_differs", "period_target_gap"]),
        ("average", "10", dict.fromkeys(QUARTERS, "7"), []),
        ("latest", "10", {"2026-Q1": "7"}, ["period_target_gap"]),
        ("latest", "10", {"2026": "7", "2026-Q1": "7"}, []),
    ],
)
def test_the_spread_of_a_target_over_the_year(
    accumulation: str, annual: str, periods: dict[str, str], codes: list[str]
):
    bounds = {code: Bounds(Decimal(low)) for code, low in periods.items()}
    plan = target(DraftIndicator("higher", None, Bounds(Decimal(annual)), bounds, accumulation))
    around = Surroundings(open_periods=("2026", *QUARTERS))
    place = "/targets/0/indicators/0/period_targets"
    assert warned(around, plan) == [(code, place) for code in codes]
    told = {one.code: one.params for one in plan_warnings([plan], around)}
    if "period_target_gap" in told:
        missing = [code for code in QUARTERS if code not in periods]
        assert told["period_target_gap"] == {"periods": ", ".join(missing)}


def test_a_closed_or_unserved_period_leaves_no_gap():
    bounds = {"2026-Q4": TEN}
    plan = target(DraftIndicator("higher", None, TEN, bounds, "latest"))
    assert warned(Surroundings(open_periods=("2026", "2026-Q4")), plan) == []


def test_a_range_is_summed_at_both_ends():
    annual = Bounds(Decimal(2), Decimal(4))
    half = Bounds(Decimal(1), Decimal(2))
    halves = {"2026-Q1": half, "2026-Q2": half}
    plan = target(DraftIndicator("range", None, annual, halves, "sum"))
    assert warned(Surroundings(), plan) == []
    wider = {"2026-Q1": half, "2026-Q2": Bounds(Decimal(1), Decimal(3))}
    off = target(DraftIndicator("range", None, annual, wider, "sum"))
    assert [code for code, _ in warned(Surroundings(), off)] == ["period_sum_differs"]
