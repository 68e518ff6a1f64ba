"""Plans: drafting, the way to approval, who sees and decides."""

import asyncio
import uuid
from typing import Any

import pytest

from tests.factories.planning import Goal, approved_plan, period
from tests.factories.world import Person, World
from tests.plugins.service import Api

RETURN = {"note": "Lengkapi indikator mutu"}


async def people(world: World) -> tuple[Person, Person]:
    unit = await world.unit("Dinas Pendidikan")
    return (
        await world.employee("Kepala", unit=unit, head=True),
        await world.employee("Siti", unit=unit),
    )


def indicator(period_id: Any, **changes: Any) -> dict[str, Any]:
    return {
        "aspect": "kuantitas",
        "title": "Jumlah laporan",
        "unit": "laporan",
        "direction": "higher",
        "annual_low": "12.00",
        "accumulation": "latest",
        "period_targets": [{"period_id": str(period_id), "low": "3.50"}],
        **changes,
    }


def target(period_id: Any, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "utama",
        "title": "Laporan keuangan tersusun tepat waktu",
        "indicators": [indicator(period_id)],
        **changes,
    }


async def drafted(api: Api, world: World, person: Person) -> dict[str, Any]:
    body = {
        "placement_id": str(person.placement_id),
        "year": world.today.year,
        "approach": "quantitative",
    }
    made = await api.post("/v1/plans", body, by=person)
    assert made.status_code == 201, made.text
    return made.json()


async def filled(api: Api, world: World, person: Person, **changes: Any) -> dict[str, Any]:
    plan = await drafted(api, world, person)
    year = await period(world, str(world.today.year))
    put = await api.put(
        f"/v1/plans/{plan['id']}/content", {"targets": [target(year, **changes)]}, by=person,
        version=1,
    )  # fmt: skip
    assert put.status_code == 200, put.text
    return put.json()


async def test_from_draft_to_approval_with_notices_and_trail(api: Api, world: World, sql: Any):
    head, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    assert plan["allowed_actions"] == ["write", "submit"]
    sent = await api.post(f"{path}/submissions", by=clerk)
    assert (sent.status_code, sent.json()["status"]) == (201, "submitted"), sent.text
    assert sent.json()["warnings"] == []
    returned = await api.post(f"{path}/returns", RETURN, by=head)
    assert (returned.status_code, returned.json()["status"]) == (201, "returned")
    assert returned.json()["decision_note"] == RETURN["note"]
    assert (await api.post(f"{path}/submissions", by=clerk)).status_code == 201
    seen = (await api.get(path, by=head)).json()
    assert seen["allowed_actions"] == ["expect", "approve", "return"]
    approved = await api.post(f"{path}/approvals", {}, by=head)
    assert approved.json()["status"] == "approved"
    assert approved.json()["decided_by_id"] == str(head.employee_id)
    told = await sql(
        "SELECT employee_id, kind FROM kinerja.notices WHERE tenant_id = $1 ORDER BY id",
        world.tenant_id,
    )
    assert [(row["employee_id"], row["kind"]) for row in told] == [
        (head.employee_id, "plan_submitted"),
        (clerk.employee_id, "plan_returned"),
        (head.employee_id, "plan_submitted"),
        (clerk.employee_id, "plan_approved"),
    ]
    for table, column in (("audit_entries", "action"), ("events", "type")):
        rows = await sql(
            f"SELECT {column} AS name FROM kinerja.{table} WHERE subject_id = $1 ORDER BY id",
            uuid.UUID(plan["id"]),
        )
        assert [row["name"] for row in rows] == [
            "plan.created", "plan.content_set", "plan.submitted", "plan.returned",
            "plan.submitted", "plan.approved",
        ]  # fmt: skip


async def test_content_keeps_named_rows_swaps_their_order_and_removes_the_rest(
    api: Api, world: World
):
    _, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    year = await period(world, str(world.today.year))
    path = f"/v1/plans/{plan['id']}/content"
    first = {"targets": [target(year, title=f"Hasil {n}") for n in range(3)]}
    made = (await api.put(path, first, by=clerk, version=1)).json()
    ids = [row["id"] for row in made["targets"]]
    parts = [row["indicators"][0]["id"] for row in made["targets"]]
    assert made["targets"][0]["indicators"][0]["period_targets"] == [
        {
            "period_id": str(year), "period_code": str(world.today.year), "low": "3.50",
            "high": None,
        }
    ]  # fmt: skip
    second = {
        "targets": [
            target(year, id=ids[2], title="Tiga", indicators=[indicator(year, id=parts[2])]),
            target(year, id=ids[0], title="Satu", indicators=[indicator(year, id=parts[0])]),
            target(year, title="Baru"),
        ]
    }
    changed = await api.put(path, second, by=clerk, version=2)
    assert changed.status_code == 200, changed.text
    rows = changed.json()["targets"]
    assert [row["title"] for row in rows] == ["Tiga", "Satu", "Baru"]
    assert [row["id"] for row in rows][:2] == [ids[2], ids[0]]
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert rows[0]["indicators"][0]["id"] == parts[2]
    assert rows[2]["id"] not in ids
    assert changed.headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"id": str(uuid.uuid4())}, "/targets/0/id", "unknown_reference"),
        (
            {"superior_target_id": str(uuid.uuid4())},
            "/targets/0/superior_target_id",
            "unknown_reference",
        ),
        (
            {"indicators": [indicator(uuid.uuid4())]},
            "/targets/0/indicators/0/period_targets/0/period_id",
            "unknown_reference",
        ),
        (
            {"indicators": [indicator(uuid.uuid4(), id=str(uuid.uuid4()))]},
            "/targets/0/indicators/0/id",
            "unknown_reference",
        ),
        (
            {"indicators": [indicator(uuid.uuid4(), direction="range")]},
            "/targets/0/indicators/0",
            "bounds_mismatch",
        ),
        (
            {"indicators": [indicator(uuid.uuid4(), annual_low="-1")]},
            "/targets/0/indicators/0/annual_low",
            "invalid_decimal",
        ),
        ({"weight_percent": "0.00"}, "/targets/0/weight_percent", "greater_than"),
        ({"weight_percent": "100.01"}, "/targets/0/weight_percent", "less_than_equal"),
        ({"title": "a\u0000b"}, "/targets/0/title", "invalid_text"),
        ({"kind": "lain"}, "/targets/0/kind", "enum"),
        ({"extra": 1}, "/targets/0/extra", "extra_forbidden"),
    ],
)
async def test_hostile_content_is_refused_at_its_place(
    api: Api, world: World, changes: dict[str, Any], pointer: str, code: str
):
    _, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    year = await period(world, str(world.today.year))
    body = {"targets": [target(year, **changes)]}
    refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=1)
    assert refused.status_code == 422, refused.text
    found = [(error["pointer"], error["code"]) for error in refused.json()["errors"]]
    assert (pointer, code) in found
    assert "…" not in refused.text


async def test_ids_and_periods_named_twice_are_refused(api: Api, world: World):
    _, clerk = await people(world)
    plan = await filled(api, world, clerk)
    row = plan["targets"][0]
    wanted = row["indicators"][0]["period_targets"][0]["period_id"]
    twice = indicator(wanted)
    twice["period_targets"] *= 2
    body = {
        "targets": [target(wanted, id=row["id"]), target(wanted, id=row["id"], indicators=[twice])]
    }
    refused = await api.put(f"/v1/plans/{plan['id']}/content", body, by=clerk, version=2)
    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/targets/1/id", "named_twice"),
        ("/targets/1/indicators/0/period_targets/1/period_id", "named_twice"),
    ]


async def test_a_submission_names_everything_that_is_wrong(api: Api, world: World):
    _, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    year = await period(world, str(world.today.year))
    body = {
        "targets": [
            target(year, kind="tambahan", weight_percent="10.00"),
            target(year, indicators=[]),
            target(
                year,
                weight_percent="60.00",
                indicators=[
                    indicator(year, weight_percent="60.00", annual_low="0.00", period_targets=[]),
                    indicator(year, weight_percent="30.00"),
                ],
            ),
        ]
    }
    path = f"/v1/plans/{plan['id']}"
    assert (await api.put(f"{path}/content", body, by=clerk, version=1)).status_code == 200
    refused = await api.post(f"{path}/submissions", by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "plan_incomplete")
    assert {(error["pointer"], error["code"]) for error in refused.json()["errors"]} == {
        ("/targets/0/weight_percent", "additional_target_weighted"),
        ("/targets/1/weight_percent", "weight_missing"),
        ("/targets/1/indicators", "indicator_missing"),
        ("/targets/2/indicators", "weights_not_100"),
        ("/targets/2/indicators/0/period_targets", "period_target_missing"),
        ("/targets/2/indicators/0/annual_low", "target_zero"),
    }
    assert "90.00" in refused.text
    assert (await api.get(path, by=clerk)).json()["status"] == "draft"


async def test_only_the_superior_of_today_decides_and_only_the_employee_writes(
    api: Api, world: World
):
    head, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    content = await api.put(f"{path}/content", {"targets": []}, by=head, version=2)
    assert (content.status_code, content.json()["code"]) == (403, "not_own_plan")
    await api.post(f"{path}/submissions", by=clerk)
    own = await api.post(f"{path}/approvals", {}, by=clerk)
    above = await api.post(f"{path}/approvals", {}, by=world.mayor)
    assert (own.status_code, own.json()["code"]) == (403, "not_superior")
    assert (above.status_code, above.json()["code"]) == (403, "not_superior")
    agency = await api.post(f"{path}/approvals", {}, by=world.agency)
    assert (agency.status_code, agency.json()["code"]) == (403, "permission_denied")
    colleague = await world.employee("Budi", unit=clerk.unit_id)
    assert (await api.get(path, by=colleague)).status_code == 404
    assert (await api.post(f"{path}/approvals", {}, by=colleague)).status_code == 404


async def test_other_governments_and_strangers_see_nothing(
    api: Api, world: World, other_world: World
):
    _, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    for place in (path, f"{path}/cascade", f"{path}/versions"):
        assert (await api.get(place, by=other_world.agency)).status_code == 404
        assert (await api.get(place, by=world.agency)).status_code == 200
    assert (await api.get(path)).status_code == 401
    body = {"placement_id": str(clerk.placement_id), "year": 2026, "approach": "quantitative"}
    foreign = await api.post("/v1/plans", body, by=other_world.mayor)
    assert (foreign.status_code, foreign.json()["code"]) == (422, "placement_unsuitable")
    machine = await api.post("/v1/plans", body, by=world.agency)
    assert (machine.status_code, machine.json()["code"]) == (403, "permission_denied")


async def test_two_approvals_at_once_approve_once(api: Api, world: World, sql: Any):
    head, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    await api.post(f"{path}/submissions", by=clerk)
    answers = await asyncio.gather(
        api.post(f"{path}/approvals", {}, by=head), api.post(f"{path}/returns", RETURN, by=head)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    rows = await sql(
        "SELECT count(*) FROM kinerja.notices WHERE employee_id = $1", clerk.employee_id
    )
    assert rows[0]["count"] == 1


async def test_a_content_sent_while_it_is_submitted_is_never_submitted_unchecked(
    api: Api, world: World
):
    _, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    await asyncio.gather(
        api.put(f"{path}/content", {"targets": []}, by=clerk, version=2),
        api.post(f"{path}/submissions", by=clerk),
    )
    after = (await api.get(path, by=clerk)).json()
    assert (after["status"], len(after["targets"])) in {("submitted", 1), ("draft", 0)}


async def test_two_drafts_of_one_placement_and_year_are_one(api: Api, world: World):
    _, clerk = await people(world)
    body = {"placement_id": str(clerk.placement_id), "year": 2026, "approach": "qualitative"}
    answers = await asyncio.gather(*[api.post("/v1/plans", body, by=clerk) for _ in range(2)])
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["code"] == "plan_exists"


async def test_a_placement_of_another_year_is_refused(api: Api, world: World):
    _, clerk = await people(world)
    body = {"placement_id": str(clerk.placement_id), "year": 2019, "approach": "qualitative"}
    refused = await api.post("/v1/plans", body, by=clerk)
    assert (refused.status_code, refused.json()["code"]) == (422, "placement_unsuitable")


async def test_repeats_and_old_versions(api: Api, world: World, fresh_key: str):
    head, clerk = await people(world)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    assert (await api.put(f"{path}/content", {"targets": []}, by=clerk)).status_code == 428
    stale = await api.put(f"{path}/content", {"targets": []}, by=clerk, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    first = await api.post(f"{path}/submissions", by=clerk, key=fresh_key)
    again = await api.post(f"{path}/submissions", by=clerk, key=fresh_key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    late = await api.put(f"{path}/content", {"targets": []}, by=clerk, version=3)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")
    assert (await api.post(f"{path}/approvals", {}, by=head, version=2)).status_code == 412


async def test_the_superior_sets_expectations_under_the_seven_values(api: Api, world: World):
    head, clerk = await people(world)
    plan = await drafted(api, world, clerk)
    path = f"/v1/plans/{plan['id']}/behaviours"
    body = {"behaviours": [{"value": "loyal", "expectation": "Jaga rahasia jabatan"}]}
    assert (await api.put(path, body, by=clerk, version=1)).status_code == 403
    put = await api.put(path, body, by=head, version=1)
    assert put.status_code == 200, put.text
    seven = put.json()["behaviours"]
    assert len(seven) == 7
    assert all(len(row["guidance"]) == 3 for row in seven)
    assert "guidance_" not in put.text
    assert [row["value"] for row in seven if row["expectation"]] == ["loyal"]
    twice = {"behaviours": body["behaviours"] * 2}
    refused = await api.put(path, twice, by=head, version=2)
    assert refused.json()["errors"][0]["pointer"] == "/behaviours/1/value"
    cleared = await api.put(path, {"behaviours": []}, by=head, version=2)
    assert [row for row in cleared.json()["behaviours"] if row["expectation"]] == []
    english = await api.get(f"/v1/plans/{plan['id']}", by=clerk, headers={"Accept-Language": "en"})
    assert english.json()["behaviours"][0]["label"] == "Service-oriented"


async def test_a_target_supports_one_of_the_superiors_approved_plan(api: Api, world: World):
    head, clerk = await people(world)
    stranger = await world.employee("Lain", unit=await world.unit("Dinas Lain"), head=True)
    theirs = await approved_plan(world, head, targets=[Goal(title="Mutu sekolah naik")])
    foreign = await approved_plan(world, stranger)
    plan = await filled(api, world, clerk)
    path = f"/v1/plans/{plan['id']}"
    year = plan["targets"][0]["indicators"][0]["period_targets"][0]["period_id"]
    refused = await api.put(
        f"{path}/content", {"targets": [target(year, superior_target_id=str(foreign.target))]},
        by=clerk, version=2,
    )  # fmt: skip
    assert refused.status_code == 422
    sent = await api.post(f"{path}/submissions", by=clerk)
    warned = sent.json()["warnings"]
    assert [(row["code"], row["pointer"]) for row in warned] == [
        ("superior_target_unlinked", "/targets/0/superior_target_id")
    ]
    await api.post(f"{path}/returns", RETURN, by=head)
    linked = await api.put(
        f"{path}/content",
        {"targets": [target(year, superior_target_id=str(theirs.target), cascading="direct")]},
        by=clerk, version=4,
    )  # fmt: skip
    assert linked.json()["targets"][0]["superior_target_title"] == "Mutu sekolah naik"
    above = (await api.get(f"{path}/cascade", by=clerk)).json()["superior_targets"]
    assert [row["id"] for row in above] == [str(theirs.target)]
    below = await api.get(f"/v1/plans/{theirs.id}/cascade", by=head)
    assert below.status_code == 200, below.text
    supports = below.json()["targets"][0]["supported_by"]
    assert [(row["employee_name"], row["plan_id"]) for row in supports] == [("Siti", plan["id"])]
    await api.post(f"/v1/plans/{theirs.id}/revisions", {"reason": "Ubah"}, by=head)
    removed = await api.put(f"/v1/plans/{theirs.id}/content", {"targets": []}, by=head, version=2)
    assert (removed.status_code, removed.json()["code"]) == (409, "target_in_use")
    [error] = removed.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/targets", "target_in_use")
    assert "Mutu sekolah naik" in error["message"]


async def test_a_closed_year_takes_no_change_of_its_plans(api: Api, world: World):
    head, clerk = await people(world)
    plan = await approved_plan(world, clerk, status="submitted")
    await period(world, str(world.today.year), status="closed")
    refused = await api.post(f"/v1/plans/{plan.id}/approvals", {}, by=head)
    assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")


async def test_lists_show_own_and_peoples_plans_with_filters_and_pages(api: Api, world: World):
    head, clerk = await people(world)
    other = await world.employee("Lain", unit=await world.unit("Dinas Lain"))
    ids = [str((await approved_plan(world, clerk, year=year)).id) for year in (2024, 2025, 2026)]
    hidden = str((await approved_plan(world, other, status="draft")).id)

    async def listed(by: Person, **params: Any) -> list[str]:
        answer = await api.get("/v1/plans", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]

    assert await listed(clerk) == ids[::-1]
    assert await listed(head, sort="year") == ids
    assert set(await listed(world.agency)) == {*ids, hidden}
    assert await listed(world.agency, below_id=str(clerk.unit_id), year=2025) == [ids[1]]
    assert await listed(world.agency, status="draft") == [hidden]
    assert await listed(world.mayor, employee_id=str(other.employee_id)) == [hidden]
    assert await listed(world.mayor, unit_id=str(clerk.unit_id), limit=2) == ids[:0:-1]
    page = (await api.get("/v1/plans", by=clerk, params={"limit": 2})).json()
    assert page["items"][0]["allowed_actions"] == ["revise"]
    assert await listed(clerk, limit=2, cursor=page["next_cursor"]) == [ids[0]]
