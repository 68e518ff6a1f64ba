"""One formula, two executions and an oracle that shares no code with either."""

import json
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.resources import files
from itertools import count
from string import Formatter
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    FromClause,
    Integer,
    Numeric,
    String,
    Uuid,
    cast,
    column,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from kinerja_api.core.sql import Statement
from kinerja_api.planning.rules import Accumulation, Approach, Direction
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.decimal_ops import Explanation
from kinerja_api.scoring.formula import Basis, Label
from kinerja_api.scoring.rule_sets import RULE_SETS, permenpanrb_6_2022, rule_set_on
from kinerja_api.scoring.rules import (
    CloseStep,
    ClosingEvent,
    ClosingStatus,
    CorrectionReason,
    Predicate,
    UnratedReason,
)
from kinerja_api.scoring.score import (
    ScoredIndicator,
    ScoredPart,
    ScoredPlan,
    ScoredTarget,
    score_employee,
)
from kinerja_api.scoring.sql_ops import achievement_select, score_select, target_select

Sql = Callable[..., Awaitable[list[asyncpg.Record]]]
Policy = permenpanrb_6_2022.Policy

DEFAULT, METHOD = Policy(), permenpanrb_6_2022.METHOD
BEHAVIOURS = tuple(f"value_{n}" for n in range(7))


# The oracle: fractions, loops and plain conditions.


def rounded(value: Fraction) -> Fraction:
    return Fraction((value * 100 + Fraction(1, 2)).__floor__(), 100)


def is_passed(part: ScoredPart) -> bool:
    return part.result is None and part.sample is not None


def oracle_lacks_data(indicator: ScoredIndicator) -> bool:
    passed = [is_passed(each) for each in indicator.parts]
    if not all(passed):
        return False
    return indicator.is_excluded or (bool(passed) and indicator.result is None)


def oracle_result(indicator: ScoredIndicator) -> Fraction | None:
    results = [each.result for each in indicator.parts if not is_passed(each)]
    there = [Fraction(result) for result in results if result is not None]
    if not results:
        return None if indicator.result is None else Fraction(indicator.result)
    if not there or (len(there) < len(results) and indicator.direction != "higher"):
        return None
    if indicator.accumulation == "sum":
        return sum(there, Fraction(0))
    if indicator.accumulation == "average":
        return rounded(sum(there, Fraction(0)) / len(results))
    return there[-1]


def oracle_achievement(indicator: ScoredIndicator, policy: Policy) -> Fraction | None:
    low, direction = Fraction(indicator.target_low), indicator.direction
    result = oracle_result(indicator)
    if oracle_lacks_data(indicator):
        return None
    if direction != "range" and (low < 0 or (low == 0 and direction == "higher")):
        return None
    if result is None:
        return Fraction(0)
    value = oracle_percent(indicator, low, result)
    return min(rounded(max(value, Fraction(0))), Fraction(policy.cap_percent))


def oracle_percent(indicator: ScoredIndicator, low: Fraction, result: Fraction) -> Fraction:
    if indicator.direction == "higher":
        return result * 100 / low
    if indicator.direction == "lower":
        if low == 0:
            return Fraction(100 if result == 0 else 0)
        return (2 * low - result) * 100 / low
    high = low if indicator.target_high is None else Fraction(indicator.target_high)
    if result < low:
        return result * 100 / low if low > 0 else Fraction(0)
    if result > high:
        return (2 * high - result) * 100 / high if high > 0 else Fraction(0)
    return Fraction(100)


def oracle_mean(parts: Sequence[tuple[Fraction | None, Decimal | None]]) -> Fraction | None:
    there = [(value, weight) for value, weight in parts if value is not None]
    weighted = [(value, Fraction(weight)) for value, weight in there if weight is not None]
    if not there:
        return None
    if not weighted:
        return rounded(sum((value for value, _ in there), Fraction(0)) / len(there))
    weights = sum(weight for _, weight in weighted)
    return rounded(sum(v * w for v, w in weighted) / weights) if weights else None


def oracle_main_lacks(plan: ScoredPlan) -> bool:
    main = [target.indicators for target in plan.targets if target.kind == "utama"]
    return any(oracle_lacks_data(each) for indicators in main for each in indicators)


def oracle_reason(plan: ScoredPlan, work: str | None) -> str:
    if plan.approach is None:
        return "no_plan"
    if plan.approach == "qualitative":
        return "qualitative_approach"
    if not any(each.kind == "utama" and each.indicators for each in plan.targets):
        return "no_main_target"
    if work:
        return "behaviours_incomplete"
    return "not_enough_data" if oracle_main_lacks(plan) else "nothing_measurable"


def oracle_ratings(
    plan: ScoredPlan, work_result: Fraction | None, policy: Policy
) -> tuple[str | None, str | None, str | None, str | None]:
    work = behaviour = predicate = reason = None
    if work_result is not None:
        work = "above" if work_result > policy.above_over else "below"
        work = "as" if policy.as_from <= work_result <= policy.above_over else work
    given_ratings = [each for each in plan.behaviours.values() if each]
    if len(given_ratings) == 7:
        above, below = (given_ratings.count(each) for each in (Rating.DI_ATAS, Rating.DI_BAWAH))
        behaviour = "below" if below >= policy.behaviour_below_from else "as"
        if not below and above >= policy.behaviour_above_from:
            behaviour = "above"
    if work and behaviour:
        by_work = {"above": ("sangat_baik", "baik", "kurang"), "as": ("baik", "baik", "kurang")}
        row = by_work.get(work, ("butuh_perbaikan", "butuh_perbaikan", "sangat_kurang"))
        predicate = row[("above", "as", "below").index(behaviour)]
    else:
        reason = oracle_reason(plan, work)
    words = {"above": "di_atas_ekspektasi", "as": "sesuai_ekspektasi"}
    full = [each and words.get(each, "di_bawah_ekspektasi") for each in (work, behaviour)]
    return full[0], full[1], predicate, reason


@dataclass(frozen=True)
class Outcome:
    achievements: dict[UUID, Fraction | None]
    targets: dict[UUID, Fraction | None]
    work_result: Fraction | None
    ratings: tuple[str | None, str | None, str | None, str | None]
    missing_count: int


def by_oracle(plan: ScoredPlan, policy: Policy) -> Outcome:
    indicators = [each for target in plan.targets for each in target.indicators]
    values = {each.indicator_id: oracle_achievement(each, policy) for each in indicators}
    targets = {
        target.target_id: oracle_mean(
            [(values[each.indicator_id], each.weight) for each in target.indicators]
        )
        for target in plan.targets
    }
    work = oracle_mean(
        [(targets[each.target_id], each.weight) for each in plan.targets if each.kind == "utama"]
    )
    work = None if plan.approach == "qualitative" else work
    missing = [e for e in indicators if oracle_result(e) is None and not oracle_lacks_data(e)]
    return Outcome(values, targets, work, oracle_ratings(plan, work, policy), len(missing))


# The two executions, brought to the same shape.


def fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def by_decimals(plan: ScoredPlan, policy: Policy) -> Outcome:
    scored = score_employee(plan, policy, METHOD)
    assert scored.is_rated == (scored.unrated_reason is None)
    return Outcome(
        {key: fraction(value) for key, value in scored.achievements.items()},
        {key: fraction(value) for key, value in scored.target_achievements.items()},
        fraction(scored.work_result),
        (
            scored.work_rating,
            scored.behaviour_rating,
            scored.predicate,
            scored.unrated_reason,
        ),
        len(scored.missing),
    )


ARRAYS = {
    "target_ids": Uuid, "target_kinds": String, "target_weights": Numeric, "indicator_ids": Uuid,
    "indicator_weights": Numeric, "directions": String, "accumulations": String,
    "target_lows": Numeric, "target_highs": Numeric, "results": Numeric, "exclusions": Boolean,
    "part_indicator_ids": Uuid, "part_periods": String, "part_results": Numeric,
    "part_samples": Integer, "part_minimums": Integer,
    "behaviour_ratings": String,
}  # fmt: skip


def frozen(employee: int, plan: ScoredPlan) -> dict[str, object]:
    """Return the plan as a row of ``closing_people``."""
    lines = [(target, each) for target in plan.targets for each in target.indicators]
    parts = [(each.indicator_id, part) for _, each in lines for part in each.parts]
    return {
        "employee_id": employee,
        "approach": plan.approach,
        "is_head": False,
        "target_ids": [target.target_id for target, _ in lines],
        "target_kinds": [target.kind for target, _ in lines],
        "target_weights": [target.weight for target, _ in lines],
        "indicator_ids": [each.indicator_id for _, each in lines],
        "indicator_weights": [each.weight for _, each in lines],
        "directions": [each.direction for _, each in lines],
        "accumulations": [each.accumulation for _, each in lines],
        "target_lows": [each.target_low for _, each in lines],
        "target_highs": [each.target_high for _, each in lines],
        "results": [each.result for _, each in lines],
        "exclusions": [each.is_excluded for _, each in lines],
        "part_indicator_ids": [indicator_id for indicator_id, _ in parts],
        "part_periods": [part.period for _, part in parts],
        "part_results": [part.result for _, part in parts],
        "part_samples": [part.sample for _, part in parts],
        "part_minimums": [part.minimum for _, part in parts],
        "behaviour_ratings": list(plan.behaviours.values()),
    }


def as_people(plans: Sequence[ScoredPlan]) -> FromClause:
    """Return the plans as a FROM clause that costs one argument."""
    rows = [frozen(employee, plan) for employee, plan in enumerate(plans)]
    document = cast(literal(json.dumps(rows, default=str), String()), JSON())
    columns = [
        column("employee_id", Integer()),
        column("approach", String()),
        column("is_head", Boolean()),
        *[column(name, ARRAY(kind())) for name, kind in ARRAYS.items()],
    ]
    recordset = func.json_to_recordset(document).table_valued(*columns, name="people")
    return recordset.render_derived(with_types=True)


async def by_sql(sql: Sql, plans: Sequence[ScoredPlan], policy: Policy = DEFAULT) -> list[Outcome]:
    people = as_people(plans)
    of_each = [
        select(people.c.employee_id, *each.c).join_from(people, each, true())
        for each in (
            achievement_select(people, policy, METHOD).correlate(people).lateral("each_indicator"),
            target_select(people, policy, METHOD).correlate(people).lateral("each_target"),
        )
    ]
    fetched: list[list[asyncpg.Record]] = []
    for query in (*of_each, score_select(people, policy, METHOD)):
        statement = Statement(query)
        fetched.append(await sql(statement.text, *statement.arguments({})))
    outcomes = [Outcome({}, {}, None, (None, None, None, None), 0) for _ in plans]
    indicators, targets, employees = fetched
    for row in employees:
        names = ("work_rating", "behaviour_rating", "predicate", "unrated_reason")
        outcomes[row["employee_id"]] = Outcome(
            {},
            {},
            fraction(row["work_result"]),
            tuple(row[name] for name in names),
            row["missing_count"],
        )
    for row in indicators:
        of_employee = outcomes[row["employee_id"]].achievements
        of_employee[row["indicator_id"]] = fraction(row["achievement"])
    for row in targets:
        outcomes[row["employee_id"]].targets[row["target_id"]] = fraction(row["achievement"])
    return outcomes


# Random plans: grids full of exact ties, zeros and bounds, and numbers of up to twenty digits.

TARGETS = [Decimal(n) for n in ("0", "1", "3", "7", "8", "40", "200", "2000", "0.03", "-5")]
RESULTS = [Decimal(n) for n in ("0", "0.01", "1", "2.5", "7.99", "8.01", "180.03", "1999.9", "-1")]
FINE = st.integers(-20_000, 40_000_000).map(lambda n: Decimal(n).scaleb(-4))
HUGE = st.integers(10**19, 10**19 + 10**6).map(lambda n: Decimal(n).scaleb(-4))
WEIGHTS = st.none() | st.sampled_from([Decimal(n) for n in ("0", "12.5", "30", "33.33", "100")])

PARTS = st.just([]) | st.lists(
    st.tuples(
        st.none() | st.sampled_from([each for each in RESULTS if each >= 0]) | HUGE,
        st.none() | st.integers(0, 20),
    ),
    max_size=4,
).map(
    lambda parts: [
        ScoredPart(period=f"Q{n}", result=result, sample=sample, minimum=sample and 10)
        for n, (result, sample) in enumerate(parts, 1)
    ]
)
INDICATORS = st.builds(
    ScoredIndicator,
    indicator_id=st.just(UUID(int=0)),
    direction=st.sampled_from(Direction),
    target_low=st.sampled_from(TARGETS) | FINE | HUGE,
    target_high=st.none() | st.sampled_from(TARGETS) | HUGE,
    result=st.none() | st.sampled_from(RESULTS) | FINE | HUGE,
    weight=WEIGHTS,
    is_excluded=st.sampled_from([False, False, False, True]),
    accumulation=st.sampled_from(Accumulation),
    parts=PARTS,
)
RATINGS = st.sampled_from([Rating.DI_ATAS, Rating.DI_ATAS, Rating.SESUAI, Rating.DI_BAWAH])
PLANS = st.builds(
    ScoredPlan,
    targets=st.lists(
        st.builds(
            ScoredTarget,
            target_id=st.just(UUID(int=0)),
            kind=st.sampled_from(["utama", "utama", "tambahan"]),
            weight=WEIGHTS,
            indicators=st.lists(INDICATORS, min_size=1, max_size=3),
        ),
        max_size=3,
    ),
    behaviours=st.fixed_dictionaries(dict.fromkeys(BEHAVIOURS, RATINGS))
    | st.dictionaries(st.sampled_from(BEHAVIOURS), st.none() | RATINGS),
    approach=st.sampled_from([Approach.QUANTITATIVE] * 4 + [Approach.QUALITATIVE, None]),
).map(lambda plan: plan if plan.approach else replace(plan, targets=[]))
POLICIES = st.sampled_from(
    [
        DEFAULT,
        Policy(cap_percent=Decimal("110.005"), above_over=Decimal("99.99"), as_from=Decimal(75)),
        Policy(behaviour_above_from=7, behaviour_below_from=1),
    ]
)


def numbered(plans: list[ScoredPlan]) -> list[ScoredPlan]:
    """Give every target and indicator its own id."""
    ids: Iterator[UUID] = map(lambda n: UUID(int=n), count(1))  # noqa: C417 - endless
    return [
        replace(
            plan,
            targets=[
                replace(
                    target,
                    target_id=next(ids),
                    indicators=[replace(e, indicator_id=next(ids)) for e in target.indicators],
                )
                for target in plan.targets
            ],
        )
        for plan in plans
    ]


def turned_round(plan: ScoredPlan) -> ScoredPlan:
    return ScoredPlan(
        targets=[
            replace(target, indicators=target.indicators[::-1]) for target in plan.targets[::-1]
        ],
        behaviours=dict(list(plan.behaviours.items())[::-1]),
        approach=plan.approach,
    )


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plans=st.lists(PLANS, min_size=1, max_size=12).map(numbered), policy=POLICIES)
async def test_decimals_sql_and_oracle_agree(
    sql: Sql, plans: list[ScoredPlan], policy: Policy
) -> None:
    expected = [by_oracle(plan, policy) for plan in plans]

    assert [by_decimals(plan, policy) for plan in plans] == expected
    assert [by_decimals(turned_round(plan), policy) for plan in plans] == expected
    assert await by_sql(sql, plans, policy) == expected


# Single cases, each through both executions.


def one(
    result: str | None = None,
    *,
    direction: Direction = Direction.HIGHER,
    target_low: str = "100",
    target_high: str | None = None,
    is_excluded: bool = False,
) -> ScoredPlan:
    indicator = ScoredIndicator(
        indicator_id=UUID(int=1),
        direction=direction,
        target_low=Decimal(target_low),
        target_high=None if target_high is None else Decimal(target_high),
        result=None if result is None else Decimal(result),
        is_excluded=is_excluded,
    )
    target = ScoredTarget(target_id=UUID(int=2), kind="utama", indicators=[indicator])
    return ScoredPlan(targets=[target], behaviours=dict.fromkeys(BEHAVIOURS, Rating.SESUAI))


@pytest.mark.parametrize(
    ("plan", "work_result"),
    [
        (one(result="90"), "90"),
        (one(result="150"), "120"),
        (one(result="-3"), "0"),
        (one(target_low="200", result="180.01"), "90.01"),
        (one(target_low="200", result="180.0099"), "90.00"),
        (one(direction=Direction.LOWER, target_low="3", result="4"), "66.67"),
        (one(direction=Direction.LOWER, target_low="3", result="7"), "0"),
        (one(direction=Direction.LOWER, target_low="0", result="0"), "100"),
        (one(direction=Direction.LOWER, target_low="0", result="0.01"), "0"),
        (one(direction=Direction.RANGE, target_low="20", target_high="30", result="20"), "100"),
        (one(direction=Direction.RANGE, target_low="20", target_high="30", result="30"), "100"),
        (one(direction=Direction.RANGE, target_low="20", target_high="30", result="15"), "75"),
        (one(direction=Direction.RANGE, target_low="20", target_high="30", result="36"), "80"),
        (one(direction=Direction.RANGE, target_low="0", target_high="0", result="1"), "0"),
        (one(result=None), "0"),
        (one(result="100", is_excluded=True), None),
        (one(target_low="0", result="5"), None),
    ],
)
async def test_achievement_follows_its_direction(
    sql: Sql, plan: ScoredPlan, work_result: str | None
) -> None:
    expected = None if work_result is None else Fraction(work_result)

    assert by_decimals(plan, DEFAULT).work_result == expected
    assert (await by_sql(sql, [plan]))[0].work_result == expected


def over(
    *results: str | None, accumulation: Accumulation, direction: Direction = Direction.HIGHER
) -> ScoredPlan:
    parts = [
        ScoredPart(period=f"2026-Q{n}", result=None if result is None else Decimal(result))
        for n, result in enumerate(results, 1)
    ]
    plan = one(target_low="120", direction=direction, target_high="130")
    (target,) = plan.targets
    (indicator,) = target.indicators
    accumulating = replace(indicator, accumulation=accumulation, parts=parts)
    return replace(plan, targets=[replace(target, indicators=[accumulating])])


SUM, AVERAGE, LATEST = Accumulation


@pytest.mark.parametrize(
    ("plan", "work_result"),
    [
        (over("40", "35", "45", accumulation=SUM), "100"),
        (over("40", None, "45", accumulation=SUM), "70.83"),
        (over("120", None, "180", accumulation=AVERAGE), "83.33"),
        (over("120", "60", None, accumulation=LATEST), "50"),
        (over("60", "120", accumulation=LATEST), "100"),
        (over(None, None, accumulation=SUM), "0"),
        (over("60", "60", accumulation=SUM, direction=Direction.LOWER), "100"),
        (over("60", None, accumulation=SUM, direction=Direction.LOWER), "0"),
        (over("120", None, accumulation=AVERAGE, direction=Direction.LOWER), "0"),
        (over(None, "120", accumulation=LATEST, direction=Direction.LOWER), "0"),
        (over("125", None, accumulation=SUM, direction=Direction.RANGE), "0"),
        (over("60", "65", accumulation=SUM, direction=Direction.RANGE), "100"),
    ],
)
async def test_shorter_periods_are_accumulated_and_a_gap_is_no_advantage(
    sql: Sql, plan: ScoredPlan, work_result: str
) -> None:
    assert by_oracle(plan, DEFAULT).work_result == Fraction(work_result)
    assert by_decimals(plan, DEFAULT).work_result == Fraction(work_result)
    assert (await by_sql(sql, [plan]))[0].work_result == Fraction(work_result)


def test_an_accumulation_shows_its_parts() -> None:
    plan = over("40", None, "35", "45", accumulation=SUM)
    (step,) = [s for s in steps(explained(plan)) if s.label_code is Label.ACCUMULATED_SUM]

    assert step.inputs["results"] == "40 + 35 + 45"
    assert step.inputs["missing_periods"] == "2026-Q2"
    assert [(part.label_code, part.value) for part in step.children] == [
        (Label.PART, 40), (Label.PART_MISSING, None), (Label.PART, 35), (Label.PART, 45),
    ]  # fmt: skip
    assert step.value == 120


async def test_almost_a_tie_is_not_rounded_up(sql: Sql) -> None:
    plan = one(target_low="1000000000000001.0001", result="900050000000000.9")
    exact = Fraction("900050000000000.9") * 100 / Fraction("1000000000000001.0001")
    assert Fraction("90.005") - Fraction(1, 10**14) < exact < Fraction("90.005")

    assert by_decimals(plan, DEFAULT).work_result == 90
    assert (await by_sql(sql, [plan]))[0].work_result == 90


@pytest.mark.parametrize(
    ("result", "rating"),
    [
        ("100.005", Rating.DI_ATAS),
        ("100", Rating.SESUAI),
        ("89.995", Rating.SESUAI),
        ("89.9949", Rating.DI_BAWAH),
    ],
)
def test_rating_compares_the_rounded_work_result(result: str, rating: Rating) -> None:
    assert score_employee(one(result=result), DEFAULT, METHOD).work_rating is rating


@pytest.mark.parametrize(
    ("above", "below", "rating"),
    [
        (4, 0, Rating.DI_ATAS),
        (3, 0, Rating.SESUAI),
        (6, 1, Rating.SESUAI),
        (5, 2, Rating.DI_BAWAH),
    ],
)
def test_behaviour_is_suggested_by_counts(above: int, below: int, rating: Rating) -> None:
    rest = 7 - above - below
    ratings = [Rating.DI_ATAS] * above + [Rating.DI_BAWAH] * below + [Rating.SESUAI] * rest
    plan = replace(one(result="90"), behaviours=dict(zip(BEHAVIOURS, ratings, strict=True)))

    assert score_employee(plan, DEFAULT, METHOD).behaviour_rating is rating


def test_missing_behaviour_gives_no_suggestion_and_says_so() -> None:
    plan = replace(one(result="90"), behaviours=dict.fromkeys(BEHAVIOURS[:6], Rating.DI_ATAS))

    scored = score_employee(plan, DEFAULT, METHOD)

    assert (scored.predicate, scored.is_rated) == (None, False)
    assert scored.unrated_reason is UnratedReason.BEHAVIOURS_INCOMPLETE
    assert scored.work_rating is Rating.SESUAI


async def test_scores_a_government_without_a_single_row(sql: Sql) -> None:
    assert await by_sql(sql, []) == []


# What a score says about itself.


def explained(plan: ScoredPlan, policy: Policy = DEFAULT) -> Explanation:
    return score_employee(plan, policy, METHOD).explanation


def steps(explanation: Explanation) -> Iterator[Explanation]:
    yield explanation
    for child in explanation.children:
        yield from steps(child)


def test_explanation_leads_from_the_predicate_to_the_result() -> None:
    explanation = score_employee(
        one(result="150"), Policy(basis="Perwali 7/2026"), METHOD
    ).explanation

    found = list(steps(explanation))

    assert [step.label_code for step in found] == [
        Label.PREDICATE,
        Label.WORK_RATING,
        Label.WORK_RESULT_MEAN,
        Label.TARGET_MEAN,
        Label.ACHIEVEMENT_CAPPED,
        Label.ACHIEVEMENT_HIGHER,
        Label.BEHAVIOUR_RATING,
        *[Label.BEHAVIOUR_VALUE] * len(BEHAVIOURS),
    ]
    assert found[5].inputs == {"result": Decimal(150), "target": Decimal(100)}
    assert found[5].value == Decimal("150.00")
    assert found[4].subject == str(UUID(int=1))
    assert found[3].subject == str(UUID(int=2))


@settings(max_examples=60, deadline=None)
@given(plans=st.lists(PLANS, min_size=1, max_size=3).map(numbered))
def test_a_weighted_mean_can_be_followed_by_hand(plans: list[ScoredPlan]) -> None:
    found = [step for plan in plans for step in steps(explained(plan))]
    for step in found:
        if step.label_code in {Label.TARGET_WEIGHTED, Label.WORK_RESULT_WEIGHTED}:
            parts = [
                (part.weight, part.value)
                for part in step.children
                if part.label_code is not Label.TARGET_ADDITIONAL
                and part.weight is not None
                and isinstance(part.value, Decimal)
            ]
            assert sum(weight * value for weight, value in parts) == step.inputs["weighted_total"]
            assert sum(weight for weight, _ in parts) == step.inputs["weights"]


@pytest.mark.parametrize(
    ("plan", "label", "text"),
    [
        (one(result="150"), Label.ACHIEVEMENT_CAPPED, "120.00"),
        (one(result=None), Label.ACHIEVEMENT_MISSING, "0.00"),
    ],
)
def test_a_percent_is_explained_with_two_decimals(
    plan: ScoredPlan, label: Label, text: str
) -> None:
    found = {step.label_code: step for step in steps(explained(plan))}

    assert str(found[label].value) == text
    assert str(found[Label.WORK_RATING].inputs["as_from"]) == "90.00"


def test_only_the_matrix_cites_the_regulation() -> None:
    explanation = score_employee(
        one(result="95"), Policy(basis="Perwali 7/2026"), METHOD
    ).explanation

    root, *numeric = steps(explanation)

    assert root.source.basis is Basis.REGULATION
    assert "PermenPANRB 6/2022" in root.source.citation
    assert {step.source.citation for step in numeric} == {"Perwali 7/2026"}


def labels(language: str) -> dict[str, str]:
    path = files("kinerja_api.core") / "messages" / language / "scoring.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))["labels"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_label_and_word_has_a_text(language: str) -> None:
    words = {
        *Label, *Rating, *Predicate, *UnratedReason, *ClosingStatus, *ClosingEvent, *CloseStep,
        *CorrectionReason,
    }  # fmt: skip

    assert set(labels(language)) == {str(word) for word in words}


@settings(max_examples=60, deadline=None)
@given(plans=st.lists(PLANS, min_size=1, max_size=3).map(numbered))
def test_texts_name_only_inputs_of_their_step(plans: list[ScoredPlan]) -> None:
    texts = [labels("id"), labels("en")]
    for plan in plans:
        for step in steps(explained(plan)):
            for text in texts:
                named = {name for _, name, _, _ in Formatter().parse(text[step.label_code]) if name}
                assert named <= {*step.inputs, "value"}


def test_rule_set_is_found_by_the_last_day_of_a_period() -> None:
    assert rule_set_on(date(2021, 12, 31)) is None
    assert rule_set_on(date(2026, 3, 31)) is RULE_SETS["permenpanrb-6-2022"]
