"""A rule set is a plug-in: another formula and matrix close, derive and explain."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import pytest

from kinerja_api.core.types import DateRange
from kinerja_api.results.rules import Rating
from kinerja_api.scoring import rule_sets
from kinerja_api.scoring.formula import Basis, IndicatorTerms, Label, Ops, PolicyValues
from kinerja_api.scoring.formula.algebra import B, N, T
from kinerja_api.scoring.method import Method
from kinerja_api.scoring.rederive import rederive
from kinerja_api.scoring.rule_sets import RULE_SETS, permenpanrb_6_2022, register, rule_set_on
from kinerja_api.scoring.rule_sets.plugin import RuleSet
from kinerja_api.scoring.rules import Predicate
from kinerja_api.scoring.score import score_employee
from kinerja_api.scoring.sql_ops import achievement_select, score_select
from tests.factories import scoring as factory
from tests.factories.world import World
from tests.plugins.service import Api

KEY = "all-or-nothing-1"


def all_or_nothing(
    ops: Ops[N, B, T], indicator: IndicatorTerms[N, B, T], policy: PolicyValues, /
) -> N:
    """Return 100 for a result that reaches its target, otherwise 0."""
    reached = ops.choose(
        [(ops.at_least(indicator.result, indicator.target_low), ops.percent(100))],
        default=ops.percent(0),
    )
    inputs = {"result": indicator.result, "target": indicator.target_low}
    formula = "100 if result >= target else 0"
    return ops.explain(Label.ACHIEVEMENT_HIGHER, formula, reached, inputs, Basis.POLICY)


METHOD = Method(
    achievement=all_or_nothing,
    matrix={
        pair: Predicate.KURANG if Rating.DI_BAWAH in pair else Predicate.SANGAT_BAIK
        for pair in product(Rating, Rating)
    },
    matrix_source="Peraturan uji coba",
)
BASE = permenpanrb_6_2022.RULE_SET
TINY = RuleSet(
    key=KEY,
    title="Aturan uji coba",
    validity=DateRange(dt.date(2026, 10, 1), dt.date(2026, 10, 31)),
    default_policy=BASE.default_policy,
    policy_of=BASE.policy_of,
    read_policy=BASE.read_policy,
    matrix=METHOD.matrix,
    score_employee=partial(score_employee, method=METHOD),
    score_select=partial(score_select, method=METHOD),
    achievement_select=partial(achievement_select, method=METHOD),
)


@pytest.fixture
def tiny() -> Iterator[RuleSet]:
    register(TINY)
    yield TINY
    del rule_sets._registered[KEY]


async def test_a_registered_rule_set_closes_and_explains(
    api: Api, tiny: RuleSet, world: World, sql: Any
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    lazy = await world.employee("Budi", unit=unit)
    period = await factory.period(world, "2026-10")
    for person, result in ((clerk, "10.00"), (lazy, "9.99")):
        await factory.rated_employee(world, person, period, year=2026, results=result)
    closing = await factory.close(api, world, period)
    read = (await api.get(f"/v1/closings/{closing}", by=world.agency)).json()
    assert read["rule_set"] == KEY
    scores = await sql(
        "SELECT employee_id, work_result, predicate FROM kinerja.closing_scores"
        " WHERE closing_id = $1 AND work_result IS NOT NULL",
        closing,
    )
    assert {row["employee_id"]: (row["work_result"], row["predicate"]) for row in scores} == {
        clerk.employee_id: (Decimal(100), "sangat_baik"),
        lazy.employee_id: (Decimal(0), "kurang"),
    }
    async with world.database.read(world.tenant_id) as reading:
        assert (await rederive(reading, closing, sample=1000)).equal
    listed = await api.get(
        "/v1/evaluations", by=head, params={"employee_id": str(clerk.employee_id)}
    )
    (evaluation,) = listed.json()["items"]
    explained = (await api.get(f"/v1/evaluations/{evaluation['id']}/explanation", by=head)).json()
    assert explained["rule_set"] == KEY
    assert explained["explanation"]["source"]["citation"] == "Peraturan uji coba"
    assert "100 if result >= target else 0" in str(explained)


async def test_a_closing_keeps_its_rule_set_when_a_newer_one_comes(
    api: Api, world: World, sql: Any
):
    made = await factory.government(world, people=40)
    closing = await factory.close(api, world, made.period_id)
    register(TINY)
    try:
        assert rule_set_on(dt.date(2026, 10, 31)) is TINY
        async with world.database.read(world.tenant_id) as reading:
            assert (await rederive(reading, closing)).equal
    finally:
        del rule_sets._registered[KEY]
    (row,) = await sql("SELECT rule_set FROM kinerja.closings WHERE id = $1", closing)
    assert row["rule_set"] == BASE.key


def test_the_newest_rule_set_of_the_day_holds(tiny: RuleSet):
    assert rule_set_on(dt.date(2026, 10, 31)) is tiny
    assert rule_set_on(dt.date(2026, 11, 30)) is BASE
    assert rule_set_on(dt.date(2021, 12, 31)) is None
    with pytest.raises(ValueError, match=KEY):
        register(TINY)
    assert set(RULE_SETS) == {KEY, BASE.key}
