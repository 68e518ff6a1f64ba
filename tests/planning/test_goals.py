"""Goals of units: who sets them, what they serve, what carries them."""

import asyncio
import uuid
from typing import Any

import pytest

from kinerja_api.access.rules import Role
from tests.factories.goals import unit_goal
from tests.factories.planning import Goal, approved_plan, period
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements

INDICATOR = {
    "title": "Indeks kepuasan masyarakat",
    "unit": "poin",
    "direction": "higher",
    "low": "88.50",
}


def body(world: World, unit: uuid.UUID | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "unit_id": str(unit or world.root),
        "year": world.today.year,
        "code": "SS-1",
        "title": "Mutu layanan publik meningkat",
        "perspective": "penerima_layanan",
        "indicators": [INDICATOR],
        **changes,
    }


async def headed(world: World, name: str = "Dinas") -> tuple[uuid.UUID, Person]:
    unit = await world.unit(name)
    return unit, await world.employee(f"Kepala {name}", unit=unit, head=True)


async def test_a_head_sets_a_goal_that_everybody_reads(api: Api, world: World, sql: Any):
    unit, head = await headed(world)
    clerk = await world.employee("Siti", unit=unit)
    made = await api.post("/v1/goals", body(world, unit), by=head)
    assert made.status_code == 201, made.text
    goal = made.json()
    assert goal["indicators"] == [{**INDICATOR, "number": 1, "high": None}]
    assert (goal["is_carried"], goal["unit_name"]) == (False, "Dinas")
    assert made.headers["ETag"] == '"1"'
    for reader in (clerk, world.admin, world.agency):
        read = await api.get(made.headers["Location"], by=reader)
        assert read.json() == goal
    for table, column in (("audit_entries", "action"), ("events", "type")):
        rows = await sql(
            f"SELECT {column} AS name FROM kinerja.{table} WHERE subject_id = $1",
            uuid.UUID(goal["id"]),
        )
        assert [row["name"] for row in rows] == ["goal.created"]


async def test_only_heads_upwards_and_the_agency_set_goals(
    api: Api, world: World, other_world: World
):
    unit, head = await headed(world)
    _, stranger = await headed(world, "Badan")
    clerk = await world.employee("Siti", unit=unit)
    below = await world.unit("Seksi", parent=unit)
    under = await world.employee("Kepala Seksi", unit=below, head=True)
    officer = await world.officer("Kepegawaian Dinas", Role.PERSONNEL_AGENCY, unit=unit)
    codes = iter(range(100))

    async def status(person: Person, where: uuid.UUID = unit) -> tuple[int, str | None]:
        made = await api.post("/v1/goals", body(world, where, code=f"SS-{next(codes)}"), by=person)
        return made.status_code, made.json().get("code") if made.is_error else None

    for person in (head, world.mayor, world.agency, officer):
        assert await status(person) == (201, None)
        assert await status(person, below) == (201, None)
    for person in (clerk, stranger, under):
        assert await status(person) == (403, "not_head_of_unit")
    assert await status(officer, world.root) == (403, "not_head_of_unit")
    assert (await status(world.admin))[0] == 403
    assert await status(world.agency, other_world.root) == (422, "unknown_reference")
    assert await status(head, other_world.root) == (403, "not_head_of_unit")


async def test_a_head_of_yesterday_sets_no_goal_today(api: Api, world: World):
    unit = await world.unit("Dinas")
    former = await world.employee("Lama", unit=unit, head=True, until=world.today.replace(day=1))
    acting = await world.employee("Plt", unit=unit, head=True, kind="plt")
    if world.today.day > 1:
        refused = await api.post("/v1/goals", body(world, unit), by=former)
        assert refused.json()["code"] == "not_head_of_unit"
    assert (await api.post("/v1/goals", body(world, unit), by=acting)).status_code == 201


async def test_a_goal_of_another_government_is_unknown(api: Api, world: World, other_world: World):
    goal = await unit_goal(world, world.root, "SS-1")
    path = f"/v1/goals/{goal}"
    by = other_world.agency
    assert (await api.get(path, by=by)).status_code == 404
    assert (await api.get(f"{path}/alignment", by=by)).status_code == 404
    assert (await api.patch(path, {"title": "X"}, by=by, version=1)).status_code == 404
    put = await api.put(f"{path}/indicators", {"indicators": []}, by=by, version=1)
    assert put.status_code == 404
    assert (await api.delete(path, by=by)).status_code == 404
    assert (await api.get("/v1/goals", by=by)).json()["items"] == []


async def test_a_code_is_taken_once_a_year_even_when_two_ask_at_once(api: Api, world: World):
    made = await asyncio.gather(
        *[api.post("/v1/goals", body(world), by=world.mayor) for _ in range(3)]
    )
    assert sorted(answer.status_code for answer in made) == [201, 409, 409]
    refused = next(answer for answer in made if answer.status_code == 409).json()
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("goal_code_taken", "/code")
    later = body(world, year=world.today.year + 1)
    assert (await api.post("/v1/goals", later, by=world.mayor)).status_code == 201


async def test_a_repeat_with_the_same_key_sets_one_goal(api: Api, world: World, fresh_key: str):
    first = await api.post("/v1/goals", body(world), by=world.mayor, key=fresh_key)
    again = await api.post("/v1/goals", body(world), by=world.mayor, key=fresh_key)
    assert (again.status_code, again.content) == (201, first.content)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": "dua\nbaris"}, "/title"),
        ({"title": "\u202egnp.exe"}, "/title"),
        ({"code": " "}, "/code"),
        ({"year": 2013}, "/year"),
        ({"perspective": "keuangan"}, "/perspective"),
        ({"extra": 1}, "/extra"),
        ({"indicators": [{**INDICATOR, "low": 88.5}]}, "/indicators/0/low"),
        ({"indicators": [{**INDICATOR, "low": "1e9"}]}, "/indicators/0/low"),
        ({"indicators": [{**INDICATOR, "high": "90"}]}, "/indicators/0"),
        ({"indicators": [{**INDICATOR, "direction": "range"}]}, "/indicators/0"),
        (
            {"indicators": [{**INDICATOR, "direction": "range", "high": "88.50"}]},
            "/indicators/0",
        ),
    ],
)
async def test_faulty_input_is_refused_at_its_place(
    api: Api, world: World, changes: dict[str, Any], pointer: str
):
    refused = await api.post("/v1/goals", body(world, **changes), by=world.mayor)
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_a_patch_changes_what_it_names_and_null_takes_away(api: Api, world: World, sql: Any):
    unit, head = await headed(world)
    top = await unit_goal(world, world.root, "SS-0")
    made = (await api.post("/v1/goals", body(world, unit, parent_goal_id=str(top)), by=head)).json()
    path = f"/v1/goals/{made['id']}"
    assert (await api.patch(path, {"title": "Baru"}, by=head)).status_code == 428
    changed = await api.patch(path, {"title": "Baru"}, by=head, version=1)
    assert changed.status_code == 200, changed.text
    assert {**made, "title": "Baru", "version": 2} == {
        **changed.json(), "updated_at": made["updated_at"]
    }  # fmt: skip
    stale = await api.patch(path, {"title": "Lama"}, by=head, version=1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    nulls = {"perspective": None, "parent_goal_id": None}
    freed = (await api.patch(path, nulls, by=head, version=2)).json()
    assert (freed["perspective"], freed["parent_goal_id"]) == (None, None)
    rows = await sql(
        "SELECT before, after FROM kinerja.audit_entries WHERE subject_id = $1 ORDER BY id",
        uuid.UUID(made["id"]),
    )
    assert '"title": "Baru"' in rows[1]["after"]
    assert "code" not in rows[1]["after"]
    assert str(top) in rows[2]["before"]


async def test_indicators_are_set_whole(api: Api, world: World):
    made = (await api.post("/v1/goals", body(world), by=world.mayor)).json()
    path = f"/v1/goals/{made['id']}/indicators"
    wanted = [
        {**INDICATOR, "title": "Waktu tunggu", "direction": "range", "low": "5", "high": "10.5"},
        INDICATOR,
    ]
    put = await api.put(path, {"indicators": wanted}, by=world.mayor, version=1)
    assert put.status_code == 200, put.text
    found = [(part["number"], part["title"], part["high"]) for part in put.json()["indicators"]]
    assert found == [(1, "Waktu tunggu", "10.50"), (2, INDICATOR["title"], None)]
    assert (await api.put(path, {"indicators": []}, by=world.mayor, version=1)).status_code == 412
    emptied = await api.put(path, {"indicators": []}, by=world.mayor, version=2)
    assert emptied.json()["indicators"] == []


async def test_a_goal_serves_one_of_its_year_and_unit_or_above(api: Api, world: World):
    unit, head = await headed(world)
    other, _ = await headed(world, "Badan")
    fits = [await unit_goal(world, world.root, "A"), await unit_goal(world, unit, "B")]
    for number, parent in enumerate(fits):
        wanted = body(world, unit, code=f"C{number}", parent_goal_id=str(parent))
        assert (await api.post("/v1/goals", wanted, by=head)).status_code == 201
    wrong = [
        await unit_goal(world, other, "D"),
        await unit_goal(world, world.root, "E", year=world.today.year - 1),
        uuid.uuid4(),
    ]
    for parent in wrong:
        refused = await api.post(
            "/v1/goals", body(world, unit, code="F", parent_goal_id=str(parent)), by=head
        )
        assert refused.status_code == 422, refused.text
        assert refused.json()["code"] == "goal_parent_unsuitable"
        patched = await api.patch(
            f"/v1/goals/{fits[1]}", {"parent_goal_id": str(parent)}, by=head, version=1
        )
        assert patched.json()["code"] == "goal_parent_unsuitable"


async def test_goals_never_serve_each_other_even_when_two_changes_race(api: Api, world: World):
    ids = [await unit_goal(world, world.root, code) for code in "ABC"]
    changes = [(ids[0], ids[1]), (ids[1], ids[2]), (ids[2], ids[0])]
    answers = await asyncio.gather(
        *[
            api.patch(
                f"/v1/goals/{goal}", {"parent_goal_id": str(parent)}, by=world.mayor, version=1
            )
            for goal, parent in changes
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 422]
    refused = next(answer for answer in answers if answer.status_code == 422)
    assert refused.json()["code"] == "goal_cycle"
    itself = await api.patch(
        f"/v1/goals/{ids[0]}", {"parent_goal_id": str(ids[0])}, by=world.mayor, version=2
    )
    assert itself.json()["code"] in {"goal_cycle", "version_stale"}


async def test_only_what_nothing_refers_to_is_removed(api: Api, world: World, sql: Any):
    clerk = await world.employee("Siti")
    parent, child, lone = [await unit_goal(world, world.root, code) for code in "ABC"]
    await sql("UPDATE kinerja.goals SET parent_goal_id = $1 WHERE id = $2", parent, child)
    await approved_plan(world, clerk, targets=[Goal(goal=child)], status="draft")
    for goal in (parent, child):
        refused = await api.delete(f"/v1/goals/{goal}", by=world.mayor)
        assert (refused.status_code, refused.json()["code"]) == (409, "goal_carried")
    assert (await api.delete(f"/v1/goals/{lone}", by=clerk)).status_code == 403
    assert (await api.delete(f"/v1/goals/{lone}", by=world.mayor, version=7)).status_code == 412
    assert (await api.delete(f"/v1/goals/{lone}", by=world.mayor, version=1)).status_code == 204
    assert (await api.get(f"/v1/goals/{lone}", by=world.mayor)).status_code == 404


async def test_two_changes_at_once_do_not_overwrite_each_other(api: Api, world: World):
    goal = await unit_goal(world, world.root, "A")
    path = f"/v1/goals/{goal}"
    answers = await asyncio.gather(
        *[api.patch(path, {"title": f"T{n}"}, by=world.mayor, version=1) for n in range(3)],
        *[
            api.put(f"{path}/indicators", {"indicators": [INDICATOR]}, by=world.mayor, version=1)
            for _ in range(2)
        ],
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_a_goal_is_not_removed_while_another_begins_to_serve_it(api: Api, world: World):
    for number in range(4):
        goal = await unit_goal(world, world.root, f"A{number}")
        removed, made = await asyncio.gather(
            api.delete(f"/v1/goals/{goal}", by=world.mayor),
            api.post(
                "/v1/goals",
                body(world, code=f"B{number}", parent_goal_id=str(goal)),
                by=world.mayor,
            ),
        )
        assert (removed.status_code, made.status_code) in {(204, 422), (409, 201)}


async def test_lists_filter_and_page_in_the_order_of_codes(api: Api, world: World):
    unit, _ = await headed(world)
    below = await world.unit("Seksi", parent=unit)
    other, _ = await headed(world, "Badan")
    top = await unit_goal(world, world.root, "A")
    for number in range(5):
        await unit_goal(world, (unit, below)[number % 2], f"B{number}", parent=top)
    await unit_goal(world, other, "C", year=world.today.year - 1)

    async def codes(**params: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = (await api.get("/v1/goals", by=world.mayor, params=params)).json()
            found += [goal["code"] for goal in page["items"]]
            if page["next_cursor"] is None:
                return found
            params["cursor"] = page["next_cursor"]

    served = [f"B{number}" for number in range(5)]
    assert await codes(limit=2) == ["C", "A", *served]
    assert await codes(limit=2, sort="-year") == [*reversed(served), "A", "C"]
    assert await codes(limit=2, below_id=str(unit)) == served
    assert await codes(unit_id=str(unit)) == ["B0", "B2", "B4"]
    assert await codes(year=world.today.year - 1) == ["C"]
    assert await codes(parent_goal_id=str(top), below_id=str(below)) == ["B1", "B3"]
    assert await codes(below_id=str(uuid.uuid4())) == []


async def test_a_goal_is_carried_by_plans_in_force_and_through_goals_that_serve_it(
    api: Api, world: World
):
    clerk, other = await world.employee("Siti"), await world.employee("Budi")
    top = await unit_goal(world, world.root, "A")
    child = await unit_goal(world, world.root, "B", parent=top)
    drafted = await unit_goal(world, world.root, "C")
    await unit_goal(world, world.root, "D")
    await approved_plan(world, clerk, targets=[Goal(goal=child)])
    await approved_plan(world, other, targets=[Goal(goal=drafted)], status="submitted")

    async def codes(carried: str, **params: Any) -> list[str]:
        params |= {"carried": carried}
        page = (await api.get("/v1/goals", by=clerk, params=params)).json()
        assert all(goal["is_carried"] == (carried == "true") for goal in page["items"])
        return [goal["code"] for goal in page["items"]]

    assert await codes("true") == ["A", "B"]
    assert await codes("false") == ["C", "D"]
    assert await codes("true", below_id=str(world.root)) == ["A", "B"]


@pytest.mark.parametrize("status", ["approved", "closed"])
async def test_plans_in_force_whatever_their_status_carry(api: Api, world: World, status: str):
    clerk = await world.employee("Siti")
    goal = await unit_goal(world, world.root, "A")
    await approved_plan(world, clerk, targets=[Goal(goal=goal)], status=status)
    assert (await api.get(f"/v1/goals/{goal}", by=clerk)).json()["is_carried"]


async def test_a_list_sends_the_same_statements_however_many_rows_it_has(api: Api, world: World):
    async def cost() -> int:
        with sent_statements() as sent:
            params = {"below_id": str(world.root), "limit": 200}
            assert (await api.get("/v1/goals", by=world.mayor, params=params)).is_success
        return len(sent)

    await unit_goal(world, world.root, "A")
    await cost()
    few = await cost()
    for number in range(20):
        await unit_goal(world, world.root, f"B{number}")
    assert await cost() == few == 1


async def test_goals_of_a_closed_year_stay_as_they_are(api: Api, world: World):
    goal = await unit_goal(world, world.root, "A")
    await period(world, str(world.today.year), status="closed")
    path = f"/v1/goals/{goal}"
    for refused in (
        await api.post("/v1/goals", body(world), by=world.mayor),
        await api.patch(path, {"title": "Lain"}, by=world.mayor, version=1),
        await api.put(f"{path}/indicators", {"indicators": []}, by=world.mayor, version=1),
        await api.delete(path, by=world.mayor, version=1),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "period_closed")
    later = body(world, year=world.today.year + 1)
    assert (await api.post("/v1/goals", later, by=world.mayor)).status_code == 201
