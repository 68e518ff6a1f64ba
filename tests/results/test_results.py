"""Results: entered by the employee, decided by the superior, derived from approved volume."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from kinerja_api.activities.tables import activity_logs
from kinerja_api.core import clock
from kinerja_api.core.ids import new_id
from kinerja_api.planning.rules import IN_FORCE
from tests.factories import planning
from tests.factories.planning import Goal, Measure
from tests.factories.results import result
from tests.factories.world import Person, World, put
from tests.plugins.service import Api


@dataclass
class Scene:
    world: World
    head: Person
    clerk: Person
    colleague: Person
    month: UUID
    year: UUID
    entered: UUID
    derived: UUID
    plan: UUID

    @property
    def path(self) -> str:
        return f"/v1/indicators/{self.entered}/results/{self.month}"


@pytest.fixture
async def scene(world: World) -> Scene:
    dinas = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=dinas, head=True)
    clerk = await world.employee("Siti", unit=dinas)
    colleague = await world.employee("Budi", unit=dinas)
    month = await planning.period(world, planning.month_of(world.today))
    year = await planning.period(world, str(world.today.year))
    measures = (
        Measure(periods={month: "10.00"}),
        Measure(title="Volume", source="approved_volume", periods={month: "20.00"}),
    )
    plan = await planning.approved_plan(world, clerk, targets=(Goal(measures=measures),))
    first, second = plan.targets[0].indicators
    return Scene(world, head, clerk, colleague, month, year, first, second, plan.id)


async def enter(api: Api, scene: Scene, value: str = "7.50", **extra: Any) -> Any:
    return await api.put(scene.path, {"value": value, "note": "Lengkap"}, by=scene.clerk, **extra)


async def close(scene: Scene, sql: Any, period_id: UUID) -> None:
    await sql("UPDATE kinerja.periods SET status = 'closed' WHERE id = $1", period_id)


async def test_the_first_entry_creates_and_later_ones_need_the_version(api: Api, scene: Scene):
    made = await enter(api, scene)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["value"], body["status"], body["target_low"]) == ("7.50", "entered", "10.00")
    assert body["allowed_actions"] == ["enter", "attach", "detach"]
    assert made.headers["ETag"] == '"1"'
    read = await api.get(made.headers["Location"], by=scene.clerk)
    assert read.json() == body
    assert (await enter(api, scene)).status_code == 428
    changed = await enter(api, scene, "8.00", version=1)
    assert (changed.status_code, changed.json()["value"]) == (200, "8.00")
    stale = await enter(api, scene, "9.00", version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')


async def test_a_version_of_nothing_is_stale(api: Api, scene: Scene):
    assert (await enter(api, scene, version=1)).status_code == 412


async def test_two_first_entries_at_once_make_one_result(api: Api, scene: Scene, sql: Any):
    answers = await asyncio.gather(enter(api, scene, "1.00"), enter(api, scene, "2.00"))
    assert sorted(answer.status_code for answer in answers) == [201, 428]
    rows = await sql(
        "SELECT count(*) FROM kinerja.indicator_results WHERE tenant_id = $1",
        scene.world.tenant_id,
    )
    assert rows[0]["count"] == 1


async def test_only_the_employee_enters(api: Api, scene: Scene, other_world: World):
    body = {"value": "1.00"}
    refused = await api.put(scene.path, body, by=scene.head)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_own_result")
    assert (await api.put(scene.path, body, by=scene.colleague)).status_code == 404
    assert (await api.put(scene.path, body, by=other_world.mayor)).status_code == 404
    assert (await api.put(scene.path, body, by=scene.world.admin)).status_code == 403
    nowhere = f"/v1/indicators/{scene.entered}/results/{new_id()}"
    assert (await api.put(nowhere, body, by=scene.clerk)).status_code == 404


@pytest.mark.parametrize("value", [7.5, "7.505", "-1", "NaN", "1e3", "", None, "1٠"])
async def test_amounts_are_exact(api: Api, scene: Scene, value: Any):
    answer = await api.put(scene.path, {"value": value}, by=scene.clerk)
    assert answer.status_code == 422


async def test_a_plan_must_be_approved_and_of_the_year(api: Api, scene: Scene, sql: Any):
    past = await planning.period(scene.world, f"{scene.world.today.year - 1}-12")
    outside = await api.put(
        f"/v1/indicators/{scene.entered}/results/{past}", {"value": "1.00"}, by=scene.clerk
    )
    assert (outside.status_code, outside.json()["code"]) == (422, "result_period_outside_plan")
    await sql("UPDATE kinerja.plans SET status = 'draft' WHERE id = $1", scene.plan)
    refused = await enter(api, scene)
    assert (refused.status_code, refused.json()["code"]) == (409, "result_plan_not_approved")


@pytest.mark.parametrize("which", ["month", "year"])
async def test_a_closed_period_takes_nothing(api: Api, scene: Scene, sql: Any, which: str):
    made = (await enter(api, scene)).json()
    await close(scene, sql, getattr(scene, which))
    path = f"/v1/results/{made['id']}"
    answers = [
        await enter(api, scene, version=1),
        await api.post(f"{path}/verifications", {}, by=scene.head),
        await api.post(f"{path}/returns", {"note": "Kurang"}, by=scene.head),
        await api.post(
            f"/v1/indicators/{scene.derived}/results/{scene.month}/derivations", by=scene.clerk
        ),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {
        (409, "period_closed")
    }
    many = await api.post("/v1/results/verifications", {"ids": [made["id"]]}, by=scene.head)
    assert many.json()["items"][0]["code"] == "period_closed"


async def test_the_superior_verifies_returns_and_the_employee_enters_again(
    api: Api, scene: Scene, sql: Any
):
    path = f"/v1/results/{(await enter(api, scene)).json()['id']}"
    assert (await api.post(f"{path}/verifications", {}, by=scene.clerk)).status_code == 403
    assert (await api.post(f"{path}/verifications", {}, by=scene.world.mayor)).status_code == 403
    assert (await api.post(f"{path}/verifications", {}, by=scene.colleague)).status_code == 404
    verified = await api.post(f"{path}/verifications", {}, by=scene.head)
    assert verified.status_code == 201, verified.text
    assert verified.json()["status"] == "verified"
    assert verified.json()["decided_by_id"] == str(scene.head.employee_id)
    again = await api.post(f"{path}/verifications", {}, by=scene.head)
    assert (again.status_code, again.json()["code"]) == (409, "transition_refused")
    assert (await enter(api, scene, version=2)).status_code == 409
    assert (await api.post(f"{path}/returns", {}, by=scene.head)).status_code == 422
    back = await api.post(f"{path}/returns", {"note": "Bukti kurang"}, by=scene.head, version=2)
    assert (back.json()["status"], back.json()["decision_note"]) == ("returned", "Bukti kurang")
    feed = (await api.get("/v1/me/notices", by=scene.clerk)).json()["items"]
    assert [(each["kind"], each["note"]) for each in feed] == [("result_returned", "Bukti kurang")]
    assert feed[0]["text"].startswith("Kepala mengembalikan realisasi “Jumlah dokumen” periode ")
    entered = await enter(api, scene, "9.00", version=3)
    assert (entered.json()["status"], entered.json()["decided_by_id"]) == ("entered", None)
    trail = await sql(
        "SELECT action FROM kinerja.audit_entries WHERE tenant_id = $1 ORDER BY at",
        scene.world.tenant_id,
    )
    events = await sql(
        "SELECT type, subject_version FROM kinerja.events WHERE tenant_id = $1 ORDER BY id",
        scene.world.tenant_id,
    )
    actions = ["result.entered", "result.verified", "result.returned", "result.entered"]
    assert [row["action"] for row in trail] == actions
    assert [tuple(row) for row in events] == list(zip(actions, [1, 2, 3, 4], strict=True))


async def test_two_decisions_at_once_leave_one(api: Api, scene: Scene):
    path = f"/v1/results/{(await enter(api, scene)).json()['id']}"
    answers = await asyncio.gather(
        *[api.post(f"{path}/verifications", {}, by=scene.head) for _ in range(2)]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_a_repeated_verification_with_its_key_is_one(api: Api, scene: Scene, fresh_key: str):
    path = f"/v1/results/{(await enter(api, scene)).json()['id']}/verifications"
    first = await api.post(path, {}, by=scene.head, key=fresh_key)
    again = await api.post(path, {}, by=scene.head, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)


async def test_many_are_verified_each_on_its_own(
    api: Api, scene: Scene, other_world: World, sql: Any
):
    good = (await enter(api, scene)).json()["id"]
    mine = await planning.approved_plan(scene.world, scene.head)
    own = await result(scene.world, scene.head, mine.indicator, scene.month)
    done = await result(scene.world, scene.clerk, mine.indicator, scene.year, status="verified")
    derived = await result(
        scene.world, scene.clerk, scene.derived, scene.month, source="approved_volume"
    )
    unknown = str(new_id())
    ids = [unknown, str(own), good, str(done), str(derived), good]
    answer = await api.post("/v1/results/verifications", {"ids": ids}, by=scene.head)
    assert answer.status_code == 207, answer.text
    assert [(item["id"], item["status"], item["code"]) for item in answer.json()["items"]] == [
        (unknown, 404, "not_found"),
        (str(own), 403, "not_superior"),
        (good, 200, None),
        (str(done), 409, "transition_refused"),
        (str(derived), 409, "result_is_derived"),
    ]
    assert answer.json()["items"][2]["version"] == 2
    trail = await sql(
        "SELECT count(*) FROM kinerja.audit_entries WHERE action = 'result.verified'"
        " AND tenant_id = $1",
        scene.world.tenant_id,
    )
    assert trail[0]["count"] == 1
    too_many = {"ids": [str(new_id()) for _ in range(501)]}
    refused = await api.post("/v1/results/verifications", too_many, by=scene.head)
    assert refused.status_code == 422


async def test_lists_show_only_what_one_may_see(api: Api, scene: Scene, other_world: World):
    made = (await enter(api, scene)).json()["id"]

    async def seen(by: Person, **params: Any) -> list[str]:
        answer = await api.get("/v1/results", by=by, params=params)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    for by in (scene.clerk, scene.head, scene.world.mayor, scene.world.agency):
        assert await seen(by) == [made]
    for by in (scene.colleague, other_world.mayor, other_world.agency):
        assert await seen(by) == []
    filters = {
        "employee_id": scene.clerk.employee_id, "below_id": scene.world.root,
        "period_id": scene.month, "plan_id": scene.plan, "status": "entered",
    }  # fmt: skip
    assert await seen(scene.world.agency, **filters) == [made]
    assert await seen(scene.world.agency, status="verified") == []
    assert await seen(scene.world.agency, period_id=scene.year) == []
    assert (await api.get(f"/v1/results/{made}", by=scene.colleague)).status_code == 404
    assert (await api.get(f"/v1/results/{made}", by=other_world.agency)).status_code == 404


async def log(scene: Scene, volume: str, *, status: str = "approved") -> None:
    now = clock.now()
    async with scene.world.database.write(scene.world.tenant_id) as writing:
        await put(
            writing, activity_logs, tenant_id=scene.world.tenant_id, id=new_id(),
            work_date=scene.world.today, employee_id=scene.clerk.employee_id,
            unit_id=scene.clerk.unit_id, starts_minute=480, ends_minute=540,
            description="Melayani", indicator_id=scene.derived, volume=volume, status=status,
            created_at=now, updated_at=now,
        )  # fmt: skip


async def test_a_result_is_derived_from_approved_volume_only(api: Api, scene: Scene):
    path = f"/v1/indicators/{scene.derived}/results/{scene.month}"
    await log(scene, "3.25")
    await log(scene, "4.00")
    await log(scene, "9.00", status="submitted")
    made = await api.post(f"{path}/derivations", by=scene.clerk)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["value"], body["status"], body["source"], body["version"]) == (
        "7.25", "verified", "approved_volume", 1,
    )  # fmt: skip
    assert UUID(body["id"]).version == 7
    again = await api.post(f"{path}/derivations", by=scene.head)
    assert (again.json()["value"], again.json()["version"]) == ("7.25", 1)
    await log(scene, "1.00")
    more = await api.post(f"{path}/derivations", by=scene.head)
    assert (more.json()["value"], more.json()["version"]) == ("8.25", 2)
    typed = await api.put(path, {"value": "99.00"}, by=scene.clerk, version=2)
    assert (typed.status_code, typed.json()["code"]) == (409, "result_is_derived")
    back = await api.post(f"/v1/results/{body['id']}/returns", {"note": "x"}, by=scene.head)
    assert (back.status_code, back.json()["code"]) == (409, "result_is_derived")


async def test_only_the_pair_derives_and_only_what_is_derived(api: Api, scene: Scene):
    path = f"/v1/indicators/{scene.derived}/results/{scene.month}/derivations"
    assert (await api.post(path, by=scene.world.mayor)).status_code == 403
    assert (await api.post(path, by=scene.colleague)).status_code == 404
    typed = await api.post(f"{scene.path}/derivations", by=scene.clerk)
    assert (typed.status_code, typed.json()["code"]) == (409, "result_is_entered")


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


async def test_evidence_is_attached_until_the_result_is_verified(api: Api, scene: Scene):
    made = (await enter(api, scene)).json()
    path = f"/v1/results/{made['id']}/evidence"
    sent: dict[str, Any] = {
        "params": {"file_name": "bukti.pdf"},
        "headers": {"Content-Type": "application/pdf"},
        "content": PDF,
    }
    kept = await api.post(path, by=scene.clerk, **sent)
    assert kept.status_code == 201, kept.text
    assert (kept.json()["subject_type"], kept.json()["subject_id"]) == ("result", made["id"])
    listed = await api.get(path, by=scene.head)
    assert [item["id"] for item in listed.json()["items"]] == [kept.json()["id"]]
    assert (await api.post(path, by=scene.head, **sent)).status_code == 403
    assert (await api.post(path, by=scene.colleague, **sent)).status_code == 404
    await api.post(f"/v1/results/{made['id']}/verifications", {}, by=scene.head)
    late = await api.post(path, by=scene.clerk, **sent)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")


async def test_links_are_evidence_too_and_go_until_the_result_is_verified(api: Api, scene: Scene):
    path = f"/v1/results/{(await enter(api, scene)).json()['id']}"
    link = {"url": "https://arsip.example/1", "label": "Laporan"}
    made = await api.post(f"{path}/evidence-links", link, by=scene.clerk)
    assert (made.status_code, made.json()["kind"]) == (201, "link"), made.text
    one = f"{path}/evidence/{made.json()['id']}"
    for by, status in ((scene.head, 403), (scene.colleague, 404)):
        assert (await api.post(f"{path}/evidence-links", link, by=by)).status_code == status
        assert (await api.delete(one, by=by)).status_code == status
    assert (await api.delete(one, by=scene.clerk)).status_code == 204
    assert (await api.get(f"{path}/evidence", by=scene.head)).json()["items"] == []
    kept = (await api.post(f"{path}/evidence-links", link, by=scene.clerk)).json()
    await api.post(f"{path}/verifications", {}, by=scene.head)
    late = await api.delete(f"{path}/evidence/{kept['id']}", by=scene.clerk)
    assert (late.status_code, late.json()["code"]) == (409, "transition_refused")


@pytest.mark.parametrize("status", IN_FORCE)
async def test_a_plan_in_force_takes_results_whatever_its_revision(
    api: Api, world: World, status: str
):
    clerk = await world.employee("Siti")
    month = await planning.period(world, planning.month_of(world.today))
    measures = (Measure(), Measure(source="approved_volume", periods={month: "1.00"}))
    plan = await planning.approved_plan(
        world, clerk, targets=(Goal(measures=measures),), status=status
    )
    first, second = plan.targets[0].indicators
    path = f"/v1/indicators/{first}/results/{month}"
    assert (await api.put(path, {"value": "1.00"}, by=clerk)).status_code == 201
    derived = await api.post(f"/v1/indicators/{second}/results/{month}/derivations", by=clerk)
    assert derived.status_code == 201, derived.text


async def test_the_result_of_a_qualitative_plan_is_told_in_words(api: Api, world: World):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    month = await planning.period(world, planning.month_of(world.today))
    plan = await planning.approved_plan(
        world, clerk, approach="qualitative", targets=(Goal(measures=(planning.IN_WORDS,)),)
    )
    path = f"/v1/indicators/{plan.indicator}/results/{month}"
    for body, code, pointer in [
        ({"value": "1.00", "note": "x"}, "result_is_qualitative", "/value"),
        ({}, "result_needs_note", "/note"),
        ({"note": None}, "result_needs_note", "/note"),
    ]:
        refused = await api.put(path, body, by=clerk)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer
    made = await api.put(path, {"note": "Semua warga terlayani"}, by=clerk)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["value"], body["indicator_unit"], body["note"]) == (
        None, None, "Semua warga terlayani",
    )  # fmt: skip
    verified = await api.post(f"/v1/results/{body['id']}/verifications", {}, by=head)
    assert (verified.json()["status"], verified.json()["decided_by_name"]) == ("verified", "Kepala")
    progress = await api.get(f"/v1/indicators/{plan.indicator}/results", by=head)
    assert progress.status_code == 200, progress.text
    assert (progress.json()["accumulation"], progress.json()["direction"]) == (None, None)
    assert [(each["note"], each["accumulated"]) for each in progress.json()["periods"]] == [
        ("Semua warga terlayani", None)
    ]


async def test_a_measured_result_needs_its_value(api: Api, scene: Scene):
    for body in ({}, {"note": "Banyak"}, {"value": None, "note": "Banyak"}):
        refused = await api.put(scene.path, body, by=scene.clerk)
        assert (refused.status_code, refused.json()["code"]) == (422, "result_needs_value")


@pytest.mark.parametrize(
    ("accumulation", "sums"),
    [
        ("sum", [None, "10.00", "10.00", "14.01"]),
        ("average", [None, "10.00", "10.00", "7.01"]),
        ("latest", [None, "10.00", "10.00", "4.01"]),
    ],
)
async def test_an_indicator_over_its_year(
    api: Api, world: World, other_world: World, accumulation: str, sums: list[str | None]
):
    unit = await world.unit("Dinas")
    head = await world.employee("Kepala", unit=unit, head=True)
    clerk = await world.employee("Siti", unit=unit)
    colleague = await world.employee("Budi", unit=unit)
    year = world.today.year
    months = [await planning.period(world, f"{year}-{month:02d}") for month in (1, 2, 3, 4)]
    quarter = await planning.period(world, f"{year}-Q1")
    await planning.period(world, f"{year - 1}-12")
    whole = await planning.period(world, str(year))
    measure = Measure(accumulation=accumulation, periods={months[0]: "5.00", quarter: "15.00"})
    plan = await planning.approved_plan(world, clerk, targets=(Goal(measures=(measure,)),))
    await result(world, clerk, plan.indicator, months[1], value="10.00", status="verified")
    await result(world, clerk, plan.indicator, months[2], value="99.00", status="returned")
    await result(world, clerk, plan.indicator, months[3], value="4.01")
    await result(world, clerk, plan.indicator, quarter, value="10.00", status="verified")
    path = f"/v1/indicators/{plan.indicator}/results"
    told = (await api.get(path, by=clerk)).json()
    assert (told["employee_name"], told["year"], told["indicator_title"]) == (
        "Siti", year, "Jumlah dokumen",
    )  # fmt: skip
    rows = told["periods"]
    assert [row["period_id"] for row in rows] == [str(i) for i in [*months, quarter, whole]]
    assert [row["accumulated"] for row in rows] == [*sums, "10.00", None]
    assert [row["target_low"] for row in rows] == ["5.00", None, None, None, "15.00", None]
    assert [row["status"] for row in rows] == [
        None, "verified", "returned", "entered", "verified", None,
    ]  # fmt: skip
    for by in (head, world.mayor, world.agency):
        assert (await api.get(path, by=by)).json() == told
    for by in (colleague, other_world.mayor, other_world.agency):
        assert (await api.get(path, by=by)).status_code == 404


async def test_pages_of_a_subtree_go_through_its_units_in_order_of_time(api: Api, world: World):
    dinas, other = await world.unit("Dinas"), await world.unit("Lain")
    seksi = await world.unit("Seksi", parent=dinas)
    people = [await world.employee(f"P{n}", unit=unit) for n, unit in enumerate((dinas, seksi))]
    outside = await world.employee("Luar", unit=other)
    months = [
        await planning.period(world, f"{world.today.year}-{month:02d}") for month in (1, 2, 3)
    ]
    plans = [await planning.approved_plan(world, each) for each in (*people, outside)]
    made = [
        str(await result(world, person, plan.indicator, month))
        for month in months
        for person, plan in zip(people, plans, strict=False)
    ]
    await result(world, outside, plans[2].indicator, months[0])
    params: dict[str, Any] = {"below_id": str(dinas), "limit": 4}
    first = (await api.get("/v1/results", by=world.agency, params=params)).json()
    params["cursor"] = first["next_cursor"]
    rest = (await api.get("/v1/results", by=world.agency, params=params)).json()
    seen = [item["id"] for item in [*first["items"], *rest["items"]]]
    assert (seen, rest["next_cursor"]) == (made[::-1], None)
