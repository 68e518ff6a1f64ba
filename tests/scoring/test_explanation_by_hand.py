"""Every number of an explanation can be recomputed from the JSON of the explanation alone."""

from decimal import ROUND_DOWN, Context, Decimal, localcontext
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kinerja_api.evaluations.queries.explanations import _step
from kinerja_api.results.rules import Rating
from kinerja_api.scoring.rule_sets import permenpanrb_6_2022
from kinerja_api.scoring.rules import PREDICATE_MATRIX
from kinerja_api.scoring.score import ScoredPlan, score_employee
from tests.rules.test_scoring_formula import PLANS, POLICIES, Policy, numbered

Json = dict[str, Any]
_ADAPTER = TypeAdapter(Any)
_HUNDREDTH = Decimal("0.01")


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def quotient(part: Decimal, whole: Decimal) -> Decimal | None:
    """Divide and round half up without cutting digits first; None for weights that are all 0."""
    if whole == 0:
        return None
    whole_hundredths = (part * 200 + whole) / (2 * whole)
    return whole_hundredths.to_integral_value(rounding=ROUND_DOWN) * _HUNDREDTH


def parts_of(step: Json) -> list[Decimal | None]:
    counted = [each for each in step["children"] if each["code"] in {"part", "part_missing"}]
    return [number(each["value"]) for each in counted]


def accumulated(step: Json) -> Decimal | None:
    parts = parts_of(step)
    there = [each for each in parts if each is not None]
    assert step["inputs"]["count"] == str(len(parts))
    assert step["inputs"]["results"] == (" + ".join(map(str, there)) or None)
    gaps = [each for each in step["children"] if each["code"] == "part_missing"]
    missing = [each["inputs"]["period"] for each in gaps]
    assert step["inputs"]["missing_periods"] == (", ".join(missing) or None)
    by_code = {
        "accumulated_sum": lambda: sum(there, Decimal(0)),
        "accumulated_average": lambda: quotient(sum(there, Decimal(0)), Decimal(len(parts))),
        "accumulated_latest": lambda: there[-1],
    }
    return by_code[step["code"]]() if step["code"] in by_code else None


def mean(step: Json) -> Decimal | None:
    members = [
        (number(each["weight_percent"]), number(each["value"]))
        for each in step["children"]
        if each["value"] is not None
    ]
    if step["code"].endswith("_mean"):
        values = [value for _, value in members if value is not None]
        return quotient(sum(values, Decimal(0)), Decimal(len(values)))
    weighted = [(w, v) for w, v in members if w is not None and v is not None]
    weights = sum((w for w, _ in weighted), Decimal(0))
    return quotient(sum((w * v for w, v in weighted), Decimal(0)), weights)


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    return quotient(max(part, Decimal(0)) * 100, whole) if whole > 0 else Decimal(0)


def measured(step: Json) -> Decimal | None:
    given_values = {name: number(value) for name, value in step["inputs"].items()}
    inputs = {name: value for name, value in given_values.items() if value is not None}
    if inner := [each for each in step["children"] if each["code"].startswith("accumulated")]:
        assert number(inner[0]["value"]) == inputs["result"]
    result = inputs["result"]
    by_code = {
        "higher": lambda: share(result, inputs["target"]),
        "lower_zero": lambda: Decimal(100 if result == 0 else 0),
        "lower": lambda: share(2 * inputs["target"] - result, inputs["target"]),
        "range_below": lambda: share(result, inputs["low"]),
        "range_above": lambda: share(2 * inputs["high"] - result, inputs["high"]),
        "range_inside": lambda: Decimal(100),
    }
    return by_code[step["code"].removeprefix("achievement_")]()


def ratings(step: Json) -> str:
    inputs = {name: number(value) or Decimal(0) for name, value in step["inputs"].items()}
    if step["code"] == "work_rating":
        above = inputs["work_result"] > inputs["above_over"]
        below = inputs["work_result"] < inputs["as_from"]
    else:
        above = inputs["below"] == 0 and inputs["above"] >= inputs["above_from"]
        below = not above and inputs["below"] >= inputs["below_from"]
    return "di_atas_ekspektasi" if above else "di_bawah_ekspektasi" if below else (
        "sesuai_ekspektasi"
    )  # fmt: skip


_NULL = {
    "achievement_excluded", "achievement_unmeasurable", "predicate_none", "target_additional",
    "target_nothing_left", "work_result_nothing_left", "work_result_qualitative",
    "behaviour_incomplete", "part_missing", "part_not_enough", "achievement_not_enough",
}  # fmt: skip


def computed(step: Json) -> Decimal | None:
    """Return the number of a step from its inputs and the values of its children."""
    code = step["code"]
    if code == "achievement_missing":
        assert all(child["value"] is None for child in step["children"])
        return Decimal(0)
    if code == "achievement_capped":
        (uncapped,) = step["children"]
        return min(Decimal(uncapped["value"]), Decimal(step["inputs"]["cap"]))
    if code.startswith("accumulated"):
        return accumulated(step)
    return measured(step) if code.startswith("achievement") else mean(step)


def check_counts(step: Json) -> None:
    """Count the rated values again below the step that counts them."""
    rated = [child["value"] for child in step["children"]]
    counts = {
        "rated": len(rated),
        "above": rated.count("di_atas_ekspektasi"),
        "below": rated.count("di_bawah_ekspektasi"),
    }
    assert all(step["inputs"].get(name, str(n)) == str(n) for name, n in counts.items())


def follow(step: Json) -> None:
    """Recompute the value of a step, after those of its children."""
    code, value = step["code"], step["value"]
    for child in step["children"]:
        follow(child)
    if code in {"behaviour_rating", "behaviour_incomplete"}:
        check_counts(step)
    if code in _NULL:
        assert value is None
    elif code.endswith("_rating"):
        is_known = code != "work_rating" or step["inputs"]["work_result"] is not None
        assert value == (ratings(step) if is_known else None)
    elif code == "predicate":
        pair = (step["inputs"]["work_rating"], step["inputs"]["behaviour_rating"])
        assert pair == tuple(child["value"] for child in step["children"])
        assert value == PREDICATE_MATRIX[Rating(pair[0]), Rating(pair[1])]
    elif code not in {"part", "behaviour_value"}:
        assert number(value) == computed(step)


@settings(max_examples=20, deadline=None)
@given(plans=st.lists(PLANS, min_size=1, max_size=3).map(numbered), policy=POLICIES)
def test_an_explanation_can_be_followed_by_hand(plans: list[ScoredPlan], policy: Policy) -> None:
    for plan in plans:
        scored = score_employee(plan, policy, permenpanrb_6_2022.METHOD)
        for language in ("id", "en"):
            wire: Json = _ADAPTER.validate_json(
                _ADAPTER.dump_json(_step(scored.explanation, {}, language))
            )
            with localcontext(Context(prec=200)):
                follow(wire)
            assert wire["value"] == scored.predicate
