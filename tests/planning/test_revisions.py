"""Revisions: another content waits beside the one in force until the superior approves it."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.factories.goals import unit_goal
from tests.factories.planning import Goal, Measure, approved_plan, period
from tests.factories.world import Person, World
from tests.planning.test_plans import RETURN, filled, indicator, people, target
from tests.plugins.service import Api

WHY = {"reason": "Tugas baru sejak Juli"}


async def in_force(api: Api, world: World, head: Person, clerk: Person) -> dict[str, Any]:
    """A plan that went its way to approval, with an expectation."""
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    body = {"behaviours": [{"value": "loyal", "expectation": "Jaga rahasia"}]}
    assert (await api.put(f"{path}/behaviours", body, by=head, version=2)).status_code == 200
    assert (await api.post(f"{path}/submissions", by=clerk)).status_code == 201
    approved = await api.post(f"{path}/approvals", {"note": "Baik"}, by=head)
    assert approved.status_code == 201, approved.text
    return approved.json()


async def revised(api: Api, plan: dict[str, Any], by: Person) -> dict[str, Any]:
    opened = await api.post(f"/v1/plans/{plan['id']}/revisions", WHY, by=by)
    assert (opened.status_code, opened.json()["status"]) == (201, "revision"), opened.text
    return opened.json()


def kept(plan: dict[str, Any], *more: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The content of the plan's first target with changes, and more targets."""
    row = plan["targets"][0]
    part = row["indicators"][0]
    wanted = part["period_targets"][0]["period_id"]
    first = target(wanted, id=row["id"], indicators=[indicator(wanted, id=part["id"])], **changes)
    return {"targets": [first, *more]}


async def test_a_revision_waits_beside_what_is_in_force(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    assert opened["targets"] == plan["targets"]
    assert opened["revision"]["targets"] == plan["targets"]
    assert opened["revision"]["behaviours"] == plan["behaviours"]
    assert opened["allowed_actions"] == ["write", "submit", "withdraw"]
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    body = kept(plan, target(year, title="Baru"), title="Laporan tersusun lebih cepat")
    put = await api.put(f"{path}/content", body, by=clerk, version=opened["version"])
    assert put.status_code == 200, put.text
    assert put.json()["targets"] == plan["targets"]
    waiting = put.json()["revision"]["targets"]
    assert [row["title"] for row in waiting] == ["Laporan tersusun lebih cepat", "Baru"]
    again = {"targets": [*body["targets"][:1], target(year, id=waiting[1]["id"], title="Baru 2")]}
    put = await api.put(f"{path}/content", again, by=clerk, version=put.json()["version"])
    assert put.json()["revision"]["targets"][1]["id"] == waiting[1]["id"]
    expected = {"behaviours": [{"value": "adaptif", "expectation": "Coba aplikasi baru"}]}
    expecting = await api.put(
        f"{path}/behaviours", expected, by=head, version=put.json()["version"]
    )
    assert expecting.status_code == 200, expecting.text
    assert expecting.json()["behaviours"] == plan["behaviours"]
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert (sent.status_code, sent.json()["status"]) == (201, "revision_submitted"), sent.text
    assert sent.json()["decided_at"] == plan["decided_at"]
    assert sent.json()["revision"]["submitted_at"].endswith("Z")
    waits = await api.get("/v1/plans", by=head, params={"waits_for_me": "true"})
    assert [(row["id"], row["waits_for_me"]) for row in waits.json()["items"]] == [
        (plan["id"], True)
    ]


async def test_an_approved_revision_takes_the_place_of_what_was_in_force(
    api: Api, world: World, sql: Any
):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    body = kept(plan, target(year, title="Baru"), title="Laporan tersusun lebih cepat")
    put = await api.put(f"{path}/content", body, by=clerk, version=opened["version"])
    expected = {"behaviours": [{"value": "adaptif", "expectation": "Coba aplikasi baru"}]}
    await api.put(f"{path}/behaviours", expected, by=head, version=put.json()["version"])
    sent = await api.post(f"{path}/submissions", by=clerk)
    approved = await api.post(f"{path}/approvals", {}, by=head)
    assert approved.status_code == 201, approved.text
    after = approved.json()
    assert (after["status"], after["revision"]) == ("approved", None)
    assert after["targets"] == put.json()["revision"]["targets"]
    assert [row["value"] for row in after["behaviours"] if row["expectation"]] == ["adaptif"]
    assert after["submitted_at"] == sent.json()["revision"]["submitted_at"]
    [version] = (await api.get(f"{path}/versions", by=clerk)).json()["items"]
    assert (version["number"], version["reason"]) == (1, WHY["reason"])
    assert (version["targets"], version["expectations"]) == (
        plan["targets"], {"loyal": "Jaga rahasia"}
    )  # fmt: skip
    assert (version["approved_at"], version["approved_by_name"]) == (plan["decided_at"], "Kepala")
    told = await sql(
        "SELECT kind FROM kinerja.notices WHERE tenant_id = $1 ORDER BY id", world.tenant_id
    )
    assert [row["kind"] for row in told][2:] == [
        "plan_revised", "plan_revision_submitted", "plan_revision_approved"
    ]  # fmt: skip


async def test_a_returned_revision_goes_on_and_a_withdrawn_one_leaves_nothing(
    api: Api, world: World
):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    body = kept(plan, title="Lain")
    await api.put(f"{path}/content", body, by=clerk, version=opened["version"])
    await api.post(f"{path}/submissions", by=clerk)
    early = await api.post(f"{path}/withdrawals", by=clerk)
    assert (early.status_code, early.json()["code"]) == (409, "transition_refused")
    returned = await api.post(f"{path}/returns", RETURN, by=head)
    assert (returned.json()["status"], returned.json()["decision_note"]) == ("revision", "Baik")
    assert returned.json()["revision"]["note"] == RETURN["note"]
    assert returned.json()["decided_at"] == plan["decided_at"]
    other = await api.post(f"{path}/withdrawals", by=head)
    assert (other.status_code, other.json()["code"]) == (403, "not_own_plan")
    withdrawn = await api.post(f"{path}/withdrawals", by=clerk)
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (201, "approved")
    assert withdrawn.json()["revision"] is None
    assert withdrawn.json()["targets"] == plan["targets"]
    assert (await api.get(f"{path}/versions", by=clerk)).json()["items"] == []


async def test_only_the_employee_and_the_superior_see_what_waits(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    await revised(api, plan, clerk)
    path = f"/v1/plans/{plan['id']}"
    for person, sees in ((clerk, True), (head, True), (world.mayor, False), (world.agency, False)):
        seen = await api.get(path, by=person)
        assert seen.json()["status"] == "revision"
        assert (seen.json()["revision"] is not None) is sees
    colleague = await world.employee("Budi", unit=clerk.unit_id)
    for action, body in (("revisions", WHY), ("withdrawals", None), ("submissions", None)):
        assert (await api.post(f"{path}/{action}", body, by=colleague)).status_code == 404
        assert (await api.post(f"{path}/{action}", body, by=world.agency)).status_code == 403


@pytest.mark.parametrize("reason", ["", "   ", "a\u0000b", "x" * 4001, None, 7])
async def test_a_revision_needs_a_reason_in_plain_words(api: Api, world: World, reason: Any):
    _, clerk = await people(world)
    plan = await approved_plan(world, clerk)
    refused = await api.post(f"/v1/plans/{plan.id}/revisions", {"reason": reason}, by=clerk)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/reason"


async def test_a_revision_is_checked_like_a_plan_with_all_findings_at_once(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    body = kept(plan, kind="tambahan", weight_percent="10")
    body["targets"].append({"kind": "tambahan", "title": "Kosong"})
    put = await api.put(f"{path}/content", body, by=clerk, version=opened["version"])
    assert put.status_code == 200, put.text
    assert put.json()["revision"]["targets"][0]["weight_percent"] == "10.00"
    refused = await api.post(f"{path}/submissions", by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "plan_incomplete")
    assert {(error["pointer"], error["code"]) for error in refused.json()["errors"]} == {
        ("/targets", "main_target_missing"),
        ("/targets/0/weight_percent", "additional_target_weighted"),
        ("/targets/1/indicators", "indicator_missing"),
    }


async def test_the_approach_in_force_stays(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    opened = await revised(api, plan, clerk)
    body = {"approach": "qualitative", "targets": []}
    refused = await api.put(
        f"/v1/plans/{plan['id']}/content", body, by=clerk, version=opened["version"]
    )
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/approach", "approach_in_force")
    ]


async def work_on(sql: Any, world: World, plan: dict[str, Any], what: str) -> None:
    """Write a log, or a result, on the first target of the plan."""
    row = plan["targets"][0]
    part = row["indicators"][0]
    owner, unit = uuid.UUID(plan["employee_id"]), uuid.UUID(plan["unit_id"])
    if what == "log":
        await sql(
            "INSERT INTO kinerja.activity_logs (tenant_id, id, work_date, employee_id, unit_id,"
            " starts_minute, ends_minute, description, target_id, status, created_at, updated_at)"
            " VALUES ($1, gen_random_uuid(), $2, $3, $4, 480, 540, 'x', $5, 'draft', now(), now())",
            world.tenant_id, world.today, owner, unit, uuid.UUID(row["id"]),
        )  # fmt: skip
        return
    await sql(
        "INSERT INTO kinerja.indicator_results (tenant_id, id, indicator_id, period_id,"
        " employee_id, unit_id, value, source, status, created_at, updated_at) VALUES"
        " ($1, gen_random_uuid(), $2, $3, $4, $5, 1, 'entered', 'entered', now(), now())",
        world.tenant_id, uuid.UUID(part["id"]),
        uuid.UUID(part["period_targets"][0]["period_id"]), owner, unit,
    )  # fmt: skip


@pytest.mark.parametrize("what", ["log", "result"])
async def test_what_is_worked_on_cannot_be_removed(api: Api, world: World, sql: Any, what: str):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    body = {"targets": [target(year, title="Ganti")]}
    put = await api.put(f"{path}/content", body, by=clerk, version=opened["version"])
    assert put.status_code == 200, put.text
    await api.post(f"{path}/submissions", by=clerk)
    await work_on(sql, world, plan, what)
    late = await api.post(f"{path}/approvals", {}, by=head)
    assert (late.status_code, late.json()["code"]) == (409, "target_in_use"), late.text
    assert [error["pointer"] for error in late.json()["errors"]] == ["/targets"]
    assert (await api.get(path, by=clerk)).json()["status"] == "revision_submitted"
    returned = await api.post(f"{path}/returns", RETURN, by=head)
    refused = await api.put(f"{path}/content", body, by=clerk, version=returned.json()["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "target_in_use")
    assert plan["targets"][0]["title"] in refused.json()["errors"][0]["message"]
    if what == "result":
        only = kept(plan)
        del only["targets"][0]["indicators"][0]["id"]
        refused = await api.put(
            f"{path}/content", only, by=clerk, version=returned.json()["version"]
        )
        assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
            ("/targets/0/indicators", "target_in_use")
        ]
    changed = await api.put(
        f"{path}/content", kept(plan, title="Lain"), by=clerk, version=returned.json()["version"]
    )
    assert changed.status_code == 200, changed.text
    await api.post(f"{path}/submissions", by=clerk)
    assert (await api.post(f"{path}/approvals", {}, by=head)).status_code == 201


async def quarterly(world: World, clerk: Person, *, closed: bool = True) -> tuple[Any, str, str]:
    """A plan with targets in two quarters, of which the first is closed."""
    first = await period(world, f"{world.today.year}-Q1", status="closed" if closed else "open")
    second = await period(world, f"{world.today.year}-Q2")
    measure = Measure(low="10.00", periods={first: "5.00", second: "5.00"})
    plan = await approved_plan(world, clerk, targets=[Goal(measures=[measure])])
    return plan, str(first), str(second)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({}, []),
        ({"annual_low": "20.00", "second": "15.00", "weight_percent": "100"}, []),
        ({"first": "6.00"}, ["/targets/0/indicators/0/period_targets/0"]),
        ({"first": None}, ["/targets/0/indicators/0/period_targets"]),
        ({"direction": "lower"}, ["/targets/0/indicators/0/direction"]),
        ({"unit": "berkas"}, ["/targets/0/indicators/0/unit"]),
        ({"id": None}, ["/targets/0/indicators/0/period_targets/0", "/targets/0/indicators"]),
    ],
)
async def test_what_a_plan_sets_for_a_closed_period_stays(
    api: Api, world: World, changes: dict[str, Any], pointers: list[str]
):
    _, clerk = await people(world)
    plan, first, second = await quarterly(world, clerk)
    wanted = {first: changes.pop("first", "5.00"), second: changes.pop("second", "5.00")}
    part = indicator(
        first,
        **{"id": str(plan.indicator), "unit": "dokumen", "annual_low": "10.00", **changes},
    )
    part["period_targets"] = [
        {"period_id": name, "low": low} for name, low in wanted.items() if low
    ]
    await api.post(f"/v1/plans/{plan.id}/revisions", WHY, by=clerk)
    body = {"targets": [target(first, id=str(plan.target), indicators=[part])]}
    put = await api.put(f"/v1/plans/{plan.id}/content", body, by=clerk, version=2)
    assert put.status_code == (422 if pointers else 200), put.text
    if pointers:
        assert put.json()["code"] == "closed_period_changed"
        assert [error["pointer"] for error in put.json()["errors"]] == pointers


async def test_a_period_that_closed_meanwhile_stops_the_approval(api: Api, world: World, sql: Any):
    head, clerk = await people(world)
    plan, first, second = await quarterly(world, clerk, closed=False)
    path = f"/v1/plans/{plan.id}"
    await api.post(f"{path}/revisions", WHY, by=clerk)
    part = indicator(second, id=str(plan.indicator), unit="dokumen", annual_low="5.00")
    body = {"targets": [target(first, id=str(plan.target), indicators=[part])]}
    assert (await api.put(f"{path}/content", body, by=clerk, version=2)).status_code == 200
    assert (await api.post(f"{path}/submissions", by=clerk)).status_code == 201
    await sql("UPDATE kinerja.periods SET status = 'closed' WHERE id = $1", uuid.UUID(first))
    refused = await api.post(f"{path}/approvals", {}, by=head)
    assert (refused.status_code, refused.json()["code"]) == (422, "closed_period_changed")


async def test_a_draft_adds_nothing_to_a_closed_period_but_may_drop_it(api: Api, world: World):
    _, clerk = await people(world)
    first = await period(world, f"{world.today.year}-Q1", status="closed")
    second = await period(world, f"{world.today.year}-Q2")
    measure = Measure(periods={first: "5.00"})
    plan = await approved_plan(world, clerk, targets=[Goal(measures=[measure])], status="draft")
    path = f"/v1/plans/{plan.id}/content"
    refused = await api.put(path, {"targets": [target(first)]}, by=clerk, version=1)
    assert [error["pointer"] for error in refused.json()["errors"]] == [
        "/targets/0/indicators/0/period_targets/0"
    ]
    dropped = await api.put(path, {"targets": [target(second)]}, by=clerk, version=1)
    assert dropped.status_code == 200, dropped.text


@pytest.mark.parametrize("actions", [("approvals", "approvals"), ("approvals", "returns")])
async def test_two_decisions_on_a_revision_at_once_are_one(
    api: Api, world: World, actions: tuple[str, str]
):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    await revised(api, plan, clerk)
    await api.post(f"{path}/submissions", by=clerk)
    answers = await asyncio.gather(
        *[api.post(f"{path}/{action}", RETURN, by=head) for action in actions]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    versions = (await api.get(f"{path}/versions", by=clerk)).json()["items"]
    assert len(versions) <= 1


@pytest.mark.parametrize("way", ["one", "batch"])
@pytest.mark.parametrize("attempt", range(4))
async def test_no_log_is_left_on_a_target_that_an_approval_removes_meanwhile(
    api: Api, world: World, sql: Any, way: str, attempt: int
):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    await api.put(
        f"{path}/content", {"targets": [target(year)]}, by=clerk, version=opened["version"]
    )
    await api.post(f"{path}/submissions", by=clerk)
    log = {
        "work_date": str(world.today), "starts_at": "08:00", "ends_at": "09:00",
        "description": "Menyusun laporan", "target_id": plan["targets"][0]["id"],
    }  # fmt: skip
    entry = ("/v1/logs", log) if way == "one" else (
        "/v1/logs/batches", {"items": [{**log, "client_ref": f"r-{attempt}"}]}
    )  # fmt: skip
    approved, logged = await asyncio.gather(
        api.post(f"{path}/approvals", {}, by=head), api.post(*entry, by=clerk)
    )
    assert sorted([approved.status_code < 300, logged.status_code < 300]) == [False, True]
    left = await sql(
        "SELECT 1 FROM kinerja.activity_logs l WHERE tenant_id = $1 AND NOT EXISTS"
        " (SELECT 1 FROM kinerja.targets t WHERE t.tenant_id = $1 AND t.id = l.target_id)",
        world.tenant_id,
    )
    assert left == []


async def test_parallel_steps_of_the_employee_succeed_once(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await asyncio.gather(*[api.post(f"{path}/revisions", WHY, by=clerk) for _ in range(2)])
    assert sorted(answer.status_code for answer in opened) == [201, 409]
    version = (await api.get(path, by=clerk)).json()["version"]
    contents = await asyncio.gather(
        *[
            api.put(f"{path}/content", kept(plan, title=title), by=clerk, version=version)
            for title in ("Satu", "Dua")
        ]
    )
    assert sorted(answer.status_code for answer in contents) == [200, 412]
    sent = await asyncio.gather(
        api.post(f"{path}/submissions", by=clerk),
        api.post(f"{path}/submissions", by=clerk),
        api.post(f"{path}/withdrawals", by=clerk),
    )
    assert sorted(answer.status_code for answer in sent) == [201, 409, 409]


async def test_an_approval_never_takes_a_content_that_was_not_submitted(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    opened = await revised(api, plan, clerk)
    await api.put(f"{path}/content", kept(plan, title="Satu"), by=clerk, version=opened["version"])
    sent = (await api.post(f"{path}/submissions", by=clerk)).json()
    change = {"title": "Dua"}
    approval, put = await asyncio.gather(
        api.post(f"{path}/approvals", {}, by=head),
        api.put(f"{path}/content", kept(plan, **change), by=clerk, version=sent["version"]),
    )
    assert approval.status_code == 201
    assert put.status_code in {409, 412}
    assert (await api.get(path, by=clerk)).json()["targets"][0]["title"] == "Satu"


async def test_a_revision_names_each_goal_that_was_removed_while_it_waited(api: Api, world: World):
    head, clerk = await people(world)
    plan = await in_force(api, world, head, clerk)
    path = f"/v1/plans/{plan['id']}"
    first, second = [await unit_goal(world, world.root, code) for code in "AB"]
    await revised(api, plan, clerk)

    async def write(goal: Any) -> None:
        version = (await api.get(path, by=clerk)).json()["version"]
        body = kept(plan, goal_id=str(goal))
        put = await api.put(f"{path}/content", body, by=clerk, version=version)
        assert put.status_code == 200, put.text

    await write(first)
    assert (await api.delete(f"/v1/goals/{first}", by=world.mayor, version=1)).status_code == 204
    refused = await api.post(f"{path}/submissions", by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "plan_incomplete"), refused.text
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/targets/0/goal_id", "link_gone")
    await write(second)
    assert (await api.post(f"{path}/submissions", by=clerk)).status_code == 201
    assert (await api.delete(f"/v1/goals/{second}", by=world.mayor, version=1)).status_code == 204
    refused = await api.post(f"{path}/approvals", {}, by=head)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_reference")
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/targets/0/goal_id", "link_gone")
    assert (await api.post(f"{path}/returns", RETURN, by=head)).status_code == 201
