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
    period_of,
    periods_of_year,
    plan_faults,
    plan_warnings,
)

TEN = Bounds(Decimal(10))
GOOD = DraftIndicator("higher", None, TEN, [TEN])


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
    lower = DraftIndicator("lower", None, Bounds(Decimal(0)), [Bounds(Decimal(0))])
    between = Bounds(Decimal(1), Decimal(2))
    assert found(target(lower, DraftIndicator("range", None, between, [between]))) == []
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
            DraftIndicator("higher", Decimal(60), Bounds(Decimal(0)), []),
            DraftIndicator("range", None, TEN, [reversed_range]),
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


def test_a_link_is_missed_only_where_the_superior_has_a_plan():
    plan = [target(), target(linked=True), target(kind="tambahan")]
    warned = plan_warnings(plan, has_superior=True, superior_has_plan=True)
    assert [one.pointer for one in warned] == ["/targets/0/superior_target_id"]
    assert plan_warnings(plan, has_superior=True, superior_has_plan=False) == []
    alone = plan_warnings(plan, has_superior=False, superior_has_plan=False)
    assert [one.code for one in alone] == ["superior_missing"]
