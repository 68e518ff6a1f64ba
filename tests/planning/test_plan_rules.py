"""What a plan may hold: numbers or words, links to superior and goals, and what is warned of."""

import uuid
from typing import Any

import pytest

from kinerja_api.organisation.queries.norms import forget_norms
from tests.factories.goals import unit_goal
from tests.factories.planning import Goal, approved_plan, period
from tests.factories.world import Person, World
from tests.planning.test_plans import drafted, filled, indicator, people, target
from tests.plugins.service import Api

WORDS = {"title": "Warga dilayani dengan ramah dan tuntas"}


def in_words(*measures: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "kind": "utama",
        "title": "Layanan membaik",
        "indicators": list(measures or [WORDS]),
        **changes,
    }


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_qualitative_plan_is_put_in_words_and_goes_its_way(api: Api, world: World):
    head, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    body = {
        "approach": "qualitative",
        "targets": [
            in_words(weight_percent="60"),
            in_words(WORDS, {"title": "Tidak ada keluhan"}, weight_percent="40"),
        ],
    }
    put = await api.put(f"{path}/content", body, by=clerk, version=1)
    assert put.status_code == 200, put.text
    assert put.json()["approach"] == "qualitative"
    measure = put.json()["targets"][0]["indicators"][0]
    assert measure["title"] == WORDS["title"]
    for name in ("aspect", "unit", "direction", "annual_low", "annual_high", "accumulation"):
        assert measure[name] is None
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert (sent.status_code, sent.json()["warnings"]) == (201, []), sent.text
    assert (await api.post(f"{path}/approvals", {}, by=head)).json()["status"] == "approved"


async def test_numbers_are_refused_in_a_qualitative_plan_and_demanded_in_the_other(
    api: Api, world: World
):
    _, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path, place = f"/v1/plans/{plan['id']}/content", "/targets/0/indicators/0"
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    numbers = target(year, indicators=[indicator(year, weight_percent="100")])
    body = {"approach": "qualitative", "targets": [numbers]}
    refused = await api.put(path, body, by=clerk, version=2)
    given = (
        "aspect", "unit", "direction", "annual_low", "accumulation", "weight_percent",
        "period_targets",
    )  # fmt: skip
    assert errors(refused) == [(f"{place}/{name}", "qualitative_field_given") for name in given]
    assert "kualitatif" in refused.text
    refused = await api.put(path, {"targets": [in_words()]}, by=clerk, version=2)
    assert refused.status_code == 422
    assert errors(refused) == [(f"{place}/{name}", "quantitative_field_missing")
                               for name in given[:5]]  # fmt: skip


async def test_a_target_carries_a_goal_of_the_unit_or_one_above(api: Api, world: World):
    _, clerk = await people(world)
    assert clerk.unit_id is not None
    other = await world.unit("Dinas Lain")
    own = await unit_goal(world, clerk.unit_id, "S1", title="Mutu sekolah")
    above = await unit_goal(world, world.root, "S2")
    foreign = await unit_goal(world, other, "S3")
    past = await unit_goal(world, clerk.unit_id, "S4", year=world.today.year - 1)
    plan = await filled(api, world, clerk)
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    path = f"/v1/plans/{plan['id']}/content"
    for goal in (foreign, past, uuid.uuid4()):
        body = {"targets": [target(year, goal_id=str(goal))]}
        refused = await api.put(path, body, by=clerk, version=2)
        assert errors(refused) == [("/targets/0/goal_id", "unknown_reference")]
    body = {"targets": [target(year, goal_id=str(own)), target(year, goal_id=str(above))]}
    put = await api.put(path, body, by=clerk, version=2)
    assert put.status_code == 200, put.text
    assert [row["goal_title"] for row in put.json()["targets"]] == [
        "Mutu sekolah", "Mutu layanan meningkat"
    ]  # fmt: skip
    sent = await api.post(f"/v1/plans/{plan['id']}/submissions", by=clerk)
    assert sent.json()["warnings"] == []


async def test_a_target_carries_the_superiors_target_or_a_goal_not_both(api: Api, world: World):
    head, clerk = await people(world)
    theirs = await approved_plan(world, head)
    goal = await unit_goal(world, world.root, "S1")
    plan = await filled(api, world, clerk)
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    body = {"targets": [target(year, goal_id=str(goal), superior_target_id=str(theirs.target))]}
    refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=2)
    assert errors(refused) == [("/targets/0/goal_id", "linked_twice")]


async def test_an_unlinked_target_is_a_warning_or_by_policy_a_fault(
    api: Api, world: World, sql: Any
):
    head, clerk = await people(world)
    await unit_goal(world, world.root, "S1")
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert [row["code"] for row in sent.json()["warnings"]] == ["superior_target_unlinked"]
    await api.post(f"{path}/returns", {"note": "Sebutkan sasarannya"}, by=head)
    await sql(
        "INSERT INTO kinerja.norms (tenant_id, id, key, value, basis, starts_on, created_at,"
        " updated_at) VALUES ($1, gen_random_uuid(), 'alignment_required', 'true', 'Perwali 1',"
        " '2020-01-01', now(), now())",
        world.tenant_id,
    )
    forget_norms(world.tenant_id)
    refused = await api.post(f"{path}/submissions", by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "plan_incomplete")
    assert errors(refused) == [("/targets/0/superior_target_id", "alignment_missing")]


async def test_a_linked_target_that_is_not_in_force_is_warned_of(api: Api, world: World, sql: Any):
    head, clerk = await people(world)
    theirs = await approved_plan(world, head, targets=[Goal(title="Mutu sekolah naik")])
    plan = await filled(api, world, clerk, superior_target_id=str(theirs.target))
    await sql("UPDATE kinerja.plans SET status = 'returned' WHERE id = $1", theirs.id)
    sent = await api.post(f"/v1/plans/{plan['id']}/submissions", by=clerk)
    assert [row["code"] for row in sent.json()["warnings"]] == ["superior_target_not_in_force"]
    assert "Mutu sekolah naik" in sent.text


async def test_targets_of_periods_that_do_not_sum_or_leave_gaps_are_warned_of(
    api: Api, world: World
):
    _, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    quarters = [str(await period(world, f"{world.today.year}-Q{n}")) for n in range(1, 5)]
    part = indicator(quarters[0], accumulation="sum")
    body = {"targets": [target(quarters[0], indicators=[part])]}
    path = f"/v1/plans/{plan['id']}"
    assert (await api.put(f"{path}/content", body, by=clerk, version=1)).status_code == 200
    sent = await api.post(f"{path}/submissions", by=clerk, headers={"Accept-Language": "en"})
    where, year = "/targets/0/indicators/0/period_targets", world.today.year
    assert sent.json()["warnings"] == [
        {
            "code": "period_sum_differs",
            "pointer": where,
            "message": "The targets of the periods sum to 3.50, but the target of the year is"
            " 12.00.",
        },
        {
            "code": "period_target_gap",
            "pointer": where,
            "message": f"There is no target yet for {year}-Q2, {year}-Q3, {year}-Q4.",
        },
    ]


async def test_an_indicator_stays_with_its_target(api: Api, world: World):
    _, clerk = await people(world)
    plan = await filled(api, world, clerk)
    row = plan["targets"][0]
    part = row["indicators"][0]
    year = part["period_targets"][0]["period_id"]
    moved = target(year, indicators=[indicator(year, id=part["id"])])
    body = {"targets": [target(year, id=row["id"]), moved]}
    refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=2)
    assert errors(refused) == [("/targets/1/indicators/0/id", "unknown_reference")]


@pytest.mark.parametrize("status", ["approved", "revision", "revision_submitted", "closed"])
async def test_targets_of_every_plan_in_force_can_be_carried(api: Api, world: World, status: str):
    head, clerk = await people(world)
    theirs = await approved_plan(world, head, status=status)
    plan = await filled(api, world, clerk, superior_target_id=str(theirs.target))
    sent = await api.post(f"/v1/plans/{plan['id']}/submissions", by=clerk)
    assert sent.json()["warnings"] == []


async def listed(api: Api, by: Person, **params: str) -> list[tuple[str, bool]]:
    answer = await api.get("/v1/plans", by=by, params=params)
    return [(row["employee_name"], row["waits_for_me"]) for row in answer.json()["items"]]


async def test_the_list_says_what_waits_for_the_caller(api: Api, world: World):
    head, clerk = await people(world)
    other = await world.employee("Budi", unit=clerk.unit_id)
    await approved_plan(world, clerk, status="revision_submitted")
    await approved_plan(world, other, status="revision")
    assert await listed(api, head) == [("Budi", False), ("Siti", True)]
    assert await listed(api, head, waits_for_me="true") == [("Siti", True)]
    assert await listed(api, world.agency) == [("Budi", False), ("Siti", False)]
    assert await listed(api, clerk) == [("Siti", False)]
