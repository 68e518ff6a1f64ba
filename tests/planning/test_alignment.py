"""From a goal down to the people who carry it, and what carries no goal."""

import uuid
from typing import Any

from kinerja_api.planning.queries import alignment
from tests.factories.goals import unit_goal
from tests.factories.planning import Goal, Planned, approved_plan
from tests.factories.world import Person, World
from tests.plugins.service import Api
from tests.plugins.statements import sent_statements


async def staffed(
    world: World, name: str, *, parent: uuid.UUID | None = None
) -> tuple[uuid.UUID, Person, Person]:
    unit = await world.unit(name, parent=parent)
    head = await world.employee(f"Kepala {name}", unit=unit, head=True)
    return unit, head, await world.employee(f"Staf {name}", unit=unit)


async def tree(api: Api, goal: uuid.UUID, by: Person) -> dict[str, Any]:
    read = await api.get(f"/v1/goals/{goal}/alignment", by=by)
    assert read.status_code == 200, read.text
    return read.json()


def names(carriers: list[dict[str, Any]]) -> list[Any]:
    """Each carrier's person, with those below."""
    return [
        (one["employee_name"], names(one["supported_by"])) if one["supported_by"]
        else one["employee_name"]
        for one in carriers
    ]  # fmt: skip


class Cascade:
    """Two goals; the head carries the lower one, his clerk supports him, an acting one that."""

    async def build(self, world: World) -> "Cascade":
        self.unit, self.head, self.clerk = await staffed(world, "Dinas")
        self.section, self.chief, self.worker = await staffed(world, "Seksi", parent=self.unit)
        self.top = await unit_goal(world, world.root, "A")
        self.goal = await unit_goal(world, self.unit, "B", parent=self.top)
        self.plans: dict[str, Planned] = {}
        above = None
        for name, person in (("head", self.head), ("chief", self.chief), ("worker", self.worker)):
            link = Goal(superior_target=above) if above else Goal(goal=self.goal)
            self.plans[name] = await approved_plan(world, person, targets=[link, Goal()])
            above = self.plans[name].target
        return self


async def test_a_goal_shows_goals_targets_and_people_below_it(api: Api, world: World):
    found = await Cascade().build(world)
    shown = await tree(api, found.top, world.agency)
    assert shown["is_cut"] is False
    assert shown["goal"]["targets"] == []
    [lower] = shown["goal"]["goals"]
    assert (lower["code"], lower["unit_name"]) == ("B", "Dinas")
    assert names(lower["targets"]) == [
        ("Kepala Dinas", [("Kepala Seksi", ["Staf Seksi"])])
    ]  # fmt: skip
    [first] = lower["targets"]
    assert first["target_id"] == str(found.plans["head"].target)
    assert (first["plan_status"], first["unit_name"]) == ("approved", "Dinas")
    assert (first["is_direct"], first["unnamed_count"]) == (True, 0)
    assert (await tree(api, found.goal, world.mayor))["goal"] == lower


async def test_people_outside_reach_are_counted_and_not_named(api: Api, world: World):
    found = await Cascade().build(world)
    _, _, stranger = await staffed(world, "Badan")
    by_chief = await tree(api, found.goal, found.chief)
    assert by_chief["goal"]["unnamed_count"] == 1
    assert names(by_chief["goal"]["targets"]) == [("Kepala Seksi", ["Staf Seksi"])]
    assert by_chief["goal"]["targets"][0]["is_direct"] is False
    assert by_chief["goal"]["targets"][0]["supported_by"][0]["is_direct"] is True
    by_worker = await tree(api, found.goal, found.worker)
    assert by_worker["goal"]["unnamed_count"] == 2
    assert names(by_worker["goal"]["targets"]) == ["Staf Seksi"]
    for nobody in (stranger, world.admin):
        hidden = await tree(api, found.goal, nobody)
        assert (hidden["goal"]["unnamed_count"], hidden["goal"]["targets"]) == (3, [])
        assert "Kepala" not in str(hidden)


async def test_the_tree_is_cut_at_its_size_and_depth_and_says_so(
    api: Api, world: World, monkeypatch: Any
):
    clerk = await world.employee("Siti")
    goal = await unit_goal(world, world.root, "A")
    plan = await approved_plan(world, clerk, targets=[Goal(goal=goal)])
    above = plan.target
    for number in range(25):
        person = await world.employee(f"Pegawai {number}")
        above = (await approved_plan(world, person, targets=[Goal(superior_target=above)])).target
    shown = await tree(api, goal, world.agency)
    depth, below = 0, shown["goal"]["targets"]
    while below:
        depth, below = depth + 1, below[0]["supported_by"]
    assert (depth, shown["is_cut"]) == (19, True)
    monkeypatch.setattr(alignment, "_MOST_ROWS", 3)
    short = await tree(api, goal, world.agency)
    assert short["is_cut"] is True
    assert names(short["goal"]["targets"]) == [("Siti", ["Pegawai 0"])]


async def test_goals_and_targets_in_a_circle_end_the_tree(api: Api, world: World, sql: Any):
    found = await Cascade().build(world)
    await sql(
        "UPDATE kinerja.targets SET goal_id = NULL, superior_target_id = $1 WHERE id = $2",
        found.plans["worker"].target,
        found.plans["head"].target,
    )
    await sql(
        "UPDATE kinerja.targets SET superior_target_id = NULL, goal_id = $1 WHERE id = $2",
        found.goal,
        found.plans["chief"].target,
    )
    await sql("UPDATE kinerja.goals SET parent_goal_id = $1 WHERE id = $2", found.goal, found.top)
    shown = await tree(api, found.goal, world.agency)
    assert [goal["code"] for goal in shown["goal"]["goals"]] == ["A"]
    assert names(shown["goal"]["targets"]) == [("Kepala Seksi", [("Staf Seksi", ["Kepala Dinas"])])]
    listed = await api.get("/v1/goals", by=world.agency, params={"carried": "true"})
    assert [goal["code"] for goal in listed.json()["items"]] == ["A", "B"]


async def listed(api: Api, by: Person, **params: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        page = await api.get("/v1/targets", by=by, params=params)
        assert page.status_code == 200, page.text
        items += page.json()["items"]
        if page.json()["next_cursor"] is None:
            return items
        params["cursor"] = page.json()["next_cursor"]


async def test_targets_are_listed_by_what_they_carry(api: Api, world: World):
    found = await Cascade().build(world)
    lone = await approved_plan(world, found.clerk, targets=[Goal(kind="tambahan")])
    orphan = await approved_plan(
        world, world.mayor, targets=[Goal()], status="draft", year=world.today.year
    )
    mayors = await approved_plan(
        world, await world.employee("Ajudan"), targets=[Goal(superior_target=orphan.target)]
    )
    firsts = [str(plan.target) for plan in found.plans.values()]
    seconds = [str(plan.targets[1].id) for plan in found.plans.values()]

    async def ids(**params: Any) -> set[str]:
        return {row["id"] for row in await listed(api, world.agency, limit=2, **params)}

    carrying = await ids(carries_goal="true")
    assert carrying == set(firsts)
    assert await ids(carries_goal="false") == {
        *seconds, str(lone.target), str(orphan.target), str(mayors.target)
    }  # fmt: skip
    assert await ids(aligned="true") == {*firsts, str(mayors.target)}
    assert await ids(aligned="false") == {*seconds, str(lone.target), str(orphan.target)}
    assert await ids(kind="tambahan") == {str(lone.target)}
    assert await ids(approach="qualitative") == set()
    assert str(orphan.target) not in await ids(in_force="true")
    assert await ids(year=world.today.year - 1) == set()
    assert await ids(employee_id=str(found.clerk.employee_id)) == {str(lone.target)}
    within = await ids(below_id=str(found.section))
    assert within == {
        *(str(target.id) for name in ("chief", "worker") for target in found.plans[name].targets)
    }
    [row] = await listed(api, found.worker, carries_goal="true")
    assert row["carries_goal"] is True
    assert row["superior_target_id"] == str(found.plans["chief"].target)
    assert row["superior_target_title"] == "Dokumen layanan tersusun"
    assert (row["plan_status"], row["employee_name"]) == ("approved", "Staf Seksi")
    [head_row] = await listed(
        api, found.head, aligned="true", employee_id=str(found.head.employee_id)
    )
    assert (head_row["goal_id"], head_row["goal_title"]) == (
        str(found.goal), "Mutu layanan meningkat"
    )  # fmt: skip


async def test_a_list_of_targets_shows_only_what_one_may_see_and_pages_plan_by_plan(
    api: Api, world: World, other_world: World
):
    found = await Cascade().build(world)
    everything = await listed(api, found.head, limit=1)
    order = [(row["plan_id"], row["number"]) for row in everything]
    assert order == sorted(order)
    assert len(order) == 6
    assert await listed(api, found.head, limit=1, below_id=str(found.unit)) == everything
    assert len(await listed(api, found.worker)) == 2
    assert await listed(api, other_world.agency) == []
    assert await listed(api, other_world.agency, below_id=str(found.unit)) == []


async def test_a_unit_counts_its_goals_targets_and_people(
    api: Api, world: World, other_world: World
):
    found = await Cascade().build(world)
    await unit_goal(world, found.section, "C")
    path, params = f"/v1/units/{found.unit}/alignment", {"year": world.today.year}
    read = await api.get(path, by=found.head, params=params)
    assert read.json() == {
        "unit_id": str(found.unit),
        "unit_name": "Dinas",
        "year": world.today.year,
        "goal_count": 2,
        "carried_goal_count": 1,
        "main_target_count": 6,
        "linked_target_count": 3,
        "planned_count": 3,
        "unplanned_count": 1,
    }
    top = await api.get(f"/v1/units/{world.root}/alignment", by=world.mayor, params=params)
    assert (top.json()["goal_count"], top.json()["carried_goal_count"]) == (3, 2)
    assert top.json()["planned_count"] == 3
    earlier = await api.get(path, by=world.agency, params={"year": world.today.year - 1})
    assert (earlier.json()["planned_count"], earlier.json()["unplanned_count"]) == (0, 4)
    assert (await api.get(path, by=world.agency)).status_code == 422
    for nobody in (found.clerk, found.chief, other_world.agency):
        assert (await api.get(path, by=nobody, params=params)).status_code == 404


async def test_no_view_of_alignment_sends_more_statements_for_more_rows(api: Api, world: World):
    found = await Cascade().build(world)
    paths = (
        f"/v1/goals/{found.top}/alignment",
        f"/v1/units/{found.unit}/alignment?year={world.today.year}",
        f"/v1/targets?below_id={found.unit}&limit=200",
        "/v1/targets?limit=200",
    )

    async def costs() -> list[int]:
        counted: list[int] = []
        for path in paths:
            with sent_statements() as sent:
                assert (await api.get(path, by=world.mayor)).is_success
            counted.append(len(sent))
        return counted

    await costs()
    few = await costs()
    for number in range(8):
        person = await world.employee(f"Pegawai {number}", unit=found.unit)
        link = Goal(superior_target=found.plans["head"].target)
        await approved_plan(world, person, targets=[link, link])
    assert await costs() == few == [1, 1, 1, 1]
